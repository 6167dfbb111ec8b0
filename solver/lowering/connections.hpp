// The model's connections as they lie in memory: by source, in the order of gids, then by the place of the target, weight and delay. So a
// connection's number is its order among the events of one time at one group that were sent at one time, however connections were listed.
#pragma once

#include <cstdint>
#include <vector>

#include "model/model.hpp"
#include "solver/lowering/targets.hpp"
#include "solver/step/memory.hpp"

namespace rall::solver {

class Connections {
public:
    /// Takes over `connections`: they are sorted where they lie, and their memory is given back while the arrays fill, so that both
    /// together take no more than they did. Each connection has `n_args` arguments of NET_RECEIVE, the first of them its weight.
    Connections(model::Model const& model, std::vector<model::Connection> connections, Targets targets, int n_args);

    Targets const& targets() const { return targets_; }
    std::size_t size() const { return place_.size(); }
    /// Where those of a source begin, and where they end.
    std::size_t first(int source) const { return first_[rank_[source]]; }
    std::size_t last(int source) const { return first_[rank_[source] + 1]; }
    /// Its place among the gids.
    std::uint32_t rank(int source) const { return rank_[source]; }
    std::uint32_t place(std::size_t connection) const { return place_[connection]; }  ///< of its target
    double delay(std::size_t connection) const { return delay_[connection]; }  ///< ms
    double longest_delay() const { return longest_delay_; }                    ///< ms

    /// [size * n_args] on the device.
    double* args() const { return args_.device_as<double>(); }
    int n_args() const { return n_args_; }

    /// Connections by their targets.
    struct Heard {
        std::vector<std::size_t> first;       ///< [targets + 1]: where those of a target begin, by place; empty where nobody asked
        std::vector<std::uint32_t> connection;  ///< ascending for each target
    };
    /// Of the instances of mechanisms of which `asked` is true; the others have none.
    Heard heard(std::vector<char> const& asked) const;

    // For checkpoints, which know a connection by the rank of its source among the gids, its target, delay and weight.
    std::size_t rank_of(std::uint32_t connection) const;
    std::size_t n_ranks() const { return rank_.size(); }
    std::size_t first_of_rank(std::size_t rank) const { return first_[rank]; }  ///< up to the number of ranks
    /// The first of a source's connections to a place or those behind it; those to one place follow one another.
    std::uint32_t first_to(std::size_t rank, std::uint32_t place) const;

    /// Notes the arguments as they are, so that changed() can tell of which sources (ranks) some are others now.
    void note_args();
    std::vector<std::size_t> changed();
    /// All arguments on the host, to be read or changed; give_args() hands them back.
    double* take_args();
    void give_args();

    std::size_t bytes() const;

private:
    int n_args_;
    double longest_delay_ = 0;
    std::vector<std::uint32_t> rank_;      ///< per source: its place among the gids
    std::vector<std::size_t> first_;       ///< [sources + 1], by rank
    std::vector<std::uint32_t> place_;     ///< per connection
    std::vector<double> delay_;            ///< ms
    Targets targets_;
    std::vector<std::uint64_t> noted_;      ///< per rank: a number of all arguments as they were
    DeviceMemory args_;

    std::uint64_t digest(std::size_t rank, double const* args) const;
};

/// Lays what a group knows of the connections to it: those whose begin is NET_RECEIVE's INITIAL, and those that FOR_NETCONS visits.
void lay_connections(BuiltGroup& built, Blueprint const& blueprint, int group, Targets const& targets, Connections::Heard const& heard);

}  // namespace rall::solver
