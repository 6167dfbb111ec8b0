#include "io/page/network_record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "base/whole.hpp"
#include "io/page/thinning.hpp"
#include "model/extracellular.hpp"
#include "morphology/cable.hpp"

namespace rall::io {
namespace {

using nlohmann::json;

/// `all` with those from the `most`-th on as one.
std::vector<html::Population> bounded(std::vector<html::Population> all, std::size_t most) {
    if (all.size() <= most) return all;
    auto const first = all[most - 1].first, end = all.back().first + all.back().count;
    bool const recorded = std::any_of(all.begin() + static_cast<std::ptrdiff_t>(most) - 1, all.end(),
                                      [](auto const& p) { return p.recorded; });
    auto const name = fmt::format("{} others", all.size() - most + 1);
    auto const& beside = all.back();
    // In a file they are one only where they are numbered in a row.
    bool const in_one = std::all_of(all.begin() + static_cast<std::ptrdiff_t>(most) - 1, all.end(), [&](auto const& p) {
        return p.file_population == beside.file_population && p.first_node - p.first == beside.first_node - beside.first;
    });
    html::Population others{name, first, end - first, true, recorded && in_one, beside.file_population, beside.first_node - (beside.first - first)};
    all.resize(most - 1);
    all.push_back(std::move(others));
    return all;
}

std::vector<html::Population> populations_of(Config const& config) {
    std::vector<html::Population> cells, others;
    for (auto const& p : config.pictured) {
        if (p.count == 0) continue;
        auto const& nodes = config.populations[node_of(config.populations, p.first).first];
        (p.first < config.model.cells.size() ? cells : others)
            .push_back({p.name, p.first, p.count, p.numbered, p.recorded, nodes.name, nodes.id(p.first)});
    }
    cells = bounded(std::move(cells), most_populations);
    others = bounded(std::move(others), most_populations);
    cells.insert(cells.end(), others.begin(), others.end());
    return cells;
}

/// The populations of whatever connects: cells, point processes, sources of spikes; none is -1.
class Membership {
public:
    Membership(model::Model const& model, std::vector<html::Population> const& populations)
        : model_(model), of_gid_(model.sources.size(), -1), of_source_(model.sources.size(), -1) {
        for (std::size_t p = 0; p < populations.size(); ++p)
            for (auto gid = populations[p].first; gid < populations[p].first + populations[p].count; ++gid)
                if (gid < of_gid_.size()) of_gid_[gid] = static_cast<int>(p);
        for (std::size_t k = 0; k < model.sources.size(); ++k) {
            auto const& source = model.sources[k];
            if (auto const* place = std::get_if<model::ThresholdSource>(&source.origin))
                of_source_[k] = of_cell(place->cell);
            else if (auto const* point = std::get_if<model::PointRef>(&source.origin)) of_source_[k] = of(*point);
            else of_source_[k] = of_gid_.at(source.gid);
        }
    }
    int of(model::PointRef point) const {
        auto const& set = model_.points[point.set];
        return set.cell[point.index] >= 0 ? of_cell(set.cell[point.index]) : of_gid_.at(set.gid[point.index]);
    }
    int of_cell(int cell) const { return of_gid_[cell]; }
    int of_source(std::size_t source) const { return of_source_[source]; }

private:
    model::Model const& model_;
    std::vector<int> of_gid_;  ///< cells and generators are numbered in a row
    std::vector<int> of_source_;
};

/// What leads from a population to another through a set of point processes.
struct Sum {
    std::uint64_t count = 0;
    double weight = 0, delay = 0;
};
using Sums = std::map<std::tuple<int, int, int>, Sum>;  // source, target, set

/// Whatever the sets, as long as source and target agree.
Sums without_sets(Sums const& sums) {
    Sums all;
    for (auto const& [key, sum] : sums) {
        auto& together = all[{std::get<0>(key), std::get<1>(key), -1}];
        together.count += sum.count;
        together.weight += sum.weight;
        together.delay += sum.delay;
    }
    return all;
}

/// Connections that are looked at of all those that rules make.
constexpr std::size_t most_looked_at = 4'000'000;

/// Those of all ranks together.
void add_others(Sums& sums, Communicator const& ranks) {
    struct Told {
        int source, target, set;
        Sum sum;
    };
    std::vector<Told> told;
    for (auto const& [key, sum] : sums) told.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key), sum});
    sums.clear();
    for (auto const& [source, target, set, sum] : ranks.gather_lists_to_all(told)) {
        auto& all = sums[{source, target, set}];
        all.count += sum.count;
        all.weight += sum.weight;
        all.delay += sum.delay;
    }
}

