// The main program of tests that run simulations.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include "base/runtime.hpp"

int main(int argc, char** argv) {
    rall::Runtime runtime;
    return doctest::Context(argc, argv).run();
}
