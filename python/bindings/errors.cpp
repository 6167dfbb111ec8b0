// Exceptions of the library as exceptions of Python, with the text of the command line (base/diagnostics.hpp).
#include <pybind11/stl.h>

#include <new>

#include "base/diagnostics.hpp"
#include "python/bindings/bind.hpp"

namespace rall::python {
namespace {

/// As Python sees it: a dict with the keys severity, code, file, line, column, message, hint and text (the whole, as the command line prints it).
py::dict to_python(Diagnostic const& found) {
    py::dict all;
    all["severity"] = to_string(found.severity);
    all["code"] = found.code;
    all["file"] = found.where.file.empty() ? py::object(py::none()) : py::object(py::reinterpret_steal<py::object>(PyUnicode_DecodeFSDefault(found.where.file.c_str())));
    all["line"] = found.where.line > 0 ? py::object(py::int_(found.where.line)) : py::object(py::none());
    all["column"] = found.where.column > 0 ? py::object(py::int_(found.where.column)) : py::object(py::none());
    all["message"] = text_of(found.message);
    all["hint"] = text_of(found.advice);
    all["text"] = text_of(to_string(found));
    return all;
}

}  // namespace

/// Messages quote users' files, whatever bytes stand there.
py::str text_of(std::string const& text) {
    return py::reinterpret_steal<py::str>(PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "replace"));
}

py::list to_python(Diagnostics const& diagnostics) {
    py::list all;
    for (auto const& found : diagnostics.items()) all.append(to_python(found));
    return all;
}

void bind_errors(py::module_& module) {
    // Defined in Python (rall/errors.py), where their docstrings and attributes are.
    // Never given back: the interpreter is gone when C++ destroys what is static.
    static auto const& errors = *new py::object(py::module_::import("rall.errors"));
    module.attr("InputError") = errors.attr("InputError");
    py::register_exception_translator([](std::exception_ptr failure) {
        auto const raise = [](char const* name, auto const&... arguments) {
            py::object const type = errors.attr(name);
            PyErr_SetObject(type.ptr(), type(arguments...).ptr());
        };
        try {
            if (failure) std::rethrow_exception(failure);
        } catch (InputError const& error) {
            raise("InputError", text_of(error.what()), to_python(error.diagnostics()));
        } catch (UsageError const& error) {
            raise("UsageError", text_of(error.what()));
        } catch (MachineError const& error) {
            raise("MachineError", text_of(error.what()));
        }
    });
}

}  // namespace rall::python
