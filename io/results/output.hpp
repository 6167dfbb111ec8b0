// Files of a run appear together when it is complete. Until then they are built in a hidden directory beside their place.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace rall::io {

class OutputDirectory {
public:
    /// Makes the hidden directory. Throws MachineError.
    explicit OutputDirectory(std::filesystem::path place);
    ~OutputDirectory();  ///< removes it, unless published
    OutputDirectory(OutputDirectory const&) = delete;
    OutputDirectory& operator=(OutputDirectory const&) = delete;

    std::filesystem::path const& building() const { return building_; }
    /// Moves the files to their place and removes those of `former` that this run did not write. Other files that lie there stay.
    /// Throws MachineError.
    void publish(std::set<std::string> const& former = {});

private:
    std::filesystem::path place_, building_;
};

}  // namespace rall::io
