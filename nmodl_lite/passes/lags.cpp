// LAG as NEURON carries it out. Each instance keeps what a variable was, and when, at the calls of the last tau ms, in a ring; between
// two of them the value is interpolated linearly, and earlier than the first it is that of the first. Calls at one time count as one, which
// sets the value kept but not the result. With another tau the history begins anew. NEURON's result is undefined where a second
// call at one time looks exactly at a value kept, and for a tau of 0; here it is that value, and the present one.
#include <algorithm>
#include <cmath>
#include <map>

#include "nmodl_lite/analysis/names.hpp"
#include "nmodl_lite/passes/passes.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/lexer.hpp"
#include "nmodl_lite/syntax/parser.hpp"
#include "nmodl_lite/syntax/printer.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

constexpr int usual_values = 2000;   // kept of a variable: 50 ms at dt 0.025 ms
constexpr int most_numbers = 80000;  // times and values of all histories together: arrays have a limit

class KeepLagged {
public:
    KeepLagged(Program& program, Diagnostics& found)
        : program_(program), found_(found), fresh_(declared_names(program, {})) {
        for (auto const* list : {&program.parameters, &program.assigned, &program.states, &program.constants, &program.locals})
            for (auto const& d : *list) fresh_(d.name);
        for (auto const& block : program.blocks) fresh_(block.name);
        for (auto const& define : program.defines) fresh_(define.name);
        for (auto const& unit : program.units) fresh_(unit.name);
    }

    void run() {
        std::map<std::string, Statement> histories;  // by their results
        for (auto const& block : program_.blocks)
            each_statement(block.body, [&](Statement const& s) {
                auto const* lag = std::get_if<Lag>(&s.what);
                if (lag && fits(*lag)) histories.try_emplace(lag->result(), s);
                else if (lag) program_.lost.insert(lag->result());
            });
        if (histories.empty()) return;
        std::string procedures;
        for (auto const& [result, s] : histories)
            procedures += history(std::get<Lag>(s.what), s.at, most_numbers / static_cast<int>(histories.size()));
        for (auto& block : program_.blocks) call_procedures(block.body);
        Parser(program_, found_).file(procedures, "LAG in NMODL");
    }

private:
    static Declaration const* declared(Expr const& variable, std::initializer_list<std::vector<Declaration> const*> lists) {
        for (auto const* list : lists)
            if (auto const d = std::ranges::find(*list, variable->name, &Declaration::name); d != list->end()) return &*d;
        return nullptr;
    }
    Declaration const* variable_of(Lag const& lag) const {
        return declared(lag.variable, {&program_.states, &program_.assigned});
    }
    Declaration const* delay_of(Lag const& lag) const {
        return declared(lag.delay, {&program_.parameters, &program_.constants});
    }

    /// NEURON's translator asks for the same.
    bool fits(Lag const& lag) {
        auto const refuse = [&](Expr const& e, std::string const& what, std::string advice) {
            found_.add(at_source(program_, Severity::error, e->at, "nmodl-lag", "'" + e->name + "' is no " + what, std::move(advice)));
            return false;
        };
        if (!variable_of(lag)) return refuse(lag.variable, "STATE or ASSIGNED variable", "LAG keeps these only");
        if (!delay_of(lag)) return refuse(lag.delay, "PARAMETER or CONSTANT", "declare the delay of LAG as one of them, in ms");
        return true;
    }

    /// How many values are kept: twice what the delay that the file states takes at dt 0.025 ms, if that is more than usual.
    int capacity(Lag const& lag, int numbers) {
        auto const* delay = delay_of(lag);
        double const stated = delay->value && is_number(delay->value) ? delay->value->value : 0;
        return static_cast<int>(std::clamp(std::ceil(2 * stated / 0.025), 1.0 * std::min(usual_values, numbers), 1.0 * numbers));
    }

    int size_of_array(Expr const& size) const {
        if (is_number(size)) return static_cast<int>(size->value);
        auto const define = std::ranges::find(program_.defines, size->name, &Define::name);
        return define == program_.defines.end() ? 1 : define->value;
    }

