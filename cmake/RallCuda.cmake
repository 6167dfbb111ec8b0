# CUDA: kernels are compiled by nvcc as CMake's language CUDA, everything else by the plain C++ compiler.
set(RALL_CUDA ON)
if(NOT CMAKE_CUDA_COMPILER AND NOT DEFINED ENV{CUDACXX})
    find_program(CMAKE_CUDA_COMPILER nvcc PATHS /usr/local/cuda/bin REQUIRED)
endif()
if(NOT CMAKE_CUDA_HOST_COMPILER)
    set(CMAKE_CUDA_HOST_COMPILER "${CMAKE_CXX_COMPILER}")
endif()
enable_language(CUDA)
if(NOT CMAKE_CUDA20_STANDARD_COMPILE_OPTION)  # CMake 3.25.1 does not know that nvcc 12 and newer speak C++20
    set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION -std=c++20)
    set(CMAKE_CUDA20_EXTENSION_COMPILE_OPTION -std=c++20)
endif()
set(CMAKE_CUDA_STANDARD 20)
set(CMAKE_CUDA_RUNTIME_LIBRARY Shared)  # one for the program, Kokkos and the kernels that are loaded later
set(CMAKE_CUDA_STANDARD_REQUIRED ON)
if(RALL_CCACHE AND NOT CMAKE_CUDA_COMPILER_LAUNCHER)
    set(CMAKE_CUDA_COMPILER_LAUNCHER "${RALL_CCACHE}")
endif()

# The device contracts no multiply and add either (promise of bitwise equal back ends). Host code of a kernel source gets the
# flags of a CPU kernel.
set(RALL_CUDA_OPTIONS --extended-lambda --expt-relaxed-constexpr --fmad=false -Xfatbin=-compress-all)  # a third of the size
foreach(flag IN LISTS RALL_COMPILE_OPTIONS RALL_KERNEL_OPTIONS)
    list(APPEND RALL_CUDA_OPTIONS "-Xcompiler=${flag}")
endforeach()
