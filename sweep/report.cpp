// The page of a sweep: what io/page/assets/sweep.js draws.
#include "sweep/report.hpp"

#include <fmt/format.h>

#include "io/page/data.hpp"
#include "sweep/features.hpp"

namespace rall::sweep {
namespace {

constexpr std::size_t most_drawn = 20'000, most_listed = 1'000;

/// A current in nA that is itself the parameter: what f-I curves are drawn over.
bool is_amplitude(Parameter const& parameter) {
    auto const& path = parameter.paths.front().text();
    return !parameter.scale && path.starts_with("inputs.") && (path.ends_with(".amp_start") || path.ends_with(".amp"));
}

}  // namespace

html::ContentPage report_page(Description const& description, Members const& members, Rows const& rows,
                              Diagnostics const& diagnostics) {
    using nlohmann::json;
    std::size_t const every = (rows.size() + most_drawn - 1) / most_drawn;
    std::vector<std::vector<float>> given(description.parameters.size()), measured(features.size());
    json diverged = json::array();
    std::size_t n_diverged = 0, place = 0, drawn = 0;
    for (auto const& [member, row] : rows) {
        auto const values = members.values(member);
        bool const bad = row.status == Status::diverged;
        if (bad && n_diverged++ < most_listed)
            diverged.push_back({{"member", member}, {"values", values}, {"at", row.diverged_at}});
        if (place++ % every != 0) continue;
        ++drawn;
        for (std::size_t p = 0; p < values.size(); ++p) given[p].push_back(static_cast<float>(values[p]));
        for (std::size_t k = 0; k < features.size(); ++k) measured[k].push_back(static_cast<float>(row.features[k]));
    }
    json parameters = json::array(), columns = json::array();
    for (std::size_t p = 0; p < given.size(); ++p) {
        auto const& parameter = description.parameters[p];
        parameters.push_back({{"name", parameter.name},
                              {"amplitude", is_amplitude(parameter)},
                              {"log", parameter.span && parameter.span->log},
                              {"values", html::base64(given[p])}});
    }
    for (std::size_t k = 0; k < features.size(); ++k)
        columns.push_back({{"name", features[k].name},
                           {"units", features[k].units},
                           {"meaning", features[k].meaning},
                           {"values", html::base64(measured[k])}});
    std::filesystem::path const file = description.document->file();
    auto const& base = description.base.file;
    return {"sweep",
            file.stem().string(),
            base == file ? "" : "a sweep of " + base.filename().string(),
            {{"members", rows.size()},
             {"n_diverged", n_diverged},
             {"count", drawn},
             {"parameters", parameters},
             {"features", columns},
             {"diverged", diverged}},
            diagnostics};
}

}  // namespace rall::sweep
