// The reader of SWC files.
#include "morphology/swc.hpp"

#include <cstdint>

using namespace rall;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    Diagnostics found;
    try {
        morphology::parse_swc({reinterpret_cast<char const*>(data), size}, "fuzz.swc", {}, found);
    } catch (InputError const&) {
    }
    return 0;
}
