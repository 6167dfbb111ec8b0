// The reader of the JSON that people write: configs, biophysics.
#include "io/text/json.hpp"

#include <cstdint>

using namespace rall;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    try {
        auto const document = io::Document::parse({reinterpret_cast<char const*>(data), size}, "fuzz.json");
        document->root().where();
    } catch (InputError const&) {
    }
    return 0;
}
