"""The type stubs (python/rall/*.pyi) say what the modules have: the same names, with the same parameters."""

import ast
import importlib
import inspect
import pathlib
import re
import unittest

import rall

STUBS = {file.stem: ast.parse(file.read_text()) for file in sorted(pathlib.Path(rall.__file__).parent.glob("*.pyi"))}
EMPTY = inspect.Parameter.empty
# Of Python's own methods the stubs say those that users call by an operator.
OPERATORS = {"__init__", "__len__", "__getitem__", "__iter__", "__call__", "__enter__", "__exit__", "__getattr__", "__setattr__"}


def is_said(name):
    return not name.startswith("_") or name in OPERATORS


def parameters_of(stub):
    """(name, has a default, the default where it is known) of a function in a stub."""
    a = stub.args
    required = len(a.args) - len(a.defaults)
    found = [(one.arg, k >= required, ast.literal_eval(a.defaults[k - required]) if k >= required else None) for k, one in enumerate(a.args)]
    return found + [(f"{stars}{one.arg}", False, None) for stars, one in (("*", a.vararg), ("**", a.kwarg)) if one]


def parameters_in(function):
    """The same of the function itself; of a compiled one what its docstring says."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:
        text = re.match(r"\w+\((.*)\) -> ", function.__doc__)[1]
        while (shorter := re.sub(r"\[[^\[\]]*\]", "", text)) != text:  # commas inside of types
            text = shorter
        return [(one.split(":")[0], " = " in one, None) for one in text.split(", ") if one]
    stars = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    return [(stars.get(one.kind, "") + one.name, one.default is not EMPTY, None if one.default is EMPTY else one.default) for one in parameters]


class Stubs(unittest.TestCase):
    def compare_class(self, where, stub, real):
        said = {}
        for one in stub.body:
            if isinstance(one, ast.FunctionDef):
                said.setdefault(one.name, one)  # a property before its setter
        attributes = {one.target.id for one in stub.body if isinstance(one, ast.AnnAssign)}
        own = {name: value for name, value in vars(real).items() if is_said(name) and not inspect.ismemberdescriptor(value)}
        is_compiled = "pybind11" in type(real).__name__
        if is_compiled and "__init__" not in said:
            own.pop("__init__", None)  # made by functions only
        self.assertEqual({name for name in said if is_said(name)}, set(own) - attributes, where)
        for name in attributes:  # a slot, a property, or what __init__ sets; keys of a dict are in its docstring
            self.assertTrue(hasattr(real, name) or re.search(rf"\b{name}\b", inspect.getsource(real)), f"{where}.{name}")
        for name, function in said.items():
            if isinstance(own.get(name), property):
                self.assertEqual([one.id for one in function.decorator_list], ["property"], f"{where}.{name}")
            elif name in own:
                self.assertEqual(parameters_of(function), parameters_in(own[name]), f"{where}.{name}")

    def test_agree_with_the_modules(self):
        modules = [name for name in STUBS if name != "__init__"]
        self.assertIn("simulation", modules)
        for name in modules:
            module = importlib.import_module(f"rall.{name}")
            own = {key: value for key, value in vars(module).items() if is_said(key) and getattr(value, "__module__", None) == module.__name__}
            said = {one.name: one for one in STUBS[name].body if isinstance(one, (ast.FunctionDef, ast.ClassDef)) and is_said(one.name)}
            self.assertEqual(set(said), set(own), name)
            for key, stub in said.items():
                if isinstance(stub, ast.ClassDef):
                    self.compare_class(f"{name}.{key}", stub, own[key])
                else:
                    self.assertEqual(parameters_of(stub), parameters_in(own[key]), f"{name}.{key}")

    def test_of_the_package_name_what_it_exports(self):
        names = {alias.asname for one in STUBS["__init__"].body if isinstance(one, ast.ImportFrom) for alias in one.names}
        self.assertEqual(names, {*rall.__all__, "compare_neuron", "from_neuron", "psolve"})
        self.assertTrue((pathlib.Path(rall.__file__).parent / "py.typed").exists())


if __name__ == "__main__":
    unittest.main()
