// "connection_overrides": what a simulation changes of edges between two node sets. Those that come later win, as in neurodamus.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "io/config/build.hpp"
#include "io/text/assignments.hpp"

namespace rall::io::sonata {

struct Override {
    Node const* node = nullptr;
    std::string what;                               ///< its name in messages
    std::vector<std::vector<char>> source, target;  ///< per population, of each node
    double weight = 1;                              ///< factor of weights
    double start = 0;                               ///< ms; above 0 only the weight counts, and from then on
    std::optional<double> minis;                    ///< Hz, of spontaneous events
    std::optional<double> delay;                    ///< ms, in the place of an edge's own
    std::string mechanism;                          ///< "modoverride"
    std::vector<Assignment> configure;              ///< of synapses
};

/// Those of a config; build.populations must be there.
std::vector<Override> read_overrides(Build& build, Node const& list);

/// What the overrides of one pathway make of an edge.
struct Overridden {
    double weight = 1;
    std::optional<double> minis, delay;
    std::string mechanism;
    std::vector<int> later, configured;  ///< overrides that change the weight while the run goes on, and that configure
};

/// The overrides that edges between two populations can meet.
class Pathway {
public:
    Pathway(std::vector<Override> const& all, std::size_t source, std::size_t target);
    /// Are there any? Then only edges that one of them means are made.
    bool empty() const { return matching_.empty(); }
    /// Are all of these edges left out, since the only override gives them a weight of 0?
    bool none() const;
    /// What becomes of an edge between two rows; nothing where no override means it.
    std::optional<Overridden> of(std::size_t source_row, std::size_t target_row) const;
    Override const& at(int index) const { return (*all_)[static_cast<std::size_t>(index)]; }

private:
    std::vector<Override> const* all_;
    std::size_t source_, target_;
    std::vector<int> matching_;
};

}  // namespace rall::io::sonata
