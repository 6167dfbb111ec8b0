// The reader of SONATA circuits: a config that is simulation and circuit in one, the types of its nodes and edges, and what its inputs read, one after the
// other with a line "---" between. The HDF5 files are good ones: damaged ones are what the target hdf5 is for.
#include <array>
#include <cstdint>
#include <string_view>

#include "io/results/hdf5.hpp"
#include "io/simulation.hpp"
#include "mechanisms/catalogue.hpp"
#include "tests/fuzz/children.hpp"
#include "tests/fuzz/on_disk.hpp"
#include "tests/fuzz/small.hpp"

using namespace rall;

namespace {

/// Four nodes of types 1 to 4 in "a", three of type 7 in "v"; edges within "a" and from "v" to "a".
void write_hdf5() {
    using Ids = std::vector<std::uint64_t>;
    auto const nodes = [](std::string const& name, Ids const& types) {
        io::h5::NewFile file(fuzz::folder() / (name + ".h5"));
        auto const group = io::h5::create_group(file, "nodes/" + name);
        io::h5::write(group, "node_type_id", types);
        auto const own = io::h5::create_group(group, "0");
        io::h5::write(own, "x", std::vector<double>(types.size(), 1.5));
        io::h5::write(own, "tuning_angle", std::vector<double>(types.size(), 90));
        file.finish();
    };
    auto const edges = [](std::string const& name, std::string const& source, Ids const& from, Ids const& to, Ids const& types) {
        io::h5::NewFile file(fuzz::folder() / (name + ".h5"));
        auto const group = io::h5::create_group(file, "edges/" + name);
        io::h5::write_attribute(io::h5::write(group, "source_node_id", from), "node_population", source);
        io::h5::write_attribute(io::h5::write(group, "target_node_id", to), "node_population", "a");
        io::h5::write(group, "edge_type_id", types);
        io::h5::write(io::h5::create_group(group, "0"), "nsyns", Ids(from.size(), 2));
        file.finish();
    };
    nodes("a", {1, 2, 3, 4});
    nodes("v", {7, 7, 7});
    edges("aa", "a", {0, 1, 2, 3}, {1, 0, 3, 2}, {1, 2, 2, 1});
    edges("va", "v", {0, 1, 2, 0}, {0, 1, 2, 3}, {1, 2, 2, 1});
}

std::map<std::string, MechanismInfo const*> const& mechanisms() {
    static Catalogue const known;
    static auto const all = [] {
        fuzz::watch_children();
        fuzz::write("a.swc", "1 1 0 0 0 5 -1\n2 3 5 0 0 1 1\n3 3 60 0 0 1 2\n4 2 0 50 0 1 1\n5 2 0 90 9 1 4\n");
        fuzz::write("b.json", R"({"regions": {"all": {"mechanisms": {"pas": {}}}}})");
        fuzz::write("s.json", R"({"tau1": 1, "tau2": 3, "erev": 0, "sign": 1})");
        write_hdf5();
        return known.mechanisms();
    }();
    return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const& known = mechanisms();
    std::string_view rest(reinterpret_cast<char const*>(data), size);
    std::array<std::string_view, 5> parts;
    for (auto& part : parts) {
        auto const end = rest.find("\n---\n");
        part = rest.substr(0, end);
        rest = end == rest.npos ? std::string_view{} : rest.substr(end + 5);
    }
    std::size_t k = 1;
    for (auto const* name : {"node_types.csv", "edge_types.csv", "spikes.csv", "steps.csv"}) fuzz::write(name, std::string(parts[k++]));
    auto const name = (fuzz::folder() / "fuzz.json").string();
    Diagnostics found;
    try {
        auto const document = io::Document::parse(std::string(parts[0]), name);
        if (!fuzz::is_small(document->root())) return 0;
        io::read_simulation(
            document->root(), name, [&](auto const&) { return known; }, found, {});
    } catch (InputError const&) {
    }
    fuzz::expect_nothing_in_children();
    return 0;
}
