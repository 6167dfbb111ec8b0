// The reader of ASC files.
#include "morphology/asc.hpp"

#include <cstdint>

using namespace rall;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    Diagnostics found;
    try {
        morphology::parse_asc({reinterpret_cast<char const*>(data), size}, "fuzz.asc", {}, found);
    } catch (InputError const&) {
    }
    return 0;
}
