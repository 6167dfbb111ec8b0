# The libraries Rall stands on. Debian packages all of them but Kokkos (scripts/install-deps.sh).
include(RallPackages)

# MPI, for simulations that run on many processes (docs/building.md): any that CMake's FindMPI finds.
if(RALL_MPI STREQUAL "AUTO")
    find_package(MPI COMPONENTS C)
    set(RALL_MPI ${MPI_C_FOUND})
elseif(RALL_MPI)
    find_package(MPI REQUIRED COMPONENTS C)
endif()
message(STATUS "MPI: ${RALL_MPI}")

# Kokkos: the checkout that FETCHCONTENT_SOURCE_DIR_KOKKOS names; else an installed one; else the pinned release.
# Kokkos_ENABLE_CUDA asks for one with CUDA.
include(KokkosRelease)
if(NOT FETCHCONTENT_SOURCE_DIR_KOKKOS)
    rall_find_kokkos()
endif()
if(Kokkos_ENABLE_CUDA OR Kokkos_DEVICES MATCHES "CUDA")
    include(RallCuda)
endif()
if(Kokkos_FOUND)
    if(Kokkos_VERSION VERSION_LESS 3.4)
        message(FATAL_ERROR "Kokkos ${Kokkos_VERSION} in ${Kokkos_DIR} is too old: Rall needs 3.4 (scripts/install-deps.sh brings one)")
    endif()
    if(RALL_CUDA AND NOT Kokkos_DEVICES MATCHES "CUDA")
        message(FATAL_ERROR "The Kokkos ${Kokkos_VERSION} in ${Kokkos_DIR} has no CUDA: install one that has (Kokkos_ROOT=<prefix>), or "
                            "give the sources of one by -D FETCHCONTENT_SOURCE_DIR_KOKKOS=<dir> (4.7 or newer for CUDA 13)")
    endif()
    message(STATUS "Kokkos ${Kokkos_VERSION} (${Kokkos_DEVICES}) from ${Kokkos_DIR}")
else()
    include(BuildKokkos)
endif()

# What links Rall::kokkos may include base/kokkos.hpp. Warnings in Kokkos' headers are not ours: they are system headers.
add_library(rall_kokkos INTERFACE)
add_library(Rall::kokkos ALIAS rall_kokkos)
set_target_properties(rall_kokkos PROPERTIES EXPORT_NAME kokkos)
target_link_libraries(rall_kokkos INTERFACE Kokkos::kokkos)
