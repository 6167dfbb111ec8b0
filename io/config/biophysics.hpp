// A biophysics file as plain data: what is painted where, before any morphology is known. Two formats become the same
// thing: Rall's own (docs/config.md) and the fit_parameters.json of the Allen Cell Types Database.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "io/config/mechanisms.hpp"
#include "io/config/stochastic.hpp"
#include "io/hoc/hoc.hpp"
#include "io/neuroml/neuroml.hpp"
#include "io/text/expression.hpp"
#include "io/text/object.hpp"
#include "morphology/cable.hpp"

namespace rall::io {

struct IonSetting {
    std::string ion;
    IonField field;  ///< reversal, inner or outer
    Expression value;
};

struct MechanismSetting {
    std::string name;
    Node const* where;
    std::vector<Given> parameters;
};

/// What is said about one region; later entries win over earlier ones.
struct RegionSetting {
    std::string region;  ///< an expression of morphology/region.hpp
    Node const* where;
    std::optional<Expression> cm;  ///< uF/cm2
    std::optional<double> Ra;      ///< ohm cm
    std::vector<MechanismSetting> mechanisms;
    std::vector<IonSetting> ions;
    std::vector<ChannelSetting> stochastic = {};
};

struct Biophysics {
    std::shared_ptr<void const> owner;  ///< of the nodes, if it is a file of its own
    Node const* where = nullptr;
    std::vector<RegionSetting> regions;
    std::optional<morphology::CutRule> rule;
    std::vector<std::pair<std::string, morphology::CutRule>> rule_overrides;
    std::vector<std::filesystem::path> mechanism_dirs;
    Node const* origin = nullptr;           ///< a text: the place that distances are measured from
    Node const* pointers = nullptr;         ///< io/config/pointers.cpp reads them
    std::optional<double> celsius, v_init;  ///< Allen files state them
};

/// How sections are cut: "d_lambda", "nseg" or "dL" of an object.
void read_compartments(Object& object, Biophysics& result, Diagnostics& diagnostics);

/// Reads a biophysics object; relative paths are relative to `directory`. Findings go to the diagnostics.
Biophysics read_biophysics(Node const& node, std::filesystem::path const& directory, std::string const& what,
                           Diagnostics& diagnostics);

/// That of a NeuroML cell, whose channels are among `mechanisms`; `what` names it in messages.
Biophysics read_biophysics(neuroml::Cell const& cell, Mechanisms const& mechanisms, std::string const& what, Diagnostics& diagnostics);

/// That of a cell which a template in hoc has made.
Biophysics read_biophysics(hoc::Cell const& cell, std::string const& what, Diagnostics& diagnostics);

/// Reads a file. Throws InputError only if it is no JSON.
Biophysics read_biophysics_file(std::filesystem::path const& path, Diagnostics& diagnostics);

/// The Allen format (io/config/allen_fit.cpp); `node` has "passive" or "genome".
Biophysics read_allen_fit(Node const& node, Diagnostics& diagnostics);

/// Members of an object of ions: {"na": {"e": 50, "i": 10, "o": 140}}.
std::vector<IonSetting> read_ions(Node const& node, std::string const& what, Diagnostics& diagnostics);

/// Directories a "mechanism_dirs" names; one that does not exist is an error.
std::vector<std::filesystem::path> read_mechanism_dirs(Object& object, std::filesystem::path const& directory,
                                                       Diagnostics& diagnostics);

}  // namespace rall::io
