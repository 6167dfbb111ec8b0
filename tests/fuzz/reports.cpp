// The reader of report files: what HDF5 makes of damaged ones must stay in the process that reads.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "base/diagnostics.hpp"
#include "io/results/report_file.hpp"
#include "tests/fuzz/children.hpp"
#include "tests/fuzz/on_disk.hpp"

using namespace rall;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    fuzz::watch_children();
    auto const path = fuzz::write("fuzz.h5", data, size);
    try {
        for (auto const& info : io::read_report(path)) {
            auto const count = std::min<std::uint64_t>(info.elements, 4);
            for (auto const& column : io::read_report_columns(path, info.population, count))
                if (column.size() != info.samples) std::abort();
        }
    } catch (InputError const&) {
    }
    fuzz::expect_nothing_in_children();
    return 0;
}
