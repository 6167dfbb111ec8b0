// What a run left that was killed becomes results.
#pragma once

#include <filesystem>

namespace rall::io {

/// Finishes the files in the folder of a killed run: the last flush of each is completed, spikes are put into their order, the page is
/// drawn. May be done again after it was broken off itself. Returns until when (ms) everything is there. Throws InputError, MachineError.
double finish_interrupted(std::filesystem::path const& folder);

}  // namespace rall::io
