// rall._rall, the compiled part of the package rall.
#include "python/bindings/bind.hpp"

namespace rall::python {

void only_made_here(py::handle type) {
    auto const refuse = py::cpp_function([](py::args const&, py::kwargs const&) { throw py::type_error("objects of this type are not made by calling it"); });
    type.attr("__new__") = py::module_::import("builtins").attr("staticmethod")(refuse);
}

namespace {

/// pybind11 knows how NumPy 2 describes arrays from its version 2.12 on; an older one reads other numbers than there are.
void check_numpy() {
#if PYBIND11_VERSION_HEX < 0x020C0000
    std::string version;
    try {
        version = py::module_::import("importlib.metadata").attr("version")("numpy").cast<std::string>();  // without loading it
    } catch (py::error_already_set const&) {
        return;  // there is none
    }
    if (version.starts_with("0.") || version.starts_with("1.")) return;
    throw py::import_error("this build of Rall reads arrays of NumPy 1 only, since it was made with pybind11 " + std::to_string(PYBIND11_VERSION_MAJOR) + "." +
                           std::to_string(PYBIND11_VERSION_MINOR) + ", and this Python has NumPy " + version +
                           ": install \"numpy<2\", or build Rall with pybind11 2.12 or later");
#endif
}

}  // namespace

}  // namespace rall::python

PYBIND11_MODULE(_rall, module) {
    rall::python::check_numpy();
    module.doc() = "The compiled part of rall; what people use is in the package itself.";
    module.attr("__version__") = RALL_VERSION;
    rall::python::bind_errors(module);
    rall::python::bind_morphology(module);
    rall::python::bind_session(module);
    rall::python::bind_studies(module);
    rall::python::bind_live(module);
}
