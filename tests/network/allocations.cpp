// A step allocates nothing: what an epoch takes from the heap does not grow with its steps.
#include <doctest/doctest.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <new>
#include <vector>

#include "base/kokkos.hpp"
#include "base/runtime.hpp"
#include "network/simulation.hpp"
#include "tests/network/random_network.hpp"
#include "tests/solver/mechanisms.hpp"

// The sanitizers have an operator new of their own.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define RALL_OTHER_NEW
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define RALL_OTHER_NEW
#endif
#endif

#ifndef RALL_OTHER_NEW

namespace {

std::atomic<long> n_allocations{0};

void* allocate(std::size_t bytes, std::size_t alignment) {
    ++n_allocations;
    void* place = nullptr;
    if (posix_memalign(&place, alignment < sizeof(void*) ? sizeof(void*) : alignment, bytes ? bytes : 1) != 0) throw std::bad_alloc();
    return place;
}

}  // namespace

void* operator new(std::size_t bytes) { return allocate(bytes, __STDCPP_DEFAULT_NEW_ALIGNMENT__); }
void* operator new[](std::size_t bytes) { return allocate(bytes, __STDCPP_DEFAULT_NEW_ALIGNMENT__); }
void* operator new(std::size_t bytes, std::align_val_t alignment) { return allocate(bytes, static_cast<std::size_t>(alignment)); }
void* operator new[](std::size_t bytes, std::align_val_t alignment) { return allocate(bytes, static_cast<std::size_t>(alignment)); }
void operator delete(void* place) noexcept { std::free(place); }
void operator delete[](void* place) noexcept { std::free(place); }
void operator delete(void* place, std::size_t) noexcept { std::free(place); }
void operator delete[](void* place, std::size_t) noexcept { std::free(place); }
void operator delete(void* place, std::align_val_t) noexcept { std::free(place); }
void operator delete[](void* place, std::align_val_t) noexcept { std::free(place); }
void operator delete(void* place, std::size_t, std::align_val_t) noexcept { std::free(place); }
void operator delete[](void* place, std::size_t, std::align_val_t) noexcept { std::free(place); }

using namespace rall;

TEST_CASE("an epoch of forty times as many steps allocates as often") {
    if (!on_host()) return;  // the emulated device makes threads and stacks
    auto model = testing::random_network(3, 20, 0);
    model.connections.clear();  // which would cut epochs, and make them send and receive
    model.probes.clear();
    model.tstop = 100;
    Diagnostics diagnostics;
    network::Simulation simulation(model, {}, *test_library(), {std::size_t{1} << 14}, diagnostics);
    REQUIRE(simulation.size().groups > 1);
    simulation.initialize();
    Kokkos::Tools::Experimental::set_allocate_data_callback([](auto...) { ++n_allocations; });
    auto const taken = [&](std::int64_t steps) {
        auto const from = simulation.steps();
        auto const before = n_allocations.load();
        simulation.advance(from + steps);
        REQUIRE(simulation.steps() == from + steps);
        return n_allocations.load() - before;
    };
    taken(10);  // what is kept from epoch to epoch
    auto const few = taken(10);
    CHECK(taken(400) == few);
    Kokkos::Tools::Experimental::set_allocate_data_callback(nullptr);
    auto const before = n_allocations.load();
    std::vector<double>(10).swap(*std::make_unique<std::vector<double>>());
    CHECK(n_allocations.load() > before);  // they are counted
}

#endif
