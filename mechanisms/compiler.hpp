// The system's C++ compiler, called as it was when Rall was built, to make a kernel library from one source file.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "mechanisms/child_process.hpp"

namespace rall {

class KernelCompiler {
public:
    /// The compiler and the flags that built the built-in kernels. The environment variable RALL_CXX names another compiler
    /// (words are split at blanks: "ccache g++-13"). Headers are those beside the program, else those it was built from.
    KernelCompiler();

    /// Everything but the sources that the result depends on: command, compiler (path, size, date), versions, Rall's headers; where the
    /// command says "native", this machine's processor.
    std::string identity() const;

    /// As identity(), without what is of this machine only: paths, and the compiler's file. Equal for a program and its copies elsewhere.
    std::string identity_anywhere() const;

    /// The directory of the library of the built-in kernels.
    std::filesystem::path directory() const { return library_.parent_path(); }

    /// A header as kernels include it ("mechanisms/builtin/hh.hpp"), where it lies. Throws MachineError if it lies nowhere.
    std::filesystem::path header(std::string const& name) const;

    /// Compiles `source` to the shared library `result`, both in a directory that is open. The compiler gets no path to it, and ends
    /// when this process does. Throws MachineError: no compiler (what to install), or one that cannot be started.
    Finished compile(int directory, std::string const& source, std::string const& result) const;

private:
    std::string headers_and_processor() const;
    std::vector<std::string> command_;  // program and flags, without source and result
    std::vector<std::filesystem::path> roots_;
    std::filesystem::path library_;  // the built-in kernels
};

/// What "-march=native" stands for: of a text like /proc/cpuinfo the model and the features of the first processor, without its
/// number, clock and the like.
std::string processor_of(std::string const& cpuinfo);

/// The lines of a compiler's output that say what is wrong, a few of them, indented.
std::string first_errors(std::string const& output);

}  // namespace rall
