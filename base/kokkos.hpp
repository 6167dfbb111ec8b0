// The one header that knows Kokkos: every difference between its versions (3.4 to 5.x) and between host and device is hidden here.
#pragma once

#include <Kokkos_Core.hpp>

/// A function that kernels call: inlined, on the host and on the device.
#define RALL_FUNCTION KOKKOS_FORCEINLINE_FUNCTION
