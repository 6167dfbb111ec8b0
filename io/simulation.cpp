#include "io/simulation.hpp"

#include "io/sonata/circuit.hpp"

namespace rall::io {

Config read_simulation(Node const& root, std::filesystem::path const& path, LoadMechanisms const& load, Diagnostics& diagnostics,
                       Overrides overrides) {
    overrides.open_circuit = sonata::open_circuit;
    return read_config(root, path, load, diagnostics, overrides);
}

SimulationFile open_simulation(std::filesystem::path const& path, Diagnostics& diagnostics) {
    std::shared_ptr<Document const> const document = Document::read(path);
    if (!document->root().find("simulation")) return {path, {document}, document->root()};
    Object pair(document->root(), "config", diagnostics, keys_of("pair"));
    auto const directory = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
    Paths const paths(directory, pair.find("manifest"), diagnostics);
    auto const* network = pair.find("network");
    auto const file = pair.required_text("simulation").empty() ? std::nullopt : paths.file(pair.at("simulation"), diagnostics);
    pair.finish();
    diagnostics.throw_if_errors();
    std::shared_ptr<Document const> const named = Document::read(*file);
    auto root = named->root();
    // What the simulation config says of its network wins, as in BMTK.
    if (network && !root.find("network")) root.append(*network);
    return {*file, {document, named}, std::move(root)};
}

Config read_simulation(std::filesystem::path const& path, LoadMechanisms const& load, Diagnostics& diagnostics,
                       Overrides overrides) {
    auto const simulation = open_simulation(path, diagnostics);
    return read_simulation(simulation.root, simulation.file, load, diagnostics, overrides);
}

}  // namespace rall::io
