// What is the same for all instances of a mechanism (a temperature factor, say) is computed once, not once per instance and
// step: expressions that hold a call, a power or a division and depend only on celsius, numbers, GLOBAL parameters and the fixed step.
#include <map>

#include "nmodl_lite/analysis/access.hpp"
#include "nmodl_lite/passes/passes.hpp"
#include "nmodl_lite/passes/steady.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

constexpr int longest_common = 200;  // nodes of a common value; locals made of one another can grow without bound

class Hoist {
public:
    explicit Hoist(Mechanism& mechanism) : m_(mechanism) {}

    void run() {
        for (Body* body : bodies_of(m_)) {
            steps_ = body == &m_.state;
            treat(*body);
        }
    }

private:
    void treat(Body& body) {
        assigned_ = assigned_in(body);
        known_.clear();
        std::map<std::string, int> times;
        each_statement(body, [&](Statement const& s) {
            if (auto const* a = std::get_if<Assign>(&s.what)) ++times[a->target->name];
        });
        for (auto& statement : body) {
            Body one{std::move(statement)};
            auto* const a = std::get_if<Assign>(&one.front().what);
            if (a && a->target->args.empty() && times[a->target->name] == 1 && invariant(a->value)) {
                auto const value = spelt_out(a->value);
                if (size_of(value) <= longest_common) known_[a->target->name] = value;
            }
            rewrite_expressions(one, [&](Expr const& e) { return replace(e); });
            statement = std::move(one.front());
        }
    }

    /// Numbers, celsius, GLOBAL parameters that the body leaves alone, and locals made of these.
    bool invariant(Expr const& e) const {
        return is_made_of(e, [this](std::string const& name) { return is_common(name); });
    }

    bool is_common(std::string const& name) const {
        if (known_.contains(name)) return true;
        if (assigned_.contains(name)) return false;
        if (name == "celsius" || (steps_ && name == "dt")) return true;
        auto const* variable = m_.find(name);
        return variable && variable->role == Role::global && !variable->is_array;
    }

    Expr spelt_out(Expr const& e) const {
        return rewrite(e, [&](Expr const& node) {
            auto const found = node->op == Op::name ? known_.find(node->name) : known_.end();
            return found == known_.end() ? node : found->second;
        });
    }

    static bool worth_it(Expr const& e) {
        bool result = false;
        visit(e, [&](Expr const& node) {
            result = result || node->op == Op::call || node->op == Op::power ||
                     (node->op == Op::divide && !is_number(node->args[1]));
        });
        return result;
    }

    /// The largest invariant parts of an expression become names.
    Expr replace(Expr const& e) {
        if (is_comparison(e->op) || !invariant(e)) {
            auto copy = *e;
            for (auto& arg : copy.args) arg = replace(arg);
            return std::make_shared<Expression const>(std::move(copy));
        }
        return worth_it(spelt_out(e)) && e->op != Op::name ? name(name_of(spelt_out(e)), e->at) : e;
    }

    std::string name_of(Expr const& value) {
        for (auto const& known : m_.common)
            if (equal(known.value, value)) return known.name;
        auto wanted = "common_" + std::to_string(m_.common.size());
        while (m_.find(wanted) || assigned_.contains(wanted)) wanted += '_';
        m_.common.push_back({wanted, value});
        return wanted;
    }

    Mechanism& m_;
    bool steps_ = false;                 // the body at hand is run for fixed steps, which all last the same
    std::set<std::string> assigned_;     // in the body at hand
    std::map<std::string, Expr> known_;  // its locals that are the same for all instances
};

}  // namespace

void hoist(Mechanism& mechanism) { Hoist(mechanism).run(); }

}  // namespace rall::nmodl
