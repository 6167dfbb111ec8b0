// Connections that follow from a rule and random numbers: what is stored is the rule. Those of one source can be made at any time, without
// those of others, and so can its connections to some of the targets: Knight JC, Nowotny T (2021) Nature Computational Science 1:136-142.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/random.hpp"
#include "mechanisms/info.hpp"
#include "model/distribution.hpp"
#include "morphology/morphology.hpp"

namespace rall::model {

struct Model;

/// A quantity of a connection that depends on how far apart its ends are.
class OfDistance {
public:
    virtual ~OfDistance() = default;
    /// Puts the values at these distances (um) in their place. Throws InputError where one is not allowed. For several threads at once.
    virtual void evaluate(std::span<double> values) const = 0;
};

/// Weights or delays: one of the three.
struct Quantity {
    double value = 0;
    std::optional<Distribution> drawn = {};
    std::shared_ptr<OfDistance const> of_distance = {};

    bool is_uniform() const { return !drawn && !of_distance; }
};

/// One rule between sources, numbered from 0 through all of `sources`, and the instances of a point set from `first` on.
struct Projection {
    enum class Kind { all_to_all, one_to_one, pairwise_bernoulli, fixed_outdegree, fixed_total_number };
    /// Sources of the model that follow one another.
    struct Run {
        std::uint32_t first, n;
    };
    Kind kind = Kind::all_to_all;
    std::int64_t shift = 0;   ///< of one_to_one: source i to target (i + shift) modulo their number
    double p = 0;             ///< of pairwise_bernoulli, where it is no
    std::shared_ptr<OfDistance const> p_of_distance = {};
    std::int64_t number = 0;  ///< of targets per source, or of connections
    bool autapses = false;    ///< may source and target be the same cell? Of rules that draw
    bool multapses = false;   ///< may a pair be drawn again?
    Quantity weight = {}, delay = {1};
    random::Stream stream = {};  ///< its seed and cell: what tells this rule from others
    std::vector<Run> sources = {};
    int set = 0;
    int first = 0, n_targets = 0;

    // What measure() finds.
    double expected = 0;                           ///< connections; their mean for pairwise_bernoulli
    double shortest_delay = 0, longest_delay = 0;  ///< ms; no delay lies outside

    std::int64_t n_sources() const;
    /// Appends a source, by its index into Model::sources.
    void add_source(std::uint32_t source);
};

/// Fills in what follows from the rest. Looks at all connections where their delays have no other bounds. Throws InputError.
void measure(Model const& model, Projection& projection);

/// Why connections to instances of a mechanism must be stored: what NET_RECEIVE keeps from event to event is kept nowhere else. Null where they need not be.
char const* must_be_stored(MechanismInfo const& mechanism);

/// The connections of a source, by target; those to one target in the order in which they were drawn.
struct Row {
    std::vector<std::uint32_t> target;  ///< number of the instance among the projection's, ascending
    std::vector<double> weight, delay;  ///< empty where one value is for all

    std::size_t size() const { return target.size(); }
    double weight_of(Projection const& p, std::size_t k) const { return weight.empty() ? p.weight.value : weight[k]; }
    double delay_of(Projection const& p, std::size_t k) const { return delay.empty() ? p.delay.value : delay[k]; }

    // Room for work.
    std::vector<std::uint16_t> picked = {};
    std::vector<std::uint32_t> excluded = {};
    std::vector<std::uint64_t> number = {};  ///< per connection, where something is drawn: of its weight and delay in their streams
    std::vector<double> distance = {};
};

/// Makes the connections of a projection. model and projection outlive it.
class Rows {
public:
    Rows(Model const& model, Projection const& projection);

    /// The connections of source number `source` to the targets in [first, last): a function of the projection's stream and of these
    /// three only, whoever asks. Time grows with the connections made, and with up to 8192 targets more at either end; where something
    /// depends on distance with the targets.
    void make(std::int64_t source, std::uint32_t first, std::uint32_t last, Row& row) const;
    void make(std::int64_t source, Row& row) const { make(source, 0, static_cast<std::uint32_t>(projection_.n_targets), row); }

    std::size_t bytes() const;

private:
    std::uint32_t source_at(std::int64_t number) const;
    void find_excluded(std::uint32_t source, std::vector<std::uint32_t>& excluded) const;
    void spread_total();
    void spread(random::Stream stream, std::int64_t number, std::uint32_t first, std::uint32_t last, Row& row) const;
    void skip(random::Stream stream, std::uint32_t first, std::uint32_t last, Row& row) const;
    void pick(random::Stream stream, std::uint32_t block, std::int64_t number, Row& row) const;
    void draw_each(random::Stream stream, std::uint32_t source, std::uint32_t first, std::uint32_t last, Row& row) const;
    void find_distances(std::uint32_t source, Row const& row, std::vector<double>& distance) const;
    morphology::Vec3 place_of(int cell, int compartment) const;
    void number_all(Row& row) const;
    void cut(std::uint32_t first, std::uint32_t last, Row& row) const;
    void add_values(random::Stream const& stream, std::uint32_t source, Row& row) const;

    Model const& model_;
    Projection const& projection_;
    std::vector<std::int64_t> before_run_;          ///< per run of sources: how many come before it
    std::vector<std::uint32_t> number_of_source_;   ///< fixed_total_number: how many connections each has
    std::vector<std::uint32_t> by_cell_;            ///< targets by their cell, where they are not listed so and autapses are left out
    std::vector<morphology::Vec3> place_of_target_;  ///< um, where something depends on distance
};

}  // namespace rall::model
