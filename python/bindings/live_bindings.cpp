// rall._rall.LiveModel: from the arrays that python/rall/neuron reads to a model, and back.
#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include <filesystem>
#include <mutex>

#include "python/bindings/engine.hpp"
#include "python/bindings/live_run.hpp"

namespace rall::python {
namespace {

template <class T>
std::vector<T> numbers(py::handle given) {
    auto const array = py::array_t<T, py::array::c_style | py::array::forcecast>::ensure(given);
    if (!array) throw py::error_already_set();
    return {array.data(), array.data() + array.size()};
}

/// Names of members as they are in the structs of live.hpp.
struct Reader {
    py::dict from;
    py::object operator[](char const* name) const { return from[name]; }
    template <class T>
    T get(char const* name) const {
        return from[name].cast<T>();
    }
    std::vector<int> ints(char const* name) const { return numbers<int>(from[name]); }
    std::vector<double> doubles(char const* name) const { return numbers<double>(from[name]); }
};

LiveTrees read_trees(Reader const& r) {
    return {r.get<int>("n_trees"),     r.get<std::vector<std::string>>("names"), r.ints("tree"), r.ints("parent"), r.ints("joined"), r.ints("joined_to"),
            r.ints("nseg"),            r.doubles("length"),                      r.doubles("area"), r.doubles("resistance"), r.doubles("v"),
            r.doubles("diam"),         r.doubles("cm")};
}

LiveMechanism read_mechanism(Reader const& r) {
    LiveMechanism mechanism;
    mechanism.name = r.get<std::string>("name");
    mechanism.is_density = r.get<bool>("is_density");
    mechanism.sites = r.ints("sites");
    mechanism.width = r.get<int>("width");
    mechanism.values = r.doubles("values");
    mechanism.variables = r.get<std::map<std::string, std::pair<int, int>>>("variables");
    mechanism.vectors = r.get<std::map<std::string, std::vector<std::vector<double>>>>("vectors");
    for (auto const& [name, ids] : r.get<std::map<std::string, py::dict>>("streams")) {
        Reader const of{ids};
        mechanism.streams[name] = {{of.doubles("first"), of.doubles("second"), of.doubles("third"), of.get<bool>("paired"), of.doubles("begin")}, of.doubles("draws")};
    }
    return mechanism;
}

LivePlace place_of(std::pair<int, int> pair) { return {pair.first, pair.second}; }

std::vector<LivePlace> places_of(Reader const& r, char const* mechanism, char const* index) {
    auto const of = r.ints(mechanism), at = r.ints(index);
    std::vector<LivePlace> places;
    for (std::size_t i = 0; i < at.size(); ++i) places.push_back({of[i], at[i]});
    return places;
}

LiveVariable read_variable(Reader const& r) {
    return {r.get<std::string>("mechanism"), r.get<std::string>("name"), places_of(r, "of", "index")};
}

Live read_live(py::dict const& given) {
    Reader const r{given};
    Live live;
    live.dt = r.get<double>("dt");
    live.tstop = r.get<double>("tstop");
    live.celsius = r.get<double>("celsius");
    live.step = r.get<std::int64_t>("step");
    live.begins = r.get<bool>("begins");
    live.seed = r.get<std::uint64_t>("seed");
    auto const method = r.get<std::string>("method");
    live.method = method == "cvode" ? model::Method::cvode : method == "crank_nicolson" ? model::Method::crank_nicolson : model::Method::backward_euler;
    Reader const variable{r.get<py::dict>("variable_step")};
    live.variable_step = {variable.get<double>("absolute"), variable.get<double>("relative"), variable.get<double>("maximum"), variable.get<bool>("global"),
                          variable.get<std::map<std::string, double>>("scales")};
    live.tabulated = r.get<std::set<std::string>>("tabulated");
    for (auto const& [mechanism, tables] : r.get<std::map<std::string, std::map<std::string, py::dict>>>("tables"))
        for (auto const& [name, table] : tables) {
            Reader const of{table};
            live.tables[mechanism][name] = {of.ints("n"), of.doubles("from"), of.doubles("to"), of.doubles("x"), of.doubles("values")};
        }
    live.trees = read_trees({r.get<py::dict>("trees")});
    for (auto const& one : r.get<py::list>("mechanisms")) live.mechanisms.push_back(read_mechanism({one.cast<py::dict>()}));
    for (auto const& one : r.get<py::list>("ions")) {
        Reader const ion{one.cast<py::dict>()};
        live.ions.push_back({ion.get<std::string>("name"), ion.ints("sites"), ion.doubles("reversal"), ion.doubles("inner"), ion.doubles("outer"),
                             ion.ints("held")});
    }
    for (auto const& one : r.get<py::list>("sources")) {
        Reader const source{one.cast<py::dict>()};
        live.sources.push_back({source.get<int>("site"), place_of(source.get<std::pair<int, int>>("point")), source.get<double>("threshold"), source.doubles("times")});
    }
    Reader const connections{r.get<py::dict>("connections")};
    auto const source = connections.ints("source");
    auto const targets = places_of(connections, "of", "index");
    auto const weight = connections.doubles("weight"), delay = connections.doubles("delay");
    for (std::size_t i = 0; i < source.size(); ++i) live.connections.push_back({source[i], targets[i], weight[i], delay[i]});
    for (auto const& [i, others] : connections.get<std::map<std::size_t, std::vector<double>>>("others")) live.connections[i].others = others;
    Reader const self_events{r.get<py::dict>("self_events")};
    auto const whose = places_of(self_events, "of", "index");
    auto const time = self_events.doubles("time"), flag = self_events.doubles("flag");
    for (std::size_t i = 0; i < whose.size(); ++i) live.self_events.push_back({whose[i], time[i], flag[i]});
    for (auto const& one : r.get<py::list>("probes")) {
        Reader const probe{one.cast<py::dict>()};
        live.probes.push_back({read_variable(probe), probe.get<std::int64_t>("period")});
    }
    for (auto const& one : r.get<py::list>("pointers")) {
        Reader const pointer{one.cast<py::dict>()};
        live.pointers.push_back({pointer.get<std::string>("owner"), pointer.get<std::string>("pointer"), places_of(pointer, "owner_of", "owner_index"),
                                 read_variable(pointer)});
    }
    live.globals = r.get<std::map<std::string, std::map<std::string, double>>>("globals");
    return live;
}

template <class T>
py::array_t<T> array_of(std::vector<T> const& values) {
    return py::array_t<T>(static_cast<py::ssize_t>(values.size()), values.data());
}

/// Roles that tell python/rall/neuron what of NEURON's a variable takes.
char const* name_of(Role role) {
    switch (role) {
        case Role::state: return "state";
        case Role::carried: return "carried";
        case Role::global: return "global";
        case Role::pointer: return "pointer";
        case Role::random: return "random";
        case Role::vector: return "vector";
        case Role::table: return "table";
        default: return "";
    }
}

/// The NMODL files of a model, translated once.
class Mechanisms {
public:
    explicit Mechanisms(std::vector<std::string> const& files) {
        for (auto const& file : files) catalogue.add_file(file, found);
    }
    py::dict describe() const {
        py::dict all;
        for (auto const& [name, info] : catalogue.mechanisms()) {
            py::dict variables;
            for (int k = 0; k < info->n_variables; ++k) variables[info->variables[k].name] = name_of(info->variables[k].role);
            all[name.c_str()] = variables;
        }
        return all;
    }
    /// As Catalogue::library; what has been asked for before is there at once. Once a process is enough: files do not change in between.
    Kernels const& kernels(std::vector<std::string> const& names, KernelOptions const& options) {
        std::lock_guard const lock(asking_);
        auto const found = kernels_.find({names, options});
        if (found != kernels_.end()) {
            found->second.compiled = false;
            return found->second;
        }
        return kernels_.emplace(std::pair(names, options), catalogue.library(names, {}, options)).first->second;
    }
    Catalogue catalogue;
    Diagnostics found;

private:
    std::mutex asking_;
    std::map<std::pair<std::vector<std::string>, KernelOptions>, Kernels> kernels_;
};

class LiveModel {
public:
    LiveModel(py::dict const& given, std::shared_ptr<Mechanisms> mechanisms) : live_(read_live(given)), mechanisms_(std::move(mechanisms)) {
        start_engine(0);
        compute([&] {
            carried_ = carry(live_, mechanisms_->catalogue.mechanisms());
            auto const& kernels = mechanisms_->kernels(carried_.model.mechanism_names(), carried_.model.kernels);
            library_ = kernels.library;
            compile_seconds_ = kernels.compiled ? kernels.compile_seconds : 0;
        });
    }

