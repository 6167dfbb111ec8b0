// A config as a running simulation that a program drives: it runs to a time, is looked at, changed, and goes on. What Python's
// rall.Simulation is, and what bodies, robots and hybrid models in C++ use.
//
//     Diagnostics found;
//     session::Session cell("cell.json", {}, found);
//     auto const soma = cell.places("", "soma(0.5)");
//     for (double t = 0; t < 100; t += 1) {
//         cell.run_until(t + 1);
//         cell.set("amp", "", cell.places("step"), {0.1 - 0.01 * cell.get("v", "", soma)[0]});
//     }
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostics.hpp"
#include "base/progress.hpp"
#include "io/simulation.hpp"
#include "network/simulation.hpp"

namespace rall::session {

struct Options {
    std::vector<std::string> keep = {};  ///< variables that are to be looked at though they exist only inside of a step: "i_membrane", "hh.gna", "ica"
    std::vector<std::filesystem::path> mechanism_dirs = {};
    bool exact = false;  ///< run.kinetic is "exact"
    OnProgress on_progress = {};
};

/// Rows that a report has so far. Whoever holds `values` may go on reading them while the simulation runs on: rows that were there never change.
struct Rows {
    std::shared_ptr<std::vector<double> const> values;  ///< [rows][columns], and room behind
    std::int64_t rows = 0;
    std::int64_t columns = 0;
    double start = 0, dt = 0;  ///< ms
};

/// A variable at some places, to be looked at again and again without being looked up.
struct Watched;
using Handle = std::shared_ptr<Watched>;

/// One at a time in a thread; Kokkos must be initialised while one lives (base/runtime.hpp).
class Session {
public:
    /// Reads a config and what it names, compiles mechanisms if need be, and is ready to run. Notes and warnings go to `found`. Throws InputError, MachineError.
    Session(std::filesystem::path const& config, Options options, Diagnostics& found);
    /// The same for a config that is read already; relative file names start from the directory of `file`.
    Session(io::Node const& config, std::filesystem::path const& file, Options options, Diagnostics& found);
    ~Session();
    Session(Session&&) noexcept;

    /// Runs to the step nearest to `t` (ms), in epochs; after each `go_on` is asked, which may stop it there. In how many parts a run is made changes no
    /// result. Returns whether it got there. Throws InputError where a cell diverges, and from then on.
    /// Beyond run.tstop it goes on; inputs and reports end where the config says.
    bool run_until(double t, std::function<bool()> const& go_on = {});
    double time() const;   ///< ms
    double dt() const;     ///< ms
    double tstop() const;  ///< ms, of the config
    double epoch() const;  ///< ms, the longest between two exchanges of spikes
    network::Size const& size() const;

    /// Places: all that an entry of "cells" (its name, or name[i]; "" for all cells) has at a location as configs write them ("soma(0.5)", "apic"; "" for the
    /// default place); or the instances of an entry of "synapses", "generators" or "inputs" (name or name[i]). Throws InputError ("place-unknown", those of
    /// morphology/region.hpp).
    std::vector<model::Site> places(std::string const& name, std::string const& location = {}) const;

    /// Values at places: "v", "cai", "hh.m" or "m" with the mechanism "hh", "g" of a synapse. Throws InputError ("unknown-variable", "mechanism-not-there", "not-kept").
    std::vector<double> get(std::string const& variable, std::string const& mechanism, std::vector<model::Site> const& places);
    Handle variable(std::string const& name, std::string const& mechanism, std::vector<model::Site> places);
    void get(Handle const& handle, double* values);
    /// Sets them, one value for all or one for each. v and states: now. Parameters: from now on, as if the config had said so and this run
    /// went on from a checkpoint; before the first step, as if the config had said so. The first change of a parameter may take as long as building the
    /// simulation; the next ones of the same take no time, unless its mechanism reads it in INITIAL. Throws InputError ("not-settable", "value-not-finite").
    void set(std::string const& variable, std::string const& mechanism, std::vector<model::Site> const& places, std::vector<double> const& values);
    void set(Handle const& handle, std::vector<double> values);
    void set_celsius(double celsius);
    double celsius() const;
    /// An event for each place, which are point processes or artificial cells; as network::Simulation::send.
    void send(std::vector<model::Site> const& places, double time, double weight);

    std::vector<network::Spike> const& spikes() const;
    io::Config const& config() const;
    /// Of report number k of the config.
    Rows rows(std::size_t k) const;

    /// Writes a checkpoint: all of what it is now, changed parameters included. Throws MachineError.
    void save(std::filesystem::path const& file);
    /// Becomes what it was there. `other_values`: the model may have other values than when it was saved, which hold from now on. Rows and spikes
    /// of before are not in a checkpoint. Throws InputError ("checkpoint-other-model", ...).
    void restore(std::filesystem::path const& file, bool other_values = false);

private:
    struct Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace rall::session
