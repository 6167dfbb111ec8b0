// `rall compile`: translates NMODL files, and compiles them as `rall run` would.
#include <fmt/format.h>

#include "app/commands.hpp"
#include "app/console.hpp"
#include "base/runtime.hpp"
#include "base/text.hpp"
#include "io/neuroml/neuroml.hpp"
#include "mechanisms/catalogue.hpp"
#include "nmodl_lite/nmodl.hpp"

namespace rall::app {
namespace {

struct Options {
    std::vector<std::filesystem::path> files;
    bool check = false, strict = false, tables = false;
    std::string pass;
};

/// The mechanisms of a file: one of NMODL, all of a NeuroML file.
std::vector<nmodl::Program> read_programs(std::filesystem::path const& file, Diagnostics& found) {
    if (!io::neuroml::is_neuroml(file)) return {nmodl::parse(read_file(file), file.string(), found)};
    std::vector<nmodl::Program> programs;
    for (auto const& composed : io::neuroml::mechanisms_of(file, found)) programs.push_back(nmodl::parse(composed, found));
    return programs;
}

/// Throws InputError where the units of a file do not fit together.
void demand_units(std::vector<std::filesystem::path> const& files) {
    Diagnostics found, elsewhere;  // the other findings come with the translation
    for (auto const& file : files)
        for (auto const& program : read_programs(file, elsewhere)) nmodl::check_units(program, Severity::error, found);
    found.throw_if_errors();
}

std::string shown(std::filesystem::path const& file, Options const& options, Diagnostics& found) {
    std::string text;
    for (auto& program : read_programs(file, found)) {
        program.uses_tables = options.tables;
        text += nmodl::show(program, options.pass, found);
    }
    return text;
}

void check_file(std::filesystem::path const& file, Options const& options, Diagnostics& found) {
    if (io::neuroml::is_neuroml(file)) {
        for (auto const& composed : io::neuroml::mechanisms_of(file, found))
            if (auto const translated = nmodl::translate(composed, found); !found.has_errors())
                put("{}: {} is well formed\n", file.string(), translated.name);
    } else if (auto const translated = nmodl::translate_file(file, found, options.tables); !found.has_errors()) {
        put("{}: {} is well formed\n", file.string(), translated.name);
    }
}

/// Throws InputError with the findings of all files.
void translate(Options const& options) {
    Diagnostics all;
    for (auto const& file : options.files) {
        Diagnostics found;
        if (!options.pass.empty())
            put("{}", shown(file, options, found));
        else check_file(file, options, found);
        all.append(found);
    }
    all.throw_if_errors();
    print(all);
}

void compile(Options const& options) {
    Runtime const runtime;
    Catalogue catalogue;
    Diagnostics found;
    std::vector<std::string> names;
    for (auto const& file : options.files) {
        if (io::neuroml::is_neuroml(file)) catalogue.add({{}, io::neuroml::mechanisms_of(file, found)}, found);
        else catalogue.add_file(file, found);
    }
    found.throw_if_errors();
    for (auto const& [name, info] : catalogue.mechanisms())
        if (!catalogue.source(name).empty()) names.push_back(name);
    print(found);
    std::set<std::string> const tabulated(names.begin(), options.tables ? names.end() : names.begin());
    auto const kernels = catalogue.library(names, [] { tell("compiling ...\n"); }, tabulated);
    print(kernels.findings);
    put("{}: {}{}\n", kernels.file.empty() ? "not kept" : kernels.file.string(), enumerate(names),
               kernels.compiled ? fmt::format(", compiled in {}", seconds_text(kernels.compile_seconds))
                                : ", found in the cache");
}

}  // namespace

Command add_compile(CLI::App& app) {
    auto const options = std::make_shared<Options>();
    auto* verb = app.add_subcommand("compile", "translate and compile NMODL files, and the channels of NeuroML files");
    verb->add_option("mod", options->files, ".mod and .nml files")->required();
    verb->add_flag("--check", options->check, "translate without the C++ compiler");
    verb->add_flag("--tables", options->tables, "interpolate between the points of TABLEs, as NEURON does");
    verb->add_flag("--strict", options->strict, "units that do not fit together are errors");
    verb->add_option("--show", options->pass,
                     fmt::format("print a mechanism after a pass: {}", enumerate(nmodl::pass_names())))
        ->check(CLI::IsMember(nmodl::pass_names()));
    return {verb, [options] {
                if (options->strict) demand_units(options->files);
                if (options->check || !options->pass.empty()) translate(*options);
                else compile(*options);
            }};
}

}  // namespace rall::app
