// Room for the stack, whatever the shell grants.
#pragma once

#include <functional>

namespace rall::app {

/// Runs `work` where it has 8 MiB of stack, and so do the threads that it starts, however little `ulimit -s` gives. Returns its exit code; 3
/// if there is none.
int with_stack(std::function<int()> const& work);

}  // namespace rall::app
