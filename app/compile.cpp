// `rall compile`: translates NMODL files, and compiles them as `rall run` would.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "app/commands.hpp"
#include "app/console.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "io/neuroml/neuroml.hpp"
#include "io/simulation.hpp"
#include "mechanisms/catalogue.hpp"
#include "nmodl_lite/nmodl.hpp"

namespace rall::app {
namespace {

struct CompileOptions {
    std::vector<std::filesystem::path> files;
    bool check = false, strict = false, tables = false, beside = false;
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

std::string shown(std::filesystem::path const& file, CompileOptions const& options, Diagnostics& found) {
    std::string text;
    for (auto& program : read_programs(file, found)) {
        program.uses_tables = options.tables;
        text += nmodl::show(program, options.pass, found);
    }
    return text;
}

void check_file(std::filesystem::path const& file, CompileOptions const& options, Diagnostics& found) {
    if (io::neuroml::is_neuroml(file)) {
        for (auto const& composed : io::neuroml::mechanisms_of(file, found))
            if (auto const translated = nmodl::translate(composed, found); !found.has_errors())
                put("{}: {} is well formed\n", file.string(), translated.name);
    } else if (auto const translated = nmodl::translate_file(file, found, options.tables); !found.has_errors()) {
        put("{}: {} is well formed\n", file.string(), translated.name);
    }
}

/// Throws InputError with the findings of all files.
void translate(CompileOptions const& options) {
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

/// A copy that programs find which travel with this one.
void put_beside(Kernels const& kernels) {
    auto const& place = kernels.beside_program;
    if (place.empty() || kernels.file == place) return;  // built in, or there already
    if (kernels.file.empty()) throw MachineError("the compiled mechanisms could not be kept: there is nothing to put beside the program");
    std::filesystem::create_directories(place.parent_path());
    std::ifstream library(kernels.file, std::ios::binary);
    if (!library) throw MachineError("cannot read " + kernels.file.string() + ", which was just compiled");
    write_file(place, std::string(std::istreambuf_iterator<char>(library), {}));  // whole or not at all: other programs load it meanwhile
}

void compile(Catalogue const& catalogue, std::vector<std::string> const& names, KernelOptions const& how, CompileOptions const& options) {
    auto const kernels = catalogue.library(names, [] { tell("compiling ...\n"); }, how);
    print(kernels.findings);
    if (options.beside) put_beside(kernels);
    auto const builtin = kernels.library == rall_kernel_library();
    auto const& file = options.beside ? kernels.beside_program : kernels.file;
    put("{}: {}{}\n", builtin ? "built in" : file.empty() ? "not kept" : file.string(), enumerate(names),
        builtin            ? std::string()
        : kernels.compiled ? fmt::format(", compiled in {}", seconds_text(kernels.compile_seconds))
                           : ", found in the cache");
}

/// All that a config names, as `rall run` does.
void compile_config(std::filesystem::path const& file, CompileOptions const& options) {
    Catalogue catalogue;
    Diagnostics found;
    auto const load = [&](MechanismSources const& sources) {
        catalogue.add(sources, found);
        return catalogue.mechanisms();
    };
    auto const config = io::read_simulation(file, load, found);
    print(found);
    compile(catalogue, config.model.mechanism_names(), config.model.kernels, options);
}

/// All files together.
void compile_files(CompileOptions const& options) {
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
    KernelOptions how;
    if (options.tables) how.tabulated = {names.begin(), names.end()};
    compile(catalogue, names, how, options);
}

void compile(CompileOptions const& options) {
    auto const is_config = [](auto const& file) { return file.extension() == ".json"; };
    if (std::ranges::none_of(options.files, is_config)) return compile_files(options);
    if (!std::ranges::all_of(options.files, is_config)) throw UsageError("configs are compiled by themselves: give no other files beside them");
    if (options.tables) throw UsageError("a config says itself which mechanisms interpolate: --tables is for .mod files");
    for (auto const& file : options.files) compile_config(file, options);
}

}  // namespace

Command add_compile(CLI::App& app) {
    auto const options = std::make_shared<CompileOptions>();
    auto* verb = app.add_subcommand("compile", "translate and compile NMODL files, the channels of NeuroML files, and what configs name");
    verb->add_option("mod", options->files, ".mod and .nml files, or configs (.json), each with all of its mechanisms")->required();
    verb->add_flag("--check", options->check, "translate without the C++ compiler");
    verb->add_flag("--tables", options->tables, "interpolate between the points of TABLEs, as NEURON does");
    verb->add_flag("--beside", options->beside,
                   "put the compiled kernels beside the program's own, so that copies of it on machines without a compiler have them");
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
