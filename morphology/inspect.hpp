// What `rall inspect` says about a reconstruction, as plain data, as text and as JSON.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "base/diagnostics.hpp"
#include "morphology/cable.hpp"
#include "morphology/morphology.hpp"
#include "morphology/options.hpp"

namespace rall::morphology {

struct RegionSummary {
    std::string region;
    int sections = 0;
    double length = 0, area = 0, volume = 0;  ///< um, um2, um3
    double mean_diam = 0;                     ///< um, mean over the length
    int compartments = 0;
};

struct Inspection {
    Morphology morphology;
    Cable cable;                         ///< empty when it cannot be cut (the diagnostics say why)
    std::vector<RegionSummary> regions;  ///< by type code
    RegionSummary total;
    CutRule rule;
    double Ra = 0, cm = 0;        ///< what the cut assumed, ohm cm and uF/cm2
    int deepest_section = -1;     ///< the section whose 1-end is farthest from the origin
    double deepest_distance = 0;  ///< um
    int deepest_branches = 0;     ///< sections on the way from the root to it
    Diagnostics diagnostics;
};

/// Reads and measures a file. Throws InputError when it cannot be read.
Inspection inspect(std::filesystem::path const& path, SwcOptions const& options, CutRule const& rule = {},
                   double Ra = 100, double cm = 1);

std::string to_text(Inspection const& inspection);
nlohmann::json to_json(Inspection const& inspection);

}  // namespace rall::morphology
