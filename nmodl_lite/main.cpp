// rall-nmodl: translates .mod files into kernel headers; used while Rall is built and by the mechanism catalogue's build.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>

#include "base/file.hpp"
#include "base/text.hpp"
#include "nmodl_lite/codegen/text.hpp"
#include "nmodl_lite/nmodl.hpp"

namespace {

/// Translates all files; writes headers only if none has an error. Returns the exit code.
int translate(std::vector<std::string> const& files, std::string const& output_dir, bool strict, bool tables) {
    rall::Diagnostics found;
    std::vector<rall::nmodl::Translated> translated;
    for (auto const& file : files) {
        try {
            translated.push_back(rall::nmodl::translate_file(file, found, tables));
            if (strict) rall::nmodl::check_units(translated.back().program, rall::Severity::error, found);
        } catch (rall::InputError const& error) {
            found.append(error.diagnostics());
        }
    }
    if (!found.empty()) std::fprintf(stderr, "%s\n", to_string(found).c_str());
    if (found.has_errors()) return 1;
    std::filesystem::create_directories(output_dir);
    for (auto const& mechanism : translated)
        rall::write_file(std::filesystem::path(output_dir) / rall::nmodl::header_name(mechanism.name), mechanism.cpp);
    return 0;
}

/// Prints what a pass leaves of each file. Returns the exit code.
int show(std::vector<std::string> const& files, std::string const& pass) {
    rall::Diagnostics found;
    for (auto const& file : files) {
        auto const program = rall::nmodl::parse(rall::read_file(file), file, found);
        std::fputs(rall::nmodl::show(program, pass, found).c_str(), stdout);
    }
    if (!found.empty()) std::fprintf(stderr, "%s\n", to_string(found).c_str());
    return found.has_errors() ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Translates NMODL into C++ kernels: DIR/<mechanism>.hpp for each file"};
    app.name("rall-nmodl");
    std::vector<std::string> files;
    std::string output_dir = ".";
    app.add_option("files", files, "NMODL files")->required();
    app.add_option("--output-dir", output_dir, "where the headers go")->capture_default_str();
    std::string pass;
    bool strict = false, tables = false;
    app.add_flag("--strict", strict, "units that do not fit together are errors");
    app.add_flag("--tables", tables, "interpolate between the points of TABLEs, as NEURON does");
    app.add_option("--show", pass, "print what this pass leaves instead: NMODL, or for cpp the kernel")
        ->check(CLI::IsMember(rall::nmodl::pass_names()));
    try {
        app.parse(argc, argv);
    } catch (CLI::CallForHelp const& help) {
        return app.exit(help);
    } catch (CLI::ParseError const& error) {
        app.exit(error);
        return 2;
    }
    try {
        return pass.empty() ? translate(files, output_dir, strict, tables) : show(files, pass);
    } catch (std::exception const& error) {
        std::fprintf(stderr, "rall-nmodl: %s\n", error.what());
        return 3;
    }
}
