// What the tests of the NMODL compiler share.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "nmodl_lite/nmodl.hpp"

namespace rall::nmodl::test {

/// The .mod files of a folder of the project.
inline std::vector<std::filesystem::path> mod_files(std::string const& folder) {
    std::vector<std::filesystem::path> files;
    for (auto const& entry : std::filesystem::directory_iterator(RALL_SOURCE_DIR "/" + folder))
        if (entry.path().extension() == ".mod") files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

/// A complete mechanism around the lines at stake: `neuron` goes into the NEURON block, `rest` after the declarations.
inline std::string mod_file(std::string const& rest, std::string const& neuron = {},
                             std::string const& declarations = {}) {
    return "NEURON {\n SUFFIX test\n RANGE a, b\n" + neuron +
           "\n}\nPARAMETER { a = 1 b = 2 }\nASSIGNED { v c d }\nSTATE { x y }\n" + declarations + "\n" + rest + "\n";
}

struct Checked {
    Diagnostics found;
    Mechanism mechanism;
    std::string cpp;
};

inline Checked compiled(std::string const& text) {
    Checked result;
    auto const program = parse(text, "test.mod", result.found);
    result.mechanism = check(program, result.found);
    if (!result.found.has_errors()) result.cpp = generate_cpp(result.mechanism);
    return result;
}

/// The findings of a text, one per line: "line:column code".
inline std::string findings(std::string const& text, Severity least = Severity::error) {
    std::string lines;
    auto const found = compiled(text).found;
    for (auto const& d : found.items())
        if (d.severity >= least)
            lines += std::to_string(d.where.line) + ":" + std::to_string(d.where.column) + " " + d.code + "\n";
    return lines;
}

inline bool has(std::string const& text, std::string const& part) { return text.find(part) != text.npos; }

inline Role role_of(Mechanism const& mechanism, std::string const& variable) {
    auto const* found = mechanism.find(variable);
    REQUIRE_MESSAGE(found, variable << " is not stored");
    return found->role;
}

}  // namespace rall::nmodl::test
