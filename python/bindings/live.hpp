// What python/rall/neuron reads from the memory of a live NEURON, as arrays, and the model that it is.
//
// Sites number the nodes of all sections: compartments, section by section from the end nearer to the root; behind them the far ends of the
// sections; then the roots of the trees. Sections are listed so that parents come before children and trees one after the other.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "mechanisms/catalogue.hpp"
#include "model/model.hpp"

namespace rall::python {

struct LiveTrees {
    int n_trees = 0;
    std::vector<std::string> names;                              ///< of sections
    std::vector<int> tree, parent, joined, joined_to, nseg;      ///< per section; joined: morphology::Attachment::At, to a section or compartment
    std::vector<double> length;                                  ///< um, per section
    std::vector<double> area, resistance, v;                     ///< per site: um2; Megohm to the next node towards the root; mV
    std::vector<double> diam, cm;                                ///< per compartment: um, uF/cm2
};

/// Streams of random numbers, over instances.
struct LiveStream {
    model::StreamIds ids;
    std::vector<double> draws;  ///< made by now
};

/// All instances of a mechanism, with every number that NEURON keeps of them.
struct LiveMechanism {
    std::string name;
    bool is_density = false;
    std::vector<int> sites;  ///< ascending for density mechanisms; -1 for artificial cells
    int width = 0;
    std::vector<double> values;                           ///< [instances * width]
    std::map<std::string, std::pair<int, int>> variables;  ///< name -> first of its numbers in an instance's, and how many
    std::map<std::string, std::vector<std::vector<double>>> vectors;
    std::map<std::string, LiveStream> streams;

    std::size_t size() const { return sites.size(); }
    double value(std::size_t instance, int offset) const { return values[instance * static_cast<std::size_t>(width) + static_cast<std::size_t>(offset)]; }
};

struct LiveIon {
    std::string name;  ///< "na"
    std::vector<int> sites;  ///< ascending
    std::vector<double> reversal, inner, outer;  ///< mV, mM
    std::vector<int> held;  ///< 1 where the reversal potential stays whatever concentrations do
};

/// An instance of a mechanism, or a place (mechanism -1: site).
struct LivePlace {
    int mechanism = -1, index = -1;
};

struct LiveSource {
    int site = -1;           ///< of the voltage that crosses `threshold` (mV)
    LivePlace point = {};    ///< or who sends events
    double threshold = 10;
    std::vector<double> times = {};  ///< or when, ms
};

struct LiveConnection {
    int source = 0;
    LivePlace target;
    double weight = 0, delay = 0;
    std::vector<double> others = {};  ///< further arguments of NET_RECEIVE, where one is not 0
};

/// An event that an instance has sent itself.
struct LiveSelfEvent {
    LivePlace target;
    double time = 0, flag = 0;
};

/// Variables looked at or pointed to: of a mechanism's instances, or v, i_membrane_ or an ion's at sites (`mechanism` empty).
struct LiveVariable {
    std::string mechanism, name;
    std::vector<LivePlace> places;  ///< mechanism of the place -1: `index` is a site
};

struct LiveProbe : LiveVariable {
    std::int64_t period = 1;  ///< steps
};

struct LivePointer {
    std::string mechanism, pointer;
    std::vector<LivePlace> instances;
    LiveVariable target;
};

struct Live {
    double dt = 0.025, tstop = 0, celsius = 6.3;
    std::int64_t step = 0;  ///< from which it goes on
    bool begins = true;     ///< it has just been initialized: thresholds have not been looked at
    std::uint64_t seed = 0;  ///< NEURON's Random123_globalindex
    model::Method method = model::Method::backward_euler;
    model::VariableStep variable_step = {};
    std::set<std::string> tabulated = {};
    std::map<std::string, std::map<std::string, model::FunctionTable>> tables = {};
    LiveTrees trees = {};
    std::vector<LiveMechanism> mechanisms = {};
    std::vector<LiveIon> ions = {};
    std::vector<LiveSource> sources = {};
    std::vector<LiveConnection> connections = {};
    std::vector<LiveSelfEvent> self_events = {};
    std::vector<LiveProbe> probes = {};
    std::vector<LivePointer> pointers = {};
    std::map<std::string, std::map<std::string, double>> globals = {};
};

/// A live model in Rall's terms, and where its sites are in it.
struct Carried {
    model::Model model;
    std::vector<int> cell, compartment;    ///< per site; -1 at ends that nobody looks at
    std::vector<int> set;                  ///< per mechanism: its point set, -1 of density mechanisms
    model::Site site_of(LivePlace place) const;
};

/// Throws InputError where a mechanism has what cannot be carried over.
Carried carry(Live const& live, std::map<std::string, MechanismInfo const*> const& mechanisms);

}  // namespace rall::python
