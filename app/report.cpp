// `rall report`: makes report.html anew from the files of an output directory.
#include <fmt/format.h>

#include "app/commands.hpp"
#include "app/console.hpp"
#include "base/file.hpp"
#include "io/page/html.hpp"
#include "io/page/run_record.hpp"

namespace rall::app {

Command add_report(CLI::App& app) {
    auto const directory = std::make_shared<std::filesystem::path>();
    auto* verb = app.add_subcommand("report", "make report.html anew from an output directory");
    verb->add_option("directory", *directory, "output directory of rall run")->required();
    return {verb, [directory] {
                if (!std::filesystem::exists(*directory / io::record_name)) io::report_page(*directory);  // says why not
                io::OutputDirectory const lock(*directory, {io::page_name});
                auto const page = *directory / io::page_name;
                write_file(page, html::render(io::report_page(*directory)));
                put("{}\n", page.string());
            }};
}

}  // namespace rall::app
