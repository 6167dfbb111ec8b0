// "vectors" of entries of "synapses" and "generators": the numbers of a mechanism's VECTORs, where a model in NEURON hands hoc
// Vectors to it. A generator with one VECTOR takes them as "times" or "spike_file" too.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "io/config/build.hpp"

namespace rall::io {
namespace {

bool all_numbers(Node const& list) {
    return list.is_array() && std::ranges::all_of(list.children, [](Node const& x) { return x.is_number(); });
}

std::vector<double> numbers_of(Node const& list) {
    std::vector<double> values;
    for (auto const& x : list.children) values.push_back(x.number());
    return values;
}

/// One list for all instances, or a list of lists, one for each; empty after an error.
std::vector<std::vector<double>> read_lists(Build& build, Node const& node, std::string const& what,
                                            std::size_t count) {
    if (all_numbers(node)) return {numbers_of(node)};
    std::vector<std::vector<double>> lists;
    for (auto const& list : node.children)
        if (node.is_array() && all_numbers(list)) lists.push_back(numbers_of(list));
    if (lists.empty() || lists.size() != node.children.size()) {
        error(build.diagnostics, "config-type", node,
              what + ": expected a list of numbers, or a list of such lists, one for each instance");
        return {};
    }
    if (lists.size() == 1 || lists.size() == count) return lists;
    error(build.diagnostics, "vector-count", node,
          fmt::format("{}: {} lists for {} instances", what, lists.size(), count),
          "give one list for all, or one for each");
    return {};
}

std::vector<std::string> vectors_of(MechanismInfo const& info) {
    std::vector<std::string> names;
    for (int i = 0; i < info.n_variables; ++i)
        if (info.variables[i].role == Role::vector) names.emplace_back(info.variables[i].name);
    return names;
}

}  // namespace

void bind_vectors(Build& build, MechanismInfo const& info, Object& entry, std::vector<std::vector<double>> trains,
                  model::PointSet& set) {
    auto const names = vectors_of(info);
    auto const* given = entry.find("vectors");
    auto const what = entry.what() + ".vectors";
    if (given) {
        Object object(*given, what, build.diagnostics);
        for (auto const& name : names)
            if (auto const* node = object.find(name))
                if (auto lists = read_lists(build, *node, what + "." + name, set.cell.size()); !lists.empty())
                    set.vectors[name] = std::move(lists);
        object.finish();
    }
    auto const* times = entry.node().find("times");
    if (!times) times = entry.node().find("spike_file");
    if (times) {
        if (names.size() != 1)
            error(build.diagnostics, "vector-ambiguous", *times,
                  names.empty() ? fmt::format("{} has no VECTOR that could hold these times", info.name)
                                : fmt::format("{} has {} VECTORs: {}", info.name, names.size(), enumerate(names)),
                  names.empty() ? "a list of times is a generator by itself: leave out 'mechanism'"
                                : "say which as \"vectors\": {\"" + names[0] + "\": [...]}");
        else if (trains.size() > 1 && trains.size() != set.cell.size())
            error(build.diagnostics, "vector-count", *times,
                  fmt::format("{} trains for {} instances", trains.size(), set.cell.size()),
                  "leave out 'count': there are as many instances as trains");
        else if (given && set.vectors.contains(names[0]))
            error(build.diagnostics, "config-conflict", *times,
                  fmt::format("'{}' is given here and in 'vectors'", names[0]));
        else if (!trains.empty()) set.vectors[names[0]] = std::move(trains);
        return;
    }
    for (auto const& name : names)
        if (!set.vectors.contains(name) && !(given && given->find(name)))
            complain(build.diagnostics, Severity::warning, "vector-empty", entry.node(),
                     fmt::format("{}: the VECTOR {} of {} is empty", entry.what(), name, info.name),
                     "give its numbers as \"vectors\": {\"" + name + "\": [...]}", true);
}

}  // namespace rall::io
