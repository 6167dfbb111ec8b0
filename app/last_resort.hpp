// Ends that libraries choose become ours: one that calls exit() or throws where nobody may throw, for want of memory or threads, ends the
// program with a message and exit code 3.
#pragma once

namespace rall::app {

/// Before anything else.
void guard_end();
/// What main() returns: an end with another code is not ours.
int ended_with(int code);

}  // namespace rall::app
