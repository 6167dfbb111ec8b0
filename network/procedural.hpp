// Connections that are not stored: those of a spike's source are made when it spikes, from the rules of the model.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "model/model.hpp"
#include "solver/lowering/connections.hpp"

namespace rall::network {

class Procedural {
public:
    /// Throws InputError ("procedural-delay") where one would be heard within the step in which it is sent.
    Procedural(model::Model const& model, solver::Connections const& stored);

    bool empty() const { return rows_.empty(); }
    double longest_delay() const { return longest_delay_; }  ///< ms
    double expected() const { return expected_; }            ///< connections in all
    /// Connections of a source, about.
    double expected(int source) const;

    /// Calls f(run, place of the target, weight, delay) for the connections of a source to some of the groups; `row` is room for work. `run` is that of the place.
    /// For several threads at once.
    template <class F>
    void each(int source, int first_group, int last_group, model::Row& row, F const& f) const {
        auto const& targets = stored_.targets();
        auto const part = segment_of(source);
        for (auto k = first_part_[part]; k < first_part_[part + 1]; ++k) {
            auto const& [which, before] = parts_[k];
            auto const& projection = model_.projections[which];
            auto const number = first_number_[static_cast<std::size_t>(projection.set)] + static_cast<std::uint32_t>(projection.first);
            auto const [first, last] = range(which, first_group, last_group);
            rows_[which].make(source - before, first, last, row);
            auto const* to = targets.runs().data();
            for (std::size_t c = 0; c < row.size(); ++c) {
                auto const place = targets.place(number + row.target[c]);
                if (place >= targets.size()) continue;  // not here
                if (place < to->first) to = targets.runs().data();
                to = targets.run_of(place, to);
                if (to->group >= first_group && to->group < last_group) f(*to, place, row.weight_of(projection, c), row.delay_of(projection, c));
            }
        }
    }

    std::int64_t bytes() const;

private:
    /// A projection of a source, whose number in it is that of the source less `before`.
    struct Part {
        std::size_t projection;
        std::int64_t before;
    };
    std::size_t segment_of(int source) const;
    std::pair<std::uint32_t, std::uint32_t> range(std::size_t projection, int first_group, int last_group) const;

    model::Model const& model_;
    solver::Connections const& stored_;
    std::vector<std::uint32_t> first_number_;   ///< Model::first_numbers
    std::vector<model::Rows> rows_;             ///< per projection
    /// Those of a projection's targets that have places, and whether the groups of these ascend with their numbers.
    struct Own {
        std::uint32_t first, last;
        bool ascends;
    };
    std::vector<Own> own_;                      ///< per projection
    std::vector<std::uint32_t> segment_;        ///< where sources begin that have projections of their own, and where all end
    std::vector<std::size_t> first_part_;       ///< [segments + 1] into parts_
    std::vector<Part> parts_;
    double longest_delay_ = 0, expected_ = 0;
};

}  // namespace rall::network
