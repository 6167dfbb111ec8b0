#include "solver/lowering/packing.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <limits>
#include <map>
#include <string>

#include "base/runtime.hpp"

namespace rall::solver {

namespace {

/// Coupled cells are worth a group of their own from here on: a step of it takes a few times as long as the groups need to meet.
constexpr std::int64_t least_apart = 64 << 10;  // bytes

std::int64_t l2_bytes() {
    long const l2 = ::sysconf(_SC_LEVEL2_CACHE_SIZE);
    return l2 > 0 ? l2 : 1 << 20;
}

/// Three quarters of the L2 cache on a CPU; on a GPU about what one thread block can keep busy.
std::size_t default_group_bytes() { return on_host() ? static_cast<std::size_t>(l2_bytes() / 4 * 3) : 64 << 10; }

/// Threads of this program that share an L3 cache: of a list like 0-7,64-71 as many as there are.
int l3_threads() {
    std::ifstream list("/sys/devices/system/cpu/cpu0/cache/index3/shared_cpu_list");
    int n = 0;
    for (std::string range; std::getline(list, range, ',');) {
        int first = 0, last = 0;
        int const numbers = std::sscanf(range.c_str(), "%d-%d", &first, &last);
        n += numbers == 2 ? last - first + 1 : numbers == 1;
    }
    return n > 0 ? std::min(n, concurrency()) : concurrency();
}

/// What a group may have so that it is of as many cells of one shape as a vector has lanes: four L2 caches, and half a thread's share of the L3.
std::int64_t widest_group_bytes() {
    long const l3 = ::sysconf(_SC_LEVEL3_CACHE_SIZE);
    return std::min<std::int64_t>(4 * l2_bytes(), l3 / 2 / l3_threads());
}

/// Shapes of cells by number: cells with the same tree have the same.
class Shapes {
public:
    explicit Shapes(Blueprint const& blueprint) {
        for (auto const& type : blueprint.types) of_type_.push_back(numbers_.emplace(&type.tree.parent, static_cast<int>(numbers_.size())).first->second);
    }
    int operator[](int type) const { return of_type_[static_cast<std::size_t>(type)]; }

private:
    struct Less {
        bool operator()(std::vector<int> const* a, std::vector<int> const* b) const { return *a < *b; }
    };
    std::map<std::vector<int> const*, int, Less> numbers_;
    std::vector<int> of_type_;
};

class Packer {
public:
    Packer(Blueprint const& blueprint, std::vector<Link> const& links, std::size_t group_bytes, Portion const& portion)
        : blueprint_(blueprint), links_(links), portion_(portion), chosen_(group_bytes == 0 && on_host()) {
        for (int cell = 0; cell < static_cast<int>(blueprint.model.cells.size()); ++cell)
            bytes_.push_back(portion.has(cell) ? estimate_bytes(blueprint, cell) : 0);
        constexpr std::size_t most_bytes = std::size_t{4} << 30;  // elements of a group are counted by an int
        limit_ = static_cast<std::int64_t>(std::min(group_bytes ? group_bytes : default_group_bytes(), most_bytes));
        if (blueprint.model.method == model::Method::cvode) {  // a group has one step
            chosen_ = false;
            limit_ = blueprint.model.variable_step.global ? std::numeric_limits<std::int64_t>::max() : 0;
        }
    }

    Packing pack(std::vector<model::PointRef> const& artificial) {
        std::int64_t total = 0;
        for (auto const bytes : bytes_) total += bytes;
        auto const most = work_for_all(total);
        std::vector<std::vector<int>> whole;
        for (auto& cells : coupled_cells(blueprint_.model, links_, false)) {
            std::erase_if(cells, [&](int cell) { return !portion_.has(cell); });
            if (cells.empty()) continue;
            if (spread(cells, most)) total -= bytes_of(cells);
            else whole.push_back(std::move(cells));
        }
        fill(whole, work_for_all(total));
        for (auto& group : packing_.groups) std::ranges::sort(group.cells);
        for (std::size_t i = 0; i < artificial.size(); ++i) {
            if (i % artificial_per_group == 0) packing_.groups.emplace_back();
            packing_.groups.back().artificial.push_back(artificial[i]);
        }
        cross();
        return std::move(packing_);
    }

private:
    std::int64_t bytes_of(std::vector<int> const& cells) const {
        std::int64_t sum = 0;
        for (int const cell : cells) sum += bytes_[cell];
        return sum;
    }

