#include "io/results/output.hpp"

#include <unistd.h>

#include "base/diagnostics.hpp"

namespace rall::io {
namespace fs = std::filesystem;

OutputDirectory::OutputDirectory(fs::path place) : place_(std::move(place)) {
    if (!place_.has_filename()) place_ = place_.parent_path();  // "out/"
    auto const parent = place_.has_parent_path() ? place_.parent_path() : fs::path(".");
    std::error_code code;
    fs::create_directories(parent, code);
    if (fs::exists(place_) && !fs::is_directory(place_))
        throw MachineError("cannot write to " + place_.string() + ": it is a file, not a directory");
    auto const name = fs::absolute(place_).lexically_normal().filename();
    building_ = parent / ("." + name.string() + ".part" + std::to_string(::getpid()));
    if (!fs::create_directory(building_, code))
        throw MachineError("cannot write to " + parent.string() + ": " +
                           (code ? code.message() : building_.string() + " exists"));
}

OutputDirectory::~OutputDirectory() {
    std::error_code ignored;
    fs::remove_all(building_, ignored);
}

void OutputDirectory::publish(std::set<std::string> const& former) {
    try {
        if (!fs::exists(place_)) {
            fs::rename(building_, place_);
            return;
        }
        std::set<std::string> written;
        for (auto const& entry : fs::directory_iterator(building_)) written.insert(entry.path().filename());
        for (auto const& name : written) fs::rename(building_ / name, place_ / name);
        for (auto const& name : former)
            if (!written.contains(name)) fs::remove(place_ / name);
    } catch (fs::filesystem_error const& failure) {
        throw MachineError("cannot write to " + place_.string() + ": " + failure.code().message());
    }
}

}  // namespace rall::io
