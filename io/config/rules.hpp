// Who hears whom, and how strongly: the rules and distributions of an entry of "connections".
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/random.hpp"
#include "io/config/of_distance.hpp"
#include "io/text/series.hpp"
#include "model/projection.hpp"
#include "morphology/cable.hpp"

namespace rall::io {

/// The names are NEST's, but nothing connects to itself, and no pair twice, unless allowed.
struct Rule {
    enum class Kind { all_to_all, one_to_one, pairwise_bernoulli, fixed_indegree, fixed_outdegree, fixed_total_number };
    Kind kind = Kind::all_to_all;
    std::int64_t shift = 0;   ///< of one_to_one
    double p = 0;             ///< of pairwise_bernoulli, where it is no
    std::shared_ptr<OfDistance const> p_of_distance = {};
    std::int64_t number = 0;  ///< of sources per instance, of instances per source, or of connections
    bool autapses = false;    ///< of random rules, where source and target are the same cell
    bool multapses = false;   ///< a pair may be drawn again

    bool is_random() const { return kind >= Kind::pairwise_bernoulli; }
};

/// Nothing after an error ("config-conflict" where a key belongs to another rule).
std::optional<Rule> read_rule(Object& object, Diagnostics& diagnostics);

/// What a rule connects: sources 0 .. n - 1 to instances 0 .. m - 1.
struct Ends {
    std::int64_t n = 0, m = 0;
    /// What each belongs to, for rules that draw: equal ones are an autapse, negative ones never.
    std::vector<std::int64_t> sources, instances;
    std::uint32_t first = 0;  ///< number of instance 0 in its set, by which its stream is called
    /// Where each is (um), for what depends on distance.
    std::vector<morphology::Vec3> source_places = {}, instance_places = {};

    double distance(std::int64_t source, std::int64_t instance) const;  ///< um
};

/// How many connections the rule makes; of pairwise_bernoulli the mean. Nothing if it cannot be met: then an error ("rule-impossible").
std::optional<double> count_of(Rule const& rule, Ends const& ends, Object& object, Diagnostics& diagnostics);

/// Calls `connect` with source and instance for each connection of Kind::fixed_indegree, where it can be met: instance by instance, each of which has
/// a stream of its own. (The others are made source by source: model::Rows.)
void fixed_indegree(Rule const& rule, Ends const& ends, random::Stream const& entry,
                    std::function<void(std::int64_t, std::int64_t)> const& connect);

/// {"distribution": "normal", ...}: nothing after an error. Values are at least those of `range`; those of a distribution that states no `low`
/// also at least `usual`.
std::optional<model::Distribution> read_distribution(Node const& node, std::string const& what, Range range, double usual,
                                                     Diagnostics& diagnostics);

}  // namespace rall::io
