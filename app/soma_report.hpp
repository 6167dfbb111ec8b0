// What is recorded where nobody said what to record: a run always shows something.
#pragma once

#include "base/diagnostics.hpp"
#include "io/config/config.hpp"

namespace rall::app {

/// Gives a config without "reports" one, soma_v.h5: v in the soma of the first twenty cells every 0.1 ms; a note says so. An empty "reports" means none.
void add_soma_report(io::Config& config, Diagnostics& diagnostics);

}  // namespace rall::app
