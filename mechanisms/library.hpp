// The C interface of a kernel library: the built-in mechanisms compiled ahead, or a model's own set compiled for it.
// A library holds whole kernels: everything that runs on the device between two spike exchanges.
#pragma once

#include "mechanisms/info.hpp"

namespace rall {

namespace solver {
struct Group;            // solver/step/group.hpp: one group's arrays on the device
struct Advance;          // solver/step/group.hpp: what a launch needs besides the groups
struct Lockstep;         // solver/step/group.hpp: groups that see one another at every step
struct VariableKernels;  // solver/cvode/variable_kernels.hpp
}  // namespace solver

/// Raised whenever a struct that crosses the boundary changes (info.hpp, kernel.hpp, solver/step/group.hpp).
inline constexpr int kernel_abi = 14;

struct KernelLibrary {
    int abi = kernel_abi;
    char const* backend = "";  ///< "Serial", "OpenMP", "Cuda": Kokkos' default execution space
    char const* key = "";      ///< hash of sources, flags and versions, set by who built it
    MechanismInfo const* const* mechanisms = nullptr;
    int n_mechanisms = 0;
    int const* common_bytes = nullptr;   ///< per mechanism: the size of its struct Common (mechanisms/kernel.hpp)
    int const* curve_doubles = nullptr;  ///< ... and that of the table of its curves; 0 where it has none
    /// INITIAL blocks of all groups; `groups` is an array of n in device memory.
    void (*initialize)(solver::Group const* groups, int n, solver::Advance const&) = nullptr;
    /// First currents and samples of all groups, once the events of t = 0 have been delivered.
    void (*begin)(solver::Group const* groups, int n, solver::Advance const&) = nullptr;
    /// Advances all groups through the steps of one epoch.
    void (*advance)(solver::Group const* groups, int n, solver::Advance const&) = nullptr;
    /// Advances groups that see one another at every step together: until the end of the epoch, or the first step for which one lacks room.
    void (*advance_together)(solver::Lockstep const&, solver::Advance const&) = nullptr;
    /// Delivers events due until a time (ms) that the first half of the next step contains, and does no more.
    void (*deliver)(solver::Group const* groups, int n, solver::Advance const&, double until) = nullptr;
    /// What the variable step calls; null on back ends that are no host.
    solver::VariableKernels const* variable = nullptr;
};

/// What a library exports under this name, and nothing else: libraries that hold different mechanisms of one name live side
/// by side in a program.
using KernelLibraryFunction = KernelLibrary const* (*)();
inline constexpr char const* kernel_library_symbol = "rall_kernel_library";

}  // namespace rall

/// The library of the source being compiled; for the program itself, the built-in one.
extern "C" __attribute__((visibility("default"))) rall::KernelLibrary const* rall_kernel_library();
