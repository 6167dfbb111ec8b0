#include "session/changes.hpp"

#include <algorithm>
#include <map>
#include <optional>

namespace rall::session {
namespace {

using Compartments = std::map<int, double>;  // of one cell, and their new values

std::vector<double> listed(model::Values const& values, std::size_t n) {
    std::vector<double> all(n);
    for (std::size_t i = 0; i < n; ++i) all[i] = values[i];
    return all;
}

/// What CellParameter says of a cell, if it does.
double* own_value(model::Model& model, std::string const& mechanism, std::string const& parameter, int cell) {
    for (auto& own : model.cell_parameters)
        if (own.mechanism == mechanism && own.parameter == parameter && cell >= own.first && cell < own.first + static_cast<int>(own.values.size()))
            return &own.values[static_cast<std::size_t>(cell - own.first)];
    return nullptr;
}

/// Takes away what CellParameter says of a cell, and returns it.
std::optional<double> take_own_value(model::Model& model, std::string const& mechanism, std::string const& parameter, int cell) {
    auto const* const value = own_value(model, mechanism, parameter, cell);
    if (!value) return {};
    double const taken = *value;
    auto const entry = std::ranges::find_if(model.cell_parameters, [&](auto const& own) { return value >= own.values.data() && value < own.values.data() + own.values.size(); });
    auto before = *entry, after = *entry;
    auto const k = cell - entry->first;
    before.values.resize(static_cast<std::size_t>(k));
    after.first = cell + 1;
    after.values.erase(after.values.begin(), after.values.begin() + k + 1);
    *entry = std::move(before);
    model.cell_parameters.push_back(std::move(after));
    std::erase_if(model.cell_parameters, [](auto const& own) { return own.values.empty(); });
    return taken;
}

/// One value in all of a cell's compartments that have the mechanism.
std::optional<double> of_whole_cell(model::CellType const& type, std::string const& mechanism, Compartments const& changed) {
    std::size_t n = 0;
    for (auto const& painted : type.mechanisms)
        if (painted.mechanism == mechanism) n += painted.compartments.size();
    double const value = changed.begin()->second;
    bool const whole = changed.size() == n && std::ranges::all_of(changed, [&](auto const& one) { return one.second == value; });
    return whole ? std::optional(value) : std::nullopt;
}

}  // namespace

std::vector<int> set_parameter(model::Model& model, std::string const& mechanism, std::string const& parameter, double missing,
                               std::vector<model::Site> const& sites, std::vector<double> const& values) {
    std::vector<int> copied;
    std::map<int, Compartments> cells;
    std::map<int, std::vector<double>> sets;
    for (std::size_t i = 0; i < sites.size(); ++i) {
        auto const& point = sites[i].point;
        if (point.set < 0) {
            cells[sites[i].cell][sites[i].compartment] = values[i];
            continue;
        }
        auto const [list, fresh] = sets.try_emplace(point.set);
        if (fresh) {
            auto const& set = model.points[static_cast<std::size_t>(point.set)];
            auto const found = set.parameters.find(parameter);
            list->second = listed(found == set.parameters.end() ? model::Values(missing) : found->second, set.cell.size());
        }
        list->second[static_cast<std::size_t>(point.index)] = values[i];
    }
    for (auto& [set, list] : sets) model.points[static_cast<std::size_t>(set)].parameters[parameter] = std::move(list);
    std::vector<int> users(model.types.size(), 0);
    for (auto const& cell : model.cells) ++users[static_cast<std::size_t>(cell.type)];
    for (auto const& [cell, changed] : cells) {
        auto& own = model.cells[static_cast<std::size_t>(cell)];
        if (auto const value = of_whole_cell(model.types[static_cast<std::size_t>(own.type)], mechanism, changed)) {
            if (auto* const there = own_value(model, mechanism, parameter, cell)) *there = *value;
            else model.cell_parameters.push_back({mechanism, parameter, cell, {*value}});
            continue;
        }
        auto const of_cell = take_own_value(model, mechanism, parameter, cell);
        if (auto& n = users[static_cast<std::size_t>(own.type)]; n > 1) {
            --n;
            copied.push_back(own.type);
            model.types.push_back(model::CellType(model.types[static_cast<std::size_t>(own.type)]));
            users.push_back(1);
            own.type = static_cast<int>(model.types.size()) - 1;
        }
        for (auto& painted : model.types[static_cast<std::size_t>(own.type)].mechanisms) {
            if (painted.mechanism != mechanism) continue;
            auto const found = painted.parameters.find(parameter);
            auto list = listed(of_cell ? model::Values(*of_cell) : found == painted.parameters.end() ? model::Values(missing) : found->second,
                               painted.compartments.size());
            for (std::size_t k = 0; k < list.size(); ++k)
                if (auto const at = changed.find(painted.compartments[k]); at != changed.end()) list[k] = at->second;
            painted.parameters[parameter] = std::move(list);
        }
    }
    return copied;
}

}  // namespace rall::session
