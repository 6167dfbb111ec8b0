// Runs a fuzz target without libFuzzer: over whole files, and for those after --prefixes also over what is left when they are
// cut off after any word. So every build and every compiler checks what fuzzing once found.
//
//     fuzz_nmodl [FILE|FOLDER...] [--prefixes FILE|FOLDER...]
#include <cctype>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <vector>

#include "base/text.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size);

namespace {

constexpr double allowed = 5;  // seconds for one input; the slowest takes a hundredth of it on an idle machine

bool slow = false;

void run(std::string_view text, std::string const& name) {
    std::vector<std::uint8_t> const copy(text.begin(), text.end());  // so that a sanitizer sees the end of the text
    auto const start = std::clock();
    LLVMFuzzerTestOneInput(copy.data(), copy.size());
    double const seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    if (seconds < allowed) return;
    std::printf("%s, %zu bytes: %.1f s\n", name.c_str(), text.size(), seconds);
    slow = true;
}

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

}  // namespace

int main(int argc, char** argv) {
    std::vector<std::pair<std::filesystem::path, bool>> files;  // and whether their prefixes are run
    bool prefixes = false;
    for (int i = 1; i < argc; ++i) {
        if (std::strcmp(argv[i], "--prefixes") == 0) {
            prefixes = true;
        } else if (std::filesystem::is_directory(argv[i])) {
            for (auto const& entry : std::filesystem::recursive_directory_iterator(argv[i]))
                if (entry.is_regular_file()) files.emplace_back(entry.path(), prefixes);
        } else {
            files.emplace_back(argv[i], prefixes);
        }
    }
    std::size_t n = 0;
    for (auto const& [file, cut_off] : files) {
        auto const text = rall::read_file(file);
        std::printf("%s\n", file.c_str());  // the last one printed is the one that crashed
        std::fflush(stdout);
        run(text, file.string());
        ++n;
        for (std::size_t cut = 1; cut_off && cut < text.size(); ++cut)
            if (!(is_word(text[cut - 1]) && is_word(text[cut])) &&
                !std::isspace(static_cast<unsigned char>(text[cut]))) {
                run(std::string_view(text).substr(0, cut), file.string());
                ++n;
            }
    }
    std::printf("%zu inputs\n", n);
    return slow || files.empty() ? 1 : 0;
}
