// Counts the instructions that kernels take for four small models, step by step (ptrace), and holds them to bench/budgets.json: up to 3 % more pass.
// Counts of one compiler are exact, and the same on every machine, since the kernels are compiled for x86-64-v3 here.
//
//     test_instructions KERNELS.so SOURCES [--write]
//
// Exit code 1: more than allowed. 77: this system lets no program be traced.
#include <dlfcn.h>
#include <fmt/format.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "base/runtime.hpp"
#include "io/simulation.hpp"
#include "network/simulation.hpp"

namespace {

namespace fs = std::filesystem;
using namespace rall;

struct Workload {
    char const* name;
    char const* config;
    double tstop;  // ms
};

constexpr Workload workloads[] = {{"hh", "tests/instructions/hh.json", 0.5},
                                  {"ring", "tests/instructions/ring.json", 0.5},
                                  {"17 mechanisms", "tests/neuron/cases/real_mouse.json", 0.05},
                                  {"13 states", "tests/instructions/markov.json", 0.25}};

constexpr double allowed = 1.03;
constexpr std::size_t group_bytes = 256 << 10;  // as large on every machine

KernelLibrary const& kernels(fs::path const& file) {
    void* const handle = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!handle) throw MachineError(::dlerror());
    return *reinterpret_cast<KernelLibraryFunction>(::dlsym(handle, kernel_library_symbol))();
}

/// Runs a model, and stops where the counting begins and where it ends.
void run(fs::path const& library, fs::path const& config, double tstop) {
    if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) return;
    Runtime const runtime(1);
    auto const& compiled = kernels(library);
    io::Mechanisms known;
    for (int i = 0; i < compiled.n_mechanisms; ++i) known[compiled.mechanisms[i]->name] = compiled.mechanisms[i];
    Diagnostics found;
    io::Overrides overrides;
    overrides.tstop = tstop;
    auto read = io::read_simulation(config, [&](MechanismSources const&) { return known; }, found, overrides);
    read.model.probes.clear();
    network::Options options;
    options.group_bytes = group_bytes;
    network::Simulation simulation(read.model, std::move(read.model.connections), compiled, options, found);
    found.throw_if_errors();
    simulation.initialize();
    ::raise(SIGSTOP);
    while (simulation.advance()) {
    }
    ::raise(SIGSTOP);
}

/// Where the code of a library lies in another process.
std::pair<unsigned long, unsigned long> code_of(fs::path const& library, ::pid_t process) {
    std::ifstream maps(fmt::format("/proc/{}/maps", process));
    auto const path = fs::canonical(library).string();
    for (std::string line; std::getline(maps, line);) {
        unsigned long from = 0, to = 0;
        char rights[5] = {};
        if (line.ends_with(path) && std::sscanf(line.c_str(), "%lx-%lx %4s", &from, &to, rights) == 3 && rights[2] == 'x') return {from, to};
    }
    throw MachineError(path + " is not loaded");
}

bool stopped_by(int status, int signal) { return WIFSTOPPED(status) && WSTOPSIG(status) == signal; }

/// Instructions of the library between the two stops; -1 where nothing may be traced.
long count(fs::path const& library, fs::path const& config, double tstop) {
    auto const child = ::fork();
    if (child == 0) {
        try {
            run(library, config, tstop);
            ::_exit(0);
        } catch (std::exception const& error) {
            fmt::print(stderr, "{}\n", error.what());
            ::_exit(1);
        }
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFEXITED(status)) {
        if (WEXITSTATUS(status) == 0) return -1;
        throw MachineError(config.string() + " did not run");
    }
    if (!stopped_by(status, SIGSTOP)) throw MachineError(config.string() + " ended before it began");
    auto const [from, to] = code_of(library, child);
    long n = 0;
    for (;;) {
        auto const at = static_cast<unsigned long>(::ptrace(PTRACE_PEEKUSER, child, offsetof(user_regs_struct, rip), nullptr));
        n += at >= from && at < to;
        if (::ptrace(PTRACE_SINGLESTEP, child, nullptr, nullptr) != 0) return -1;
        ::waitpid(child, &status, 0);
        if (!stopped_by(status, SIGTRAP)) break;
    }
    bool const ended = stopped_by(status, SIGSTOP);
    ::kill(child, SIGKILL);
    ::waitpid(child, &status, 0);
    if (!ended) throw MachineError(config.string() + " ended while it was counted");
    return n;
}

}  // namespace

int main(int argc, char** argv) {
    fs::path const library = argv[1], sources = argv[2], file = sources / "bench/budgets.json";
    bool const write = argc > 3 && std::string(argv[3]) == "--write";
    auto all = nlohmann::ordered_json::parse(std::ifstream(file));
    auto& budgets = all["instructions of kernels for x86-64-v3"];
    if (budgets.is_null()) budgets = nlohmann::ordered_json::object();
    int failures = 0;
    try {
        for (auto const& [name, config, tstop] : workloads) {
            long const n = count(library, sources / config, tstop);
            if (n < 0) {
                fmt::print("this system lets no program be traced\n");
                return 77;
            }
            if (write) budgets[name] = n;
            long const budget = budgets.value(name, 0L);
            bool const fits = static_cast<double>(n) <= allowed * static_cast<double>(budget);
            fmt::print("{}: {} instructions, {:+.1f} % of {}\n", name, n, 100.0 * (static_cast<double>(n) / static_cast<double>(budget) - 1), budget);
            failures += !fits || n == 0;
        }
    } catch (std::exception const& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 1;
    }
    if (write) std::ofstream(file) << all.dump(1) << "\n";
    if (failures > 0)
        fmt::print("more than 3 % beyond bench/budgets.json: find what made it so, or, where it is worth it, write new ones: {} {} {} --write\n", argv[0], argv[1],
                   argv[2]);
    return failures > 0 ? 1 : 0;
}
