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
                auto const until = io::finish_interrupted(output.building());
                output.publish(io::recorded_files(output.place()));
                put("results until {} ms: {}\n", until, output.place().string());
            }};
}

}  // namespace rall::app
