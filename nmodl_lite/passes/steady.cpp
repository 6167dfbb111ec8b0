#include "nmodl_lite/passes/steady.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include "nmodl_lite/analysis/builtins.hpp"
#include "nmodl_lite/analysis/dataflow.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

bool is_selection(Statement const& statement) {
    auto const* choice = std::get_if<If>(&statement.what);
    auto const selects = [](Statement const& s) {
        auto const* a = std::get_if<Assign>(&s.what);
        return a ? a->target->args.empty() : is_selection(s);
    };
    return choice && std::ranges::all_of(choice->then, selects) && std::ranges::all_of(choice->otherwise, selects);
}

bool is_made_of(Expr const& e, std::function<bool(std::string const&)> const& is_known) {
    bool result = true;
    visit(e, [&](Expr const& node) {
        if (node->op == Op::call) result = result && !names_storage(node) && !node->name.starts_with("net_") && find_builtin(node->name);
        else if (node->op == Op::name) result = result && node->args.empty() && is_known(node->name);
        else if (node->op == Op::string || node->op == Op::prime) result = false;
    });
    return result;
}

Steady::Steady(Body const& body, Symbols const& symbols) {
    struct Uses {
        int assignments = 0, selections = 0;
        std::size_t assigned = 0, selected = 0, read = std::numeric_limits<std::size_t>::max();  // the last statement that does, and the first
    };
    std::map<std::string, Uses> all;
    for (std::size_t k = 0; k < body.size(); ++k) {
        auto const& s = body[k];
        for (auto const& name : analyse(Body{s}, symbols).read) {
            auto& uses = all[name];
            uses.read = std::min(uses.read, k);
        }
        if (auto const* a = std::get_if<Assign>(&s.what)) {
            auto& uses = all[a->target->name];
            uses.assignments += a->target->args.empty() ? 1 : 2;
            uses.assigned = k;
        } else if (is_selection(s)) {
            for (auto const& name : assigned_in(Body{s})) ++all[name].selections, all[name].selected = k;
        } else {
            changing_.merge(assigned_in(Body{s}));
            each_statement(Body{s}, [&](Statement const& nested) {
                if (auto const* f = std::get_if<From>(&nested.what)) changing_.insert(f->index);
            });
        }
    }
    auto const exposed = analyse(body, symbols).exposed;
    for (auto const& [variable, uses] : all) {
        if (uses.assignments + uses.selections == 0) continue;
        if (uses.selections > 0) selected_.insert(variable);
        bool const once = uses.selections == 0 ? uses.assignments == 1
                                               : uses.selections == 1 && uses.assignments <= 1 && uses.assigned <= uses.selected && uses.read > uses.selected;
        if (!once || exposed.contains(variable)) changing_.insert(variable);
    }
}

bool Steady::operator()(Expr const& e) const {
    bool result = true;
    visit(e, [&](Expr const& node) {
        if (node->op == Op::name && (changing_.contains(node->name) || !node->args.empty())) result = false;
        if (names_storage(node)) result = false;
    });
    return result;
}

}  // namespace rall::nmodl
