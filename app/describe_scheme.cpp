#include "app/describe_scheme.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "nmodl_lite/solve/markov.hpp"
#include "nmodl_lite/syntax/lexer.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::app {

using nlohmann::json;

json describe_schemes(nmodl::Translated const& translated, Diagnostics& found) {
    auto const& m = translated.mechanism;
    auto const reports = nmodl::report_schemes(m);
    auto all = json::array();
    for (std::size_t s = 0; s < m.schemes.size(); ++s) {
        auto const& scheme = m.schemes[s];
        auto const& report = reports[s];
        auto const warn = [&](char const* code, std::string const& message, char const* advice) {
            found.add(nmodl::at_source(translated.program, Severity::warning, scheme.at, code, message, advice));
        };
        auto states = json::array(), transitions = json::array(), cycles = json::array();
        for (auto const& state : scheme.states) states.push_back(nmodl::key_of(state));
        for (std::size_t k = 0; k < scheme.transitions.size(); ++k) {
            auto const& t = scheme.transitions[k];
            json one{{"from", states[t.from]}, {"to", states[t.to]}};
            for (auto const& rates : report.rates) one["rates"].push_back(rates[k]);
            transitions.push_back(std::move(one));
        }
        bool reversible = report.not_computable.empty();
        for (auto const& cycle : report.cycles) {
            auto const balanced = nmodl::SchemeReport::balanced(cycle);
            reversible = reversible && balanced;
            auto const text = nmodl::to_text(cycle, scheme);
            cycles.push_back(
                {{"states", text}, {"imbalance", cycle.imbalance}, {"v", cycle.v}, {"balanced", balanced}});
            if (!balanced)
                warn("nmodl-not-reversible",
                     fmt::format(
                         "the cycle {} of {} is not microscopically reversible: the products of its rates in the two "
                         "directions differ by {:.3g} of the larger at {} mV",
                         text, scheme.block, cycle.imbalance, cycle.v),
                     "without a source of energy they are equal at every voltage: derive one rate of it from the "
                     "others");
        }
        if (scheme.leaks)
            warn("nmodl-not-conserved", fmt::format("{}: {}", scheme.block, scheme.obstacle),
                 "the states are then no probabilities of a channel: their sum changes, and neither --exact nor single "
                 "channels "
                 "can run them");
        json one{{"block", scheme.block},
                 {"states", std::move(states)},
                 {"markov", scheme.usable()},
                 {"conserves", !scheme.leaks}};
        if (!scheme.usable()) one["obstacle"] = scheme.obstacle;
        if (scheme.usable()) {
            one["parts"] = scheme.totals.size();
            one["transitions"] = std::move(transitions);
            if (report.not_computable.empty()) {
                one["voltages"] = report.voltages;
                one["cycles"] = std::move(cycles);
                one["reversible"] = reversible;
            } else {
                one["not_computable"] = report.not_computable;
            }
        }
        all.push_back(std::move(one));
    }
    return all;
}

std::string schemes_text(json const& schemes) {
    std::string text;
    auto const line = [&](char const* what, std::string const& value) {
        text += fmt::format("  {:12} {}\n", what, value);
    };
    for (auto const& scheme : schemes) {
        text += fmt::format("scheme {}\n", scheme["block"].get<std::string>());
        line("states", enumerate(scheme["states"].get<std::vector<std::string>>()));
        if (scheme.contains("obstacle")) {
            line("no Markov scheme", scheme["obstacle"].get<std::string>());
            continue;
        }
        auto const has = [&](json const& from, json const& to) {
            return std::ranges::any_of(scheme["transitions"],
                                       [&](json const& t) { return t["from"] == from && t["to"] == to; });
        };
        char const* title = "transitions";
        for (auto const& a : scheme["states"])
            for (auto const& b : scheme["states"]) {
                bool const back = has(b, a), first = &a < &b;  // each pair once, in the order of the states
                if (!has(a, b) || (back && !first)) continue;
                line(title, fmt::format("{} {} {}", a.get<std::string>(), back ? "<->" : "->", b.get<std::string>()));
                title = "";
            }
        line("conserves", "what leaves a state arrives in another");
        if (scheme.contains("not_computable")) {
            line("cycles", "not examined: " + scheme["not_computable"].get<std::string>());
            continue;
        }
        auto const& cycles = scheme["cycles"];
        if (cycles.empty()) line("cycles", "none: reversible");
        for (auto const& cycle : cycles)
            line(&cycle == &cycles.front() ? "cycles" : "",
                 fmt::format("{}: {}, imbalance {:.2g} at {} mV", cycle["states"].get<std::string>(),
                             cycle["balanced"].get<bool>() ? "reversible" : "NOT reversible",
                             cycle["imbalance"].get<double>(), cycle["v"].get<double>()));
    }
    return text;
}

}  // namespace rall::app
