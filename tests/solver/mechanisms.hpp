// A small kernel library written by hand, so that solver and network are tested without the NMODL compiler: the contract of
// mechanisms/kernel.hpp, one struct per mechanism.
#pragma once

#include "mechanisms/library.hpp"

/// leak, hh, synapse, clamp, electrode, accumulate (writes cai), calcium (reads eca), ticker and swarm (artificial, net_send), noise, gap
/// (POINTERs to a potential and to the state of another gap).
rall::KernelLibrary const* test_library();
