#include "channel/waveform.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <sstream>

#include "base/text.hpp"
#include "channel/patch.hpp"
#include "io/results/report_file.hpp"
#include "network/simulation.hpp"

namespace rall::channel {
namespace {

/// The numbers of a line that commas, semicolons or blanks separate; empty if something else stands there.
std::vector<double> numbers(std::string line) {
    for (char& c : line)
        if (c == ',' || c == ';' || c == '\t' || c == '\r') c = ' ';
    std::vector<double> values;
    std::istringstream words(line);
    for (std::string word; words >> word;) {
        char* end = nullptr;
        values.push_back(std::strtod(word.c_str(), &end));
        if (*end != '\0' || !std::isfinite(values.back())) return {};
    }
    return values;
}

Waveform read_csv(std::filesystem::path const& file, int column) {
    Waveform waveform;
    std::istringstream text(read_file(file));
    auto const wrong = [&](int line, std::string const& what) {
        return InputError("waveform-csv", {file.string(), line}, what,
                          "expected lines of numbers: the time in ms, then one or more potentials in mV");
    };
    int number = 0;
    for (std::string line; std::getline(text, line);) {
        ++number;
        auto const values = numbers(line);
        if (values.empty() && (waveform.t.empty() || line.find_first_not_of(" \t\r") == std::string::npos)) continue;
        if (values.empty()) throw wrong(number, "this line is not made of numbers");
        if (static_cast<int>(values.size()) < column)
            throw wrong(number, fmt::format("this line has {} columns; column {} is asked for", values.size(), column));
        if (!waveform.t.empty() && values[0] <= waveform.t.back()) throw wrong(number, "times must ascend");
        waveform.t.push_back(values[0]);
        waveform.v.push_back(values[static_cast<std::size_t>(column - 1)]);
    }
    if (waveform.t.size() < 2) throw wrong(number, "fewer than two lines of numbers are in this file");
    return waveform;
}

Waveform read_hdf5(std::filesystem::path const& file, int column) {
    auto const reports = io::read_report(file);
    if (reports.empty() || reports.front().samples < 2)
        throw InputError("waveform-report", {file.string()}, "this report holds no samples");
    auto const& report = reports.front();
    auto const element = static_cast<std::uint64_t>(column - 1);
    if (column < 2 || element > report.elements)
        throw InputError(
            "waveform-report", {file.string()},
            fmt::format("column {} is asked for; column 1 is the time, and {} follow", column, report.elements));
    if (report.units != "mV")
        throw InputError("waveform-report", {file.string()},
                         fmt::format("this report is in '{}'; expected potentials in mV", report.units));
    Waveform waveform;
    waveform.v = io::read_report_columns(file, report.population, element).back();
    for (std::size_t i = 0; i < waveform.v.size(); ++i)
        waveform.t.push_back(report.start + static_cast<double>(i) * report.dt);
    return waveform;
}

/// Numbers that are a spike in V or s, but not in mV or ms.
void warn_of_units(Waveform const& waveform, Diagnostics& found) {
    double most = 0;
    for (double const v : waveform.v) most = std::max(most, std::abs(v));
    if (most > 0 && most <= 0.2)
        found.warning("implausible", {waveform.source}, fmt::format("the potentials of this waveform are at most {:.4g} mV", most),
                      "if they are in V, multiply them by 1000");
    auto const interval = waveform.t.back() / static_cast<double>(waveform.t.size() - 1);
    if (interval < 1e-3)
        found.warning("implausible", {waveform.source}, fmt::format("the samples of this waveform are {:.3g} ms apart, {:.3g} ms in all", interval, waveform.t.back()),
                      "if times are in s, multiply them by 1000");
}

}  // namespace

Waveform read_waveform(std::filesystem::path const& file, int column, Diagnostics& found) {
    auto waveform = file.extension() == ".h5" ? read_hdf5(file, column) : read_csv(file, column);
    double const begin = waveform.t.front();
    for (double& t : waveform.t) t -= begin;
    waveform.source = file.string();
    warn_of_units(waveform, found);
    return waveform;
}

Waveform squid_spike() {
    model::Model model;
    model.tstop = 20;
    model::CellType type;
    type.name = "squid";
    type.cable = patch(1000);
    type.mechanisms = {{"hh", {0}, {}}};
    model.types = {type};
    model.cells = {{0, 0, "squid"}};
    model.points = {{"stimulus", "IClamp", {0}, {0}, {}, {{"del", 2}, {"dur", 0.5}, {"amp", 0.3}}, {}}};
    model.probes = {{"v", "v", "", {{0, 0}}, model.dt, 0, model.tstop + model.dt}};
    Waveform waveform{"hh at 6.3 degC", {}, {}};
    Diagnostics found;
    network::Options options;
    options.on_samples = [&](network::Samples const& samples) {
        for (std::int64_t r = 0; r < samples.rows; ++r) {
            waveform.t.push_back(static_cast<double>(samples.first + r) * model.dt);
            waveform.v.push_back(samples.values[r]);
        }
    };
    network::Simulation simulation(model, model.connections, *rall_kernel_library(), options, found);
    simulation.initialize();
    while (simulation.advance()) {
    }
    return waveform;
}

}  // namespace rall::channel
