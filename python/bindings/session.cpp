// rall.Simulation: session::Session as an object of Python.
#include <pybind11/numpy.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <memory>
#include <optional>
#include <set>

#include "base/runtime.hpp"
#include "io/results/report_file.hpp"
#include "morphology/region.hpp"
#include "python/bindings/engine.hpp"
#include "session/session.hpp"

namespace rall::python {
namespace {

using Values = py::array_t<double, py::array::c_style | py::array::forcecast>;

struct Places {
    std::vector<model::Site> sites;
};

/// A session, and what Python may do with it in any order.
class Simulation {
public:
    Simulation(std::string const& text, std::filesystem::path const& file, bool is_file, int threads, session::Options options) {
        start_engine(threads);
        try {
            compute([&] {
                if (is_file) {
                    session_ = std::make_unique<session::Session>(file, std::move(options), found_);
                } else {
                    auto const document = io::Document::parse(text, file.string());
                    session_ = std::make_unique<session::Session>(document->root(), file, std::move(options), found_);
                }
            });
        } catch (InputError const& error) {
            // Warnings that were found before it failed help to see why.
            Diagnostics all = found_;
            all.append(error.diagnostics());
            throw InputError(all);
        }
    }
    ~Simulation() {
        if (!session_) return;
        py::gil_scoped_release const free;
        std::lock_guard const lock(engine());
        compute_on_this_thread();
        session_.reset();
    }

    session::Session& open() const {
        if (!session_) throw UsageError("this simulation was closed");
        return *session_;
    }
    void close() {
        if (running_) throw UsageError("a simulation cannot be closed from its own callback");
        if (session_) compute([&] { session_.reset(); });
    }
    bool is_closed() const { return !session_; }

    /// `after_epoch` may be None; what it raises stops the run at the end of the epoch and is raised here, and so is what a signal raises.
    bool run_until(double t, py::object const& after_epoch) {
        auto& session = open();
        if (running_) throw UsageError("the simulation is running: its callback may look at it and change it, but not run it");
        std::optional<py::error_already_set> raised;
        auto const go_on = [&] {
            py::gil_scoped_acquire const locked;
            try {
                if (PyErr_CheckSignals() != 0) throw py::error_already_set();
                if (!after_epoch.is_none()) after_epoch();
                return true;
            } catch (py::error_already_set& error) {
                raised.emplace(error);
                return false;
            }
        };
        struct Running {
            bool& flag;
            explicit Running(bool& f) : flag(f) { flag = true; }
            ~Running() { flag = false; }
        };
        bool const arrived = compute([&] {
            Running const running(running_);
            return session.run_until(t, go_on);
        });
        if (raised) throw *raised;
        return arrived;
    }

