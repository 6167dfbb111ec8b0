// `rall new`: a config to begin with for a reconstruction (app/starter.hpp).
#include <fmt/format.h>

#include "app/commands.hpp"
#include "app/console.hpp"
#include "app/starter.hpp"
#include "base/file.hpp"
#include "base/runtime.hpp"

namespace rall::app {
namespace {

struct NewOptions {
    std::filesystem::path morphology;
    std::optional<std::filesystem::path> config;
    std::vector<std::string> reading;
    bool force = false, quiet = false;
};

void run(NewOptions const& options) {
    auto const config = options.config.value_or(options.morphology.stem().string() + ".json");
    auto const biophysics = config.parent_path() / biophysics_name(config);
    for (auto const& path : {config, biophysics})
        if (!options.force && std::filesystem::exists(std::filesystem::symlink_status(path)))
            throw InputError("file-exists", {}, fmt::format("{} is there already", path.string()), "--force replaces it; --config gives another name");
    Diagnostics diagnostics;
    Runtime const runtime(1);
    Progress progress(options.quiet);
    auto const starter = make_starter(options.morphology, config, options.reading, progress.listener(), diagnostics);
    progress.finish();
    print(diagnostics, options.quiet ? Severity::warning : Severity::note);
    write_file(biophysics, starter.biophysics);
    write_file(config, starter.config);
    if (!options.quiet)
        put("{}\nwritten: {} and {}\nnext: rall run {}\n", starter.told, config.string(), biophysics.string(), in_shell(config.string()));
}

}  // namespace

Command add_new(CLI::App& app) {
    auto const options = std::make_shared<NewOptions>();
    auto* verb = app.add_subcommand("new", "a config to begin with, for a reconstruction");
    verb->add_option("morphology", options->morphology, "SWC or Neurolucida ASC")->required();
    verb->add_option("--config", options->config, "file to write (default: the morphology's name with .json, here); its biophysics lie beside it");
    add_reading_options(*verb, options->reading);
    verb->add_flag("--force", options->force, "replace files that are there");
    verb->add_flag("--quiet", options->quiet, "only warnings and errors");
    return {verb, [options] { run(*options); }};
}

}  // namespace rall::app
