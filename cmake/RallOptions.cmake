# What a user may choose when configuring, and the flags that follow from it.
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Release, Debug" FORCE)
endif()

option(RALL_TESTS "Build the tests" ON)
option(RALL_SANITIZE "Build with AddressSanitizer and UndefinedBehaviorSanitizer" OFF)
option(RALL_FUZZ "Build the targets of tests/fuzz for libFuzzer (clang only)" OFF)
set(RALL_MPI "AUTO" CACHE STRING "Run on many processes by MPI: ON, OFF, or AUTO: where there is one")
# Debian's own interpreter: python3-neuron, python3-h5py and their kin belong to it.
set(RALL_PYTHON /usr/bin/python3 CACHE FILEPATH "Python interpreter of the tests, with neuron, numpy and h5py, and of the module")
set(RALL_PYTHON_MODULE "AUTO" CACHE STRING "Build the Python module: ON, OFF, or AUTO: where there are pybind11 and Python's headers")
# A build may go through a wrapper of the compiler that is of no use afterwards, as Spack's do. The environment's RALL_CXX comes before it.
set(RALL_CXX "" CACHE STRING "C++ compiler of mechanisms that a model brings, when it is run (empty: that of the build)")
# Of several, as in x86-64-v2;x86-64-v3;x86-64-v4, all code is for the first, and built-in kernels for each (mechanisms/levels).
set(RALL_ARCH "native" CACHE STRING "Value of -march= for all code (empty: the compiler's default), or a list of x86-64 levels for a program that travels")

# Sources of one target are compiled several at a time, so that what all of them include is read once: half the time of a build.
# Debug compiles each alone, which is quicker where one was changed, and finds what a source forgot to include.
set(batches ON)
if(CMAKE_BUILD_TYPE STREQUAL "Debug")
    set(batches OFF)
endif()
option(CMAKE_UNITY_BUILD "Compile sources several at a time" ${batches})
set(CMAKE_UNITY_BUILD_BATCH_SIZE 6 CACHE STRING "How many, where they are compiled several at a time")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

# The build tree looks like the installed one: what lies at ../lib from the program does so in both.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib")
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib")

set(CMAKE_INSTALL_RPATH "$ORIGIN/../lib")

find_program(RALL_CCACHE ccache)
if(RALL_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${RALL_CCACHE}")
endif()

# Flags of every target of ours. Contraction stays off: a fused multiply-add appears where the source says fma, nowhere else,
# so that all back ends compute the same bits (docs/design.md, section 5).
set(RALL_COMPILE_OPTIONS -Wall -Wextra -ffp-contract=off)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    list(APPEND RALL_COMPILE_OPTIONS -Wno-maybe-uninitialized -Wno-restrict)  # false alarms in std::string (GCC 12)
endif()
set(RALL_LEVELS ${RALL_ARCH})
list(POP_FRONT RALL_LEVELS arch)
if(arch)
    list(APPEND RALL_COMPILE_OPTIONS "-march=${arch}")
endif()
# A program that travels has its Kokkos with it (RallInstall), and looks nowhere else.
set(several OFF)
if(RALL_LEVELS)
    set(several ON)
endif()
option(RALL_TRAVELS "Install a program that other machines run: Kokkos beside it, mechanisms compiled for the machine where it arrives" ${several})
set(CMAKE_INSTALL_RPATH_USE_LINK_PATH ON)
if(RALL_TRAVELS)
    set(CMAKE_INSTALL_RPATH_USE_LINK_PATH OFF)
endif()
if(RALL_SANITIZE)
    # Not vptr: it tries memory through a pipe, which the process that reads HDF5 may not open, and takes that for a finding.
    list(APPEND RALL_COMPILE_OPTIONS -fsanitize=address,undefined -fno-sanitize=vptr -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
    add_link_options(-fsanitize=address,undefined)
endif()

# Random123 includes for SSE what Philox makes no use of: half a second to read in each source.
add_compile_definitions(R123_USE_SSE=0)

# Of what tests are made of besides the kernels: a quarter of the time to compile them is saved, and none of them loops for long.
set(RALL_TEST_OPTIONS ${RALL_COMPILE_OPTIONS})
if(CMAKE_BUILD_TYPE STREQUAL "Release")
    list(APPEND RALL_TEST_OPTIONS -O1)
endif()

if(RALL_FUZZ)
    if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
        message(FATAL_ERROR "RALL_FUZZ needs clang, which brings libFuzzer: -D CMAKE_CXX_COMPILER=clang++ (the preset fuzz does that)")
    endif()
    list(APPEND RALL_COMPILE_OPTIONS -fsanitize=fuzzer-no-link)
endif()

# Of what no step of a simulation waits for: a tenth of the time to compile it is saved.
set(RALL_HOST_OPTIONS ${RALL_COMPILE_OPTIONS})
if(CMAKE_BUILD_TYPE STREQUAL "Release")
    list(APPEND RALL_HOST_OPTIONS -O2)
endif()

# Flags of kernels: vectorise across the lanes of a group; none of them changes a value. A compiler leaves out what it does not know.
include(CheckCXXCompilerFlag)
set(RALL_KERNEL_OPTIONS)
set(flags -fno-math-errno -fno-trapping-math -ffp-contract=off -fopenmp-simd -mprefer-vector-width=512)
if(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
    list(PREPEND flags -O3)
endif()
foreach(flag IN LISTS flags)
    string(MAKE_C_IDENTIFIER "RALL_HAS${flag}" known)
    check_cxx_compiler_flag(${flag} ${known})
    if(${known})
        list(APPEND RALL_KERNEL_OPTIONS ${flag})
    endif()
endforeach()
