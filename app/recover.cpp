// `rall recover`: what a killed run left beside its output directory becomes its results.
#include <fmt/format.h>

#include <memory>

#include "app/commands.hpp"
#include "app/console.hpp"
#include "base/diagnostics.hpp"
#include "io/page/recover.hpp"
#include "io/page/run_record.hpp"
#include "io/results/output.hpp"

namespace rall::app {

namespace {

/// These files are ours: what is wrong with them is not the user's doing.
double finish(std::filesystem::path const& folder) try {
    return io::finish_interrupted(folder);
} catch (InputError const& failure) {
    throw MachineError(fmt::format("cannot make results of what was left; it stays in {}\n{}", folder.string(),
                                   failure.what()));
}

}  // namespace

Command add_recover(CLI::App& app) {
    auto const directory = std::make_shared<std::filesystem::path>();
    auto* verb = app.add_subcommand("recover", "make results of what a killed run left");
    verb->add_option("directory", *directory, "output directory of the run")->required();
    return {verb, [directory] {
                io::OutputDirectory output(*directory);
                if (!output.interrupted()) {
                    if (!std::filesystem::exists(output.place() / io::record_name))
                        throw InputError("nothing-to-recover", {directory->string()},
                                         "no run left anything for this output directory",
                                         "results come from the first 20 s on; rall run --flush changes that");
                    put("{} is complete: there is nothing to recover\n", directory->string());
                    return;
                }
                output.adopt_interrupted();
                output.keep();  // whatever goes wrong from here on
                auto const until = finish(output.building());
                output.publish(io::recorded_files(output.place()));
                put("results until {} ms: {}\n", until, output.place().string());
            }};
}

}  // namespace rall::app
