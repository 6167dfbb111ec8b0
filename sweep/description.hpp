// What a sweep file says (docs/sweep.md): a base config, the parameters that vary in it, how their values are combined into
// members, and which features are measured where.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "io/config/config.hpp"
#include "sweep/features.hpp"
#include "sweep/measurement.hpp"
#include "sweep/path.hpp"

namespace rall::sweep {

/// Values between two ends, equally spaced, or in equal ratios.
struct Span {
    double from = 0, to = 1;
    bool log = false;
    double at(double fraction) const;  ///< 0: from, 1: to
};

struct Parameter {
    std::string name;         ///< of its column in the table
    std::vector<Path> paths;  ///< the places in the config that take its value
    bool scale = false;       ///< the value multiplies what the config says there
    io::Node const* where = nullptr;
    std::vector<double> values;  ///< of a grid or list, or of its column of a CSV file
    std::optional<Span> span;    ///< of a Latin hypercube
};

enum class Combine { grid, list, latin_hypercube, csv };

struct Description {
    std::shared_ptr<io::Document const> document;
    io::Written base;
    std::vector<Parameter> parameters;
    Combine combine = Combine::grid;
    std::int64_t members = 0;  ///< of a Latin hypercube
    std::uint64_t seed = 0;
    Measurement measurement;
    double lowest = -250, highest = 250;  ///< mV; a member whose voltage leaves this range has diverged
    std::filesystem::path output_dir;
};

/// Throws InputError with all that is wrong.
Description read_description(std::filesystem::path const& path, Diagnostics& diagnostics);

/// The values of all members: row m holds those of member m, one per parameter. A grid's last parameter varies fastest.
class Members {
public:
    explicit Members(Description const& description);
    std::size_t size() const { return n_; }
    std::vector<double> values(std::size_t member) const;

private:
    Description const& description_;
    std::size_t n_ = 1;
    std::vector<std::vector<std::uint32_t>> strata_;  ///< Latin hypercube: per parameter a permutation
};

/// The base with a member's values in their places.
io::Node config_of(Description const& description, std::vector<double> const& values);

}  // namespace rall::sweep
