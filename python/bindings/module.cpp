// rall._rall, the compiled part of the package rall.
#include "python/bindings/bind.hpp"

namespace rall::python {

void only_made_here(py::handle type) {
    auto const refuse = py::cpp_function([](py::args const&, py::kwargs const&) { throw py::type_error("objects of this type are not made by calling it"); });
    type.attr("__new__") = py::module_::import("builtins").attr("staticmethod")(refuse);
}

}  // namespace rall::python

PYBIND11_MODULE(_rall, module) {
    module.doc() = "The compiled part of rall; what people use is in the package itself.";
    module.attr("__version__") = RALL_VERSION;
    rall::python::bind_errors(module);
    rall::python::bind_morphology(module);
    rall::python::bind_session(module);
    rall::python::bind_studies(module);
    rall::python::bind_live(module);
}
