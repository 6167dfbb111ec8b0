// Uses an installed Rall: its headers, its libraries, Kokkos, and the kernels of the built-in mechanisms.
#include <iostream>

#include "base/runtime.hpp"
#include "mechanisms/catalogue.hpp"

int main() {
    rall::Runtime const runtime(1);
    rall::Catalogue const catalogue;
    std::cout << "Kokkos " << rall::kokkos_version() << ", " << rall::backend() << ": "
              << catalogue.library({"hh", "ExpSyn"}).library->n_mechanisms << " mechanisms\n";
}
