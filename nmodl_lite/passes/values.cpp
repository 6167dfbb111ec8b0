// One name, one value: what the passes behind this one build on.
#include "nmodl_lite/analysis/access.hpp"
#include "nmodl_lite/analysis/naming.hpp"
#include "nmodl_lite/passes/passes.hpp"
#include "nmodl_lite/passes/steady.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

/// Gives each assignment to a local a name of its own, and each selection between assignments.
class Apart {
public:
    Apart(Body& body, Naming& naming) : body_(body), naming_(naming) {
        for (auto const& s : body) {
            if (!std::holds_alternative<Assign>(s.what) && !is_selection(s)) looped_.merge(assigned_in(Body{s}));
            if (auto const* local = std::get_if<Local>(&s.what))
                for (auto const& item : local->names)
                    if (item.size) looped_.insert(item.name);
        }
    }

    /// Returns the last name of each local that got new ones.
    std::map<std::string, std::string> run() {
        if (assigned_in(body_).contains("v") && is_treated("v")) {  // what the function is given is nobody's to change
            seen_.insert("v");
            latest_["v"] = naming_.fresh("v");
            out_.push_back(assign(name(latest_["v"]), name("v")));
        }
        for (auto& s : body_) {
            if (auto* a = std::get_if<Assign>(&s.what)) assignment(*a);
            else if (is_selection(s)) selection(std::get<If>(s.what));
            else rewrite_in(s);
            out_.push_back(std::move(s));
        }
        body_ = std::move(out_);
        return latest_;
    }

private:
    using Names = std::map<std::string, std::string>;

    bool is_treated(std::string const& variable) const { return (variable == "v" || naming_.is_local(variable)) && !looped_.contains(variable); }

    void rewrite_in(Statement& s) const {
        Body one{std::move(s)};
        rewrite_expressions(one, [&](Expr const& e) { return substitute(e, latest_); });
        s = std::move(one[0]);
    }

    void assignment(Assign& a) {
        a.value = substitute(a.value, latest_);
        if (!a.target->args.empty()) a.target = element(a.target->name, substitute(a.target->args[0], latest_), a.target->at);
        auto const variable = a.target->name;
        if (!a.target->args.empty() || !is_treated(variable)) return;
        if (!seen_.insert(variable).second) latest_[variable] = naming_.fresh(variable);
        a.target = substitute(a.target, latest_);
    }

    /// What had a value before gets it under the new name too, where a branch may leave it so.
    void selection(If& choice) {
        auto const before = latest_;
        Names own;
        for (auto const* branch : {&choice.then, &choice.otherwise})
            for (auto const& variable : assigned_in(*branch)) {
                if (!is_treated(variable) || own.contains(variable)) continue;
                own[variable] = variable;
                if (seen_.insert(variable).second) continue;
                own[variable] = naming_.fresh(variable);
                out_.push_back(assign(name(own[variable]), substitute(name(variable), before)));
            }
        choose(choice, before, own);
        for (auto const& [variable, now] : own)
            if (now != variable) latest_[variable] = now;
    }

    static void choose(If& choice, Names const& now, Names const& own) {
        choice.condition = substitute(choice.condition, now);
        branch(choice.then, now, own);
        branch(choice.otherwise, now, own);
    }

    /// `now`: names that differ from the variables' where the branch begins; `own`: those that it assigns to.
    static void branch(Body& body, Names now, Names const& own) {
        auto const becomes = [&](std::string const& variable) {
            if (auto const found = own.find(variable); found != own.end()) now[variable] = found->second;
        };
        for (auto& s : body) {
            if (auto* a = std::get_if<Assign>(&s.what)) {
                a->value = substitute(a->value, now);
                becomes(a->target->name);
                a->target = substitute(a->target, now);
            } else {
                auto const inner = assigned_in(Body{s});
                choose(std::get<If>(s.what), now, own);
                for (auto const& variable : inner) becomes(variable);
            }
        }
    }

    Body& body_;
    Body out_;
    Naming& naming_;
    std::set<std::string> looped_;  // assigned in loops, or arrays
    std::set<std::string> seen_;
    Names latest_;
};

/// What the locals that are only other names stand for: x = y, where y never changes, or a number.
std::map<std::string, Expr> copies(Body const& body, Symbols const& symbols, Naming const& naming) {
    Steady const steady(body, symbols);
    std::map<std::string, Expr> original;
    for (auto const& s : body) {
        auto const* a = std::get_if<Assign>(&s.what);
        if (!a || !naming.is_local(a->target->name) || !steady.defined_by(*a)) continue;
        bool const copy = a->value->op == Op::name && a->value->args.empty() && steady(a->value);
        if (!copy && !is_number(a->value)) continue;
        auto const further = original.find(a->value->name);
        original[a->target->name] = copy && further != original.end() ? further->second : a->value;
    }
    return original;
}

Expr seen_through(Expr const& e, std::map<std::string, Expr> const& original) {
    return rewrite(e, [&](Expr const& node) -> Expr {
        auto const found = node->op == Op::name ? original.find(node->name) : original.end();
        if (found != original.end()) return found->second;
        bool const plain = node->args.empty() || node->op == Op::name || node->op == Op::call;
        return plain ? node : build(node->op, node->args, node->at);
    });
}

}  // namespace

void name_values(Mechanism& mechanism, Symbols const& symbols) {
    Naming naming(mechanism, symbols);
    for (auto* body : loops_of(mechanism)) {
        auto const latest = Apart(*body, naming).run();
        auto const original = copies(*body, symbols, naming);
        std::erase_if(*body, [&](Statement const& s) {
            auto const* a = std::get_if<Assign>(&s.what);
            return a && original.contains(a->target->name);
        });
        rewrite_expressions(*body, [&](Expr const& e) { return seen_through(e, original); });
        if (body == &mechanism.current)
            for (auto* total : {&mechanism.total_current, &mechanism.total_conductance})
                if (*total) *total = seen_through(substitute(*total, latest), original);
        if (body == &mechanism.transitions)
            for (auto* output : mechanism.transition_outputs())
                *output = seen_through(substitute(*output, latest), original);
    }
}

}  // namespace rall::nmodl
