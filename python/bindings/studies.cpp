// rall.sweep and rall.channel: what `rall sweep` and `rall channel` measure, as data.
#include <nlohmann/json.hpp>
#include <pybind11/numpy.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include "channel/output.hpp"
#include "channel/variants.hpp"
#include "mechanisms/catalogue.hpp"
#include "io/text/json.hpp"
#include "python/bindings/engine.hpp"
#include "sweep/sweep.hpp"

namespace rall::python {
namespace {

/// The table of all members as CSV. The journal in `directory` goes on where it was.
py::tuple sweep(std::filesystem::path const& file, std::filesystem::path const& directory, int threads, std::size_t batch, py::object const& on_progress) {
    start_engine(threads);
    Diagnostics found;
    bool interrupted = false;
    auto const text = compute([&]() -> std::string {
        Catalogue catalogue;
        InputRecord inputs;
        std::optional<InputRecord::Noting> noting(inputs);
        auto const description = sweep::read_description(file, found);
        sweep::Members const members(description);
        sweep::check_members(description, members, catalogue, found);
        noting.reset();
        sweep::Journal journal(directory / "finished.log", sweep::fingerprint(inputs), false, found);
        sweep::Options how;
        how.batch = batch;
        how.inputs = &inputs;
        how.on_progress = [&](double done) {
            py::gil_scoped_acquire const locked;
            if (PyErr_CheckSignals() != 0) return !(interrupted = true);
            try {
                if (!on_progress.is_none()) on_progress(done, members.size());
            } catch (py::error_already_set& error) {
                error.restore();
                return !(interrupted = true);
            }
            return true;
        };
        if (!sweep::run_members(description, members, catalogue, journal, how, found)) return {};
        return sweep::csv_table(description, members, journal.rows(), catalogue);
    });
    if (interrupted) throw py::error_already_set();
    return py::make_tuple(text_of(text), to_python(found));
}

py::array_t<double> array_of(std::vector<double> const& values) { return py::array_t<double>(static_cast<py::ssize_t>(values.size()), values.data()); }

struct Wanted {
    std::vector<std::string> channels, sets, protocols, ions;
    std::map<std::string, double> constants;
    std::string current;
    std::optional<std::filesystem::path> waveform;
    std::optional<double> dt;
    channel::Clamp clamp;
};

/// All but the traces as JSON, and the traces: protocol, variant, sweep, t, v, current.
py::tuple measure(Wanted const& wanted, int threads) {
    start_engine(threads);
    Diagnostics found;
    auto const results = compute([&] {
        std::vector<channel::Variant> variants;
        for (auto const& name : wanted.channels)
            for (auto& variant : channel::variants(name, wanted.sets, wanted.current, found)) variants.push_back(std::move(variant));
        channel::tell_apart(variants);
        auto clamp = wanted.clamp;
        for (auto const& ion : wanted.ions) channel::set_ion(clamp, ion, variants, found);
        channel::Reading const reading{wanted.constants, wanted.waveform, wanted.dt};
        std::vector<channel::Protocol> protocols;
        for (auto const& name : wanted.protocols.empty() ? channel::builtin_protocols() : wanted.protocols)
            protocols.push_back(channel::read_protocol(name, reading, found));
        return channel::measure(std::move(variants), clamp, std::move(protocols), found);
    });
    py::list traces;
    for (auto const& outcome : results.outcomes)
        for (std::size_t variant = 0; variant < results.variants.size(); ++variant)
            for (std::size_t s = 0; s < outcome.protocol.sweeps.size(); ++s) {
                auto const& recording = outcome.experiment.recordings[variant][s];
                std::vector<double> t;
                for (auto const step : outcome.experiment.steps)
                    if (t.size() < recording.v.size()) t.push_back(step * outcome.protocol.dt);
                traces.append(py::make_tuple(outcome.protocol.name, results.variants[variant].label, text_of(channel::sweep_name(outcome.protocol.sweeps[s])), array_of(t),
                                             array_of(recording.v), array_of(recording.current)));
            }
    auto const json = channel::to_json(results).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return py::make_tuple(text_of(json), traces, to_python(found));
}

/// JSON with comments, as configs are written, without them: text for Python's own reader. Errors have line and column.
std::string plain_json(std::filesystem::path const& file) {
    auto const document = io::Document::read(file);
    auto const write = [](auto const& self, io::Node const& node) -> nlohmann::ordered_json {
        if (node.is_object()) {
            auto object = nlohmann::ordered_json::object();
            for (auto const& child : node.children) object[child.key] = self(self, child);
            return object;
        }
        if (node.is_array()) {
            auto array = nlohmann::ordered_json::array();
            for (auto const& child : node.children) array.push_back(self(self, child));
            return array;
        }
        return nlohmann::ordered_json(node.scalar);
    };
    return write(write, document->root()).dump();
}

}  // namespace

void bind_studies(py::module_& module) {
    module.def("sweep", &sweep);
    module.def("measure_channels", [](std::vector<std::string> channels, std::vector<std::string> sets, std::vector<std::string> protocols, std::vector<std::string> ions,
                                      std::map<std::string, double> constants, std::string current, std::optional<std::filesystem::path> waveform,
                                      std::optional<double> dt, double celsius, double series_resistance, double capacitance, bool exact, bool tables, int threads) {
        channel::Clamp clamp;
        clamp.celsius = celsius;
        clamp.series_resistance = series_resistance;
        clamp.capacitance = capacitance;
        clamp.exact = exact;
        clamp.tables = tables;
        return measure({std::move(channels), std::move(sets), std::move(protocols), std::move(ions), std::move(constants), std::move(current), std::move(waveform), dt, clamp}, threads);
    });
    module.def("plain_json", &plain_json);
    module.def("mechanisms", [] {
        Catalogue const catalogue;
        py::dict all;
        for (auto const& [name, info] : catalogue.mechanisms()) all[name.c_str()] = py::make_tuple(info->title, static_cast<int>(info->kind));
        return all;
    });
}

}  // namespace rall::python
