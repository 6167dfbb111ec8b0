#include "nmodl_lite/nmodl.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"
#include "nmodl_lite/analysis/access.hpp"
#include "nmodl_lite/analysis/checks.hpp"
#include "nmodl_lite/c/verbatim.hpp"
#include "nmodl_lite/passes/events.hpp"
#include "nmodl_lite/passes/passes.hpp"
#include "nmodl_lite/passes/reprogram.hpp"
#include "nmodl_lite/solve/kinetic.hpp"
#include "nmodl_lite/solve/solve.hpp"
#include "nmodl_lite/solve/variable_step.hpp"

namespace rall::nmodl {

namespace {

/// What the passes work on: the program until assemble() has sorted it into kernels, the mechanism from then on.
struct Work {
    Program program;
    Symbols symbols;
    Solved solved;
    std::optional<Mechanism> mechanism;
    Diagnostics& found;
    std::string remark = {};  // comment lines that show() prints first
};

struct Pass {
    char const* name;
    void (*run)(Work&);
    bool reads = false;  // what the file says: runs though errors were found, to find the others
};

/// Names, units and what is not understood.
void resolve_names(Work& w) {
    if (w.program.uses_tables) tabulate(w.program, w.found);
    add_library_functions(w.program, w.found);
    name_slopes(w.program, w.found);
    keep_lagged(w.program, w.found);
    number_unit_constants(w.program, w.found);
    w.symbols = resolve(w.program, w.found);
    report_unsupported(w.program, w.found);
    check_names(w.program, w.symbols, w.found);
    check_events(w.program, w.found);
    name_bindings(w.program, w.symbols);
    spell_out(w.program, w.symbols);
}

/// In the order in which they run. A pass is an entry here and a function of its own file (passes.hpp).
constexpr Pass passes[] = {
    {"verbatim", [](Work& w) { translate_verbatim(w.program, w.found), name_streams(w.program, w.found); }, true},
    {"names", resolve_names, true},
    {"fold", [](Work& w) { fold(w.program, w.symbols); }},
    {"recursion", [](Work& w) { lift_recursion(w.program, w.symbols, w.found); }},
    {"kinetic", [](Work& w) { kinetic(w.program, w.symbols, w.found); }},
    {"solve", [](Work& w) { solve(w.program, w.symbols, w.solved, w.found); }},
    {"inline", [](Work& w) { inline_calls(w.program, w.symbols, w.found); }},
    {"simplify",
     [](Work& w) {
         fold(w.program, w.symbols);
         check_indices(w.program, w.symbols, w.found);
     }},
    {"construct", [](Work& w) { construct(w.program, w.symbols, w.found); }},
    {"kernels",
     [](Work& w) {
         if (collect_watches(w.program)) inline_calls(w.program, w.symbols, w.found);
         keep_ion_copies(w.program, w.symbols, w.solved, w.found);
         w.mechanism = assemble(w.program, w.symbols, w.solved, w.found);
     }},
    {"variable_step",
     [](Work& w) {
         variable_step(*w.mechanism, w.program, w.symbols, w.solved);
         find_discontinuities(*w.mechanism, w.symbols);
     }},
    {"conductance", [](Work& w) { find_conductance(*w.mechanism, w.symbols); }},
    {"roles", [](Work& w) { assign_roles(*w.mechanism, w.symbols); }},
    {"dead", [](Work& w) { remove_dead_code(*w.mechanism); }},
    {"superposition",
     [](Work& w) {
         find_superposition(*w.mechanism, w.symbols);
         auto const& why = w.mechanism->not_additive;
         w.remark = why.empty() ? ": instances add up\n" : ": instances do not add up: " + why + "\n";
     }},
    {"values", [](Work& w) { w.remark.clear(), name_values(*w.mechanism, w.symbols); }},
    {"exponentials", [](Work& w) { share_exponentials(*w.mechanism, w.symbols); }},
    {"divisions", [](Work& w) { save_divisions(*w.mechanism, w.symbols); }},
    {"subexpressions", [](Work& w) { share_subexpressions(*w.mechanism, w.symbols); }},
    {"common", [](Work& w) { hoist(*w.mechanism); }},
    {"tidy",
     [](Work& w) {
         name_values(*w.mechanism, w.symbols);
         remove_dead_code(*w.mechanism);
     }},
    {"curves", [](Work& w) { find_curves(*w.mechanism, w.symbols); }},
    {"index", [](Work& w) { w.remark = index_text(*w.mechanism); }},
};

/// Runs the passes up to and including `last` ("" for all); stops early where an error was found.
Work run_passes(Program const& program, std::string const& last, Diagnostics& found) {
    auto const before = found.count(Severity::error);
    Work work{program, {}, {}, {}, found};
    for (auto const& pass : passes) {
        if (!pass.reads && (program.errors > 0 || found.count(Severity::error) > before)) break;
        pass.run(work);
        if (last == pass.name) break;
    }
    return work;
}

}  // namespace

Mechanism check(Program const& program, Diagnostics& found) {
    auto const before = found.count(Severity::error);
    auto work = run_passes(program, "", found);
    if (program.errors == 0 && found.count(Severity::error) == before) {
        guard_indices(*work.mechanism, work.program.sources);
        return std::move(*work.mechanism);
    }
    work.program.blocks.clear();  // there were errors: what the declarations say
    auto mechanism = assemble(work.program, work.symbols, std::move(work.solved), found);
    find_conductance(mechanism, work.symbols);
    assign_roles(mechanism, work.symbols);
    return mechanism;
}

std::vector<std::string> pass_names() {
    std::vector<std::string> names{"parse"};
    for (auto const& pass : passes) names.emplace_back(pass.name);
    names.emplace_back("cpp");
    return names;
}

std::string show(Program const& program, std::string const& pass, Diagnostics& found) {
    auto const names = pass_names();
    if (std::ranges::find(names, pass) == names.end())
        throw UsageError("there is no pass '" + pass + "'; " + did_you_mean(pass, names));
    if (pass == "parse") return to_nmodl(program);
    if (pass == "cpp") {
        auto const before = found.count(Severity::error);
        auto const mechanism = check(program, found);
        return found.count(Severity::error) > before ? std::string() : generate_cpp(mechanism);
    }
    auto work = run_passes(program, pass, found);
    if (work.mechanism) work.program = to_program(*work.mechanism, work.symbols, std::move(work.program));
    say_in_nmodl(work.program, work.symbols);
    locals_first(work.program);
    return work.remark + to_nmodl(work.program);
}

namespace {

/// `own` holds what was found while reading.
Translated translate(Program program, Diagnostics own, Diagnostics& found) {
    Translated result;
    result.program = std::move(program);
    result.mechanism = check(result.program, own);
    result.name = result.mechanism.name;
    if (!own.has_errors()) result.cpp = generate_cpp(result.mechanism);
    own.sort_by_place();
    found.append(own);
    return result;
}

}  // namespace

Translated translate_file(std::filesystem::path const& path, Diagnostics& found, bool tables) {
    Diagnostics own;
    auto program = parse(read_file(path), path.string(), own);
    program.uses_tables = tables;
    return translate(std::move(program), std::move(own), found);
}

Translated translate(Composed const& composed, Diagnostics& found) {
    Diagnostics own;
    auto program = parse(composed, own);
    return translate(std::move(program), std::move(own), found);
}

}  // namespace rall::nmodl
