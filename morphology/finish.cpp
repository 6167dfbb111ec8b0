#include "morphology/finish.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "morphology/soma_check.hpp"

namespace rall::morphology {
namespace {

/// As Import3d_GUI writes numbers into hoc statements: "%.8g".
double eight_digits(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.8g", value);
    return std::strtod(text, nullptr);
}

}  // namespace

void finish(Morphology& morphology, SwcOptions const& options, Diagnostics& diagnostics) {
    Location const where{morphology.file};
    name_sections(morphology);
    int without_length = 0;
    std::string first;
    for (auto& section : morphology.sections) {
        for (auto& point : section.points)
            for (double* value : {&point.x, &point.y, &point.z, &point.diam}) {
                if (!(std::abs(*value) < 1e30))
                    throw InputError("number-too-large", where,
                                     "a coordinate or diameter of " + section.name + " is beyond 1e30 um",
                                     "lengths are in um");
                if (options.precision == Precision::eight_digits) *value = eight_digits(*value);
                if (options.precision != Precision::full) *value = static_cast<float>(*value);
            }
        if (length(section) > 0) continue;
        if (without_length++ == 0) first = section.name;
    }
    if (without_length > 0)
        diagnostics.warning("section-without-length", where,
                            std::to_string(without_length) + (without_length == 1 ? " section has" : " sections have") +
                                " no length, all points in one place: " + first +
                                (without_length > 1 ? " is the first" : ""),
                            "kept as in NEURON, with practically no membrane; correct the points to give it one");
    check_soma(morphology, diagnostics);
}

bool is_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        auto const c = static_cast<unsigned char>(text[i]);
        std::size_t const more = c < 0x80                ? 0
                                 : c >= 0xc2 && c < 0xe0 ? 1
                                 : c >= 0xe0 && c < 0xf0 ? 2
                                 : c >= 0xf0 && c < 0xf5 ? 3
                                                         : 4;
        if (more == 4 || i + more >= text.size()) return false;
        for (std::size_t k = 1; k <= more; ++k)
            if ((static_cast<unsigned char>(text[i + k]) & 0xc0) != 0x80) return false;
        i += more + 1;
    }
    return true;
}

std::string printable(std::string_view text, std::size_t limit) {
    while (limit > 0 && limit < text.size() && (static_cast<unsigned char>(text[limit]) & 0xc0) == 0x80) --limit;
    std::string result(text.substr(0, limit));
    bool const keep_letters = is_utf8(result);
    for (char& c : result) {
        auto const byte = static_cast<unsigned char>(c);
        if ((byte < ' ' && c != '\t') || byte == 0x7f || (byte >= 0x80 && !keep_letters)) c = '?';
    }
    return result;
}

}  // namespace rall::morphology
