// rall._rall, the compiled part of the package rall.
#include "python/bindings/bind.hpp"

PYBIND11_MODULE(_rall, module) {
    module.doc() = "The compiled part of rall; what people use is in the package itself.";
    module.attr("__version__") = RALL_VERSION;
    rall::python::bind_errors(module);
    rall::python::bind_live(module);
}
