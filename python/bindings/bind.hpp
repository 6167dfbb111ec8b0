// What the parts of rall._rall have in common: one function each, which adds its part to the module.
#pragma once

#include <pybind11/pybind11.h>

#include <string>

#include "base/diagnostics.hpp"

namespace rall::python {

namespace py = pybind11;

py::str text_of(std::string const& text);               ///< bytes that are no UTF-8 are replaced
py::list to_python(Diagnostics const& diagnostics);     ///< a dict for each

/// Objects of the type come from the module's functions only: Python cannot make one that was never initialised.
void only_made_here(py::handle type);

void bind_errors(py::module_& module);  ///< first: the others' exceptions go through it
void bind_morphology(py::module_& module);
void bind_session(py::module_& module);
void bind_studies(py::module_& module);
void bind_live(py::module_& module);

}  // namespace rall::python
