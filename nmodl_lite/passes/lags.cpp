// LAG x BY tau: lag_x_tau is what x was tau ago. As in NEURON (measured with 8.2.2), the values that x had when the statement was carried
// out are remembered and interpolated between linearly; before tau has passed it is the first of them, and another tau begins anew. The
// values are arrays of the instance.
#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <utility>

#include "nmodl_lite/analysis/names.hpp"
#include "nmodl_lite/passes/passes.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/lexer.hpp"
#include "nmodl_lite/syntax/parser.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

/// Values remembered: what the default of tau takes at NEURON's step, twice over.
int capacity(Program const& program, std::string const& delay) {
    constexpr double usual_dt = 0.025;  // ms
    constexpr double least = 2048, most = 50'000;
    double standard = 0;
    for (auto const& parameter : program.parameters)
        if (parameter.name == delay && parameter.value && is_number(parameter.value)) standard = parameter.value->value;
    return static_cast<int>(std::clamp(2 * std::ceil(standard / usual_dt), least, most));
}

/// A PROCEDURE of (value, delay) that remembers a value and sets `result`, and the variables that it needs.
std::string remembering(std::string const& procedure, std::string const& result, int n, FreshNames& fresh,
                        std::vector<std::string>& kept) {
    std::map<std::string, std::string> names{{"PROCEDURE_NAME", procedure}, {"RESULT", result}, {"SIZE", std::to_string(n)}};
    for (auto const* name : {"TIMES", "VALUES", "NEWEST", "OLDEST", "BEGUN", "DELAY"}) {
        std::string lower = name;
        std::ranges::transform(lower, lower.begin(), [](char c) { return static_cast<char>(c - 'A' + 'a'); });
        kept.push_back(names[name] = fresh(result + "_" + lower));
    }
    std::string text = R"(
ASSIGNED { TIMES[SIZE] VALUES[SIZE] NEWEST OLDEST BEGUN DELAY }
PROCEDURE PROCEDURE_NAME(value, delay) { LOCAL then, next, lost
    lost = 0
    if (BEGUN == 0 || t < TIMES[NEWEST] || delay != DELAY) {
        BEGUN = 1
        DELAY = delay
        NEWEST = 0
        OLDEST = 0
    } else if (t > TIMES[NEWEST]) {
        NEWEST = NEWEST + 1
        if (NEWEST == SIZE) { NEWEST = 0 }
        if (NEWEST == OLDEST) {
            OLDEST = OLDEST + 1
            if (OLDEST == SIZE) { OLDEST = 0 }
            if (t - delay < TIMES[OLDEST]) { lost = 1e308 }
        }
    }
    TIMES[NEWEST] = t
    VALUES[NEWEST] = value
    then = t - delay
    next = OLDEST + 1
    if (next == SIZE) { next = 0 }
    WHILE (OLDEST != NEWEST && TIMES[next] <= then) {
        OLDEST = next
        next = OLDEST + 1
        if (next == SIZE) { next = 0 }
    }
    if (OLDEST == NEWEST || then <= TIMES[OLDEST]) {
        RESULT = VALUES[OLDEST]
    } else {
        RESULT = VALUES[OLDEST] + (VALUES[next] - VALUES[OLDEST])*(then - TIMES[OLDEST])/(TIMES[next] - TIMES[OLDEST])
    }
    : values are missing: the answer is no number
    RESULT = RESULT + (10*lost - 10*lost)
}
)";
    for (auto const& [mark, name] : names)
        for (auto at = text.find(mark); at != text.npos; at = text.find(mark, at + name.size()))
            text.replace(at, mark.size(), name);
    return text;
}

void each_statement_of(Body& body, std::function<void(Statement&)> const& f) {
    for (auto& statement : body) {
        f(statement);
        for (auto* inner : bodies_of(statement)) each_statement_of(*inner, f);
    }
}

}  // namespace

void remember_lags(Program& program, Diagnostics& found) {
    std::map<std::pair<std::string, std::string>, std::string> procedures;  // by variable and delay
    FreshNames names(declared_names(program, {}));
    for (auto const& block : program.blocks) names(block.name);
    std::string text;
    std::vector<std::string> kept;
    for (auto& block : program.blocks)
        each_statement_of(block.body, [&](Statement& statement) {
            auto const* lag = std::get_if<Plain>(&statement.what);
            if (!lag || lag->keyword != "LAG") return;
            auto const middle = lag->text.find(" BY ");
            std::pair const key{lag->text.substr(0, middle), lag->text.substr(middle + 4)};
            auto const [slot, is_new] = procedures.try_emplace(key);
            if (is_new) {
                auto const text_of_lag = lag->text;
                auto const result = "lag_" + key.first + "_" + key.second;
                slot->second = names("remember_" + key.first + "_" + key.second);
                bool const declared = std::ranges::any_of(program.assigned, [&](auto const& d) { return d.name == result; });
                if (!declared) text += "ASSIGNED { " + result + " }\n", kept.push_back(result);
                int const n = capacity(program, key.second);
                text += remembering(slot->second, result, n, names, kept);
                found.add(at_source(program, Severity::note, statement.at, "nmodl-lag",
                                    "LAG " + text_of_lag + " remembers " + std::to_string(n) + " values of " + key.first,
                                    "a " + key.second + " of more steps gives what is no number"));
            }
            statement.what = Call{call(slot->second, {name(key.first, statement.at), name(key.second, statement.at)}, statement.at)};
        });
    if (text.empty()) return;
    program.uses_lags = true;
    Parser(program, found).file(text, "LAG");
    if (program.neuron.empty()) return;
    for (auto const& variable : kept) program.neuron.front().range.push_back({variable, {}});
}

}  // namespace rall::nmodl
