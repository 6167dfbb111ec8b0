#include "session/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/inputs.hpp"
#include "base/text.hpp"
#include "base/whole.hpp"
#include "io/config/report_rows.hpp"
#include "io/results/checkpoint.hpp"
#include "mechanisms/catalogue.hpp"
#include "morphology/region.hpp"
#include "session/changes.hpp"
#include "session/places.hpp"

namespace rall::session {
namespace {

/// Where a session ends (ms) which never does: a run of eleven days of the model's time, as far as steps are counted.
double far_end(double dt) { return std::min(1e9, most_exact / 4 * dt); }

/// Rows of one report. Who holds a buffer keeps it: it grows by making way for a larger one.
struct Table {
    std::shared_ptr<std::vector<double>> values = std::make_shared<std::vector<double>>();
    std::int64_t rows = 0, columns = 0;
    double start = 0, dt = 0;

    void append(double const* from, std::int64_t n) {
        auto const used = static_cast<std::size_t>(rows * columns), more = static_cast<std::size_t>(n * columns);
        if (used + more > values->size()) {
            auto larger = std::make_shared<std::vector<double>>(std::max<std::size_t>(2 * (used + more), 1024));
            std::copy_n(values->begin(), used, larger->begin());
            values = std::move(larger);
        }
        std::copy_n(from, more, values->begin() + static_cast<std::ptrdiff_t>(used));
        rows += n;
    }
};

/// "hh.m" -> {"hh", "m"}; "v" -> {"", "v"}.
std::pair<std::string, std::string> split_owner(std::string const& name) {
    auto const dot = name.find('.');
    return dot == std::string::npos ? std::pair{std::string(), name} : std::pair{name.substr(0, dot), name.substr(dot + 1)};
}

/// In checkpoints: what was changed of "hh" "gnabar".
std::string change_name(std::string const& mechanism, std::string const& parameter) { return "changed/" + mechanism + "/" + parameter; }

}  // namespace

/// What a program looks at, found anew when the model was lowered anew.
struct Watched {
    std::string variable, mechanism;
    std::vector<model::Site> places;
    solver::Seats seats = {};
    int generation = -1;
};

struct Session::Implementation {
    Implementation(io::Node const& root, std::filesystem::path const& file, Options o, Diagnostics& found) : options(std::move(o)) {
        InputRecord inputs;
        {
            InputRecord::Noting const noting(inputs);
            auto const load = [&](MechanismSources const& sources) {
                catalogue.add(sources, found, options.on_progress);
                return catalogue.mechanisms();
            };
            config = io::read_simulation(root, file, load, found, {{}, nullptr, options.exact, options.on_progress, options.mechanism_dirs});
        }
        origin = io::origin_of(root, file, {}, inputs);
        auto& model = config.model;
        model.merge_synapses = config.merge_synapses.value_or(false);  // a program may look at each
        tstop = model.tstop;
        model.tstop = far_end(model.dt);
        for (auto& probe : model.probes)
            if (probe.stop == tstop) probe.stop = model.tstop;
        of_reports = model.probes.size();
        for (auto const& name : options.keep) keep(name);
        kernels = catalogue.library(model.mechanism_names(), {}, model.kernels);
        found.append(kernels.findings);
        tables.resize(config.reports.size());
        build(found);
        found.throw_if_errors();
        simulation->initialize();
    }

    /// What is looked at has a place of its own; it is never sampled.
    void look_at(std::string const& variable, std::string const& mechanism, std::vector<model::Site> const& sites) {
        auto& probes = config.model.probes;
        auto const same = std::find_if(probes.begin() + static_cast<std::ptrdiff_t>(of_reports), probes.end(),
                                       [&](auto const& probe) { return probe.variable == variable && probe.mechanism == mechanism; });
        if (same == probes.end()) probes.push_back({"what a program looks at", variable, mechanism, sites, far_end(config.model.dt), 0, 0});
        else same->sites.insert(same->sites.end(), sites.begin(), sites.end());
    }

