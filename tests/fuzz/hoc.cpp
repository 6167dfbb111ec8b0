// The reader of templates in hoc, run on a small cell with the built-in mechanisms, and what becomes of them.
#include "io/hoc/hoc.hpp"

#include <cstdint>
#include <nlohmann/json.hpp>

#include "io/config/biophysics.hpp"
#include "io/config/cell_type.hpp"
#include "io/hoc/inspect.hpp"
#include "mechanisms/catalogue.hpp"
#include "morphology/swc.hpp"
#include "tests/fuzz/on_disk.hpp"

using namespace rall;

namespace {

morphology::Morphology cell() {
    Diagnostics found;
    return morphology::parse_swc("1 1 0 0 0 5 -1\n2 3 5 0 0 1 1\n3 3 60 0 0 1 2\n4 4 0 50 0 1 1\n5 4 0 90 9 1 4\n6 2 0 -5 0 1 1\n7 2 0 -50 0 1 6\n"
                                 "8 2 9 -90 0 1 7\n9 2 -9 -90 0 1 7\n",
                                 "cell.swc", {}, found);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static Catalogue const catalogue;
    static auto const mechanisms = catalogue.mechanisms();
    static io::hoc::Vocabulary const vocabulary(mechanisms);
    static auto const shape = cell();
    auto const path = fuzz::write("fuzz.hoc", data, size);
    Diagnostics found;
    try {
        io::hoc::to_text(io::hoc::inspect(path));
        auto const program = io::hoc::read(path, {});
        std::vector<double> const attributes(io::hoc::needed_attributes(*program).size(), 1.5);
        auto const made = io::hoc::instantiate(program, vocabulary, shape, attributes, found);
        auto const biophysics = io::read_biophysics(made, "biophysics", found);
        io::paint("cell", *made.morphology, biophysics, {}, {}, mechanisms, found);
    } catch (InputError const&) {
    }
    return 0;
}
