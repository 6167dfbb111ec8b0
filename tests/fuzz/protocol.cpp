// The reader of voltage-clamp protocols.
#include "channel/protocol.hpp"

#include <cstdint>

#include "io/text/json.hpp"
#include "tests/fuzz/on_disk.hpp"
#include "tests/fuzz/small.hpp"

using namespace rall;

namespace {

/// A waveform that is simulated takes longer than reading it.
bool simulates(io::Node const& node) {
    for (auto const& child : node.children)
        if (child.key == "simulated" || simulates(child)) return true;
    return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static bool const files = [] {
        fuzz::write("w.csv", "t,v\n0,-70\n1,-65\n2,10\n");
        return true;
    }();
    static_cast<void>(files);
    Diagnostics found;
    try {
        std::string const text(reinterpret_cast<char const*>(data), size);
        auto const document = io::Document::parse(text, "fuzz.json");
        if (!fuzz::is_small(document->root()) || simulates(document->root())) return 0;
        channel::read_protocol(fuzz::write("fuzz.json", text).string(), {}, found);
    } catch (InputError const&) {
    }
    return 0;
}
