// Runs the members of a sweep, many at a time, and keeps each result as it comes.
#pragma once

#include <functional>

#include "mechanisms/catalogue.hpp"
#include "sweep/table.hpp"

namespace rall::sweep {

struct Options {
    std::size_t batch = 0;        ///< members that run together; 0: as many as keep all threads or the device busy
    std::size_t group_bytes = 0;  ///< as network::Options
    /// Called now and then with the number of members done; returns false to stop.
    std::function<bool(double done)> on_progress;
    std::function<void()> before_compiling;
    InputRecord* inputs = nullptr;  ///< of check_members: a file that has changed since ends the sweep
};

/// Reads the configs of members at the ends of all parameters' ranges, so that what is wrong is said before anything runs.
/// Throws InputError that names the member. Kokkos is not needed.
void check_members(Description const& description, Members const& members, Catalogue& catalogue,
                   Diagnostics& diagnostics);

/// Runs the members whose rows the journal lacks. Returns false if it was stopped. Kokkos must be initialised.
bool run_members(Description const& description, Members const& members, Catalogue& catalogue, Journal& journal,
                 Options const& options, Diagnostics& diagnostics);

}  // namespace rall::sweep
