// `rall list`: the built-in mechanisms, or one of them in detail.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/console.hpp"
#include "app/describe.hpp"
#include "base/text.hpp"
#include "mechanisms/catalogue.hpp"

namespace rall::app {

Command add_list(CLI::App& app) {
    struct ListOptions {
        std::string name;
        bool json = false;
    };
    auto const options = std::make_shared<ListOptions>();
    auto* verb = app.add_subcommand("list", "show the built-in mechanisms");
    verb->add_option("name", options->name, "show the variables of this one");
    verb->add_flag("--json", options->json, "for programs");
    return {verb, [options] {
                Catalogue const catalogue;
                std::vector<std::string> names;
                auto all = nlohmann::json::array();
                for (auto const& [name, info] : catalogue.mechanisms()) {
                    names.push_back(name);
                    if (options->name.empty() || options->name == name) all.push_back(describe(*info));
                }
                if (all.empty())
                    throw UsageError(fmt::format("no built-in mechanism is called '{}'; {}", options->name,
                                                 did_you_mean(options->name, names)));
                if (options->json) put("{}\n", all.dump(2));
                else if (!options->name.empty()) put("{}", details(all.front()));
                else
                    for (auto const& mechanism : all)
                        put("{:12} {:16} {}\n", mechanism["name"].get<std::string>(),
                                   mechanism["kind"].get<std::string>(), mechanism["title"].get<std::string>());
            }};
}

}  // namespace rall::app