    py::dict run(std::shared_ptr<LiveEnd> const& before) {
        Diagnostics diagnostics;
        auto const ask = [] {
            py::gil_scoped_acquire const acquired;
            if (PyErr_CheckSignals() != 0) throw py::error_already_set();
        };
        auto const result = compute([&] { return run_live(live_, carried_, *library_, mechanisms_->catalogue.mechanisms(), before.get(), ask, diagnostics); });
        diagnostics.throw_if_errors();
        py::list samples;
        for (std::size_t p = 0; p < result.samples.size(); ++p) {
            auto const places = static_cast<py::ssize_t>(carried_.model.probes[p].sites.size());
            samples.append(array_of(result.samples[p]).reshape(std::vector<py::ssize_t>{-1, places}));
        }
        std::vector<double> times;
        std::vector<int> sources;
        for (auto const& [time, source] : result.spikes) times.push_back(time), sources.push_back(source);
        py::dict all;
        all["samples"] = samples;
        all["spike_times"] = array_of(times);
        all["spike_sources"] = array_of(sources);
        all["end"] = result.end;
        all["steps"] = result.steps;
        all["v"] = array_of(live_.trees.v);
        py::list mechanisms;
        for (auto const& mechanism : live_.mechanisms) mechanisms.append(array_of(mechanism.values));
        all["mechanisms"] = mechanisms;
        py::list ions;
        for (auto const& ion : live_.ions) ions.append(py::make_tuple(array_of(ion.reversal), array_of(ion.inner), array_of(ion.outer)));
        all["ions"] = ions;
        std::vector<double> weights;
        std::map<std::size_t, std::vector<double>> others;
        for (std::size_t k = 0; k < live_.connections.size(); ++k) {
            weights.push_back(live_.connections[k].weight);
            if (!live_.connections[k].others.empty()) others[k] = live_.connections[k].others;
        }
        all["weights"] = array_of(weights);
        all["others"] = others;
        all["build_seconds"] = result.build_seconds;
        all["run_seconds"] = result.run_seconds;
        all["compile_seconds"] = compile_seconds_;
        return all;
    }

private:
    Live live_;
    std::shared_ptr<Mechanisms> mechanisms_;
    Carried carried_;
    KernelLibrary const* library_ = nullptr;
    double compile_seconds_ = 0;
};

}  // namespace

void bind_live(py::module_& module) {
    py::class_<LiveEnd, std::shared_ptr<LiveEnd>>(module, "LiveEnd");
    py::class_<Mechanisms, std::shared_ptr<Mechanisms>>(module, "LiveMechanisms")
        .def(py::init<std::vector<std::string> const&>(), py::arg("files"))
        .def("describe", &Mechanisms::describe)
        .def_property_readonly("diagnostics", [](Mechanisms const& m) { return to_python(m.found); });
    py::class_<LiveModel>(module, "LiveModel")
        .def(py::init<py::dict const&, std::shared_ptr<Mechanisms>>(), py::arg("description"), py::arg("mechanisms"))
        .def("run", &LiveModel::run, py::arg("before") = nullptr);
}

}  // namespace rall::python
