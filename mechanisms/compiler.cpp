#include "mechanisms/compiler.hpp"

#include <dlfcn.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string_view>

#include "base/diagnostics.hpp"
#include "base/text.hpp"
#include "mechanisms/compile_command.hpp"
#include "mechanisms/library.hpp"

namespace rall {
namespace fs = std::filesystem;
namespace {

std::vector<std::string> words(std::string const& text) {
    std::istringstream in(text);
    std::vector<std::string> result;
    for (std::string word; in >> word;) result.push_back(word);
    return result;
}

std::vector<std::string> lines(std::string const& text) {
    std::istringstream in(text);
    std::vector<std::string> result;
    for (std::string line; std::getline(in, line);)
        if (!line.empty()) result.push_back(line);
    return result;
}

/// The directory of our libraries. Below it, in glibc-hwcaps/LEVEL, lie those that only some processors can run (mechanisms/levels).
fs::path directory_of(fs::path const& library) {
    auto const directory = library.parent_path(), above = directory.parent_path();
    return above.filename() == "glibc-hwcaps" ? above.parent_path() : directory;
}

/// The shared library that holds the built-in kernels.
fs::path builtin_library() {
    Dl_info info{};
    if (!dladdr(reinterpret_cast<void const*>(&rall_kernel_library), &info) || !info.dli_fname)
        throw MachineError("the dynamic loader does not say where the built-in kernels lie");
    return fs::canonical(info.dli_fname);
}

/// Where the shell would find a program; empty if nowhere.
fs::path find_program(std::string const& name) {
    auto const runs = [](fs::path const& file) {
        std::error_code code;
        return fs::is_regular_file(file, code) && ::access(file.c_str(), X_OK) == 0;
    };
    if (name.find('/') != std::string::npos) return runs(name) ? fs::path(name) : fs::path();
    char const* path = std::getenv("PATH");
    std::istringstream in(path ? path : "/usr/bin:/bin");
    for (std::string directory; std::getline(in, directory, ':');)
        if (auto const file = fs::path(directory) / name; runs(file)) return file;
    return {};
}

}  // namespace

KernelCompiler::KernelCompiler() : library_(builtin_library()) {
    auto const installed = directory_of(library_) / recorded::include_from_library;
    auto const sources = lines(recorded::source_roots);
    // What is installed needs nothing of where it was built, which may be a home that others cannot read.
    if (fs::exists(installed / "solver/kernel_library.hpp")) roots_.push_back(fs::canonical(installed));
    else roots_.assign(sources.begin(), sources.end());

    char const* chosen = std::getenv("RALL_CXX");
    command_ = chosen && *chosen ? words(chosen) : std::vector<std::string>{recorded::compiler};
    if (command_.empty()) command_ = {recorded::compiler};
    for (auto const& line : lines(recorded::options))
        if (line.starts_with("SHELL:")) {  // several words ("SHELL:-Xcompiler -Wall")
            for (auto const& word : words(line.substr(6))) command_.push_back(word);
        } else {
            command_.push_back(line);
        }
    for (auto const& definition : lines(recorded::definitions)) command_.push_back("-D" + definition);
    for (auto const& root : roots_) command_.push_back("-I" + root.string());
    // Headers of others: those that came with ours, as in a wheel, or those of the machine.
    auto others = lines(recorded::include_directories);
    std::erase_if(others, [&](auto const& directory) { return std::ranges::find(sources, directory) != sources.end(); });
    if (auto const brought = roots_.front() / "dependencies"; fs::exists(brought)) others = {brought.string()};
    for (auto const& directory : others) {
        command_.push_back("-isystem");
        command_.push_back(directory);
    }
}

std::string KernelCompiler::identity() const {
    std::string text =
        fmt::format("{}\n{}\nKokkos {}\n", recorded::version, fmt::join(command_, " "), recorded::kokkos_version);
    struct stat status {};
    if (auto const program = find_program(command_.front()); !program.empty() && ::stat(program.c_str(), &status) == 0)
        text += fmt::format("{} {} {}\n", program.string(), status.st_size, status.st_mtim.tv_sec);
    return text + headers_and_processor();
}

std::string KernelCompiler::identity_anywhere() const {
    std::vector<std::string> flags;
    for (auto const& list : {recorded::options, recorded::definitions})
        for (auto const& line : lines(list))
            if (line.find('/') == line.npos) flags.push_back(line);
    return fmt::format("{}\n{}\nKokkos {}\n", recorded::version, fmt::join(flags, " "), recorded::kokkos_version) + headers_and_processor();
}

std::string KernelCompiler::headers_and_processor() const {
    std::string text;
    // Home directories are shared by machines of many kinds.
    if (std::ranges::any_of(command_, [](auto const& word) { return word.ends_with("=native"); })) {
        std::ifstream in("/proc/cpuinfo");
        text += processor_of({std::istreambuf_iterator<char>(in), {}});
    }
    for (auto const* folder : {"base", "mechanisms", "solver"}) {
        std::vector<fs::path> headers;
        auto const directory = header(fmt::format("{}/", folder));
        for (auto const& entry : fs::recursive_directory_iterator(directory))
            if (entry.path().extension() == ".hpp") headers.push_back(entry.path());
        std::sort(headers.begin(), headers.end());
        for (auto const& file : headers) text += read_file(file);
    }
    return text;
}

fs::path KernelCompiler::header(std::string const& name) const {
    std::vector<std::string> roots;
    for (auto const& root : roots_) {
        if (fs::exists(root / name)) return root / name;
        roots.push_back(root.string());
    }
    throw MachineError(fmt::format("Rall's headers are gone: {} is in none of {}", name,
                                   fmt::join(roots, ", ")) +
                       "\n    mechanisms of your own are compiled with them: install Rall again");
}

Finished KernelCompiler::compile(int directory, std::string const& source, std::string const& result) const {
    auto const program = find_program(command_.front());
    if (program.empty())
        throw MachineError(
            fmt::format("no C++ compiler: '{}' is not there. Mechanisms of your own need one\n"
                        "    install it (Debian, Ubuntu: apt install g++), or name another in RALL_CXX",
                        command_.front()));
    auto command = command_;
    command.front() = fs::absolute(program).string();  // it runs in another directory
    // The built-in library brings Kokkos along, wherever the program is loaded from. (For the linker: nvcc takes all files for sources that it is told to take one for.)
    for (auto const& word : {source, std::string("-Xlinker"), library_.string(), std::string("-o"), result}) command.push_back(word);
    return run_child(command, directory);
}

std::string processor_of(std::string const& cpuinfo) {
    // x86; ARM; POWER; RISC-V.
    static std::set<std::string, std::less<>> const known = {
        "vendor_id",        "cpu family",  "model",    "model name",   "stepping", "flags", "Features", "CPU implementer",
        "CPU architecture", "CPU variant", "CPU part", "CPU revision", "cpu",      "isa",   "uarch"};
    std::istringstream in(cpuinfo);
    std::string text;
    for (std::string line; std::getline(in, line) && !(line.empty() && !text.empty());) {
        auto const name = std::string_view(line).substr(0, line.find(':'));
        if (known.contains(name.substr(0, name.find_last_not_of(" \t") + 1))) text += line + "\n";
    }
    return text;
}

std::string first_errors(std::string const& output) {
    auto all = lines(output);
    std::vector<std::string> errors;
    for (auto const& line : all)
        if (line.find("error") != std::string::npos && errors.size() < 5) errors.push_back(line);
    if (errors.empty()) {
        if (all.size() > 5) all.erase(all.begin(), all.end() - 5);
        errors = all;
    }
    return fmt::format("    {}", fmt::join(errors, "\n    "));
}

}  // namespace rall
