// The functions that NMODL code may call without defining them.
#pragma once

#include <string>
#include <vector>

namespace rall::nmodl {

enum class BuiltinKind {
    math,       // a function of rall::math
    random,     // draws from a RANDOM stream, its first argument
    vector,     // asks a VECTOR, its first argument
    event,      // net_send, net_event, net_move
    rewritten,  // at_time, state_discontinuity, nrn_pointing: become plain NMODL
    ignored     // printf
};

struct Builtin {
    char const* name;
    BuiltinKind kind;
    int min_args, max_args;
    char const* target;  // math: name in rall::math
};

/// Null for a name that is no built-in function.
Builtin const* find_builtin(std::string const& name);
std::vector<std::string> builtin_names();

/// Functions of mechanisms/kernel.hpp that guard_indices() lets kernels call, under names that no file can give.
inline constexpr char const *place_function = "kernel::place", *misplaced_function = "kernel::misplaced";

/// True for a function of NEURON's that a mechanism gets as NMODL (library.cpp): nrn_ghk.
bool is_library_function(std::string const& name);

}  // namespace rall::nmodl
