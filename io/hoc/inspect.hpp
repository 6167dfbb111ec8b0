// What a template says without being run: which mechanisms its regions get, and which values.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "base/diagnostics.hpp"
#include "io/text/json.hpp"

namespace rall::io::hoc {

/// {"file", "kind": "hoc", "template", "regions": {"apical": {"mechanisms": [...], "parameters": {"g_pas": 3e-5}, "distributions": {"gbar_Ih": "..."}}}}.
/// Regions are the lists and sections that statements name. Values that only a run knows are null. Throws what read() throws.
nlohmann::json inspect(std::filesystem::path const& file);

/// The same for people.
std::string to_text(nlohmann::json const& description);

}  // namespace rall::io::hoc
