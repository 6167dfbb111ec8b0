// "model_processing" of a cell: what is done to its reconstruction before it is cut, under the names of BMTK's functions.
#pragma once

#include <optional>
#include <string>

#include "base/diagnostics.hpp"
#include "morphology/stylized.hpp"

namespace rall::io {

struct Processing {
    std::optional<morphology::AxonStub> stub;
    bool cuts = false;  ///< sections get 1 + 2 int(L / 40) compartments
};

/// Names, with commas between several. Throws InputError ("model-processing") for one that is unknown, or a second one for the axon.
Processing read_processing(std::string const& text, Location const& where);

}  // namespace rall::io
