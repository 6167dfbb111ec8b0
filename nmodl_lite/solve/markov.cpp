#include "nmodl_lite/solve/markov.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "nmodl_lite/analysis/evaluation.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

double default_of(Mechanism const& m, Expr const& e) {
    auto const* variable = m.source(e->name);
    if (!variable || variable->role == Role::pointer) throw NotComputable{e->at, "'" + e->name + "' has no value"};
    if (variable->field == IonField::inner) return 1e-4;
    if (variable->field == IonField::outer) return 1;
    return variable->value;
}

/// Logarithm of the product of the rates along a cycle, or against it.
double log_product(Scheme const& scheme, std::vector<double> const& rates, std::vector<std::size_t> const& states,
                   bool forwards) {
    double sum = 0;
    for (std::size_t i = 0; i < states.size(); ++i) {
        auto from = states[i], to = states[(i + 1) % states.size()];
        if (!forwards) std::swap(from, to);
        double rate = 0;
        for (std::size_t k = 0; k < rates.size(); ++k)
            if (scheme.transitions[k].from == from && scheme.transitions[k].to == to) rate += rates[k];
        sum += std::log(rate);
    }
    return sum;
}

double imbalance_of(double forwards, double backwards) {
    bool const none = std::isinf(forwards) && std::isinf(backwards);
    return none ? 0 : -std::expm1(-std::abs(forwards - backwards));
}

}  // namespace

std::vector<double> SchemeRates::at(double v) const {
    Evaluation evaluation([&](Expr const& e) {
        auto const given = given_.find(e->name);
        return given != given_.end() ? given->second : default_of(mechanism_, e);
    });
    evaluation.set("v", v);
    for (auto const& [name, value] : given_) evaluation.set(name, value);
    for (auto const& shared : mechanism_.common) evaluation.set(shared.name, evaluation.value(shared.value));
    evaluation.run(mechanism_.initial);
    evaluation.run(mechanism_.transitions);
    std::vector<double> rates;
    for (auto const& scheme : mechanism_.schemes)
        for (auto const& transition : scheme.transitions) rates.push_back(evaluation.value(transition.rate));
    return rates;
}

std::vector<Cycle> cycles_of(Scheme const& scheme, std::vector<double> const& voltages,
                             std::vector<std::vector<double>> const& rates) {
    constexpr auto none = std::numeric_limits<std::size_t>::max();
    auto const n = scheme.states.size();
    std::set<std::pair<std::size_t, std::size_t>> edges;
    for (auto const& t : scheme.transitions) edges.insert({std::min(t.from, t.to), std::max(t.from, t.to)});
    // A spanning tree, breadth first, so that cycles are short; each edge that is not in it closes one.
    std::vector<std::size_t> parent(n, none), depth(n, 0), order;
    std::vector<bool> seen(n, false);
    for (std::size_t root = 0; root < n; ++root) {
        if (seen[root]) continue;
        seen[root] = true;
        for (std::vector<std::size_t> queue{root}; !queue.empty();) {
            auto const state = queue.front();
            queue.erase(queue.begin());
            for (auto const& [a, b] : edges) {
                if (a != state && b != state) continue;
                auto const other = a == state ? b : a;
                if (seen[other]) continue;
                seen[other] = true;
                parent[other] = state;
                depth[other] = depth[state] + 1;
                queue.push_back(other);
            }
        }
    }
    std::vector<Cycle> cycles;
    for (auto [a, b] : edges) {
        if (parent[a] == b || parent[b] == a) continue;
        Cycle cycle;
        std::vector<std::size_t> back;
        while (a != b)
            if (depth[a] >= depth[b]) {
                cycle.states.push_back(a);
                a = parent[a];
            } else {
                back.push_back(b);
                b = parent[b];
            }
        cycle.states.push_back(a);
        cycle.states.insert(cycle.states.end(), back.rbegin(), back.rend());
        for (std::size_t i = 0; i < voltages.size(); ++i) {
            auto const imbalance = imbalance_of(log_product(scheme, rates[i], cycle.states, true),
                                                log_product(scheme, rates[i], cycle.states, false));
            if (i > 0 && !(imbalance > cycle.imbalance)) continue;
            cycle.imbalance = imbalance;
            cycle.v = voltages[i];
        }
        cycles.push_back(std::move(cycle));
    }
    return cycles;
}

std::vector<SchemeReport> report_schemes(Mechanism const& mechanism) {
    std::vector<SchemeReport> reports(mechanism.schemes.size());
    SchemeRates const rates(mechanism);
    for (auto& report : reports)
        for (double v = -120; v <= 60; v += 20) report.voltages.push_back(v);
    try {
        for (std::size_t i = 0; !reports.empty() && i < reports[0].voltages.size(); ++i) {
            auto const all = rates.at(reports[0].voltages[i]);
            auto next = all.begin();
            for (std::size_t s = 0; s < reports.size(); ++s) {
                auto const n = static_cast<std::ptrdiff_t>(mechanism.schemes[s].transitions.size());
                reports[s].rates.emplace_back(next, next + n);
                next += n;
            }
        }
    } catch (NotComputable const& problem) {
        for (auto& report : reports) {
            report.not_computable = problem.what;
            report.rates.clear();
        }
        return reports;
    }
    for (std::size_t s = 0; s < reports.size(); ++s)
        reports[s].cycles = cycles_of(mechanism.schemes[s], reports[s].voltages, reports[s].rates);
    return reports;
}

std::string to_text(Cycle const& cycle, Scheme const& scheme) {
    std::string text;
    for (auto const state : cycle.states) text += key_of(scheme.states[state]) + " - ";
    return text + key_of(scheme.states[cycle.states.front()]);
}

}  // namespace rall::nmodl
