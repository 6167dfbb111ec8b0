// Assignments whose value nobody reads, and branches that are empty then. Goes backwards through a body with the set of
// variables that are still to be read.
#include "nmodl_lite/analysis/access.hpp"
#include "nmodl_lite/passes/passes.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

using Names = std::set<std::string>;

Names read_in(Body const& body) {
    Names read;
    each_expression(body, [&](Expr const& e) { read.merge(variables_of(e)); });
    return read;
}

class DeadCode {
public:
    explicit DeadCode(Mechanism& mechanism) : m_(mechanism) {
        kept_.insert(m_.net_args.begin(), m_.net_args.end());  // connections keep them
        for (auto const* body : bodies_of(m_))
            each_statement(*body, [&](Statement const& s) {
                if (auto const* loop = std::get_if<ForNetcons>(&s.what))
                    kept_.insert(loop->args.begin(), loop->args.end());
            });
    }

    void run() {
        auto const bodies = bodies_of(m_);
        for (std::size_t i = 0; i < bodies.size(); ++i) {
            auto live = outputs_of(m_, static_cast<KernelFunction>(i));
            treat(*bodies[i], live);
        }
    }

private:
    /// `live`: what is read behind the body; becomes what is read from its beginning on.
    void treat(Body& body, Names& live) {
        for (auto s = body.rbegin(); s != body.rend(); ++s)
            if (auto* const a = std::get_if<Assign>(&s->what)) assignment(*s, *a, live);
            else if (auto* const i = std::get_if<If>(&s->what)) branches(*i, live);
            else loop_or_other(*s, live);
        std::erase_if(body, [](Statement const& s) {
            auto const* a = std::get_if<Assign>(&s.what);
            auto const* i = std::get_if<If>(&s.what);
            return (a && !a->target) || (i && i->then.empty() && i->otherwise.empty());
        });
    }

    void assignment(Statement const& s, Assign& a, Names& live) {
        auto const& variable = a.target->name;
        bool const stays =
            live.contains(variable) || m_.destination(variable) || kept_.contains(variable) || draws({s});
        if (!stays) {
            a.target = nullptr;  // to be erased
            return;
        }
        if (a.target->args.empty()) live.erase(variable);
        for (auto const& index : a.target->args) live.merge(variables_of(index));
        live.merge(variables_of(a.value));
    }

    void branches(If& i, Names& live) {
        if (i.otherwise.empty()) {  // no copy of all that is live for an if that is short
            Names passed_by = assigned_in(i.then);
            std::erase_if(passed_by, [&](std::string const& name) { return !live.contains(name); });
            treat(i.then, live);
            live.merge(passed_by);
        } else {
            auto other = live;
            treat(i.then, live);
            treat(i.otherwise, other);
            live.merge(other);
        }
        if (!i.then.empty() || !i.otherwise.empty()) live.merge(variables_of(i.condition));
    }

    /// The body of a loop is run again: what it reads at its beginning is live at its end.
    void loop_or_other(Statement& s, Names& live) {
        live.merge(read_in({s}));
        for (auto* inner : bodies_of(s)) {
            auto inside = live;
            treat(*inner, inside);
        }
        if (auto const* c = std::get_if<Conductance>(&s.what)) live.insert(c->name);
    }

    Mechanism& m_;
    Names kept_;
};

}  // namespace

void remove_dead_code(Mechanism& mechanism) { DeadCode(mechanism).run(); }

}  // namespace rall::nmodl
