#include "io/config/rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "io/schema/schema.hpp"

namespace rall::io {
namespace {

constexpr std::int64_t most = 2'000'000'000;

/// One of 0 .. n - 1.
std::uint64_t below(random::Stream& stream, std::uint64_t n) {
    return std::min(n - 1, static_cast<std::uint64_t>(stream.uniform() * static_cast<double>(n)));
}

/// k of the n partners of one source or instance, into `drawn`, ascending; those of `marks` that are set never. `marks` (n) stays as it was.
void choose(random::Stream& stream, std::int64_t k, std::int64_t allowed, bool again, std::vector<char>& marks,
            std::vector<std::int64_t>& drawn) {
    auto const n = static_cast<std::int64_t>(marks.size());
    drawn.clear();
    // More than half is what is left after the rest was drawn, so that few draws are in vain.
    bool const rest = !again && 2 * k > allowed;
    auto const wanted = rest ? allowed - k : k;
    while (static_cast<std::int64_t>(drawn.size()) < wanted) {
        auto const one = static_cast<std::int64_t>(below(stream, n));
        if (marks[one]) continue;
        if (!again) marks[one] = 2;
        drawn.push_back(one);
    }
    if (rest) {
        auto const without = drawn;
        drawn.clear();
        for (std::int64_t i = 0; i < n; ++i)
            if (!marks[i]) drawn.push_back(i);
        for (auto const i : without) marks[i] = 0;
        return;
    }
    if (!again)
        for (auto const i : drawn) marks[i] = 0;
    std::sort(drawn.begin(), drawn.end());
}

using Members = std::unordered_map<std::int64_t, std::vector<std::int64_t>>;

Members members(std::vector<std::int64_t> const& owners) {
    Members of;
    for (std::size_t i = 0; i < owners.size(); ++i)
        if (owners[i] >= 0) of[owners[i]].push_back(static_cast<std::int64_t>(i));
    return of;
}

std::vector<std::int64_t> const& of_owner(Members const& all, std::int64_t owner) {
    static std::vector<std::int64_t> const none;
    auto const found = owner < 0 ? all.end() : all.find(owner);
    return found == all.end() ? none : found->second;
}

std::uint64_t autapses(Ends const& ends) {
    auto const own = members(ends.sources);
    std::uint64_t count = 0;
    for (auto const owner : ends.instances) count += of_owner(own, owner).size();
    return count;
}

}  // namespace

double Ends::distance(std::int64_t source, std::int64_t instance) const {
    auto const &a = source_places[source], &b = instance_places[instance];
    return std::hypot(a.x - b.x, a.y - b.y, a.z - b.z);
}

std::optional<Rule> read_rule(Object& object, Diagnostics& diagnostics) {
    auto const& names = object.row("rule")->choices;  // in the order of Rule::Kind
    using enum Rule::Kind;
    Rule rule;
    auto const errors = diagnostics.count(Severity::error);
    auto const name = object.choice("rule");
    rule.kind = static_cast<Rule::Kind>(std::ranges::find(names, name) - names.begin());
    if (rule.kind == one_to_one && object.has("shift")) rule.shift = object.integer("shift");
    if (rule.kind == pairwise_bernoulli) {
        if (auto const* p = object.find("p"); p && p->is_string())
            rule.p_of_distance = OfDistance::read(*p, object.what() + ".p", 0, 1, diagnostics);
        else rule.p = object.number("p");
    }
    if (rule.kind == fixed_indegree) rule.number = object.integer("indegree");
    if (rule.kind == fixed_outdegree) rule.number = object.integer("outdegree");
    if (rule.kind == fixed_total_number) rule.number = object.integer("N");
    if (rule.is_random()) rule.autapses = object.flag("allow_autapses");
    if (rule.kind > pairwise_bernoulli) rule.multapses = object.flag("allow_multapses");
    return diagnostics.count(Severity::error) > errors ? std::nullopt : std::optional(rule);
}

std::optional<double> count_of(Rule const& rule, Ends const& ends, Object& object, Diagnostics& diagnostics) {
    using enum Rule::Kind;
    auto const n = static_cast<double>(ends.n), m = static_cast<double>(ends.m);
    auto const impossible = [&](char const* key, std::string const& message) {
        error(diagnostics, "rule-impossible", object.at(key), fmt::format("{}.{}: {}", object.what(), key, message),
              fmt::format("ask for fewer{}{}", rule.multapses ? "" : ", or let pairs repeat: \"allow_multapses\": true",
                          rule.autapses ? "" : ", or let cells connect to themselves: \"allow_autapses\": true"));
        return std::nullopt;
    };
    auto const degree = [&](char const* key, std::vector<std::int64_t> const& ones,
                            std::vector<std::int64_t> const& others, char const* things) -> std::optional<double> {
        auto const own = rule.autapses ? Members{} : members(others);
        std::size_t most_excluded = 0;
        for (auto const owner : ones) most_excluded = std::max(most_excluded, of_owner(own, owner).size());
        auto const allowed = static_cast<std::int64_t>(others.size() - most_excluded);
        if (!ones.empty() && rule.number > (rule.multapses && allowed > 0 ? most : allowed))
            return impossible(key, fmt::format("{} of {} {}{}", rule.number, allowed, things,
                                               most_excluded > 0 ? " (without its own cell's)" : ""));
        return static_cast<double>(rule.number) * static_cast<double>(ones.size());
    };
    switch (rule.kind) {
        case all_to_all:
            return n * m;
        case one_to_one:
            return n;
        case pairwise_bernoulli: {
            if (!rule.p_of_distance) return n * m * rule.p;
            double mean = 0;
            for (std::int64_t i = 0; i < ends.m; ++i)
                for (std::int64_t j = 0; j < ends.n; ++j) mean += (*rule.p_of_distance)(ends.distance(j, i));
            return mean;
        }
        case fixed_indegree:
            return degree("indegree", ends.instances, ends.sources, "sources for each instance");
        case fixed_outdegree:
            return degree("outdegree", ends.sources, ends.instances, "instances for each source");
        case fixed_total_number:
            break;
    }
    double const allowed = n * m - (rule.autapses ? 0 : static_cast<double>(autapses(ends)));
    if (static_cast<double>(rule.number) > (rule.multapses && allowed > 0 ? most : allowed))
        return impossible("N", fmt::format("{} connections of {:.0f} pairs", rule.number, allowed));
    return static_cast<double>(rule.number);
}

void fixed_indegree(Rule const& rule, Ends const& ends, random::Stream const& entry,
                    std::function<void(std::int64_t, std::int64_t)> const& connect) {
    auto stream = entry;
    auto const own = rule.autapses ? Members{} : members(ends.sources);
    std::vector<char> marks(ends.sources.size(), 0);
    std::vector<std::int64_t> drawn;
    for (std::size_t i = 0; i < ends.instances.size(); ++i) {
        stream.instance = ends.first + static_cast<std::uint32_t>(i);
        stream.draws = 0;
        auto const& excluded = of_owner(own, ends.instances[i]);
        for (auto const j : excluded) marks[j] = 1;
        choose(stream, rule.number, static_cast<std::int64_t>(ends.sources.size() - excluded.size()), rule.multapses, marks, drawn);
        for (auto const j : excluded) marks[j] = 0;
        for (auto const j : drawn) connect(j, static_cast<std::int64_t>(i));
    }
}

std::optional<model::Distribution> read_distribution(Node const& node, std::string const& what, Range range, double usual,
                                                     Diagnostics& diagnostics) {
    using Kind = model::Distribution::Kind;
    Object object(node, what, diagnostics, keys_of("distribution"));
    auto const errors = diagnostics.count(Severity::error);
    model::Distribution result;
    auto const& names = object.row("distribution")->choices;  // in the order of Kind
    auto const name = object.choice("distribution");
    result.kind = static_cast<Kind>(std::ranges::find(names, name) - names.begin());
    if (result.kind == Kind::uniform) {
        object.required("low"), object.required("high");
        result.low = object.optional_number("low", range).value_or(0);
        result.high = object.optional_number("high", range).value_or(0);
    } else {
        if (result.kind == Kind::exponential) object.required("mean"), result.a = object.optional_number("mean", positive).value_or(1);
        else {
            bool const log = result.kind == Kind::lognormal;
            result.a = object.number(log ? "mu" : "mean");
            result.b = object.number(log ? "sigma" : "sd");
        }
        result.low = object.optional_number("low", range).value_or(usual);
        result.high = object.optional_number("high", range).value_or(std::numeric_limits<double>::max());
    }
    object.finish();
    if (diagnostics.count(Severity::error) > errors) return std::nullopt;
    if (result.high < result.low || (result.kind != Kind::uniform && !(result.inside() > 1e-3))) {
        error(diagnostics, "distribution-limits", node,
              fmt::format("{}: hardly any value lies between {} and {}", what, result.low, result.high),
              "expected limits that hold at least 1 in 1000 of the values");
        return std::nullopt;
    }
    return result;
}

}  // namespace rall::io
