#include "nmodl_lite/codegen/stages.hpp"

#include <algorithm>
#include <map>
#include <string>

#include "nmodl_lite/analysis/builtins.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

// In cycles of present processors, about.
constexpr int sum_takes = 4;
constexpr int division_takes = 15;
constexpr int function_takes = 60;  // exp, inlined
constexpr int longest_wait = 85;    // in a stage: an exponential and what leads to it
constexpr int least_stage = 60;     // all its statements together

int time_of(Expr const& e) {
    int before = 0;
    for (auto const& arg : e->args) before = std::max(before, time_of(arg));
    switch (e->op) {
        case Op::number:
        case Op::string:
        case Op::name:
        case Op::prime: return 0;
        case Op::divide: return before + division_takes;
        case Op::call: return before + (e->name == "fabs" ? 1 : function_takes);
        case Op::power: return before + (is_number(e->args[1]) ? 3 * sum_takes : 2 * function_takes);
        default: return before + sum_takes;
    }
}

int time_of(Statement const& s);

int time_of(Body const& body) {
    int sum = 0;
    for (auto const& s : body) sum += time_of(s);
    return sum;
}

/// Of an assignment or a selection.
int time_of(Statement const& s) {
    if (auto const* a = std::get_if<Assign>(&s.what)) return time_of(a->value);
    auto const* i = std::get_if<If>(&s.what);
    return i ? sum_takes + std::max({time_of(i->condition), time_of(i->then), time_of(i->otherwise)}) : 0;
}

/// Nothing but assignments to scalars and selections between such.
bool is_straight(Body const& body) {
    bool straight = true;
    each_statement(body, [&](Statement const& s) {
        auto const* a = std::get_if<Assign>(&s.what);
        straight = straight && (a ? a->target->args.empty() : std::holds_alternative<If>(s.what) || std::holds_alternative<Local>(s.what));
    });
    each_expression(body, [&](Expr const& e) {
        visit(e, [&](Expr const& node) { straight = straight && (node->op != Op::name || node->args.empty()); });
    });
    return straight;
}

/// A statement, and where it goes.
struct Placed {
    Statement const* statement;
    Dataflow flow;
    int takes, stage;
};

/// As early as can be.
std::vector<Placed> place(Mechanism const& mechanism, Body const& body) {
    struct Value {
        int stage = 0, ready = 0;  // when it is written last, counted from the begin of the stage
        int read = 0;              // the last stage that reads it
    };
    std::map<std::string, Value> values;
    std::vector<Placed> placed;
    for (auto const& s : body) {
        if (std::holds_alternative<Local>(s.what)) continue;
        auto flow = access_of(mechanism, Body{s}).flow;
        int stage = 0, ready = 0;
        for (auto const& name : flow.written) stage = std::max({stage, values[name].stage, values[name].read});
        for (auto const& name : flow.read) stage = std::max(stage, values[name].stage);
        for (auto const& name : flow.read)
            if (values[name].stage == stage) ready = std::max(ready, values[name].ready);
        int const takes = time_of(s);
        if (ready > 0 && ready + takes > longest_wait) {
            ++stage;
            ready = 0;
        }
        for (auto const& name : flow.read) values[name].read = std::max(values[name].read, stage);
        for (auto const& name : flow.written) values[name] = {stage, ready + takes, values[name].read};
        placed.push_back({&s, std::move(flow), takes, stage});
    }
    return placed;
}

/// What takes little goes where it is read first, so that less has to be kept from stage to stage: a local of which all that it is made of is
/// at hand there anyway, and that is written once, as that is.
void delay(Mechanism const& mechanism, std::vector<Placed>& placed) {
    std::map<std::string, int> writers, first_read, last_read;
    for (auto const& p : placed) {
        for (auto const& name : p.flow.written) ++writers[name];
        for (auto const& name : p.flow.read) last_read[name] = std::max(last_read[name], p.stage);
    }
    auto const read_at = [&](Placed const& p) {
        for (auto const& name : p.flow.read) {
            auto const [known, is_new] = first_read.try_emplace(name, p.stage);
            if (!is_new) known->second = std::min(known->second, p.stage);
            last_read[name] = std::max(last_read[name], p.stage);
        }
    };
    for (auto p = placed.rbegin(); p != placed.rend(); ++p) {
        auto const& target = *p->flow.written.begin();
        bool const small = p->takes <= 3 * sum_takes && p->flow.written.size() == 1 && writers[target] == 1 && !mechanism.destination(target);
        auto const read = first_read.find(target);
        if (small && read != first_read.end() && std::ranges::all_of(p->flow.read, [&](auto const& name) {
                return writers[name] == 0 || (writers[name] == 1 && last_read[name] >= read->second);
            }))
            p->stage = read->second;
        read_at(*p);
    }
}

}  // namespace

std::vector<Body> stages_of(Mechanism const& mechanism, Body const& body) {
    if (!is_straight(body)) return {body};
    auto placed = place(mechanism, body);
    delay(mechanism, placed);
    std::map<int, int> takes;
    for (auto const& p : placed) takes[p.stage] += p.takes;
    std::vector<Body> stages;
    int waiting = least_stage;  // what the stage before takes: one of little joins the next
    std::map<int, int> number;
    for (auto const& [stage, time] : takes) {
        if (waiting >= least_stage) {
            stages.emplace_back();
            waiting = 0;
        }
        waiting += time;
        number[stage] = static_cast<int>(stages.size()) - 1;
    }
    if (waiting < least_stage && stages.size() > 1) stages.pop_back();
    auto const last = static_cast<int>(stages.size()) - 1;
    for (auto const& p : placed) stages[static_cast<std::size_t>(std::min(number[p.stage], last))].push_back(*p.statement);
    return stages;
}

}  // namespace rall::nmodl
