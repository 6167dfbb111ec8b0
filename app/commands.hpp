// The verbs of the command line, one file each.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "base/communicator.hpp"
#include "morphology/options.hpp"

namespace rall::app {

/// A verb and what it does once its options are read. Exceptions say how it failed, or Interrupted that a signal ended it (app/main.cpp
/// makes them exit codes).
struct Command {
    CLI::App* options;
    std::function<void()> run;
};

/// Checks an option's number: finite (CLI11's own checks let NaN pass), more than `low`, at most `high`.
CLI::Validator number_above(double low, double high = 1e300);

/// "--option NAME=VALUE ...": how a reconstruction is read. Throws UsageError where one is unknown.
void add_reading_options(CLI::App& verb, std::vector<std::string>& options);
morphology::SwcOptions reading_of(std::vector<std::string> const& options);

Command add_new(CLI::App& app);
Command add_run(CLI::App& app, Communicator const& ranks);
Command add_inspect(CLI::App& app);
Command add_compile(CLI::App& app);
Command add_channel(CLI::App& app);
Command add_sweep(CLI::App& app);
Command add_compare(CLI::App& app);
Command add_report(CLI::App& app);
Command add_recover(CLI::App& app);
Command add_list(CLI::App& app);
Command add_schema(CLI::App& app);

}  // namespace rall::app
