// The reader of spike files: what HDF5 makes of damaged ones must stay in the process that reads.
#include "io/results/spikes.hpp"

#include <cstdint>
#include <cstdlib>

#include "base/diagnostics.hpp"
#include "tests/fuzz/children.hpp"
#include "tests/fuzz/on_disk.hpp"

using namespace rall;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    fuzz::watch_children();
    auto const path = fuzz::write("fuzz.h5", data, size);
    try {
        for (auto const& table : io::read_spikes(path))
            if (table.times.size() != table.node_ids.size()) std::abort();
        io::read_spike_trains(path, {});
    } catch (InputError const&) {
    }
    fuzz::expect_nothing_in_children();
    return 0;
}
