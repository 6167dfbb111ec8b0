// "--option NAME=VALUE": how verbs are told to read a reconstruction.
#include <fmt/format.h>

#include <algorithm>

#include "app/commands.hpp"
#include "base/diagnostics.hpp"

namespace rall::app {

void add_reading_options(CLI::App& verb, std::vector<std::string>& options) {
    std::string known;
    for (auto const& option : morphology::option_table()) known += fmt::format("{}{}", known.empty() ? "" : ", ", option.name);
    verb.add_option("--option", options, "NAME=VALUE, may be repeated: how a reconstruction is read: " + known)->allow_extra_args(false);
}

morphology::SwcOptions reading_of(std::vector<std::string> const& options) {
    morphology::SwcOptions reading;
    for (auto const& option : options) {
        auto const equals = std::min(option.find('='), option.size());
        try {
            morphology::set_option(reading, option.substr(0, equals), option.substr(std::min(equals + 1, option.size())));
        } catch (InputError const& failure) {
            throw UsageError(failure.what());
        }
    }
    return reading;
}

}  // namespace rall::app