    void keep(std::string const& name) {
        auto const parts = split_owner(name);
        auto const &mechanism = parts.first, &variable = parts.second;
        auto const& known = catalogue.mechanisms();
        auto const info = known.find(mechanism);
        if (!mechanism.empty() && info == known.end()) {
            std::vector<std::string> names;
            for (auto const& one : known) names.push_back(one.first);
            throw InputError("unknown-mechanism", {}, fmt::format("keep: '{}' names no mechanism", name), did_you_mean(mechanism, names));
        }
        std::vector<model::Site> sites;
        auto const& model = config.model;
        bool const of_ion = mechanism.empty() && variable != "v" && variable != "i_membrane";
        auto const is_there = [&](std::string const& painted) {
            if (!of_ion) return painted == mechanism;
            auto const* const info = known.at(painted);
            for (int k = 0; k < info->n_ions; ++k)
                for (std::string const ion = info->ions[k].name; auto const& text : {"e" + ion, ion + "i", ion + "o", "i" + ion})
                    if (text == variable) return true;
            return false;
        };
        for (std::size_t s = 0; s < model.points.size(); ++s)
            for (std::size_t i = 0; !mechanism.empty() && model.points[s].mechanism == mechanism && i < model.points[s].cell.size(); ++i)
                sites.push_back({-1, -1, {static_cast<int>(s), static_cast<int>(i)}});
        for (std::size_t c = 0; c < model.cells.size(); ++c) {
            auto const& type = model.types[static_cast<std::size_t>(model.cells[c].type)];
            std::vector<char> has(type.cable->compartments.size(), mechanism.empty() && !of_ion);
            for (auto const& painted : type.mechanisms)
                for (int const k : painted.compartments) has[static_cast<std::size_t>(k)] |= is_there(painted.mechanism);
            for (std::size_t k = 0; k < has.size(); ++k)
                if (has[k]) sites.push_back({static_cast<int>(c), static_cast<int>(k), {-1, -1}});
        }
        if (sites.empty()) throw InputError("unknown-variable", {}, fmt::format("keep: the model has no '{}' anywhere", name));
        look_at(variable, mechanism, sites);
    }

    void build(Diagnostics& found) {
        network::Options how{0, [this](network::Samples const& samples) {
                                 if (samples.probe < static_cast<int>(of_reports) && config.report_of_probe[static_cast<std::size_t>(samples.probe)] >= 0)
                                     rows->take(samples.probe, samples.values, samples.rows);
                             },
                             options.on_progress};
        auto next = std::make_unique<network::Simulation>(config.model, config.model.connections, *kernels.library, how, found);
        rows.emplace(config, [this](int report, double const* values, std::int64_t n) { tables[static_cast<std::size_t>(report)].append(values, n); });
        simulation = std::move(next);
        ++generation;
        for (std::size_t k = 0; k < tables.size(); ++k) {
            auto const& report = config.reports[k];
            auto const& probe = config.model.probes[static_cast<std::size_t>(report.probe)];
            auto const sampling = model::sampling_of(probe, config.model.dt);
            auto const columns = report.field ? report.field->electrodes.size() : report.sum ? report.sum->columns.size() : probe.sites.size();
            tables[k].columns = static_cast<std::int64_t>(columns);
            tables[k].dt = static_cast<double>(sampling.period) * config.model.dt;
            if (tables[k].rows == 0) tables[k].start = static_cast<double>(sampling.start) * config.model.dt;
        }
    }

    /// The model has changed: lowers it again, and goes on where it was.
    void build_again() {
        Diagnostics told;
        auto const since = simulation->settled();
        if (simulation->steps() == 0 && !touched) {
            for (auto& table : tables) table = {};
            build(told);
            simulation->initialize();
            for (auto const& event : early) simulation->send(event.target, event.time, event.weight);
            return;
        }
        auto const snapshot = simulation->save();
        auto spikes = simulation->spikes();
        std::erase_if(spikes, [&](auto const& spike) { return spike.time >= since; });
        build(told);
        simulation->restore(snapshot, std::move(spikes));
    }

