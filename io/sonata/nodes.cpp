#include "io/sonata/nodes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/text.hpp"
#include "io/results/hdf5_read.hpp"
#include "io/text/csv.hpp"

namespace rall::io::sonata {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

/// A name's number among `names`, which grow.
int number_of(std::vector<std::string>& names, std::map<std::string, int>& known, std::string const& name) {
    auto const [slot, fresh] = known.try_emplace(name, static_cast<int>(names.size()));
    if (fresh) names.push_back(name);
    return slot->second;
}

/// What the types say, for each node.
Attribute of_types(NodePopulationFile const& population, std::string const& column) {
    auto const n = population.size();
    Attribute all{std::vector<double>(n, none), {}, std::vector<int>(n, -1)};
    std::map<std::string, int> known;
    std::map<std::uint64_t, std::pair<double, int>> of_type;
    bool any_number = false;
    for (std::size_t i = 0; i < n; ++i) {
        auto const [slot, fresh] = of_type.try_emplace(population.type[i], none, -1);
        if (fresh)
            if (auto const text = population.types.text(population.types.row(population.type[i]), column)) {
                double value = 0;
                if (csv_number(*text, value)) slot->second.first = value, any_number = true;
                else slot->second.second = number_of(all.names, known, *text);
            }
        std::tie(all.numbers[i], all.texts[i]) = slot->second;
    }
    if (!any_number) all.numbers.clear();
    if (all.names.empty()) all.texts.clear();
    return all;
}

/// Reads one population.
class Reader {
public:
    Reader(h5::Input const& file, std::filesystem::path const& path, std::string const& name, TypesTable const* types)
        : file_(file), root_("/nodes/" + name) {
        population_.name = name;
        population_.file = path;
        if (types) population_.types = *types;
    }

    NodePopulationFile read() {
        read_ids();
        read_types();
        for (auto const& column : population_.types.names())
            if (column != "node_type_id" && column != "population")
                population_.attributes.emplace(column, of_types(population_, column));
        read_groups();
        return std::move(population_);
    }

private:
    std::vector<std::uint64_t> list(std::string const& name) const {
        auto values = file_.ids(root_ + "/" + name);
        if (values.size() != population_.lines.size())
            throw file_.unreadable(fmt::format("'{}/{}' has {} values for {} nodes", root_, name, values.size(),
                                               population_.lines.size()));
        return values;
    }

    template <class T>
    std::vector<T> sorted(std::vector<T> const& values) const {
        std::vector<T> result;
        result.reserve(values.size());
        for (auto const line : population_.lines) result.push_back(values[line]);
        return result;
    }

    void read_ids() {
        bool const numbered = file_.exists(root_ + "/node_id");
        auto const shape = file_.shape(root_ + (numbered ? "/node_id" : "/node_type_id"));
        if (shape.size() != 1) throw file_.unreadable(fmt::format("'{}' needs a list of nodes", root_));
        population_.lines.resize(shape[0]);
        std::iota(population_.lines.begin(), population_.lines.end(), 0u);
        if (shape[0] == 0) throw file_.unreadable(fmt::format("the population '{}' has no nodes", population_.name));
        if (!numbered) {
            population_.ids = population_.lines;
            return;
        }
        auto const ids = list("node_id");
        std::ranges::stable_sort(population_.lines, {}, [&](auto line) { return ids[line]; });
        population_.ids = sorted(ids);
        if (auto const twice = std::ranges::adjacent_find(population_.ids); twice != population_.ids.end())
            throw InputError("node-id", {population_.file.string()},
                             fmt::format("'{}/node_id': two rows have the id {}", root_, *twice));
    }

    void read_types() {
        // Without a table of types ids mean nothing, and may be -1.
        bool const typed = population_.types.rows() > 0 && file_.exists(root_ + "/node_type_id");
        population_.type = typed ? sorted(list("node_type_id")) : std::vector<std::uint64_t>(population_.size());
        if (population_.types.rows() == 0) return;
        for (std::size_t i = 0; i < population_.size(); ++i)
            if (population_.types.row(population_.type[i]) < 0)
                throw InputError("node-type", {population_.file.string()},
                                 fmt::format("'{}/node_type_id', row {}: {} is no type of {}", root_, population_.lines[i],
                                             population_.type[i], population_.types.file()));
    }

    void read_groups() {
        std::vector<std::string> groups;
        for (auto const& member : file_.members(root_))
            if (std::ranges::all_of(member, [](char c) { return c >= '0' && c <= '9'; })) groups.push_back(member);
        if (groups.empty()) return;
        bool const listed = file_.exists(root_ + "/node_group_id");
        if (!listed && groups.size() > 1)
            throw file_.unreadable(fmt::format("'{}' has {} groups; expected 'node_group_id' and 'node_group_index'", root_,
                                               groups.size()));
        group_ = listed ? sorted(list("node_group_id")) : std::vector<std::uint64_t>(population_.size());
        index_ = listed ? sorted(list("node_group_index")) : population_.lines;
        for (std::size_t i = 0; i < group_.size(); ++i)
            if (std::ranges::find(groups, std::to_string(group_[i])) == groups.end())
                throw InputError("node-group", {population_.file.string()},
                                 fmt::format("'{}/node_group_id', row {}: there is no group {}", root_, population_.lines[i],
                                             group_[i]));
        for (auto const& group : groups) {
            number_ = std::stoull("0" + group.substr(0, 18));
            read_members(root_ + "/" + group, "");
            if (file_.exists(root_ + "/" + group + "/dynamics_params"))
                read_members(root_ + "/" + group + "/dynamics_params", "dynamics_params/");
        }
    }

