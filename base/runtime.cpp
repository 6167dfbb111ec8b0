#include "base/runtime.hpp"

#include <dlfcn.h>
#include <pthread.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <vector>

#include "base/diagnostics.hpp"
#include "base/kokkos.hpp"

#ifdef KOKKOS_ENABLE_OPENMP
#include <omp.h>
#endif

namespace rall {

namespace {

#if KOKKOS_VERSION >= 30700
Kokkos::InitializationSettings settings(int threads) {
    Kokkos::InitializationSettings s;
    s.set_disable_warnings(true);  // advice on OMP_PROC_BIND is not for our users
    if (threads > 0) s.set_num_threads(threads);
    return s;
}
#else
Kokkos::InitArguments settings(int threads) {
    Kokkos::InitArguments s;
    s.disable_warnings = true;
    if (threads > 0) s.num_threads = threads;
    return s;
}
#endif

/// A whole number that a variable of the environment says, nothing if it is not set. Kokkos ends the program where it finds another text.
std::optional<int> number_in_environment(char const* name, int low, int high) {
    char const* const text = std::getenv(name);
    if (!text) return std::nullopt;
    int value = 0;
    auto const [end, failure] = std::from_chars(text, text + std::strlen(text), value);
    if (failure != std::errc{} || *end != 0 || value < low || value > high)
        throw UsageError("the environment variable " + std::string(name) + " is '" + text + "'; expected a whole number from " +
                         std::to_string(low) + " to " + std::to_string(high) + ", or that it is not set");
    return value;
}

/// What the environment says of threads and devices. Ours is the last word on threads, and Kokkos accepts no other beside it.
std::optional<int> threads_in_environment() {
    auto const threads = number_in_environment("KOKKOS_NUM_THREADS", 1, most_threads);
    for (auto const* name : {"KOKKOS_DEVICE_ID", "KOKKOS_SKIP_DEVICE"}) number_in_environment(name, 0, 1'000'000);
    for (auto const* name : {"KOKKOS_NUM_DEVICES", "KOKKOS_RAND_DEVICES", "KOKKOS_NUMA"})
        number_in_environment(name, 1, 1'000'000);
    for (auto const* name : {"KOKKOS_NUM_THREADS", "KOKKOS_NUMA", "KOKKOS_DISABLE_WARNINGS", "KOKKOS_PRINT_CONFIGURATION",
                             "KOKKOS_TUNE_INTERNALS"})
        ::unsetenv(name);
    return threads;
}

#if defined(KOKKOS_ENABLE_OPENMP) && KOKKOS_VERSION < 30700
decltype(Kokkos::Impl::t_openmp_instance) first_instance = nullptr;
#endif

#ifdef KOKKOS_ENABLE_OPENMP
constexpr std::size_t least_stack = 1 << 20;  // bytes; kernels keep arrays there

/// The stack of OpenMP's threads as the environment gives it: "4096" (KiB), "16M"; 0 if it says nothing that OpenMP understands.
std::size_t stack_in_environment() {
    for (auto const* name : {"OMP_STACKSIZE", "GOMP_STACKSIZE"}) {
        char const* const text = std::getenv(name);
        if (!text) continue;
        char* rest = nullptr;
        auto const number = std::strtoull(text, &rest, 10);
        while (std::isspace(static_cast<unsigned char>(*rest))) ++rest;
        auto const unit = std::string_view("BKMG").find(static_cast<char>(std::toupper(static_cast<unsigned char>(*rest))));
        if (rest == text || (*rest && unit == std::string_view::npos)) continue;
        auto const power = *rest ? 10 * unit : 10;
        auto const most = std::size_t{1} << 50;
        auto const bytes = number > (most >> power) ? most : static_cast<std::size_t>(number) << power;
        if (bytes >= 16 * 1024 && bytes < least_stack)
            throw UsageError("the environment variable " + std::string(name) + " is '" + text +
                             "', which is too little for the code of mechanisms; expected at least 1M, or that it is not set");
        return bytes;
    }
    return 0;
}

/// OpenMP ends the program where a thread cannot be started: whether all can is tried before.
bool can_start(int n, std::size_t stack) {
    std::vector<pthread_t> started;
    started.reserve(static_cast<std::size_t>(n));
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    bool possible = stack < 16 * 1024 || pthread_attr_setstacksize(&attributes, stack) == 0;
    std::mutex gate;
    {
        std::lock_guard const closed(gate);
        for (int k = 0; k < n && possible; ++k) {
            auto const wait = [](void* mutex) -> void* {
                std::lock_guard const passed(*static_cast<std::mutex*>(mutex));
                return nullptr;
            };
            pthread_t thread{};
            possible = pthread_create(&thread, &attributes, wait, &gate) == 0;
            if (possible) started.push_back(thread);
        }
    }
    for (auto const thread : started) pthread_join(thread, nullptr);
    pthread_attr_destroy(&attributes);
    return possible;
}

/// Threads that OpenMP will have, which has been told so: `threads`, or what the environment says; never more than `most` (0: any).
int prepare_threads(int threads, int most, int processes) {
    if (threads == 0 && std::getenv("OMP_NUM_THREADS")) threads = omp_get_max_threads();
    if (threads == 0) {
        auto const share = std::max(1, static_cast<int>(std::thread::hardware_concurrency()) / processes);
        threads = std::min({omp_get_max_threads(), most_threads, processes > 1 ? share : most_threads});
    }
    if (threads > most_threads)
        throw UsageError("the environment variable OMP_NUM_THREADS asks for " + std::to_string(threads) +
                         " threads; expected at most " + std::to_string(most_threads));
    if (most > 0) threads = std::min(threads, most);
    threads = std::max(1, std::min(threads, omp_get_thread_limit()));
    omp_set_dynamic(0);  // the team that Kokkos made is the one it counts on
    if (omp_get_max_active_levels() < 1) omp_set_max_active_levels(1);
    omp_set_num_threads(threads);
    if (threads > 1 && !can_start(threads - 1, stack_in_environment()))
        throw MachineError("the system does not start " + std::to_string(threads) +
                           " threads: too many processes, or too little memory\n    --threads 1 needs no others");
    return threads;
}
#else
int prepare_threads(int threads, int, int) { return threads; }
#endif

#ifdef KOKKOS_ENABLE_CUDA
__global__ void nothing() {}

/// A message where kernels cannot run, instead of the end of the program in Kokkos. The driver's library is no part of the program, which says so much,
/// and compiles mechanisms, without one (cmake/BuildKokkos.cmake): it is brought in here, for what Kokkos calls of it.
void demand_device() {
    auto const refuse = [](std::string const& why) {
        throw MachineError("no GPU: " + why + "\n    this program computes on NVIDIA's GPUs and needs one, and its driver; one that computes on "
                           "processors is built by scripts/build.sh release");
    };
    int driver = 0, n = 0;
    if (cudaDriverGetVersion(&driver) != cudaSuccess || driver == 0) refuse("there is no driver of NVIDIA's");
    if (auto const status = cudaGetDeviceCount(&n); status != cudaSuccess) refuse(cudaGetErrorString(status));
    if (!::dlopen("libcuda.so.1", RTLD_NOW | RTLD_GLOBAL)) refuse(::dlerror());
    cudaFuncAttributes attributes{};
    if (auto const status = cudaFuncGetAttributes(&attributes, nothing); status != cudaSuccess) {
        cudaDeviceProp device{};
        cudaGetDeviceProperties(&device, 0);
        refuse(std::string(device.name) + " (sm_" + std::to_string(device.major) + std::to_string(device.minor) +
               ") does not run the kernels of this program: " + cudaGetErrorString(status));
    }
}
#else
void demand_device() {}
#endif

}  // namespace

Runtime::Runtime(int threads, int most, int processes) {
    auto const said = threads_in_environment();
    threads = prepare_threads(threads == 0 ? said.value_or(0) : threads, most, processes);
    demand_device();
    try {
        Kokkos::initialize(settings(threads));
#if defined(KOKKOS_ENABLE_OPENMP) && KOKKOS_VERSION < 30700
        first_instance = Kokkos::Impl::t_openmp_instance;
#endif
    } catch (std::exception const& failure) {
        throw MachineError(std::string("Kokkos does not start: ") + failure.what());
    }
}
Runtime::~Runtime() { Kokkos::finalize(); }

#if defined(KOKKOS_ENABLE_OPENMP) && KOKKOS_VERSION < 30700
// Up to 3.6 the OpenMP back end belongs to the thread that initialised it.
void compute_on_this_thread() {
    if (!Kokkos::Impl::t_openmp_instance) Kokkos::Impl::t_openmp_instance = first_instance;
}
#else
void compute_on_this_thread() {}
#endif

std::string backend() {
#ifdef RALL_EMULATED_DEVICE
    return "emulated device";  // as in solver/step/launch.hpp
#else
    return Kokkos::DefaultExecutionSpace::name();
#endif
}
bool on_host() { return backend() == "Serial" || backend() == "OpenMP"; }
int concurrency() { return Kokkos::DefaultExecutionSpace().concurrency(); }

int host_threads() {
    return on_host() ? concurrency() : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

/// An exception must not leave a parallel region: the first one comes back afterwards.
void on_host_threads(int n, std::function<void(int)> const& f) {
    if (n == 1) return f(0);
    using Host = Kokkos::DefaultHostExecutionSpace;
    std::exception_ptr failure;
    std::mutex guard;
    Kokkos::parallel_for("rall::on_host_threads", Kokkos::RangePolicy<Host, Kokkos::Schedule<Kokkos::Dynamic>>(0, n),
                         [&](int i) {
                             try {
                                 f(i);
                             } catch (...) {
                                 std::lock_guard const lock(guard);
                                 if (!failure) failure = std::current_exception();
                             }
                         });
    Host().fence();
    if (failure) std::rethrow_exception(failure);
}

std::string kokkos_version() {
    return std::to_string(KOKKOS_VERSION / 10000) + "." + std::to_string(KOKKOS_VERSION / 100 % 100) + "." +
           std::to_string(KOKKOS_VERSION % 100);
}

}  // namespace rall
