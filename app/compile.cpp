// `rall compile`: translates NMODL files, and compiles them as `rall run` would.
#include <fmt/format.h>

#include "app/commands.hpp"
#include "app/console.hpp"
#include "base/runtime.hpp"
#include "base/text.hpp"
#include "mechanisms/catalogue.hpp"
#include "nmodl_lite/nmodl.hpp"

namespace rall::app {
namespace {

struct Options {
    std::vector<std::filesystem::path> files;
    bool check = false, strict = false, tables = false;
    std::string pass;
};

/// Throws InputError where the units of a file do not fit together.
void demand_units(std::vector<std::filesystem::path> const& files) {
    Diagnostics found, elsewhere;  // the other findings come with the translation
    for (auto const& file : files)
        nmodl::check_units(nmodl::parse(read_file(file), file.string(), elsewhere), Severity::error, found);
    found.throw_if_errors();
}

std::string shown(std::filesystem::path const& file, Options const& options, Diagnostics& found) {
    auto program = nmodl::parse(read_file(file), file.string(), found);
    program.uses_tables = options.tables;
    return nmodl::show(program, options.pass, found);
}

/// Throws InputError with the findings of all files.
void translate(Options const& options) {
    Diagnostics all;
    for (auto const& file : options.files) {
        Diagnostics found;
        if (!options.pass.empty())
            put("{}", shown(file, options, found));
        else if (auto const translated = nmodl::translate_file(file, found, options.tables); !found.has_errors())
            put("{}: {} is well formed\n", file.string(), translated.name);
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
    for (auto const& file : options.files) catalogue.add_file(file, found);
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
    auto* verb = app.add_subcommand("compile", "translate and compile NMODL files");
    verb->add_option("mod", options->files, ".mod files")->required();
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