    Diagnostics const& found() const { return found_; }

private:
    Diagnostics found_;
    std::unique_ptr<session::Session> session_;
    bool running_ = false;
};

class Variable {
public:
    Variable(std::shared_ptr<Simulation> simulation, std::string const& name, std::string const& mechanism, Places const& places)
        : simulation_(std::move(simulation)), n_(static_cast<py::ssize_t>(places.sites.size())) {
        auto& session = simulation_->open();
        handle_ = compute([&] { return session.variable(name, mechanism, places.sites); });
    }
    py::array_t<double> get() const {
        auto& session = simulation_->open();
        py::array_t<double> values(n_);
        compute([&, to = values.mutable_data()] { session.get(handle_, to); });
        return values;
    }
    void set(Values const& values) const {
        auto& session = simulation_->open();
        if (values.ndim() > 1) throw py::value_error("expected a number, or a list of one number for each place");
        std::vector<double> list(values.data(), values.data() + values.size());
        compute([&] { session.set(handle_, std::move(list)); });
    }

private:
    std::shared_ptr<Simulation> simulation_;
    session::Handle handle_;
    py::ssize_t n_;
};

/// Rows as an array that Python may read and not write; it keeps their memory.
py::array rows_of(Simulation const& simulation, std::size_t report) {
    auto const rows = simulation.open().rows(report);
    auto* const owner = new std::shared_ptr<std::vector<double> const>(rows.values);
    py::capsule const capsule(owner, [](void* p) { delete static_cast<std::shared_ptr<std::vector<double> const>*>(p); });
    py::array_t<double> array({rows.rows, rows.columns}, rows.values->data(), capsule);
    py::detail::array_proxy(array.ptr())->flags &= ~py::detail::npy_api::NPY_ARRAY_WRITEABLE_;
    return array;
}

py::list reports_of(Simulation const& simulation) {
    auto const& config = simulation.open().config();
    py::list all;
    for (std::size_t k = 0; k < config.reports.size(); ++k) {
        auto const& report = config.reports[k];
        py::list columns;
        for (auto const& part : io::columns_of(config, report))
            for (auto const& name : part.names) columns.append(text_of(name));
        auto const rows = simulation.open().rows(k);
        all.append(py::make_tuple(text_of(report.name), text_of(report.units), columns, rows.start, rows.dt));
    }
    return all;
}

py::tuple spikes_of(Simulation const& simulation) {
    auto const& spikes = simulation.open().spikes();
    py::array_t<double> times(static_cast<py::ssize_t>(spikes.size()));
    py::array_t<std::uint64_t> gids(static_cast<py::ssize_t>(spikes.size()));
    auto* t = times.mutable_data();
    auto* g = gids.mutable_data();
    for (auto const& spike : spikes) *t++ = spike.time, *g++ = spike.gid;
    return py::make_tuple(times, gids);
}

/// Of places in cells: gid, section, x, path distance (um), area (um2), middle (um). Of others: the label of the entry and the number in it.
py::list describe(Simulation const& simulation, Places const& places) {
    auto const& model = simulation.open().config().model;
    py::list all;
    for (auto const& site : places.sites) {
        py::dict one;
        if (site.point.set >= 0) {
            auto const& set = model.points[static_cast<std::size_t>(site.point.set)];
            one["entry"] = text_of(set.label);
            one["index"] = site.point.index;
            one["mechanism"] = set.mechanism;
        } else {
            auto const& cell = model.cells[static_cast<std::size_t>(site.cell)];
            auto const& cable = *model.types[static_cast<std::size_t>(cell.type)].cable;
            auto const& at = cable.compartments[static_cast<std::size_t>(site.compartment)];
            one["gid"] = cell.gid;
            one["section"] = text_of(cable.sections[static_cast<std::size_t>(at.section)].name);
            one["x"] = at.x;
            one["distance"] = at.distance;
            one["area"] = at.area;
            one["centre"] = py::make_tuple(at.centre.x, at.centre.y, at.centre.z);
            one["begin"] = py::make_tuple(at.begin.x, at.begin.y, at.begin.z);
            one["end"] = py::make_tuple(at.end.x, at.end.y, at.end.z);
            one["diam"] = at.diam;
        }
        all.append(one);
    }
    return all;
}

/// What names mean: entries with their gids, and point processes with their number.
py::dict entries_of(Simulation const& simulation) {
    auto const& config = simulation.open().config();
    py::dict cells, points;
    for (auto const& entry : config.pictured) cells[text_of(entry.name)] = py::make_tuple(entry.first, entry.count);
    for (auto const& set : config.model.points) points[text_of(set.label)] = py::make_tuple(set.mechanism, set.cell.size());
    py::dict all;
    all["cells"] = cells;
    all["points"] = points;
    return all;
}

}  // namespace

void bind_session(py::module_& module) {
    py::class_<Places> places(module, "Places");
    places.def("__len__", [](Places const& p) { return p.sites.size(); });
    only_made_here(places);
    py::class_<Variable, std::shared_ptr<Variable>> variable(module, "Variable");
    variable.def("get", &Variable::get).def("set", &Variable::set);
    only_made_here(variable);
    module.def("find_variable", [](std::shared_ptr<Simulation> const& simulation, std::string const& name, std::string const& mechanism, Places const& at) {
        return std::make_shared<Variable>(simulation, name, mechanism, at);
    });
    module.def("open_simulation", [](std::string const& text, std::filesystem::path const& file, bool is_file, int threads, std::vector<std::string> keep,
                                        std::vector<std::filesystem::path> mechanisms, bool exact) {
        return std::make_shared<Simulation>(text, file, is_file, threads, session::Options{std::move(keep), std::move(mechanisms), exact, {}});
    });
    py::class_<Simulation, std::shared_ptr<Simulation>> simulation(module, "Simulation");
    only_made_here(simulation);
    simulation.def("close", &Simulation::close)
        .def_property_readonly("closed", &Simulation::is_closed)
        .def_property_readonly("found", [](Simulation const& s) { return to_python(s.found()); })
        .def("run_until", &Simulation::run_until)
        .def_property_readonly("t", [](Simulation const& s) { return s.open().time(); })
        .def_property_readonly("dt", [](Simulation const& s) { return s.open().dt(); })
        .def_property_readonly("tstop", [](Simulation const& s) { return s.open().tstop(); })
        .def_property_readonly("epoch", [](Simulation const& s) { return s.open().epoch(); })
        .def_property("celsius", [](Simulation const& s) { return s.open().celsius(); },
                      [](Simulation const& s, double celsius) { auto& session = s.open(); compute([&] { session.set_celsius(celsius); }); })
        .def_property_readonly("size", [](Simulation const& s) {
            auto const& size = s.open().size();
            py::dict all;
            all["cells"] = size.cells;
            all["compartments"] = size.compartments;
            all["point_processes"] = size.point_processes;
            all["connections"] = size.connections;
            all["groups"] = size.groups;
            all["bytes"] = size.total_bytes();
            return all;
        })
        .def("places", [](Simulation const& s, std::string const& name, std::string const& location) {
            auto& session = s.open();
            return compute([&] { return Places{session.places(name, location)}; });
        })
        .def("describe", describe)
        .def("entries", entries_of)
        .def("mechanisms", [](Simulation const& s) {
            std::set<std::string> names;
            for (auto const& type : s.open().config().model.types)
                for (auto const& painted : type.mechanisms) names.insert(painted.mechanism);
            return names;
        })
        .def("send", [](Simulation const& s, Places const& places, double t, double weight) {
            auto& session = s.open();
            compute([&] { session.send(places.sites, t, weight); });
        })
        .def("spikes", spikes_of)
        .def("n_spikes", [](Simulation const& s) { return s.open().spikes().size(); })
        .def("reports", reports_of)
        .def("rows", rows_of)
        .def("save", [](Simulation const& s, std::filesystem::path const& file) { auto& session = s.open(); compute([&] { session.save(file); }); })
        .def("restore", [](Simulation const& s, std::filesystem::path const& file, bool other_values) {
            auto& session = s.open();
            compute([&] { session.restore(file, other_values); });
        });
    module.def("threads", [] { return compute([] { return concurrency(); }); });
    module.def("start", &start_engine);
}

}  // namespace rall::python