    /// Bytes of a group when every thread is to have one.
    std::int64_t work_for_all(std::int64_t total) const {
        return chosen_ ? std::min(limit_, total / concurrency() + 1) : limit_;
    }

    /// Gives cells that see one another at every step several groups, of which all threads get the same share. False if they stay together.
    bool spread(std::vector<int> const& cells, std::int64_t most) {
        auto const total = bytes_of(cells);
        if (cells.size() == 1 || total <= most) return false;
        if (sets_of_.empty()) {
            sets_of_.resize(bytes_.size());
            for (auto& set : coupled_cells(blueprint_.model, links_, true)) {
                int const first = set.front();
                sets_of_[first] = std::move(set);
            }
        }
        std::int64_t n = (total + limit_ - 1) / std::max<std::int64_t>(limit_, 1);
        if (chosen_) {
            auto const share = std::clamp<std::int64_t>(total / least_apart, 1, concurrency());
            n = (n + share - 1) / share * share;
        }
        std::vector<GroupContent> groups(static_cast<std::size_t>(std::min(n, static_cast<std::int64_t>(cells.size()))));
        double before = 0;
        for (int const cell : cells) {
            auto const& set = sets_of_[cell];  // empty but for the first cell of it
            auto const bytes = static_cast<double>(bytes_of(set));
            auto const place = (before + bytes / 2) / static_cast<double>(total) * static_cast<double>(groups.size());
            before += bytes;
            auto& to = groups[std::min(static_cast<std::size_t>(place), groups.size() - 1)].cells;
            to.insert(to.end(), set.begin(), set.end());
        }
        std::erase_if(groups, [](GroupContent const& group) { return group.cells.empty(); });
        if (groups.size() == 1) return false;
        std::ranges::move(groups, std::back_inserter(packing_.groups));
        return true;
    }

    /// How many of n cells of one shape share a group: as many as vectors have lanes, or a multiple, since all loops over levels of their trees are then
    /// loops over whole vectors. With several threads, so that each has the same number.
    std::int64_t alike(std::int64_t n, std::int64_t bytes, std::int64_t most) const {
        auto const fit = most / bytes;
        auto const wide = fit >= lanes ? (fit + 2) / lanes * lanes : std::max(fit, std::min<std::int64_t>(lanes, widest_ / bytes));
        auto const together = std::max<std::int64_t>(1, wide), share = (n + concurrency() - 1) / concurrency();
        if (concurrency() == 1) return together;
        auto const groups = (share + together - 1) / together;
        return (share + groups - 1) / groups;
    }

    /// Groups of sets of cells, one set after the other, those of one shape together.
    void fill(std::vector<std::vector<int>>& sets, std::int64_t most) {
        Shapes const shapes(blueprint_);
        auto const kind = [&](std::vector<int> const& cells) {
            int const type = blueprint_.model.cells[static_cast<std::size_t>(cells.front())].type;
            return cells.size() > 1 ? std::pair(-1, -1) : std::pair(shapes[type], type);
        };
        std::ranges::stable_sort(sets, {}, kind);
        std::int64_t used = 0, room = 0;
        for (auto first = sets.begin(); first != sets.end();) {
            int const shape = kind(*first).first;
            auto const end = std::find_if(first, sets.end(), [&](auto const& cells) { return kind(cells).first != shape; });
            auto const n = end - first, bytes = std::max<std::int64_t>(1, bytes_of(*first));
            bool const many = n >= lanes || (n > 1 && n * bytes > most);  // few that fit go with others
            auto const together = chosen_ && shape >= 0 && many ? alike(n, bytes, most) : 0;
            for (std::int64_t k = 0; first != end; ++first, ++k) {
                auto const needed = bytes_of(*first);
                if (together > 0 ? k % together == 0 : used + needed > room) {
                    packing_.groups.emplace_back();
                    used = 0;
                    room = most;
                }
                auto& to = packing_.groups.back().cells;
                to.insert(to.end(), first->begin(), first->end());
                used += needed;
            }
        }
    }

