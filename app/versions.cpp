#include "app/versions.hpp"

#include <fmt/format.h>

#include <CLI/Version.hpp>

#include "base/communicator.hpp"
#include "base/runtime.hpp"
#include "io/results/versions.hpp"

namespace rall::app {

std::map<std::string, std::string> versions() {
    auto all = io::library_versions();
    all["rall"] = RALL_VERSION;
    all["Kokkos"] = kokkos_version();
    all["CLI11"] = CLI11_VERSION;
    all["MPI"] = Communicator::library();
    all["compiler"] = __VERSION__;
    return all;
}

std::string version_text() {
    auto text = fmt::format("rall {}\nback end: {}\n", RALL_VERSION, backend());
    for (auto const& [name, version] : versions())
        if (name != "rall") text += fmt::format("{} {}\n", name, version);
    return text;
}

}  // namespace rall::app
