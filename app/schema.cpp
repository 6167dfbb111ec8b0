// `rall schema`: what configs and other files may say, as JSON Schema.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/console.hpp"
#include "base/text.hpp"
#include "io/schema/schema.hpp"

namespace rall::app {

Command add_schema(CLI::App& app) {
    auto const kind = std::make_shared<std::string>("config");
    auto* verb = app.add_subcommand("schema", "print the JSON Schema of configs or other files, for editors and other programs");
    verb->add_option("kind", *kind, "config, biophysics, sweep, protocol or circuit")->capture_default_str();
    return {verb, [kind] {
                std::vector<std::string> const kinds(std::begin(io::schemas), std::end(io::schemas));
                if (std::ranges::find(kinds, *kind) == kinds.end())
                    throw UsageError(fmt::format("'{}' has no schema; {}", *kind, did_you_mean(*kind, kinds)));
                put("{}\n", io::schema_of(*kind).dump(1));
            }};
}

}  // namespace rall::app