    /// Which POINTERs lead from one group to another, and the places on the board of what they look at: those of a group side by side,
    /// in cache lines that no other group writes, then those of what other ranks show.
    void cross() {
        auto const& model = blueprint_.model;
        std::vector<int> group_of(model.cells.size(), -1);  // -1: of another rank
        int const n = static_cast<int>(packing_.groups.size());
        for (int g = 0; g < n; ++g)
            for (int const cell : packing_.groups[g].cells) group_of[cell] = g;
        std::map<int, Neighbour> neighbours;  // with numbers of crossings, in place of places that are not known yet
        std::vector<std::pair<int, int>> crossings;
        for (std::size_t b = 0; b < links_.size(); ++b) {
            bool const late = links_[b].way == Link::Way::after_solve;
            auto const& binding = model.pointers[b];
            for (std::size_t k = 0; k < binding.instances.size(); ++k) {
                int const reader = model.cell_of(binding.instances[k]), shown = model.cell_of(binding.targets[k]);
                int const to = group_of[reader], from = group_of[shown];
                if (to == from) continue;
                Crossing const crossing{static_cast<int>(b), static_cast<int>(k), 0};
                if (from >= 0) (late ? packing_.groups[from].after_solve : packing_.groups[from].at_begin).shown.push_back(crossing);
                if (to >= 0) (late ? packing_.groups[to].after_solve : packing_.groups[to].at_begin).seen.push_back(crossing);
                packing_.after_solve |= late;
                if (to >= 0 && from >= 0) continue;
                int const rank = portion_.owner(to < 0 ? reader : shown);
                auto& neighbour = neighbours[rank];
                neighbour.rank = rank;
                auto& traded = late ? neighbour.after_solve : neighbour.at_begin;
                (to < 0 ? traded.shown : traded.seen).push_back(static_cast<int>(crossings.size()));
                crossings.emplace_back(crossing.binding, crossing.instance);
            }
        }
        std::vector<std::vector<int>> place(links_.size());
        for (std::size_t b = 0; b < links_.size(); ++b) place[b].resize(model.pointers[b].instances.size());
        for (auto& group : packing_.groups)
            for (auto* crossings : {&group.at_begin, &group.after_solve}) {
                for (auto& shown : crossings->shown)
                    shown.place = place[shown.binding][shown.instance] = packing_.board_size++;
                packing_.board_size = (packing_.board_size + lanes - 1) / lanes * lanes;
            }
        auto const place_of = [&](int crossing) -> int& { return place[crossings[crossing].first][crossings[crossing].second]; };
        for (auto& [rank, neighbour] : neighbours) {
            for (auto* traded : {&neighbour.at_begin, &neighbour.after_solve}) {
                for (int& shown : traded->shown) shown = place_of(shown);
                for (int& seen : traded->seen) seen = place_of(seen) = packing_.board_size++;
            }
            packing_.neighbours.push_back(std::move(neighbour));
        }
        packing_.board_size = (packing_.board_size + lanes - 1) / lanes * lanes;
        for (int g = 0; g < n; ++g) {
            auto& group = packing_.groups[g];
            bool crosses = false;
            for (auto* crossings : {&group.at_begin, &group.after_solve}) {
                for (auto& seen : crossings->seen) seen.place = place[seen.binding][seen.instance];
                crosses |= !crossings->shown.empty() || !crossings->seen.empty();
            }
            if (crosses) packing_.together.push_back(g);
        }
    }

    Blueprint const& blueprint_;
    std::vector<Link> const& links_;
    Portion const& portion_;
    bool chosen_;  ///< is the size of groups ours to choose?
    std::int64_t limit_ = 0, widest_ = widest_group_bytes();
    std::vector<std::int64_t> bytes_;         ///< per cell
    std::vector<std::vector<int>> sets_of_;  ///< per first cell of those that must share a group; filled when needed
    Packing packing_;
};

}  // namespace

Packing pack(Blueprint const& blueprint, std::vector<Link> const& links, std::vector<model::PointRef> const& artificial,
             std::size_t group_bytes, Portion const& portion) {
    return Packer(blueprint, links, group_bytes, portion).pack(artificial);
}

int most_groups(model::Model const& model, Describe const& describe, Portion const& portion) {
    if (!model.cells.empty() && model.method == model::Method::cvode && model.variable_step.global) return 1;
    int groups = 0;
    if (!model.cells.empty())
        for (auto const& cells : coupled_cells(model, find_links(model, describe), true)) groups += portion.has(cells.front());
    if (groups > 0) return groups;
    std::size_t artificial = 0;
    for (auto const& set : model.points) artificial += set.gid.size();
    for (std::size_t i = 0; i < artificial; i += artificial_per_group) groups += portion.has_artificial(i);
    return std::max(1, groups);
}

}  // namespace rall::solver
