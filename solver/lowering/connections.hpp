// The model's connections as they lie in memory: by source, in the order of gids, then by target's group, target, delay and weight. So a
// connection's number is its order among the events of one time at one group that were sent at one time, however connections were listed.
#pragma once

#include <cstdint>
#include <vector>

#include "model/model.hpp"
#include "solver/lowering/group_builder.hpp"
#include "solver/step/memory.hpp"

namespace rall::solver {

class Connections {
public:
    /// Takes over `connections`: they are sorted where they lie, and their memory is given back while the arrays fill, so that both
    /// together take no more than they did. `groups`: of targets, per Model::number_of. Each connection has `n_args` arguments of
    /// NET_RECEIVE, the first of them its weight.
    Connections(model::Model const& model, std::vector<model::Connection> connections, std::vector<int> const& groups, int n_args);
    /// Where in its group a target lies, by Model::number_of.
    void set_target(std::uint32_t number, Target const& target) { targets_[place_[number]] = target; }
    Target const& target_of(std::uint32_t number) const { return targets_[place_[number]]; }

    std::size_t size() const { return point_.size(); }
    /// Where those of a source begin, and where they end.
    std::size_t first(int source) const { return first_[rank_[source]]; }
    std::size_t last(int source) const { return first_[rank_[source] + 1]; }
    Target const& target(std::size_t connection) const { return targets_[point_[connection]]; }
    double delay(std::size_t connection) const { return delay_[connection]; }  ///< ms
    double longest_delay() const { return longest_delay_; }                    ///< ms

    /// [size * n_args] on the device.
    double* args() const { return args_.device_as<double>(); }
    int n_args() const { return n_args_; }

    /// Connections by their targets.
    struct Heard {
        std::vector<std::size_t> first;       ///< [targets + 1]: where those of a target begin; by Model::number_of
        std::vector<std::uint32_t> connection;  ///< ascending for each target
    };
    /// Of the targets of which `asked` is true; the others have none.
    Heard heard(std::vector<char> const& asked) const;

    std::size_t bytes() const;

private:
    int n_args_;
    double longest_delay_ = 0;
    std::vector<std::uint32_t> rank_;      ///< per source: its place among the gids
    std::vector<std::size_t> first_;       ///< [sources + 1], by rank
    std::vector<std::uint32_t> point_;     ///< per connection: place in `targets_`
    std::vector<double> delay_;            ///< ms
    std::vector<Target> targets_;          ///< by group, then by number
    std::vector<std::uint32_t> place_;      ///< in `targets_`, per Model::number_of
    DeviceMemory args_;
};

/// Lays what a group knows of the connections to it: those whose begin is NET_RECEIVE's INITIAL, and those that FOR_NETCONS visits.
void lay_connections(BuiltGroup& group, Blueprint const& blueprint, std::vector<std::uint32_t> const& first_number,
                     Connections::Heard const& heard);

}  // namespace rall::solver
