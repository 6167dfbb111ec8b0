#include "io/sonata/overrides.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rall::io::sonata {
namespace {

std::vector<std::vector<char>> nodes_of(Build& build, Object& object, char const* key) {
    std::vector<std::vector<char>> chosen;
    for (auto const& population : build.populations) chosen.emplace_back(population.size());
    if (auto const* node = object.required(key); node && object.optional_text(key))
        for (auto const& [population, row] : resolve_nodes(build, *node))
            chosen[static_cast<std::size_t>(population)][static_cast<std::size_t>(row)] = 1;
    return chosen;
}

/// "tau_d_NMDA_ProbAMPANMDA_EMS = 30": what hoc calls the value that all instances of a mechanism share.
void set_global(Build& build, Assignment const& assignment, Node const& where, std::string const& what) {
    if (assignment.object.empty())
        for (auto const& [mechanism, info] : build.mechanisms) {
            if (!assignment.name.ends_with("_" + mechanism)) continue;
            auto const name = assignment.name.substr(0, assignment.name.size() - mechanism.size() - 1);
            auto const* variable = find_variable(*info, name);
            if (!variable || variable->role != Role::global) continue;
            auto& value = build.model.globals[mechanism].try_emplace(name, variable->value).first->second;
            value = assignment.value(value, [&](std::string const&) { return value; });
            return;
        }
    error(build.diagnostics, "assignment-syntax", where, fmt::format("{}.synapse_configure: '{}' is no variable of a synapse", what, assignment.name),
          "expected %s." + assignment.name + ", or a value that all of a mechanism share, such as tau_d_NMDA_ProbAMPANMDA_EMS");
}

bool any(std::vector<char> const& chosen) { return std::ranges::find(chosen, 1) != chosen.end(); }

}  // namespace

std::vector<Override> read_overrides(Build& build, Node const& list) {
    std::vector<Override> all;
    auto& diagnostics = build.diagnostics;
    if (!list.is_array()) {
        error(diagnostics, "config-type", list, "connection_overrides: expected a list");
        return all;
    }
    for (auto const& node : list.children) {
        Object object(node, fmt::format("connection_overrides[{}]", all.size()), diagnostics, keys_of("connection_override"));
        auto& one = all.emplace_back();
        one.node = &node;
        one.what = object.what();
        object.optional_text("name");
        one.source = nodes_of(build, object, "source");
        one.target = nodes_of(build, object, "target");
        one.weight = object.optional_number("weight").value_or(1);
        one.start = object.optional_number("delay").value_or(0);
        one.minis = object.optional_number("spont_minis");
        one.delay = object.optional_number("synapse_delay_override");
        if (object.has("modoverride")) one.mechanism = object.optional_text("modoverride").value_or("");
        if (auto const* configure = object.find("synapse_configure"))
            one.configure = read_assignments(*configure, one.what + ".synapse_configure", diagnostics);
        std::erase_if(one.configure, [&](Assignment const& assignment) {
            if (assignment.object == "%s") return false;
            set_global(build, assignment, object.at("synapse_configure"), one.what);
            return true;
        });
        for (auto const* key : {"neuromodulation_dtc", "neuromodulation_strength"})
            if (auto const* given = object.find(key))
                complain(diagnostics, Severity::error, "override-unsupported", *given,
                         fmt::format("{}: '{}' is for edges of type 'neuromodulatory', which are not supported", one.what, key), "leave it out", true);
        if (one.start > 0)
            for (auto const* key : {"spont_minis", "synapse_delay_override", "modoverride", "synapse_configure"})
                if (object.has(key)) object.ignore(key, "an override with a delay changes weights only");
        object.finish();
    }
    return all;
}

Pathway::Pathway(std::vector<Override> const& all, std::size_t source, std::size_t target) : all_(&all), source_(source), target_(target) {
    for (std::size_t k = 0; k < all.size(); ++k)
        if (any(all[k].source[source]) && any(all[k].target[target])) matching_.push_back(static_cast<int>(k));
}

bool Pathway::none() const { return matching_.size() == 1 && at(matching_[0]).weight == 0; }

std::optional<Overridden> Pathway::of(std::size_t source_row, std::size_t target_row) const {
    if (matching_.empty()) return Overridden{};
    Overridden result;
    bool made = false;
    for (int const k : matching_) {
        auto const& one = at(k);
        if (!one.source[source_][source_row] || !one.target[target_][target_row]) continue;
        if (one.start > 0) {
            result.later.push_back(k);
            continue;
        }
        made = true;
        result.weight = one.weight, result.minis = one.minis, result.delay = one.delay;
        if (!one.mechanism.empty()) result.mechanism = one.mechanism;
        if (!one.configure.empty()) result.configured.push_back(k);
    }
    if (!made) return {};
    std::ranges::stable_sort(result.later, {}, [&](int k) { return at(k).start; });
    return result;
}

}  // namespace rall::io::sonata
