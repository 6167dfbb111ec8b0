// rall.Morphology: a reconstruction as it was understood, and how it is cut.
#include <pybind11/numpy.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <map>
#include <memory>

#include "morphology/asc.hpp"
#include "morphology/cable.hpp"
#include "morphology/region.hpp"
#include "python/bindings/bind.hpp"

namespace rall::python {
namespace {

struct Shape {
    morphology::Morphology shape;
    Diagnostics found;
};

std::shared_ptr<Shape> read(std::filesystem::path const& file, std::map<std::string, std::string> const& choices) {
    morphology::SwcOptions options;
    for (auto const& [name, value] : choices) morphology::set_option(options, name, value);
    auto all = std::make_shared<Shape>();
    all->shape = morphology::read_morphology(file, options, all->found);
    return all;
}

py::list sections_of(Shape const& all) {
    py::list list;
    for (auto const& section : all.shape.sections) {
        py::dict one;
        one["name"] = text_of(section.name);
        one["region"] = text_of(morphology::region_of(section));
        one["parent"] = section.parent;
        one["parent_x"] = section.parent_x;
        one["L"] = morphology::length(section);
        one["area"] = morphology::area(section);
        one["diam"] = morphology::mean_diam(section);
        py::array_t<double> points({static_cast<py::ssize_t>(section.points.size()), py::ssize_t{4}});
        auto* to = points.mutable_data();
        for (auto const& p : section.points)
            for (double const x : {p.x, p.y, p.z, p.diam}) *to++ = x;
        one["points"] = points;
        list.append(one);
    }
    return list;
}

/// One entry per compartment, section by section.
py::dict segments_of(Shape const& all, std::string const& by, double value, double frequency, double Ra, double cm) {
    using By = morphology::CutRule::By;
    std::map<std::string, By> const rules{{"d_lambda", By::d_lambda}, {"nseg", By::nseg}, {"max_length", By::max_length}};
    auto const rule = rules.find(by);
    if (rule == rules.end()) throw UsageError("there is no rule '" + by + "'; expected d_lambda, nseg or max_length");
    auto const cable = morphology::cut(all.shape, {{rule->second, value, frequency}, {}}, std::array{Ra}, std::array{cm});
    auto const n = static_cast<py::ssize_t>(cable.compartments.size());
    py::array_t<double> x({n, py::ssize_t{2}}), y({n, py::ssize_t{2}}), z({n, py::ssize_t{2}});
    py::array_t<double> diam(n), area(n), volume(n), where(n), distance(n);
    py::array_t<int> section(n);
    for (py::ssize_t k = 0; k < n; ++k) {
        auto const& c = cable.compartments[static_cast<std::size_t>(k)];
        x.mutable_at(k, 0) = c.begin.x, x.mutable_at(k, 1) = c.end.x;
        y.mutable_at(k, 0) = c.begin.y, y.mutable_at(k, 1) = c.end.y;
        z.mutable_at(k, 0) = c.begin.z, z.mutable_at(k, 1) = c.end.z;
        diam.mutable_at(k) = c.diam, area.mutable_at(k) = c.area, volume.mutable_at(k) = c.volume;
        where.mutable_at(k) = c.x, distance.mutable_at(k) = c.distance, section.mutable_at(k) = c.section;
    }
    py::dict arrays;
    for (auto const& [name, array] : {std::pair<char const*, py::object>{"x", x}, {"y", y}, {"z", z}, {"diam", diam}, {"area", area}, {"volume", volume},
                                      {"section", section}, {"position", where}, {"distance", distance}})
        arrays[name] = array;
    return arrays;
}

}  // namespace

void bind_morphology(py::module_& module) {
    module.def("read_shape", &read);
    py::class_<Shape, std::shared_ptr<Shape>> shape(module, "Shape");
    only_made_here(shape);
    shape.def_property_readonly("format", [](Shape const& s) { return text_of(s.shape.format); })
        .def_property_readonly("soma_reading", [](Shape const& s) { return text_of(s.shape.soma_reading); })
        .def_property_readonly("n_points", [](Shape const& s) { return s.shape.n_points; })
        .def_property_readonly("regions", [](Shape const& s) { return s.shape.regions(); })
        .def_property_readonly("found", [](Shape const& s) { return to_python(s.found); })
        .def("sections", sections_of)
        .def("select", [](Shape const& s, std::string const& expression) { return morphology::sections(s.shape, expression); })
        .def("segments", segments_of);
}

}  // namespace rall::python
