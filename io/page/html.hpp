// Pages for people: what a run did (report.html) and what a reconstruction looks like (rall inspect --html), each as one HTML
// file that holds its own scripts, styles and data and opens without a network. Plain data in, a string of HTML out.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostics.hpp"

namespace rall::html {

/// One sampled variable: value i belongs to time start + i * dt (ms). Traces of equal units share a chart.
/// Long traces are thinned for drawing: each time bin keeps its smallest and its largest sample.
struct Trace {
    std::string name;   ///< "soma(0.5)"
    std::string units;  ///< "mV"
    double start = 0;
    double dt = 0.1;
    std::vector<double> values;
    std::string variable = "v";  ///< names the chart
    std::string mechanism = {};  ///< that the variable belongs to; empty for potentials and variables of ions
};

/// Nodes first, first + 1, ..., first + count - 1, which the model describes together.
struct Population {
    std::string name;
    std::uint64_t first = 0, count = 0;
    bool numbered = false;  ///< its members are called name[0], name[1], ...; else there is one, which has its name
    bool recorded = true;   ///< its spikes are in the file
    std::string file_population = {};  ///< as the file calls what it is in
    std::uint64_t first_node = 0;      ///< in the file
};

/// Spikes of the populations of a file, as far as they are drawn: of each population its first node and every `step`-th after it, of
/// these every `spike_step`-th spike (SpikePicture).
struct Spikes {
    std::string file_population;
    std::vector<Population> populations;  ///< ascending, without overlap
    std::uint64_t total = 0;              ///< spikes in the file
    std::uint64_t step = 1, spike_step = 1;
    std::vector<std::vector<float>> rows;    ///< ms, ascending, of each node that is drawn, population by population
    double bin = 0;                          ///< ms; the last bin takes what is left, half of that to one and a half
    std::vector<std::vector<double>> rates;  ///< Hz, of all spikes of each population, bin by bin from 0
    bool of_cells = true;                    ///< else of what only sends spikes
};

/// What leads from one population to another: connections, or POINTERs of its cells to others, through point processes of one name.
struct Pathway {
    std::size_t source = 0, target = 0;  ///< indices into Network::populations
    std::string through;                 ///< the entry of "synapses" that hears; empty for artificial cells
    bool coupling = false;               ///< POINTERs, which have no weight and no delay
    std::uint64_t count = 0;
    double weight = 0, delay = 0;  ///< means; in the unit of the synapse, and ms
};

/// Who is connected with whom, and where cells lie.
struct Network {
    std::vector<Population> populations;  ///< cells, then what only sends spikes
    std::uint64_t cells = 0;
    std::vector<Pathway> pathways;
    std::uint64_t soma_step = 1;  ///< somata of the first cell and every so manieth after it, of each population
    std::vector<std::array<float, 3>> somata;  ///< um; empty where cells have no places of their own
};

struct Point {
    double x = 0, y = 0, z = 0, diameter = 0;  ///< um
};

/// What is drawn and answered for as one piece of a neuron: a compartment, or a whole section where there are none yet.
struct Piece {
    std::string section;                                       ///< "apic[12]"
    std::string region;                                        ///< "apic"
    double position = 0.5;                                     ///< of its centre along the section, 0 to 1
    double distance = 0;                                       ///< path distance of its centre from the soma, um
    std::vector<Point> points;                                 ///< at least two, in order along the section
    double peak_v = std::numeric_limits<double>::quiet_NaN();  ///< mV, highest in the run; NaN where not known
};

/// A probe, electrode or synapse shown on the neuron. One that has a trace takes the trace's colour.
struct Marker {
    std::string label;
    std::string trace;           ///< Trace::name, or empty
    double x = 0, y = 0, z = 0;  ///< um
};

struct CellShape {
    std::string name;
    std::vector<Piece> pieces;  ///< coloured by peak voltage where some piece knows it, else by region
    std::vector<Marker> markers;
};

struct ReportPage {
    std::string title;     ///< the model's name
    std::string subtitle;  ///< one line under it: machine, back end, version; may be empty
    std::uint64_t cells = 0;
    std::uint64_t compartments = 0;
    std::uint64_t spikes = 0;            ///< of cells in the whole run
    std::uint64_t generator_spikes = 0;  ///< of what only sends spikes
    double simulated_ms = 0;
    double wall_s = 0;  ///< of the time loop
    std::vector<Trace> traces;
    std::uint64_t recorded = 0;  ///< places that reports recorded; more than there are traces where not all are drawn
    std::vector<Spikes> rasters;
    Network network;
    std::vector<CellShape> shapes;  ///< those to be drawn; the page lets its reader choose between them
    nlohmann::json summary;         ///< any object; shown as a table, nested objects as groups
    Diagnostics diagnostics;
};

/// A row of the table by region.
struct RegionRow {
    std::string region;
    std::uint64_t sections = 0;
    double length_um = 0;
    double area_um2 = 0;
    double volume_um3 = 0;
    double mean_diameter_um = 0;
    std::uint64_t compartments = 0;
};

struct MorphologyPage {
    std::string title;                                       ///< the file's name
    std::string subtitle;                                    ///< what the file is: "SWC, 2,281 points"
    std::vector<std::pair<std::string, std::string>> facts;  ///< label and value: soma reading, deepest branch, ...
    CellShape shape;
    std::vector<RegionRow> regions;  ///< the page adds the total
    Diagnostics diagnostics;
};

/// A page whose content a script of its own draws: io/page/assets/<kind>.js, a function <kind>Page.
struct ContentPage {
    std::string kind;
    std::string title;
    std::string subtitle;
    nlohmann::json content;
    Diagnostics diagnostics;
    std::vector<char const*> scripts = {};  ///< others that it needs: "network.js"
};

/// The page as UTF-8. Bytes of the input that are not UTF-8 become U+FFFD; no text of the input is read as HTML or script.
std::string render(ReportPage const& page);
std::string render(MorphologyPage const& page);
std::string render(ContentPage const& page);

}  // namespace rall::html
