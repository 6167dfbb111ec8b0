// Memory of this process: what it holds, and what goes back to the system before its owner ends.
#pragma once

#include <cstddef>
#include <cstdint>

namespace rall {

/// Gives the whole pages inside of [first, first + bytes) back to the system: what lay in them is lost, the addresses stay valid.
void give_back(void* first, std::size_t bytes);
/// The same for all that was freed and that the allocator keeps to hand out again, where the allocator can do it.
void give_back_free();

/// Bytes of memory that this process holds now; 0 where the system does not tell.
std::uint64_t held_memory();
/// The most that it ever held.
std::uint64_t peak_memory();

}  // namespace rall
