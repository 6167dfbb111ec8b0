// See memory_guard.cpp.
#pragma once

namespace rall::app {

/// From now on want of memory in this process ends it.
void guard_memory();

}  // namespace rall::app