    solver::Seats const& seats(Watched& watched) {
        if (watched.generation != generation) {
            watched.seats = simulation->find(watched.variable, watched.mechanism, watched.places);
            watched.generation = generation;
        }
        return watched.seats;
    }

    void check_alive() const {
        if (failure) throw InputError(*failure);
    }

    void describe(std::string const& mechanism, std::string const& parameter, double missing, std::vector<model::Site> const& places,
                  std::vector<double> const& values) {
        for (int const type : set_parameter(config.model, mechanism, parameter, missing, places, values))
            config.morphologies.push_back(config.morphologies[static_cast<std::size_t>(type)]);
        auto& changed = changes[{mechanism, parameter}];
        for (std::size_t i = 0; i < places.size(); ++i) {
            auto const& at = places[i];
            changed[at.point.set < 0 ? std::array{-1, at.cell, at.compartment} : std::array{at.point.set, at.point.index, 0}] = values[i];
        }
    }

    void set(Watched& watched, std::vector<double> values);
    void change_parameter(Watched& watched, VariableInfo const& x, std::vector<double> const& values);

    struct Early {
        model::PointRef target;
        double time, weight;
    };
    Options options;
    Catalogue catalogue;
    io::Config config;
    io::Origin origin;
    double tstop = 0;             ///< ms, of the config
    std::size_t of_reports = 0;   ///< probes
    Kernels kernels;
    std::vector<Table> tables;    ///< per report
    std::optional<io::ReportRows> rows;
    std::unique_ptr<network::Simulation> simulation;
    int generation = 0;
    bool touched = false;         ///< a state was set before the first step
    std::vector<Early> early;     ///< events sent before the first step
    std::map<std::pair<std::string, std::string>, std::map<std::array<int, 3>, double>> changes;  ///< mechanism and parameter; set, instance or -1, cell, compartment
    std::optional<InputError> failure;  ///< a cell has diverged
};

void Session::Implementation::change_parameter(Watched& watched, VariableInfo const& x, std::vector<double> const& values) {
    auto const mechanism = watched.places.front().point.set < 0 ? watched.mechanism : config.model.points[static_cast<std::size_t>(watched.places.front().point.set)].mechanism;
    bool const at_start = x.read & phase::at_start;
    // What INITIAL made of it is made anew by lowering only.
    bool const in_place = watched.seats.own && !at_start && simulation->steps() > 0;
    describe(mechanism, watched.variable, x.value, watched.places, values);
    if (in_place) return simulation->write(watched.seats, values.data());
    if (!watched.seats.own && !at_start) look_at(watched.variable, mechanism, watched.places);
    build_again();
}

void Session::Implementation::set(Watched& watched, std::vector<double> values) {
    check_alive();
    auto const name = watched.mechanism.empty() ? watched.variable : watched.mechanism + "." + watched.variable;
    auto const n = watched.places.size();
    if (values.size() == 1) values.resize(n, values[0]);
    if (values.size() != n)
        throw InputError("value-count", {}, fmt::format("{} values for {} places of {}", values.size(), n, name), "give one for all, or one for each");
    for (double const value : values)
        if (!std::isfinite(value)) throw InputError("value-not-finite", {}, fmt::format("{} cannot be {}", name, value), "give a finite number");
    if (n == 0) return;
    auto const& at = seats(watched);
    auto const* const x = at.variable;
    if (x && x->role == Role::parameter) return change_parameter(watched, *x, values);
    bool const is_state = x && (x->role == Role::state || x->role == Role::carried || x->role == Role::changed_parameter);
    if (!at.is_voltage && !is_state)
        throw InputError("not-settable", {}, fmt::format("{} follows from other variables: it cannot be set", name), "v, states and RANGE parameters can");
    simulation->write(at, values.data());
    touched |= simulation->steps() == 0;
}

Session::Session(io::Node const& config, std::filesystem::path const& file, Options options, Diagnostics& found)
    : implementation_(std::make_unique<Implementation>(config, file, std::move(options), found)) {}
Session::Session(std::filesystem::path const& config, Options options, Diagnostics& found) {
    auto const simulation = io::open_simulation(config, found);
    implementation_ = std::make_unique<Implementation>(simulation.root, simulation.file, std::move(options), found);
}
Session::~Session() = default;
Session::Session(Session&&) noexcept = default;

bool Session::run_until(double t, std::function<bool()> const& go_on) {
    auto& s = *implementation_;
    s.check_alive();
    if (!(t >= time() - dt() / 2))
        throw InputError("run-backwards", {}, fmt::format("the simulation is at {} ms and cannot run to {} ms", time(), t),
                         "a time is in ms since the begin of the simulation, not from where it is");
    auto const last = rounded<std::int64_t>(t / dt());
    if (last >= s.simulation->last_step())
        throw InputError("run-too-far", {}, fmt::format("a simulation ends before {} ms", s.config.model.tstop), "run to an earlier time");
    try {
        while (s.simulation->steps() < last) {
            s.early.clear();
            s.simulation->advance(last);
            if (go_on && !go_on()) break;
        }
        return s.simulation->steps() >= last;
    } catch (InputError const& diverged) {
        s.failure = diverged;
        throw;
    }
}

double Session::time() const { return implementation_->simulation->time(); }
double Session::dt() const { return implementation_->config.model.dt; }
double Session::tstop() const { return implementation_->tstop; }
double Session::epoch() const { return implementation_->simulation->epoch(); }
network::Size const& Session::size() const { return implementation_->simulation->size(); }
io::Config const& Session::config() const { return implementation_->config; }
std::vector<network::Spike> const& Session::spikes() const { return implementation_->simulation->spikes(); }

std::vector<model::Site> Session::places(std::string const& name, std::string const& location) const {
    return find_places(implementation_->config, name, location);
}

Handle Session::variable(std::string const& name, std::string const& mechanism, std::vector<model::Site> places) {
    auto& s = *implementation_;
    auto [owner, variable] = split_owner(name);
    auto watched = std::make_shared<Watched>(Watched{variable, owner.empty() ? mechanism : owner, std::move(places)});
    s.seats(*watched);
    return watched;
}

void Session::get(Handle const& handle, double* values) {
    auto& s = *implementation_;
    s.simulation->read(s.seats(*handle), values);
}

std::vector<double> Session::get(std::string const& variable, std::string const& mechanism, std::vector<model::Site> const& places) {
    std::vector<double> values(places.size());
    get(this->variable(variable, mechanism, places), values.data());
    return values;
}

void Session::set(Handle const& handle, std::vector<double> values) { implementation_->set(*handle, std::move(values)); }
void Session::set(std::string const& variable, std::string const& mechanism, std::vector<model::Site> const& places, std::vector<double> const& values) {
    set(this->variable(variable, mechanism, places), values);
}

double Session::celsius() const { return implementation_->config.model.celsius; }
void Session::set_celsius(double celsius) {
    if (!std::isfinite(celsius)) throw InputError("value-not-finite", {}, fmt::format("celsius cannot be {}", celsius), "give degC");
    implementation_->check_alive();
    implementation_->config.model.celsius = celsius;
    implementation_->build_again();
}

void Session::send(std::vector<model::Site> const& places, double time, double weight) {
    auto& s = *implementation_;
    s.check_alive();
    if (!std::isfinite(weight)) throw InputError("value-not-finite", {}, fmt::format("a weight cannot be {}", weight));
    for (auto const& place : places) {
        if (place.point.set < 0) throw InputError("event-not-received", {}, "a compartment receives no events", "send them to an entry of \"synapses\" or \"generators\"");
        s.simulation->send(place.point, time, weight);
        if (s.simulation->steps() == 0) s.early.push_back({place.point, time, weight});
    }
}

Rows Session::rows(std::size_t k) const {
    auto const& table = implementation_->tables.at(k);
    return {table.values, table.rows, table.columns, table.start, table.dt};
}

void Session::save(std::filesystem::path const& file) {
    auto& s = *implementation_;
    s.check_alive();
    if (std::error_code code; std::filesystem::is_directory(file, code))
        throw InputError("checkpoint-directory", {file.string()}, "a checkpoint is a file, and this is a directory", "give a name in it, such as state.h5");
    io::Checkpoint checkpoint{RALL_VERSION, s.origin, "", s.config.model.dt, s.simulation->save()};
    checkpoint.snapshot.numbers["changed/celsius"] = {s.config.model.celsius};
    for (auto const& [what, changed] : s.changes) {
        auto const name = change_name(what.first, what.second);
        for (auto const& [place, value] : changed) {
            for (int const k : place) checkpoint.snapshot.counts[name + "/place"].push_back(static_cast<std::uint64_t>(k + 1));
            checkpoint.snapshot.numbers[name + "/value"].push_back(value);
        }
    }
    io::write_checkpoint(file, checkpoint);
}

void Session::restore(std::filesystem::path const& file, bool other_values) {
    auto& s = *implementation_;
    auto checkpoint = io::read_checkpoint(file);
    auto& snapshot = checkpoint.snapshot;
    if (auto const other = checkpoint.origin.difference(s.origin); !other.empty() && !other_values)
        throw InputError("checkpoint-other-model", {file.string()}, "this checkpoint is of another model: " + other,
                         "where only values of parameters differ, and shall: restore(file, other_values=True)");
    if (checkpoint.dt != s.config.model.dt)
        throw InputError("checkpoint-other-model", {file.string()}, fmt::format("this checkpoint is of a model with dt {} ms, not {} ms", checkpoint.dt, s.config.model.dt));
    for (auto const& [name, values] : snapshot.numbers) {
        if (!name.starts_with("changed/") || !name.ends_with("/value")) continue;
        auto const slash = name.find('/', 8);
        auto const mechanism = name.substr(8, slash - 8), parameter = name.substr(slash + 1, name.size() - slash - 1 - 6);
        auto const& places = snapshot.counts_of(change_name(mechanism, parameter) + "/place");
        if (places.size() != 3 * values.size()) model::snapshot_misfit(name + " is of other places");
        std::vector<model::Site> sites;
        for (std::size_t i = 0; i < values.size(); ++i) {
            auto const number = [&](std::size_t k) { return static_cast<int>(places[3 * i + k]) - 1; };
            if (number(0) < 0) sites.push_back({number(1), number(2), {-1, -1}});
            else sites.push_back({-1, -1, {number(0), number(1)}});
        }
        auto const at = variable(parameter, mechanism, sites);
        s.describe(mechanism, parameter, at->seats.variable ? at->seats.variable->value : 0, sites, values);
    }
    if (auto const celsius = snapshot.numbers.find("changed/celsius"); celsius != snapshot.numbers.end() && !other_values) s.config.model.celsius = celsius->second.at(0);
    Diagnostics told;
    for (auto& table : s.tables) table = {};
    s.build(told);
    s.simulation->restore(snapshot, {});
    for (std::size_t k = 0; k < s.tables.size(); ++k) {
        auto const& probe = s.config.model.probes[static_cast<std::size_t>(s.config.reports[k].probe)];
        auto const sampling = model::sampling_of(probe, s.config.model.dt);
        auto const before = snapshot.step < sampling.start ? 0 : (snapshot.step - sampling.start) / sampling.period + 1;
        s.tables[k].start = static_cast<double>(sampling.start + before * sampling.period) * s.config.model.dt;
    }
    s.failure.reset();
    s.touched = true;
    s.early.clear();
}

}  // namespace rall::session