    /// The data sets of a group. Texts may be numbers into a list that '@library' has.
    void read_members(std::string const& group, std::string const& prefix) {
        auto const library = group + "/@library";
        auto const libraries = prefix.empty() && file_.exists(library) ? file_.members(library) : std::vector<std::string>{};
        for (auto const& member : file_.members(group)) {
            if (member == "@library" || member == "dynamics_params") continue;
            auto const path = group + "/" + member;
            auto const name = prefix + member;
            if (member.starts_with("orientation_")) population_.oriented = true;
            if (std::ranges::find(libraries, member) != libraries.end()) {
                auto const values = file_.ids(path);
                auto const texts = file_.texts(library + "/" + member);
                set(path, name, values.size(), [&](std::size_t i) -> std::string const& {
                    if (values[i] < texts.size()) return texts[values[i]];
                    throw InputError("node-library", {population_.file.string()},
                                     fmt::format("'{}', row {}: {} is beyond the {} texts of '@library'", path, i, values[i],
                                                 texts.size()));
                });
            } else if (auto const texts = texts_of(path)) {
                set(path, name, texts->size(), [&](std::size_t i) -> std::string const& { return (*texts)[i]; });
            } else {
                auto const shape = file_.shape(path);
                if (shape.size() == 2) {  // "positions" of BMTK: x, y, z in a row
                    for (std::uint64_t k = 0; k < std::min<std::uint64_t>(shape[1], 3); ++k) {
                        auto const values = file_.columns(path, k, 1);
                        bool const places = member == "positions" || member == "position";
                        set(path, places ? std::string(1, "xyz"[k]) : fmt::format("{}_{}", name, k), values.size(),
                            [&](std::size_t i) { return values[i]; });
                    }
                    continue;
                }
                auto const values = file_.numbers(path);
                set(path, name, values.size(), [&](std::size_t i) { return values[i]; });
            }
        }
    }

    /// The texts of a data set; nothing where it is of numbers.
    std::optional<std::vector<std::string>> texts_of(std::string const& path) const {
        if (file_.is_text(path)) return file_.texts(path);
        return {};
    }

    /// Gives the nodes of this group what value(index) says.
    template <class Value>
    void set(std::string const& path, std::string const& name, std::size_t n, Value value) {
        constexpr bool is_text = std::is_convertible_v<decltype(value(0)), std::string>;
        auto& attribute = population_.attributes[name];
        std::map<std::string, int> known;
        for (std::size_t k = 0; k < attribute.names.size(); ++k) known.emplace(attribute.names[k], static_cast<int>(k));
        if (is_text) attribute.texts.resize(population_.size(), -1);
        else attribute.numbers.resize(population_.size(), none);
        for (std::size_t i = 0; i < population_.size(); ++i) {
            if (group_[i] != number_) continue;
            if (index_[i] >= n)
                throw InputError("node-group", {population_.file.string()},
                                 fmt::format("'{}/node_group_index', row {}: {} is beyond the {} values of '{}'", root_,
                                             population_.lines[i], index_[i], n, path));
            if constexpr (is_text) {
                auto const& text = value(index_[i]);
                if (text == "NULL" || text == "NONE") continue;  // then the type says
                attribute.texts[i] = number_of(attribute.names, known, text);
                if (!attribute.numbers.empty()) attribute.numbers[i] = none;
            } else {
                double const own = value(index_[i]);
                if (std::isnan(own)) continue;
                attribute.numbers[i] = own;
                if (!attribute.texts.empty()) attribute.texts[i] = -1;
            }
        }
    }

    h5::Input const& file_;
    std::string root_;
    NodePopulationFile population_;
    std::vector<std::uint64_t> group_, index_;
    std::uint64_t number_ = 0;
};

}  // namespace

std::optional<std::string> NodePopulationFile::text(std::size_t node, std::string const& name) const {
    auto const found = attributes.find(name);
    if (found == attributes.end()) return {};
    auto const& [numbers, names, texts] = found->second;
    if (!texts.empty() && texts[node] >= 0) return names[static_cast<std::size_t>(texts[node])];
    if (!numbers.empty() && !std::isnan(numbers[node])) return fmt::format("{:.17g}", numbers[node]);
    return {};
}

std::optional<double> NodePopulationFile::number(std::size_t node, std::string const& name) const {
    auto const found = attributes.find(name);
    if (found == attributes.end()) return {};
    auto const& [numbers, names, texts] = found->second;
    if (!numbers.empty() && !std::isnan(numbers[node])) return numbers[node];
    if (texts.empty() || texts[node] < 0) return {};
    throw InputError("node-number", where(node),
                     fmt::format("node {} of '{}': {} is '{}'; expected a number", ids[node], this->name, name,
                                 names[static_cast<std::size_t>(texts[node])]));
}

Location NodePopulationFile::where(std::size_t node) const {
    int const row = types.row(type[node]);
    return row >= 0 ? types.where(row) : Location{file.string()};
}

std::vector<NodePopulationFile> read_nodes(NodeFile const& file) {
    h5::Input const input(file.nodes);
    if (!input.exists("/nodes")) throw input.unreadable("this is no SONATA file of nodes: it has no group '/nodes'");
    std::optional<TypesTable> types;
    if (file.types) types.emplace(*file.types, "node_type_id");
    std::vector<NodePopulationFile> populations;
    for (auto const& name : input.members("/nodes"))
        populations.push_back(Reader(input, file.nodes, name, types ? &*types : nullptr).read());
    if (populations.empty()) throw input.unreadable("'/nodes' holds no population");
    return populations;
}

}  // namespace rall::io::sonata
