// The reader of NeuroML: a cell, its biophysics for the built-in mechanisms, and its channels as NMODL.
#include "io/neuroml/neuroml.hpp"

#include <cstdint>

#include "mechanisms/catalogue.hpp"
#include "tests/fuzz/on_disk.hpp"

using namespace rall;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static Catalogue const catalogue;
    static auto const mechanisms = catalogue.mechanisms();
    auto const path = fuzz::write("fuzz.cell.nml", data, size);
    Diagnostics found;
    try {
        auto const cell = io::neuroml::read_cell(path, found);
        if (!found.has_errors()) io::neuroml::biophysics(cell, mechanisms, found);
        io::neuroml::mechanisms_of(path, found);
    } catch (InputError const&) {
    }
    return 0;
}
