#include "model/snapshot.hpp"

#include <algorithm>
#include <bit>

#include "base/diagnostics.hpp"

namespace rall::model {

void snapshot_misfit(std::string const& what) {
    throw InputError("checkpoint-other-model", {}, "the checkpoint is of another model: " + what,
                     "restart with the config and the files with which it was made");
}

void Snapshot::shorten(std::string const& name) {
    auto& values = numbers.at(name);
    auto const same = [&](double x) { return std::bit_cast<std::uint64_t>(x) == std::bit_cast<std::uint64_t>(values[0]); };
    if (values.size() > 1 && std::all_of(values.begin(), values.end(), same)) {
        values.resize(1);
        values.shrink_to_fit();
    }
}

Snapshot::List Snapshot::list(std::string const& name, std::size_t n) const {
    auto const& values = numbers_of(name);
    if (values.size() != n && !(values.size() == 1 && n > 0))
        snapshot_misfit(name + " has " + std::to_string(values.size()) + " values; expected " + std::to_string(n));
    return {values};
}

std::vector<double> const& Snapshot::numbers_of(std::string const& name) const {
    auto const found = numbers.find(name);
    if (found == numbers.end()) snapshot_misfit("it has no " + name);
    return found->second;
}

std::vector<std::uint64_t> const& Snapshot::counts_of(std::string const& name) const {
    auto const found = counts.find(name);
    if (found == counts.end()) snapshot_misfit("it has no " + name);
    return found->second;
}

std::size_t Snapshot::bytes() const {
    std::size_t n = 0;
    for (auto const& [name, values] : numbers) n += values.size();
    for (auto const& [name, values] : counts) n += values.size();
    return 8 * n;
}

}  // namespace rall::model
