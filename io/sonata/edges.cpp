#include "io/sonata/edges.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace rall::io::sonata {
namespace {

constexpr std::uint64_t at_once = 1 << 18;  // edges of a slab

}  // namespace

std::vector<double> const* EdgeSlab::find(std::string const& name) const {
    auto const found = columns.find(name);
    return found == columns.end() ? nullptr : &found->second;
}

EdgePopulation::EdgePopulation(h5::Input const& file, std::filesystem::path const& path, std::string name, bool typed)
    : file_(file), path_(path), name_(std::move(name)), root_("/edges/" + name_) {
    source_ = node_population("source_node_id");
    target_ = node_population("target_node_id");
    auto const sources = file_.shape(root_ + "/source_node_id"), targets = file_.shape(root_ + "/target_node_id");
    if (sources.size() != 1 || sources != targets)
        throw file_.unreadable(fmt::format("'{0}/source_node_id' and '{0}/target_node_id' are not two lists of one length", root_));
    size_ = sources[0];
    auto const like_edges = [&](char const* data) {
        if (!file_.exists(root_ + "/" + data)) return false;
        if (auto const shape = file_.shape(root_ + "/" + data); shape != sources)
            throw file_.unreadable(fmt::format("'{}/{}' has {} values for {} edges", root_, data, shape.empty() ? 1 : shape[0], size_));
        return true;
    };
    typed_ = typed && like_edges("edge_type_id");
    grouped_ = like_edges("edge_group_id");
    if (grouped_ && !like_edges("edge_group_index"))
        throw file_.unreadable(fmt::format("'{}' has 'edge_group_id' but no 'edge_group_index'", root_));
    for (auto const& member : file_.members(root_))
        if (std::ranges::all_of(member, [](char c) { return c >= '0' && c <= '9'; })) groups_.push_back(member);
    if (!grouped_ && groups_.size() > 1)
        throw file_.unreadable(fmt::format("'{}' has {} groups; expected 'edge_group_id' and 'edge_group_index'", root_, groups_.size()));
    for (auto const& group : groups_)
        for (std::string const& prefix : {std::string(), std::string("dynamics_params/")}) {
            auto const path_of = root_ + "/" + group + (prefix.empty() ? "" : "/dynamics_params");
            if (!prefix.empty() && !file_.exists(path_of)) continue;
            for (auto const& member : file_.members(path_of)) {
                if (member == "@library" || member == "dynamics_params") continue;
                auto const data = path_of + "/" + member;
                // Who wants numbers of a text or of a table is told what it is when they are read.
                if (file_.is_text(data)) columns_[prefix + member][group] = {data, std::numeric_limits<std::uint64_t>::max()};
                else if (auto const shape = file_.shape(data); !shape.empty()) columns_[prefix + member][group] = {data, shape[0]};
            }
        }
}

std::string EdgePopulation::node_population(std::string const& ids) const {
    auto const path = root_ + "/" + ids;
    if (!file_.exists(path)) throw file_.unreadable(fmt::format("expected a data set '{}'", path));
    auto const name = file_.text_attribute(path, "node_population");
    if (name.empty()) throw file_.unreadable(fmt::format("'{}' needs the attribute 'node_population'", path));
    return name;
}

std::vector<std::string> EdgePopulation::columns() const {
    std::vector<std::string> names;
    for (auto const& [name, groups] : columns_) names.push_back(name);
    return names;
}

void EdgePopulation::for_each_slab(std::vector<std::string> const& wanted, std::function<void(EdgeSlab const&)> const& take) const {
    for (std::uint64_t first = 0; first < size_; first += at_once) {
        auto const count = std::min(at_once, size_ - first);
        EdgeSlab slab;
        slab.first = first;
        slab.source = file_.ids(root_ + "/source_node_id", first, count);
        slab.target = file_.ids(root_ + "/target_node_id", first, count);
        slab.type = typed_ ? file_.ids(root_ + "/edge_type_id", first, count) : std::vector<std::uint64_t>(count);
        read_columns(slab, count, wanted);
        take(slab);
    }
}

void EdgePopulation::read_columns(EdgeSlab& slab, std::uint64_t count, std::vector<std::string> const& wanted) const {
    std::vector<std::uint64_t> group, index;
    if (grouped_) {
        group = file_.ids(root_ + "/edge_group_id", slab.first, count);
        index = file_.ids(root_ + "/edge_group_index", slab.first, count);
        for (std::size_t i = 0; i < count; ++i)
            if (std::ranges::find(groups_, std::to_string(group[i])) == groups_.end() && !groups_.empty())
                throw wrong("edge-group", "edge_group_id", slab.first + i, fmt::format("there is no group {}", group[i]));
    }
    struct Range {
        std::uint64_t first = ~std::uint64_t{0}, last = 0;
    };
    std::map<std::string, Range> ranges;  // of indices, per group
    for (auto const& name : groups_) {
        auto& [first, last] = ranges[name];
        if (!grouped_) {
            first = slab.first, last = slab.first + count - 1;
            continue;
        }
        auto const number = std::stoull("0" + name.substr(0, 18));
        for (std::size_t i = 0; i < count; ++i)
            if (group[i] == number) first = std::min(first, index[i]), last = std::max(last, index[i]);
    }
    for (auto const& name : wanted) {
        auto const found = columns_.find(name);
        if (found == columns_.end()) continue;
        auto& column = slab.columns[name];
        for (auto const& [of_group, data] : found->second) {
            auto const& [first, last] = ranges[of_group];
            if (first > last) continue;
            auto const& [path, n] = data;
            if (last >= n)
                throw InputError("edge-group", {path_.string()},
                                 fmt::format("'{}' has {} values; edge_group_index asks for number {}", path, n, last));
            auto values = file_.numbers(path, first, last - first + 1);
            if (auto const bad = std::ranges::find_if(values, [](double value) { return std::isnan(value); }); bad != values.end())
                throw InputError("edge-nan", {path_.string()},
                                 fmt::format("'{}', row {}: NaN is no value", path, first + static_cast<std::uint64_t>(bad - values.begin())));
            bool const in_order = !grouped_ || (values.size() == count && [&, first = first] {
                for (std::size_t i = 0; i < count; ++i)
                    if (index[i] != first + i) return false;
                return true;
            }());
            if (in_order && column.empty()) {
                column = std::move(values);
                continue;
            }
            column.resize(count, std::numeric_limits<double>::quiet_NaN());
            auto const number = std::stoull("0" + of_group.substr(0, 18));
            for (std::size_t i = 0; i < count; ++i)
                if (group[i] == number) column[i] = values[index[i] - first];
        }
        column.resize(count, std::numeric_limits<double>::quiet_NaN());
    }
}

InputError EdgePopulation::wrong(std::string const& code, std::string const& data, std::uint64_t row, std::string const& what,
                                 std::string const& advice) const {
    return {code, {path_.string()}, fmt::format("'{}/{}', row {}: {}", root_, data, row, what), advice};
}

}  // namespace rall::io::sonata
