#include "sweep/measurement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

#include "base/text.hpp"
#include "morphology/region.hpp"

namespace rall::sweep {

model::Site site_of(Measurement const& m, model::Model& model, bool nodes_at_ends, Location const& where) {
    auto const named = [&](auto const& cell) {
        return !m.cell || cell.name == *m.cell || cell.name == *m.cell + "[0]";
    };
    auto const found = std::ranges::find_if(model.cells, named);
    if (found == model.cells.end()) {
        std::vector<std::string> names;
        for (auto const& cell : model.cells) names.push_back(cell.name);
        throw InputError("sweep-cell", where,
                         fmt::format("{}cell: no cell is called '{}'", m.before_keys, m.cell.value_or("")),
                         did_you_mean(m.cell.value_or(""), names));
    }
    auto& cable = model.types[found->type].cable;
    auto const place = m.location.empty() ? morphology::default_place(*cable)
                                          : morphology::place(*cable, m.location, where);
    return {static_cast<int>(found - model.cells.begin()),
            nodes_at_ends ? morphology::keep_node(cable, place) : morphology::compartment(*cable, place)};
}

Window stimulus_of(Measurement const& m, model::Model const& model, int cell, Location const& where, Diagnostics& found) {
    if (m.window) return *m.window;
    Window window{model.tstop, 0};
    std::set<std::string> labels;
    std::vector<std::string> known;
    for (auto const& set : model.points) {
        auto const del = set.parameters.find("del"), dur = set.parameters.find("dur");
        if (set.mechanism != "IClamp" || del == set.parameters.end() || dur == set.parameters.end()) continue;
        known.push_back(set.label);
        if (m.stimulus ? set.label != *m.stimulus : std::ranges::find(set.cell, cell) == set.cell.end()) continue;
        labels.insert(set.label);
        window.from = std::min(window.from, del->second[0]);
        window.to = std::max(window.to, del->second[0] + dur->second[0]);
    }
    if (m.stimulus && labels.empty())
        throw InputError("sweep-stimulus", where,
                         fmt::format("{}stimulus: no current clamp is called '{}'", m.before_keys, *m.stimulus),
                         did_you_mean(*m.stimulus, known));
    if (labels.size() == 1) {
        window.to = std::max(window.from, std::min(window.to, model.tstop));
        return window;
    }
    found.note("sweep-stimulus", where,
               labels.empty() ? std::string("features are of the whole run: no current clamp is on the cell")
                              : fmt::format("features are of the whole run: {} are all on the cell",
                                            enumerate(std::vector(labels.begin(), labels.end()))),
               labels.empty() ? "" : m.before_keys + "stimulus names the one whose times count");
    return {0, model.tstop};
}

}  // namespace rall::sweep
