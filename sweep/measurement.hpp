// Where and when the features of a model's voltage are taken.
#pragma once

#include <optional>
#include <string>

#include "base/diagnostics.hpp"
#include "model/model.hpp"
#include "sweep/features.hpp"

namespace rall::sweep {

/// What is measured, where.
struct Measurement {
    std::optional<std::string> cell;      ///< default: the first
    std::string location;                 ///< empty: morphology::default_place
    std::optional<std::string> stimulus;  ///< the entry of "inputs" whose times are the window
    std::optional<Window> window;
    double threshold = -20;  ///< mV
    std::string before_keys = "features.";  ///< how messages call what is given: "features.cell", "--cell"
};

/// Throws InputError ("sweep-cell", at `where`): there is no such cell. With `nodes_at_ends` a place at an end of a section gets a node (morphology::keep_node).
model::Site site_of(Measurement const& measurement, model::Model& model, bool nodes_at_ends, Location const& where);

/// The times of the current clamp that is named, else of the only one on the cell, else the whole run, and a note. Throws InputError ("sweep-stimulus").
Window stimulus_of(Measurement const& measurement, model::Model const& model, int cell, Location const& where, Diagnostics& found);

}  // namespace rall::sweep
