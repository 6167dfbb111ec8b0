#include "app/commands.hpp"

namespace rall::app {

CLI::Validator number_above(double low, double high) {
    return {[=](std::string& text) -> std::string {
                double value = 0;
                if (CLI::detail::lexical_cast(text, value) && value > low && value <= high) return {};
                return "expected a number above " + CLI::detail::to_string(low) +
                       (high < 1e300 ? " and up to " + CLI::detail::to_string(high) : std::string()) + ", not " + text;
            },
            "NUMBER"};
}

}  // namespace rall::app
