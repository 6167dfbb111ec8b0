// Memory that goes back to the system before its owner ends.
#pragma once

#include <cstddef>

namespace rall {

/// Gives the whole pages inside of [first, first + bytes) back to the system: what lay in them is lost, the addresses stay valid.
void give_back(void* first, std::size_t bytes);

}  // namespace rall
