// `rall report`: makes report.html anew from the files of an output directory.
#include <fmt/format.h>

#include "app/commands.hpp"
#include "base/text.hpp"
#include "io/page/html.hpp"
#include "io/page/run_record.hpp"

namespace rall::app {

Command add_report(CLI::App& app) {
    auto const directory = std::make_shared<std::filesystem::path>();
    auto* verb = app.add_subcommand("report", "make report.html anew from an output directory");
    verb->add_option("directory", *directory, "output directory of rall run")->required();
    return {verb, [directory] {
                auto const page = *directory / "report.html";
                write_file(page, html::render(io::report_page(*directory)));
                fmt::print("{}\n", page.string());
            }};
}

}  // namespace rall::app
