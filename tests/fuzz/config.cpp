// The reader of simulation configs, from text to model. The files that a config can name lie beside it.
#include "io/config/config.hpp"

#include <cstdint>

#include "mechanisms/catalogue.hpp"
#include "tests/fuzz/on_disk.hpp"
#include "tests/fuzz/small.hpp"

using namespace rall;

namespace {

Catalogue const& catalogue() {
    static Catalogue const known;
    static bool const files = [] {
        fuzz::write("a.swc", "1 1 0 0 0 5 -1\n2 3 5 0 0 1 1\n3 3 60 0 0 1 2\n4 4 0 50 0 1 1\n5 4 0 90 9 1 4\n");
        fuzz::write("b.json", R"({"regions": {"all": {"mechanisms": {"pas": {}}}}})");
        fuzz::write("n.json", R"({"s": ["t", "t"], "t": {"node_id": [0]}, "u": ["u"]})");
        fuzz::write("c.csv", "section,x,g\nsoma,0.5,1e-4\n");
        return true;
    }();
    static_cast<void>(files);
    return known;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const mechanisms = catalogue().mechanisms();
    auto const name = (fuzz::folder() / "fuzz.json").string();
    Diagnostics found;
    try {
        auto const document = io::Document::parse({reinterpret_cast<char const*>(data), size}, name);
        if (!fuzz::is_small(document->root())) return 0;
        io::read_config(
            document->root(), name, [&](auto const&) { return mechanisms; }, found);
    } catch (InputError const&) {
    }
    return 0;
}
