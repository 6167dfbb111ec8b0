// NMODL in, C++ kernel out. The passes lie one per file beside this; this is what the rest of Rall calls.
//
//     Diagnostics found;
//     nmodl::Translated hh = nmodl::translate_file("hh.mod", found);
//     found.throw_if_errors();
//     write_file("hh.hpp", hh.cpp);
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics.hpp"
#include "nmodl_lite/mechanism.hpp"
#include "nmodl_lite/syntax/ast.hpp"

namespace rall::nmodl {

/// The syntax tree of a file's text. `file` names it in messages and is where INCLUDE starts to look. Never throws for bad
/// text: everything found goes to the diagnostics, and the tree holds what could be understood.
Program parse(std::string_view text, std::string const& file, Diagnostics& found);

/// Names resolved, equations solved, variables sorted by role. The result is complete only if no error was found.
Mechanism check(Program const& program, Diagnostics& found);

/// The kernel as C++ text (mechanisms/kernel.hpp says what it looks like): a header that defines rall::mechanism::<name>.
std::string generate_cpp(Mechanism const& mechanism);

/// The name of the struct in that text: the SUFFIX, with an underscore where C++ has the word.
std::string cpp_name(Mechanism const& mechanism);

/// Reports every place where the units of a file do not fit together, and units that nobody knows, with this severity.
/// UNITSOFF ... UNITSON is left out. Kernels do not depend on it.
void check_units(Program const& program, Severity severity, Diagnostics& found);

/// A tree as valid NMODL.
std::string to_nmodl(Program const& program);

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

/// All of it for one file. Throws InputError only when the file cannot be read.
Translated translate_file(std::filesystem::path const& path, Diagnostics& found);

}  // namespace rall::nmodl
