#include <iostream>

#include "base/runtime.hpp"

int main() {
    rall::Runtime const runtime(1);
    std::cout << "Kokkos " << rall::kokkos_version() << ", " << rall::backend() << '\n';
}
