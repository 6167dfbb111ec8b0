#include "nmodl_lite/analysis/dataflow.hpp"

#include <algorithm>

#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

using Keys = Dataflow::Names;

class Walk {
public:
    Walk(Dataflow& flow, Symbols const& symbols) : flow_(flow), symbols_(symbols) {}

    /// `known`: what has certainly been written before; extended by what the body certainly writes.
    void body(Body const& statements, Keys& known) {
        for (auto const& s : statements) statement(s, known);
    }

    bool all_known(std::string const& variable, Keys const& known) const {
        if (known.contains(variable)) return true;
        auto const* symbol = symbols_.find(variable);
        if (!symbol || !symbol->is_array) return false;
        for (int i = 0; i < symbol->size; ++i)
            if (!known.contains(variable + "[" + std::to_string(i) + "]")) return false;
        return true;
    }

private:
    void read(Expr const& e, Keys const& known) {
        visit(e, [&](Expr const& node) {
            if (node->op != Op::name) return;
            flow_.read.insert(node->name);
            if (known.contains(node->args.empty() ? node->name : key_of(node))) return;
            if (!all_known(node->name, known)) flow_.exposed.insert(node->name);
        });
    }

    void statement(Statement const& s, Keys& known) {
        std::visit(overloaded{[&](Assign const& a) {
                                  read(a.value, known);
                                  for (auto const& index : a.target->args) read(index, known);
                                  flow_.written.insert(a.target->name);
                                  if (auto const key = key_of(a.target); !key.ends_with("[]")) learn(key, known);
                              },
                              [&](If const& i) {
                                  read(i.condition, known);
                                  auto const then = learnt_in(i.then, known), otherwise = learnt_in(i.otherwise, known);
                                  for (auto const& key : then)
                                      if (otherwise.contains(key)) learn(key, known);
                              },
                              [&](While const& w) {
                                  read(w.condition, known);
                                  learnt_in(w.body, known);
                              },
                              [&](From const& f) {
                                  for (auto const& e : {f.from, f.to, f.by}) read(e, known);
                                  learnt_in(f.body, known, {f.index});
                              },
                              [&](ForNetcons const& f) { learnt_in(f.body, known, f.args); },
                              [&](Conductance const& c) { read(name(c.name), known); }, [&](Local const&) {},
                              [&](Elimination const& e) {  // of what was assigned to elements
                                  flow_.read.insert(e.values->name);
                                  flow_.written.insert(e.values->name);
                                  learn(e.values->name, known);
                              },
                              [&](kind_of<Call, Solve, Table, Verbatim, Watch, Reaction, Conserve, Compartment,
                                          Diffusion, Equation, NestedInitial, Lag, Plain> auto const&) {
                                  each_expression(s, [&](Expr const& e) { read(e, known); });
                                  for (auto const* inner : bodies_of(s)) {
                                      Keys inside = known;
                                      body(*inner, inside);
                                  }
                              }},
                   s.what);
    }

    void learn(std::string const& key, Keys& known) {
        if (known.insert(key).second) learnt_.push_back(key);
    }

    /// What a body that may be left out adds to `known`, which stays as it is: copies of it would cost more than the walk.
    Keys learnt_in(Body const& statements, Keys& known, std::vector<std::string> const& given = {}) {
        auto const before = learnt_.size();
        for (auto const& name : given) learn(name, known);
        body(statements, known);
        Keys added(learnt_.begin() + static_cast<std::ptrdiff_t>(before), learnt_.end());
        for (auto const& key : added) known.erase(key);
        learnt_.resize(before);
        return added;
    }

    Dataflow& flow_;
    Symbols const& symbols_;
    std::vector<std::string> learnt_;  // in the order in which it became known
};

}  // namespace

Dataflow analyse(Body const& body, Symbols const& symbols) {
    Dataflow flow;
    Walk walk(flow, symbols);
    Keys known;
    walk.body(body, known);
    for (auto const& variable : flow.written)
        if (walk.all_known(variable, known)) flow.certain.insert(variable);
    return flow;
}

std::set<std::string> dependents(Body const& body, std::vector<Expr> const& seeds) {
    std::set<std::string> names;
    auto depends = [&](Expr const& e) {
        bool found = false;
        visit(e, [&](Expr const& node) {
            found = found || (node->op == Op::name &&
                              (names.contains(node->name) ||
                               std::ranges::any_of(seeds, [&](Expr const& seed) { return equal(seed, node); })));
        });
        return found;
    };
    for (std::size_t known = 1; known != names.size();) {
        known = names.size();
        each_statement(body, [&](Statement const& s) {
            auto const* a = std::get_if<Assign>(&s.what);
            if (a && depends(a->value)) names.insert(a->target->name);
            if (a) return;
            bool hangs = false;
            each_expression(s, [&](Expr const& e) { hangs = hangs || depends(e); });
            if (hangs) names.merge(assigned_in({s}));
        });
    }
    return names;
}

std::map<std::string, Position> counted_in(Body const& body, std::vector<LocalName> const& locals) {
    std::set<std::string> passing;
    for (auto const& local : locals) passing.insert(local.name);
    std::map<std::string, std::pair<Expr, Position>> assigned;  // by key
    each_statement(body, [&](Statement const& s) {
        if (auto const* local = std::get_if<Local>(&s.what))
            for (auto const& item : local->names) passing.insert(item.name);
        if (auto const* a = std::get_if<Assign>(&s.what); a && !a->prime)
            assigned.try_emplace(key_of(a->target), a->target, s.at);
    });
    std::map<std::string, Position> counted;
    for (auto const& [key, where] : assigned) {
        auto const& [target, at] = where;
        if (!passing.contains(target->name) && dependents(body, {target}).contains(target->name))
            counted.emplace(target->name, at);
    }
    return counted;
}

}  // namespace rall::nmodl
