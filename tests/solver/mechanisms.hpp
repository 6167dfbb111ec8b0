// A small kernel library written by hand, so that solver and network are tested without the NMODL compiler: the contract of
// mechanisms/kernel.hpp, one struct per mechanism.
#pragma once

#include "mechanisms/library.hpp"

/// leak, hh, synapse, forgetful (which connections may be made again to), fading and tiring (additive; the latter with arguments that change), clamp, curved (curves of v), electrode, accumulate (writes cai), calcium (reads eca), ticker and swarm (artificial, net_send), noise, gap
/// (POINTERs to a potential and to the state of another gap), storm (a gap junction with events, its POINTERs read in currents only).
rall::KernelLibrary const* test_library();

/// Advances groups that see one another at every step as a device does, with one launch after the other.
void advance_by_turns(rall::solver::Lockstep const&, rall::solver::Advance const&);
