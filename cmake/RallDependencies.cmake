# The libraries Rall stands on. Debian packages all of them but Kokkos (scripts/install-deps.sh).
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(Eigen3 REQUIRED NO_MODULE)
find_package(CLI11 REQUIRED)
find_package(Threads REQUIRED)

# Kokkos: the checkout that FETCHCONTENT_SOURCE_DIR_KOKKOS names; else an installed one; else the pinned release.
include(KokkosRelease)
if(NOT FETCHCONTENT_SOURCE_DIR_KOKKOS)
    rall_find_kokkos()
endif()
if(NOT Kokkos_FOUND)
    include(BuildKokkos)
endif()
if(Kokkos_VERSION VERSION_LESS 3.4)
    message(FATAL_ERROR "Kokkos ${Kokkos_VERSION} is too old: Rall needs 3.4 or newer (scripts/install-deps.sh installs one)")
endif()
message(STATUS "Kokkos ${Kokkos_VERSION} with ${Kokkos_DEVICES} from ${Kokkos_DIR}")

# What links Rall::kokkos may include base/kokkos.hpp. Warnings in Kokkos' headers are not ours: they are system headers.
add_library(rall_kokkos INTERFACE)
add_library(Rall::kokkos ALIAS rall_kokkos)
set_target_properties(rall_kokkos PROPERTIES EXPORT_NAME kokkos)
target_link_libraries(rall_kokkos INTERFACE Kokkos::kokkos)
