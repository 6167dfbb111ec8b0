// The reader of biophysics, ours and Allen's, painted on a cell.
#include "io/config/biophysics.hpp"

#include <cstdint>

#include "io/config/cell_type.hpp"
#include "mechanisms/catalogue.hpp"
#include "morphology/swc.hpp"
#include "tests/fuzz/on_disk.hpp"
#include "tests/fuzz/small.hpp"

using namespace rall;

namespace {

morphology::Morphology cell() {
    Diagnostics found;
    return morphology::parse_swc("1 1 0 0 0 5 -1\n2 3 5 0 0 1 1\n3 3 60 0 0 1 2\n4 4 0 50 0 1 1\n5 4 0 90 9 1 4\n",
                                 "cell.swc", {}, found);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static Catalogue const catalogue;
    static auto const mechanisms = catalogue.mechanisms();
    static auto const shape = cell();
    Diagnostics found;
    try {
        auto const document = io::Document::parse({reinterpret_cast<char const*>(data), size}, "fuzz.json");
        if (!fuzz::is_small(document->root())) return 0;
        auto const biophysics = io::read_biophysics(document->root(), fuzz::folder(), "biophysics", found);
        io::paint("cell", shape, biophysics, {}, {}, mechanisms, found);
    } catch (InputError const&) {
    }
    return 0;
}