    /// Declares what the history is made of and returns the text of the PROCEDURE that keeps it.
    std::string history(Lag const& lag, Position at, int numbers) {
        auto const size = variable_of(lag)->size;  // declarations are added below
        bool const is_array = size != nullptr;
        int const width = is_array ? size_of_array(size) : 1;
        int const n = capacity(lag, numbers / (width + 1));
        auto const result = lag.result();
        auto const own = [&](std::string const& what, int size = 0) {
            auto const named = fresh_(result + "_" + what);
            program_.assigned.push_back({.name = named, .at = at, .size = size > 0 ? number(size, at) : nullptr});
            return named;
        };
        // a STATE, so that a value that is no number ends the run
        program_.states.push_back({.name = result, .at = at, .size = size});
        auto const times = own("times", n), values = own("values", n * width), first = own("first"), count = own("count"),
                   span = own("span"), procedure = fresh_(result + "_kept"), x = fresh_("x"), tau = fresh_("tau"),
                   last = fresh_("last"), next = fresh_("next"), part = fresh_("part"), i = fresh_("i"), N = std::to_string(n);
        procedures_[result] = {procedure, is_array};
        found_.add(at_source(program_, Severity::note, at, "nmodl-lag", "LAG keeps the values of " + N + " steps",
                             "where " + lag.delay->name + " is longer than these, " + result + " is NaN, which ends the run"));

        auto const kept = [&](std::string const& place) {
            return values + (is_array ? "[" + place + "*" + std::to_string(width) + " + " + i + "]" : "[" + place + "]");
        };
        auto const now = is_array ? lag.variable->name + "[" + i + "]" : x;
        auto const each = [&](std::string const& target, std::string const& value) {
            auto const line = target + " = " + value;
            return is_array ? "FROM " + i + " = 0 TO " + std::to_string(width - 1) + " { " + line + " }\n" : line + "\n";
        };
        auto const lagged = is_array ? result + "[" + i + "]" : result;
        auto const around = [&](std::string const& place) {
            return place + " = " + place + " + 1 if (" + place + " == " + N + ") { " + place + " = 0 }\n";
        };
        auto const nan = each(lagged, "sqrt(-1)");
        return "PROCEDURE " + procedure + "(" + (is_array ? "" : x + ", ") + tau + ") {\nLOCAL " + last + ", " + next + ", " + part +
               "\nif (" + tau + " < 0 || " + tau + " > " + N + "*dt || " + count + " > " + N + ") {\n" + nan + "} else if (" + count + " == 0 || " + tau +
               " != " + span + ") {\n" + span + " = " + tau + "\n" + first + " = 0\n" + count + " = 1\n" + times + "[0] = t\n" +
               each(kept("0"), now) + each(lagged, now) +  //
               "} else {\n" + last + " = " + first + " + " + count + " - 1 if (" + last + " >= " + N + ") { " + last + " = " +
               last + " - " + N + " }\nif (t == " + times + "[" + last + "]) {\n" + each(kept(last), now) + "if (t - " + times +
               "[" + first + "] < " + tau + ") {\n" + each(lagged, kept(first)) + "}\n} else {\n" +  //
               next + " = " + first + "\n" + around(next) + "while (" + count + " > 1 && t - " + times + "[" + next + "] >= " + tau +
               ") {\n" + first + " = " + next + "\n" + count + " = " + count + " - 1\n" + around(next) + "}\n" +  //
               "if (t > " + times + "[" + last + "] || t - " + times + "[" + first + "] >= " + tau + ") {\n" + count + " = " +
               count + " + 1\n" + around(last) + "if (" + count + " <= " + N + ") {\n" + times + "[" + last + "] = t\n" +
               each(kept(last), now) + "}\n}\n" +  //
               "if (" + count + " > " + N + ") {\n" + nan + "} else if (t - " + tau + " > " + times + "[" + first + "]) {\n" + part +
               " = (t - " + tau + " - " + times + "[" + first + "])/(" + times + "[" + next + "] - " + times + "[" + first + "])\n" +
               each(lagged, kept(first) + " + (" + kept(next) + " - " + kept(first) + ")*" + part) + "} else {\n" +
               each(lagged, kept(first)) + "}\n}\n}\n}\n";
    }

    void call_procedures(Body& body) {
        for (auto& s : body) {
            if (auto const* lag = std::get_if<Lag>(&s.what)) {
                auto const found = procedures_.find(lag->result());
                if (found == procedures_.end()) continue;
                auto const& [procedure, is_array] = found->second;
                auto args = is_array ? std::vector<Expr>{lag->delay} : std::vector<Expr>{lag->variable, lag->delay};
                s.what = Call{call(procedure, std::move(args), s.at)};
                continue;
            }
            for (auto* inner : bodies_of(s)) call_procedures(*inner);
        }
    }

    Program& program_;
    Diagnostics& found_;
    FreshNames fresh_;
    std::map<std::string, std::pair<std::string, bool>> procedures_;  // by results: their names, and whether of an array
};

}  // namespace

void keep_lagged(Program& program, Diagnostics& found) { KeepLagged(program, found).run(); }

}  // namespace rall::nmodl
