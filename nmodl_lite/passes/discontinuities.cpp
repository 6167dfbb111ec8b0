// When the equations of a mechanism jump though nothing happens to it: where a comparison with the time changes its outcome, where
// at_time says so, and where floor, ceil or fmod of the time step. Only what is linear in t, and otherwise made of what stays
// as it is from event to event, can be told beforehand.
#include <algorithm>

#include "nmodl_lite/analysis/access.hpp"
#include "nmodl_lite/analysis/builtins.hpp"
#include "nmodl_lite/analysis/naming.hpp"
#include "nmodl_lite/passes/passes.hpp"
#include "nmodl_lite/solve/linear.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

constexpr double never = 1e300;    // ms
constexpr double reached = 1e-10;  // of a period; what is nearer to its end counts as behind it
constexpr int longest_time = 500;  // nodes of a time

bool is_at_time(Statement const& s) {
    auto const* c = std::get_if<Call>(&s.what);
    return c && c->call->name == "at_time";
}

void drop_at_time(Body& body) {
    std::erase_if(body, is_at_time);
    for (auto& s : body)
        for (auto* inner : bodies_of(s)) drop_at_time(*inner);
}

class Discontinuities {
public:
    Discontinuities(Mechanism& mechanism, Symbols const& symbols)
        : m_(mechanism), symbols_(symbols), naming_(mechanism, symbols) {}

    void run() {
        std::vector<Body const*> const steady{&m_.current, &m_.derivative, &m_.settle, &m_.before_breakpoint};
        for (auto const* body : {&m_.current, &m_.state, &m_.derivative, &m_.settle, &m_.before_breakpoint,
                                 &m_.after_solve, &m_.before_step})
            moving_.merge(assigned_in(*body));
        for (auto const* body : steady) look(*body, {});
        for (auto* body : bodies_of(m_)) drop_at_time(*body);
        if (times_.empty()) return;
        m_.next = naming_.fresh("next");
        auto const next = name(m_.next);
        auto& body = m_.next_discontinuity;
        body = std::move(phases_);
        body.push_back(assign(next, number(never)));
        for (auto const& value : times_) {
            auto const time = name(naming_.fresh("jump"));
            body.push_back(assign(time, value));
            auto const is_next =
                make(Op::logical_and, {make(Op::greater, {time, name("t")}), make(Op::less, {time, next})});
            body.push_back({{}, If{is_next, {assign(next, time)}, {}}});
        }
    }

private:
    using Values = std::map<std::string, Expr>;

    /// `known`: what locals stand for where the body begins.
    void look(Body const& body, Values known) {
        for (auto const& s : body) {
            each_expression(s, [&](Expr const& e) {
                visit(e, [&](Expr const& node) {
                    bool const compares = is_comparison(node->op) && node->op != Op::logical_and &&
                                          node->op != Op::logical_or && node->op != Op::logical_not;
                    if (compares)
                        jump(make(Op::subtract, {spelt_out(node->args[0], known), spelt_out(node->args[1], known)}));
                    else if (node->op == Op::call) frozen(spelt_out(node, known));
                });
            });
            if (is_at_time(s))
                jump(make(Op::subtract, {name("t"), spelt_out(std::get<Call>(s.what).call->args[0], known)}));
            for (auto const* inner : bodies_of(s)) {
                look(*inner, known);
                for (auto const& variable : assigned_in(*inner)) known.erase(variable);
            }
            if (auto const* a = std::get_if<Assign>(&s.what); a && a->target->args.empty()) {
                auto const value = spelt_out(a->value, known);
                known.erase(a->target->name);
                if (size_of(value) <= longest_time) known[a->target->name] = value;
            }
        }
    }

    static Expr spelt_out(Expr const& e, Values const& known) {
        return rewrite(e, [&](Expr const& node) {
            auto const found = node->op == Op::name ? known.find(node->name) : known.end();
            return found == known.end() ? node : found->second;
        });
    }

    /// True for what keeps its value until the next event.
    bool stays(Expr const& e) const {
        bool result = true;
        visit(e, [&](Expr const& node) {
            if (node->op == Op::call) result = result && find_builtin(node->name) && !names_storage(node);
            else if (node->op == Op::string || node->op == Op::prime) result = false;
            else if (node->op == Op::name) result = result && stays(node->name);
        });
        return result;
    }

    bool stays(std::string const& variable) const {
        if (phase_names_.contains(variable) || variable == "celsius" || variable == "diam" || variable == "area")
            return true;
        auto const* symbol = symbols_.find(variable);
        return symbol && (symbol->kind == SymbolKind::parameter || symbol->kind == SymbolKind::assigned) &&
               symbol->ion < 0 && !symbol->pointer && !moving_.contains(variable);
    }

    /// constant + slope*t with a slope that is not 0; nothing for anything else.
    std::optional<Linear> in_time(Expr const& e) const {
        auto const linear = linear_in(e, name("t"));
        if (!linear || is_number(linear->slope, 0) || !stays(linear->slope) || !stays(linear->constant)) return {};
        return linear;
    }

    static Expr when(Linear const& line, Expr const& value) {
        return divide(subtract(value, line.constant), line.slope);
    }

    /// Something jumps where this expression is 0.
    void jump(Expr const& e) {
        if (auto const line = in_time(frozen(e))) note(when(*line, number(0)));
    }

    void note(Expr const& time) {
        if (std::ranges::none_of(times_, [&](Expr const& known) { return equal(known, time); })) times_.push_back(time);
    }

    /// Whole numbers made of the time are what they are now; where they will change is noted.
    Expr frozen(Expr const& e) {
        return rewrite(e, [&](Expr const& node) -> Expr {
            if (node->op != Op::call || node->args.empty()) return node;
            bool const rest = node->name == "fmod";
            if (!rest && node->name != "floor" && node->name != "ceil") return node;
            auto const turns = rest ? divide(node->args[0], node->args[1]) : node->args[0];
            auto const line = in_time(turns);
            if (!line) return node;
            auto const whole = phase(turns);
            note(when(*line, whole));  // where the line falls
            note(when(*line, add(whole, number(1))));
            if (rest) return subtract(node->args[0], multiply(node->args[1], whole));
            return node->name == "floor" ? whole : add(whole, number(1));
        });
    }

    Expr phase(Expr const& turns) {
        auto const value = call("floor", {add(turns, number(reached))});
        for (auto const& s : phases_)
            if (equal(std::get<Assign>(s.what).value, value)) return std::get<Assign>(s.what).target;
        auto const place = name(naming_.fresh("whole"));
        phase_names_.insert(place->name);
        phases_.push_back(assign(place, value));
        return place;
    }

    Mechanism& m_;
    Symbols const& symbols_;
    Naming naming_;
    std::set<std::string> moving_;  // assigned while time goes by
    std::vector<Expr> times_;
    Body phases_;
    std::set<std::string> phase_names_;
};

}  // namespace

void find_discontinuities(Mechanism& mechanism, Symbols const& symbols) { Discontinuities(mechanism, symbols).run(); }

}  // namespace rall::nmodl
