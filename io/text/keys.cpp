#include "io/text/keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace rall::io {

Keys::Keys(std::string name, std::vector<Key> rows) : name_(std::move(name)), rows_(std::move(rows)) {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        by_name_.emplace_back(rows_[i].name, i);
        if (!rows_[i].other_name.empty()) by_name_.emplace_back(rows_[i].other_name, i);
    }
    std::ranges::sort(by_name_);
}

Key const* Keys::find(std::string_view key) const {
    auto const name = [](auto const& entry) -> std::string_view { return entry.first; };
    auto const found = std::ranges::lower_bound(by_name_, key, {}, name);
    return found == by_name_.end() || found->first != key ? nullptr : &rows_[found->second];
}

Key const& Keys::at(std::string_view key) const {
    if (auto const* found = find(key)) return *found;
    throw std::logic_error(fmt::format("'{}' is read of an object whose table, '{}' in io/schema, has no such key", key, name_));
}

}  // namespace rall::io
