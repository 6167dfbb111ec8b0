#include "io/simulation.hpp"

#include "io/sonata/circuit.hpp"

namespace rall::io {

Config read_simulation(Node const& root, std::filesystem::path const& path, LoadMechanisms const& load, Diagnostics& diagnostics,
                       Overrides overrides) {
    overrides.open_circuit = sonata::open_circuit;
    return read_config(root, path, load, diagnostics, overrides);
}

Config read_simulation(std::filesystem::path const& path, LoadMechanisms const& load, Diagnostics& diagnostics,
                       Overrides overrides) {
    auto const document = Document::read(path);
    auto const* simulation = document->root().find("simulation");
    if (!simulation) return read_simulation(document->root(), path, load, diagnostics, overrides);
    Object pair(document->root(), "config", diagnostics);
    auto const directory = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
    Paths const paths(directory, pair.find("manifest"), diagnostics);
    auto const* network = pair.find("network");
    auto const file = pair.required_text("simulation").empty() ? std::nullopt : paths.file(*pair.find("simulation"), diagnostics);
    pair.finish();
    diagnostics.throw_if_errors();
    auto const named = Document::read(*file);
    auto root = named->root();
    // What the simulation config says of its network wins, as in BMTK.
    if (network && !root.find("network")) root.append(*network);
    return read_simulation(root, *file, load, diagnostics, overrides);
}

}  // namespace rall::io
