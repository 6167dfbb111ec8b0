// A place for the tests of the catalogue and its cache.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace rall::test {

/// A directory that is gone after the test, with its own cache and a place for .mod files.
class Scratch {
public:
    Scratch()
        : root_(std::filesystem::temp_directory_path() /
                ("rall-catalogue-" + std::to_string(::getpid()) + "-" + std::to_string(count_++))) {
        std::filesystem::create_directories(root_ / "mods");
        ::setenv("RALL_CACHE_DIR", (root_ / "cache").c_str(), 1);
        ::unsetenv("RALL_CXX");
    }
    ~Scratch() {
        std::error_code ignored;
        std::filesystem::remove_all(root_, ignored);
        ::unsetenv("RALL_CXX");
    }
    Scratch(Scratch const&) = delete;
    Scratch& operator=(Scratch const&) = delete;
    std::filesystem::path mods() const { return root_ / "mods"; }
    std::filesystem::path root() const { return root_; }

private:
    static inline int count_ = 0;
    std::filesystem::path root_;
};

inline std::string leak(std::string const& name, std::string const& title) {
    return "TITLE " + title + "\nNEURON { SUFFIX " + name +
           " NONSPECIFIC_CURRENT i RANGE g, e }\n"
           "PARAMETER { g = 1e-4 (S/cm2) e = -70 (mV) }\nASSIGNED { v (mV) i (mA/cm2) }\nBREAKPOINT { i = g*(v - e) "
           "}\n";
}

}  // namespace rall::test
