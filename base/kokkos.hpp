// The one header that knows Kokkos: every difference between its versions (3.4 to 5.x) and between host and device is hidden here.
#pragma once

#include <Kokkos_Macros.hpp>
#if defined(KOKKOS_ENABLE_CUDA) && !defined(__CUDACC__)
#error "this file launches kernels on a GPU: name it in rall_add_kernels() in its folder's CMakeLists.txt"
#endif

#include <Kokkos_Core.hpp>

#include "base/function.hpp"
