// A voltage-clamp protocol as a lab writes it (docs/channel.md): what the command does in each sweep, and which curves are drawn from
// the currents. Times in ms, levels in mV.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "channel/fit.hpp"
#include "channel/formula.hpp"

namespace rall::channel {

/// A recorded or simulated potential: linear between its points.
struct Waveform {
    std::string source;  ///< for people: the file, or what was simulated
    std::vector<double> t, v;
};

/// A segment of one sweep: steps [begin, end), the command going from `from` to `to`, or as a waveform does.
struct Piece {
    int segment = 0;  ///< index into Protocol::segments
    int begin = 0, end = 0;
    double from = 0, to = 0;
    bool waveform = false;
};

struct Sweep {
    Variables values;  ///< of the protocol's sweep variables
    std::vector<Piece> pieces;
    int steps() const { return pieces.back().end; }
};

/// What is read off a segment of a sweep.
enum class Measure {
    peak,          ///< the current furthest from 0
    start,         ///< the first after the command has changed
    mean,          ///< over the window
    charge,        ///< its integral over the window
    time_to_peak,  ///< from the segment's begin
    tau_decay,     ///< exponentials fitted from the peak to the end of the window
    tau_rise,      ///< ... from half of the peak to the peak
    m3h,           ///< m^3 h fitted to the current from the jump on: its time constants, and the conductance without inactivation
    trace,         ///< the current against the command
    gates          ///< each state's steady value and time constant, from exponentials through its relaxation
};

struct CurveRule {
    std::string name;
    Measure measure = Measure::peak;
    int segment = 0;
    std::optional<double> window_begin, window_end;  ///< ms from the segment's begin; missing: its ends
    bool driving_force = false;                      ///< divided by V - Erev
    enum class Normalised { no, maximum, first } normalised = Normalised::no;
    int reference = -1;    ///< segment of the same sweep whose peak it is divided by
    int exponentials = 1;  ///< for tau_decay and tau_rise
    std::string x;  ///< a sweep variable, or "number" of a repeated segment; empty where there is nothing to vary
    std::vector<Law> laws;  ///< the first of these that the curve follows is fitted to it
};

struct Protocol {
    std::string name, title, file;
    double dt = 0.025;
    bool log_samples = false;            ///< keep ever fewer samples of a segment as it goes on
    std::vector<std::string> variables;  ///< the sweep variables
    std::vector<std::string> segments;   ///< names
    std::vector<Sweep> sweeps;
    std::optional<Waveform> waveform;
    std::vector<CurveRule> curves;
    Variables constants;

    double tstop() const;  ///< of the longest sweep
};

/// How a protocol file is read.
struct Reading {
    Variables constants;                            ///< instead of the file's own
    std::optional<std::filesystem::path> waveform;  ///< instead of the file's own
    std::optional<double> dt = std::nullopt;        ///< ms, instead of the file's own
};

/// Reads a file, or a built-in protocol by its name. Throws InputError.
Protocol read_protocol(std::string const& name_or_file, Reading const& reading, Diagnostics& diagnostics);

/// Names of the built-in protocols, in the order in which they are run.
std::vector<std::string> builtin_protocols();

/// The text of a built-in protocol; empty for another name.
std::string_view builtin_protocol(std::string_view name);

}  // namespace rall::channel
