// The index of what each kernel reads and writes: what generated code loads first and stores last, and `rall inspect` counts.
#pragma once

#include <string>
#include <vector>

#include "nmodl_lite/analysis/dataflow.hpp"
#include "nmodl_lite/mechanism.hpp"

namespace rall::nmodl {

enum class KernelFunction {
    initial,
    current,
    state,
    receive,
    connect,
    watch,
    before_initial,
    after_initial,
    before_breakpoint,
    after_solve,
    before_step,
    diffusion,
    derivative,
    relax,
    settle,
    next_discontinuity,
    transitions,
    after_transitions,
    curves,
    state_on_curves
};

char const* to_string(KernelFunction function);

/// Is it state(), or a part of it?
constexpr bool is_of_states(KernelFunction function) {
    return function == KernelFunction::state || function == KernelFunction::curves || function == KernelFunction::state_on_curves;
}

/// The functions that a mechanism has, in this order.
std::vector<KernelFunction> functions_of(Mechanism const& mechanism);

Body const& body_of(Mechanism const& mechanism, KernelFunction function);

/// The bodies of loops over all instances that run over and over: what passes save work in.
std::vector<Body*> loops_of(Mechanism& mechanism);

/// What the body computes for the solver beside variables.
std::set<std::string> outputs_of(Mechanism const& mechanism, KernelFunction function);

/// All of them, by KernelFunction; those that a mechanism lacks are empty.
std::vector<Body*> bodies_of(Mechanism& mechanism);
std::vector<Body const*> bodies_of(Mechanism const& mechanism);

struct Access {
    Dataflow flow;                         // of the body and, in `current`, of the sums it hands out
    std::vector<Variable const*> read;     // their values before the call matter
    std::vector<Variable const*> written;  // left behind; of a RANDOM stream the number of draws
};

Access access_of(Mechanism const& mechanism, KernelFunction function);

/// Of a part of a function that hands out `outputs`.
Access access_of(Mechanism const& mechanism, Body const& part, std::set<std::string> const& outputs = {});

/// Does NET_RECEIVE assign to an argument, so that connections must keep them?
bool changes_arguments(Mechanism const& mechanism);

/// Takes out a variable that an argument of its name hides.
void hide(Access& access, std::string const& name);

/// Parts of a step as bits: those of mechanisms/info.hpp.
namespace phase {
inline constexpr unsigned at_start = 1, before_solve = 2, after_solve = 4;
}

struct Phases {
    unsigned read = 0, written = 0;
};

/// In which phases of the fixed step kernels and solver read and write each of the mechanism's variables.
std::vector<Phases> phases_of(Mechanism const& mechanism);

/// Doubles that go from or to memory for one instance: what is written, or what is read and not the same for all.
int doubles_read(Access const& access);
int doubles_written(Access const& access);

/// All of it as comment lines of NMODL.
std::string index_text(Mechanism const& mechanism);

}  // namespace rall::nmodl
