#!/usr/bin/python3
"""The recipe for Spack against the build that it describes, without Spack: it is read, not run.

    recipe.py SOURCE BUILD
"""
import ast
import re
import sys
from pathlib import Path

SOURCE, BUILD = (Path(name) for name in sys.argv[1:3])
RECIPE = SOURCE / "packaging/spack/spack_repo/rall/packages/rall/package.py"
# What the build looks for: where, and how it says from which version on.
LOOKED_FOR = {
    "CMakeLists.txt": r"(cmake)_minimum_required\(VERSION ([\d.]+)",
    "cmake/RallDependencies.cmake": r"(?m)^\s*(?:find_package\((\w+)(?: ([\d.]+))?|if\((Kokkos)_VERSION VERSION_LESS ([\d.]+))",
    "cmake/RallPackages.cmake": r"(?m)^\s*find_package\((\w+)(?: ([\d.]+))?",
    "cmake/RallInstall.cmake": r"find_path\((RANDOM123)_INCLUDE_DIR",
    "python/CMakeLists.txt": r"(?m)^\s*find_package\((\w+)(?: ([\d.]+))?",
}
OF_SPACK = {"Eigen3": "eigen", "UDUNITS2": "udunits", "nlohmann_json": "nlohmann-json", "pybind11": "py-pybind11"}  # others: in lower case
OF_THE_SYSTEM = {"Threads"}
OF_CUDA_PACKAGE = {"cuda", "cuda_arch"}


def calls(tree, *names):
    """Of each call of these functions, or methods, the arguments that are literals."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")) in names:
            yield [arg.value for arg in node.args if isinstance(arg, ast.Constant)]


def looked_for():
    """Spack's name of each package that the build looks for, with the version from which on it takes it, or nothing."""
    for file, pattern in LOOKED_FOR.items():
        found = list(re.finditer(pattern, (SOURCE / file).read_text()))
        assert found, f"{file} looks for nothing: {pattern}"
        for match in found:
            name, version = [*(group for group in match.groups() if group), ""][:2]
            if name not in OF_THE_SYSTEM:
                yield OF_SPACK.get(name, name.lower()), version


def complaints():
    tree = ast.parse(RECIPE.read_text())
    cache = (BUILD / "CMakeCache.txt").read_text()
    for name, *_ in calls(tree, "define", "define_from_variant"):
        if not name.startswith("CMAKE_") and not re.search(rf"(?m)^{name}:", cache):
            yield f"passes {name}, which is no option of the build"

    variants = {name for name, *_ in calls(tree, "variant")} | OF_CUDA_PACKAGE
    for _, *named in calls(tree, "define_from_variant"):
        yield from (f"passes the variant {name}, which it does not have" for name in named if name not in variants)

    specs = [arguments[0] for arguments in calls(tree, "depends_on") if arguments]
    for name, version in looked_for():
        asked = [spec for spec in specs if re.match(r"[\w-]+", spec)[0] == name]
        if not asked:
            yield f"does not depend on {name}, which the build looks for"
        elif version and not any(spec.startswith(f"{name}@{version}:") for spec in asked):
            yield f"depends on {' and '.join(asked)}, the build on version {version} or newer"

    installed = "\n".join(path.read_text() for path in BUILD.glob("**/cmake_install.cmake"))
    for component in re.findall(r'"(\w+)"', re.search(r"for component in \(([^)]*)\)", RECIPE.read_text())[1]):
        if f'CMAKE_INSTALL_COMPONENT STREQUAL "{component}"' not in installed:
            yield f"installs the component {component}, which nothing is in"


if __name__ == "__main__":
    found = list(complaints())
    print("\n".join(f"{RECIPE.relative_to(SOURCE)}: {complaint}" for complaint in found) or "the recipe describes this build")
    sys.exit(bool(found))
