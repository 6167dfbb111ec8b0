// The reader of sweeps, and the configs of their first and last members.
#include <cstdint>

#include "sweep/description.hpp"
#include "tests/fuzz/on_disk.hpp"
#include "tests/fuzz/small.hpp"

using namespace rall;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static bool const files = [] {
        fuzz::write("base.json", R"({"cells": {"c": {"stylized": [{"name": "soma", "L": 20, "diam": 20}],
                                     "biophysics": "b.json"}}, "run": {"tstop": 1}, "list": [1, [2], {"a": 3}]})");
        fuzz::write("b.json", R"({"regions": {"all": {"cm": 1, "mechanisms": {"pas": {"g": "1e-4"}}}}})");
        fuzz::write("c.csv", "a,b\n1,2\n3,4\n");
        return true;
    }();
    static_cast<void>(files);
    Diagnostics found;
    try {
        std::string const text(reinterpret_cast<char const*>(data), size);
        if (!fuzz::is_small(io::Document::parse(text, "fuzz.json")->root())) return 0;
        auto const description = sweep::read_description(fuzz::write("fuzz.json", text), found);
        sweep::Members const members(description);
        if (members.size() == 0) return 0;
        for (auto const member : {std::size_t{0}, members.size() - 1})
            sweep::config_of(description, members.values(member));
    } catch (InputError const&) {
    }
    return 0;
}