/// Connections of each pair of populations through each set of point processes, and the POINTERs of these to other cells.
std::vector<html::Pathway> pathways_of(model::Model const& model, Membership const& membership, Communicator const* others) {
    Sums sums, couplings;
    auto* sum = &sums[{-1, -1, -1}];
    Sums::key_type key{-1, -1, -1};  // of `sum`: connections come in runs
    auto const first = model.first_numbers();
    auto const add = [&](std::uint32_t from, model::PointRef to, std::uint64_t times, double weight, double delay) {
        int const source = membership.of_source(from), target = membership.of(to);
        if (source < 0 || target < 0) return;
        if (Sums::key_type const now{source, target, to.set}; now != key) {
            key = now;
            sum = &sums[key];
        }
        sum->count += times;
        sum->weight += static_cast<double>(times) * weight;
        sum->delay += static_cast<double>(times) * delay;
    };
    for (auto const& c : model.connections) {
        auto const set = static_cast<int>(std::ranges::upper_bound(first, c.target) - first.begin()) - 1;
        add(c.source, {set, static_cast<int>(c.target - first[set])}, 1, c.weight, c.delay);
    }
    if (others) {
        add_others(sums, *others);
        key = {-1, -1, -1};
        sum = &sums[key];
    }
    // Of rules that make many, every k-th source stands for k.
    model::Row row;
    for (auto const& p : model.projections) {
        model::Rows const rows(model, p);
        auto const looked_at = static_cast<double>(most_looked_at / model.projections.size());
        auto const k = std::max<std::int64_t>(1, rounded<std::int64_t>(std::min(p.expected / looked_at, static_cast<double>(p.n_sources()))));
        std::int64_t number = 0;
        for (auto const& run : p.sources)
            for (auto source = run.first; source < run.first + run.n; ++source, ++number) {
                if (number % k != 0) continue;
                rows.make(number, row);
                auto const times = static_cast<std::uint64_t>(std::min(k, p.n_sources() - number));
                for (std::size_t c = 0; c < row.size(); ++c)
                    add(source, {p.set, p.first + static_cast<int>(row.target[c])}, times, row.weight_of(p, c), row.delay_of(p, c));
            }
    }
    for (auto const& binding : model.pointers)
        for (std::size_t k = 0; k < binding.instances.size(); ++k) {
            int const here = model.cell_of(binding.instances[k]), there = model.cell_of(binding.targets[k]);
            if (here < 0 || there < 0 || here == there) continue;
            auto const set = binding.instances[k].point.set;
            ++couplings[{membership.of_cell(there), membership.of_cell(here), set}].count;
        }
    std::vector<html::Pathway> pathways;
    for (auto* table : {&sums, &couplings}) {
        if (table->size() > most_pathways) *table = without_sets(*table);
        for (auto const& [key, sum] : *table) {
            auto const [source, target, set] = key;
            if (source < 0 || target < 0) continue;
            auto const n = static_cast<double>(sum.count);
            bool const on_cells = set >= 0 && (model.points[set].cell.empty() || model.points[set].cell[0] >= 0);  // where all are of other ranks
            pathways.push_back({static_cast<std::size_t>(source), static_cast<std::size_t>(target),
                                on_cells ? model.points[set].label : "", table == &couplings, sum.count, sum.weight / n,
                                sum.delay / n});
        }
    }
    return pathways;
}

/// The middle of a cell's first section.
std::array<float, 3> soma_of(model::Model const& model, int cell) {
    auto const& cable = *model.types[model.cells[cell].type].cable;
    auto const& section = cable.sections.front();
    auto const at = model::placed(cable.compartments[section.first + section.nseg / 2].centre, model.cells[cell].placement);
    return {static_cast<float>(at.x), static_cast<float>(at.y), static_cast<float>(at.z)};
}

}  // namespace

html::Network network_of(Config const& config, Communicator const& ranks) {
    auto const& model = config.model;
    html::Network network;
    network.populations = populations_of(config);
    network.cells = model.cells.size();
    network.pathways = pathways_of(model, Membership(model, network.populations), config.connections_of_chosen ? &ranks : nullptr);
    auto cells = network.populations;
    std::erase_if(cells, [&](auto const& population) { return population.first >= network.cells; });
    network.soma_step = html::step_for(cells, most_somata);
    // Cells of one entry lie in one place, unless they are given places of their own.
    bool have_places = false;
    bool const single = std::ranges::all_of(cells, [](auto const& population) { return population.count == 1; });
    for (auto const& population : cells) {
        auto const first = single ? 0 : network.somata.size();
        for (std::uint64_t i = 0; i < population.count; i += network.soma_step)
            network.somata.push_back(soma_of(model, static_cast<int>(population.first + i)));
        have_places = have_places || network.somata[first] != network.somata.back();
    }
    if (!have_places) network.somata.clear();
    return network;
}

json to_json(html::Network const& network) {
    json populations = json::array(), pathways = json::array(), somata = json::array();
    for (auto const& p : network.populations)
        populations.push_back({{"name", p.name},
                               {"first", p.first},
                               {"count", p.count},
                               {"numbered", p.numbered},
                               {"recorded", p.recorded},
                               {"file_population", p.file_population},
                               {"first_node", p.first_node}});
    for (auto const& p : network.pathways) {
        pathways.push_back({{"source", p.source},
                            {"target", p.target},
                            {"through", p.through},
                            {"coupling", p.coupling},
                            {"count", p.count}});
        if (!p.coupling) pathways.back().update({{"mean_weight", p.weight}, {"mean_delay", p.delay}});
    }
    for (auto const& at : network.somata)
        for (float const x : at) somata.push_back(std::round(1e3 * double{x}) / 1e3);
    return {{"populations", std::move(populations)},
            {"cells", network.cells},
            {"pathways", std::move(pathways)},
            {"soma_step", network.soma_step},
            {"somata", std::move(somata)}};
}

html::Network network_from(json const& stored) {
    html::Network network;
    for (auto const& p : stored.at("populations"))
        network.populations.push_back({p.at("name"), p.at("first"), p.at("count"), p.at("numbered"), p.at("recorded"),
                                       p.at("file_population"), p.at("first_node")});
    network.cells = stored.at("cells");
    for (auto const& p : stored.at("pathways"))
        network.pathways.push_back({p.at("source"), p.at("target"), p.at("through"), p.at("coupling"), p.at("count"),
                                    p.value("mean_weight", 0.0), p.value("mean_delay", 0.0)});
    network.soma_step = stored.at("soma_step");
    auto const somata = stored.at("somata").get<std::vector<float>>();
    for (std::size_t i = 0; i + 2 < somata.size(); i += 3)
        network.somata.push_back({somata[i], somata[i + 1], somata[i + 2]});
    return network;
}

}  // namespace rall::io
