#include "io/results/versions.hpp"

#include <fmt/format.h>
#include <hdf5.h>
#include <muParser.h>

#include <nlohmann/json.hpp>

namespace rall::io {

std::map<std::string, std::string> library_versions() {
    unsigned major = 0, minor = 0, release = 0;
    H5get_libversion(&major, &minor, &release);
    return {{"HDF5", fmt::format("{}.{}.{}", major, minor, release)},
            {"muParser", mu::Parser().GetVersion(mu::pviBRIEF)},
            {"fmt", fmt::format("{}.{}.{}", FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100)},
            {"nlohmann_json", fmt::format("{}.{}.{}", NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR,
                                          NLOHMANN_JSON_VERSION_PATCH)}};
}

}  // namespace rall::io
