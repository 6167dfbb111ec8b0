# Builds Kokkos inside this build, from FETCHCONTENT_SOURCE_DIR_KOKKOS or from the pinned release.
include(FetchContent)

if(NOT FETCHCONTENT_SOURCE_DIR_KOKKOS)
    set(source "${FETCHCONTENT_BASE_DIR}/kokkos-${RALL_KOKKOS_RELEASE}")
    if(NOT EXISTS "${source}/CMakeLists.txt")
        message(STATUS "Kokkos is not installed: fetching release ${RALL_KOKKOS_RELEASE}")
        execute_process(COMMAND "${CMAKE_COMMAND}" -D "DESTINATION=${source}" -P "${CMAKE_CURRENT_LIST_DIR}/DownloadKokkos.cmake"
                        RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
        if(failed)
            message(FATAL_ERROR "Kokkos is not installed, and ${RALL_KOKKOS_URL} cannot be reached. scripts/install-deps.sh "
                                "builds it from a Debian source package; or give a checkout by -D FETCHCONTENT_SOURCE_DIR_KOKKOS=<dir>.")
        endif()
    endif()
    set(FETCHCONTENT_SOURCE_DIR_KOKKOS "${source}")
endif()

option(Kokkos_ENABLE_SERIAL "" ON)
option(Kokkos_ENABLE_OPENMP "" ON)
if(Kokkos_ENABLE_CUDA)
    set(Kokkos_ENABLE_COMPILE_AS_CMAKE_LANGUAGE ON CACHE BOOL "nvcc compiles the sources that need it, without a wrapper")
endif()

# Shared: the program and the kernel libraries that it loads must use one Kokkos.
set(BUILD_SHARED_LIBS ON)
FetchContent_Declare(Kokkos SOURCE_DIR "${FETCHCONTENT_SOURCE_DIR_KOKKOS}" SYSTEM)
FetchContent_MakeAvailable(Kokkos)
unset(BUILD_SHARED_LIBS)

# The library of NVIDIA's driver is found when kernels are to run (base/runtime.cpp), not when the program starts: where there is none, as where
# programs are built, it still says its version, translates and compiles.
if(Kokkos_ENABLE_CUDA AND TARGET CUDA)
    set_target_properties(CUDA PROPERTIES INTERFACE_LINK_LIBRARIES "" INTERFACE_LINK_OPTIONS "-Wl,-z,lazy;-Wl,--allow-shlib-undefined")
endif()
get_directory_property(Kokkos_VERSION DIRECTORY "${FETCHCONTENT_SOURCE_DIR_KOKKOS}" DEFINITION Kokkos_VERSION)
message(STATUS "Kokkos ${Kokkos_VERSION} from ${FETCHCONTENT_SOURCE_DIR_KOKKOS}")
