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
    std::string variable = "v";  ///< names the chart's axis
};

/// The spikes of one population: times[i] (ms) of the cell node_ids[i] (0 <= id < n_nodes), in any order.
struct Spikes {
    std::string population;
    std::vector<double> times;
    std::vector<std::uint64_t> node_ids;
    std::uint64_t n_nodes = 0;
    std::vector<std::string> names;  ///< of the nodes, where they have any; else empty
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
    std::uint64_t spikes = 0;  ///< of the whole run
    double simulated_ms = 0;
    double wall_s = 0;  ///< of the time loop
    std::vector<Trace> traces;
    std::vector<Spikes> rasters;
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
};

/// The page as UTF-8. Bytes of the input that are not UTF-8 become U+FFFD; no text of the input is read as HTML or script.
std::string render(ReportPage const& page);
std::string render(MorphologyPage const& page);
std::string render(ContentPage const& page);

}  // namespace rall::html
