// How a function that kernels call is marked: inlined (unless it calls itself), and compiled for the device too where there is one. Needs no Kokkos,
// so the portable math can be used, and tested, by any compiler.
#pragma once

// Code of a kernel as a device runs it: the threads of a team share a loop. With RALL_EMULATED_DEVICE threads of the host do so, in tests
// (solver/step/team.hpp).
#if defined(__CUDA_ARCH__) || defined(__HIP_DEVICE_COMPILE__) || defined(__SYCL_DEVICE_ONLY__) || defined(RALL_EMULATED_DEVICE)
#define RALL_ON_DEVICE
#endif

#if defined(__CUDACC__) || defined(__HIPCC__)
#define RALL_FUNCTION __host__ __device__ __forceinline__
#define RALL_RECURSIVE_FUNCTION __host__ __device__
#define RALL_PIECE __host__ __device__ __noinline__  // a piece of a function that would be too long for the compiler
#else
#define RALL_FUNCTION inline __attribute__((always_inline))
#define RALL_RECURSIVE_FUNCTION
#define RALL_PIECE __attribute__((noinline))
#endif
