// How long threads that have nothing to do keep their cores.
#pragma once

namespace rall::app {

/// Threads that wait for one another, at the end of an epoch and between two, look 2000 times and then sleep: GNU's OpenMP would have them look 300,000 times,
/// for milliseconds, on cores that other programs could use, and so hold up the very thread that they wait for. It is told so by the environment alone (GCC, manual
/// of libgomp, GOMP_SPINCOUNT), before a program begins: the program begins anew. Not where the user says how to wait (OMP_WAIT_POLICY, GOMP_SPINCOUNT).
void wait_briefly(char** argv);

}  // namespace rall::app
