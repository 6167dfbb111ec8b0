// NMODL in, C++ kernel out: what the rest of Rall calls. The work is done in the folders beside this, from syntax/ to codegen/.
//
//     Diagnostics found;
//     nmodl::Translated hh = nmodl::translate_file("hh.mod", found);
//     found.throw_if_errors();
//     write_file("hh.hpp", hh.cpp);
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/diagnostics.hpp"
#include "nmodl_lite/codegen/kernel.hpp"
#include "nmodl_lite/mechanism.hpp"
#include "nmodl_lite/syntax/ast.hpp"
#include "nmodl_lite/syntax/parse.hpp"
#include "nmodl_lite/syntax/printer.hpp"
#include "nmodl_lite/units/check.hpp"

namespace rall::nmodl {

/// Names resolved, equations solved, variables sorted by role. The result is complete only if no error was found.
Mechanism check(Program const& program, Diagnostics& found);

/// The passes whose result show() can print, "parse" first, then in the order in which they run; the last, "cpp", is the kernel.
std::vector<std::string> pass_names();

/// The mechanism after one pass, as NMODL (or the kernel for "cpp"). Throws UsageError for a name that is no pass.
std::string show(Program const& program, std::string const& pass, Diagnostics& found);

struct Translated {
    std::string name;  // SUFFIX
    std::string cpp;   // empty if an error was found
    Mechanism mechanism;
    Program program;  // as it was read
};

/// All of it for one file; with `tables` what stands under a TABLE is interpolated as in NEURON. Throws InputError only when the file
/// cannot be read.
Translated translate_file(std::filesystem::path const& path, Diagnostics& found, bool tables = false);

/// The same for NMODL that was composed.
Translated translate(Composed const& composed, Diagnostics& found);

}  // namespace rall::nmodl
