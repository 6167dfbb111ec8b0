# Rall for Spack 1.0 or newer:
#
#     spack repo add packaging/spack/spack_repo/rall
#     spack install rall +mpi +python
#
# builds the branch main of this checkout, `spack install rall@git.NAME=main` another branch, tag or commit of it, and `spack dev-build rall@main`
# in the checkout its files as they are. What was tried, and what Debian has for it: docs/building.md.
import re
from pathlib import Path

from spack_repo.builtin.build_systems.cmake import CMakePackage
from spack_repo.builtin.build_systems.cuda import CudaPackage

from spack.package import *


class Rall(CMakePackage, CudaPackage):
    """Neurons with their real shapes, fast: reconstructions become cables, ion channels written in NMODL ride on them, synapses join the cells."""

    git = Path(__file__).resolve().parents[6].as_uri()  # the checkout that this recipe lies in

    license("BSD-3-Clause")

    version("main", branch="main")

    variant("openmp", default=True, description="Run on many threads")
    variant("mpi", default=True, description="Run on many processes")
    variant("python", default=True, description="Build the Python module")
    variant("javascript", default="/usr/share/javascript", values=str, multi=False,
            description="Folder with three/three.min.js and dygraphs/dygraph.min.js, which Spack does not package (Debian: libjs-three, libjs-dygraphs)")

    depends_on("c", type="build")  # by which CMake finds HDF5
    depends_on("cxx", type="build")
    depends_on("cmake@3.25:", type="build")

    # Linked, and all that mechanisms are compiled with when a model is run.
    depends_on("kokkos@3.4: +shared cxxstd=20")
    depends_on("kokkos +openmp", when="+openmp")
    depends_on("kokkos ~openmp +serial", when="~openmp")
    with when("+cuda"):
        depends_on("cuda@12.2:")
        depends_on("kokkos@4.7.01: +cuda +cmake_lang")
        for arch in CudaPackage.cuda_arch_values:
            depends_on(f"kokkos cuda_arch={arch}", when=f"cuda_arch={arch}")
        conflicts("cuda_arch=none", msg="name the architecture: cuda_arch=90")
    depends_on("random123")

    depends_on("cli11", type="build")
    depends_on("eigen@3.4:3")
    depends_on("fmt@9:")
    depends_on("hdf5@1.10: ~mpi")
    depends_on("muparser@2.3: build_system=cmake")
    depends_on("nlohmann-json")
    depends_on("pugixml")
    depends_on("sundials@6.4:6 ~mpi")
    depends_on("udunits@2.2:")
    depends_on("mpi", when="+mpi")

    with when("+python"):
        extends("python")
        depends_on("python@3.9:", type=("build", "run"))
        depends_on("py-pybind11@2.10:", type="build")
        depends_on("py-pybind11@2.12:", when="^py-numpy@2:", type="build")
        depends_on("py-numpy", type=("build", "run"))

    # C++20 with constexpr algorithms and std::span.
    conflicts("%gcc@:11")
    conflicts("%clang@:13")

    def cmake_args(self):
        arguments = [
            self.define("RALL_TESTS", False),
            self.define("RALL_CXX", self["cxx"].cxx),  # not Spack's wrapper of it, which works in builds of Spack only
            self.define_from_variant("RALL_MPI", "mpi"),
            self.define_from_variant("RALL_PYTHON_MODULE", "python"),
            self.define_from_variant("RALL_JAVASCRIPT_DIR", "javascript"),
        ]
        named = re.search(r"-march=(\S+)", microarchitecture_flags(self.spec, "cxx"))
        arguments.append(self.define("RALL_ARCH", named[1] if named else ""))
        if self.spec.satisfies("+python"):
            arguments.append(self.define("RALL_PYTHON", python.path))
        if self.spec.satisfies("+cuda"):
            arguments.append(self.define("CMAKE_CUDA_ARCHITECTURES", self.spec.variants["cuda_arch"].value))
        return arguments

    def name_database(self, env):
        """Names the database of units where it is: udunits' own recipe does so, and looks where Debian has none."""
        udunits = Path(self["udunits"].prefix)
        found = [file for file in (udunits / "share" / folder / "udunits2.xml" for folder in ("udunits", "xml/udunits")) if file.exists()]
        if found:
            env.set("UDUNITS2_XML_PATH", str(found[0]))

    def setup_build_environment(self, env):
        self.name_database(env)

    def setup_run_environment(self, env):
        self.name_database(env)

    @run_after("install", when="+python")
    def install_module(self):
        """As pip has it (pyproject.toml): the installed tree with the module at its top."""
        for component in ("runtime", "python"):
            cmake("--install", self.build_directory, "--component", component, "--prefix", join_path(python_platlib, "rall"))
