// C that is not understood where, as it seems, it never runs: it is left out, and CWorld keeps what must be shown for it.
// Should it run after all, because a user sets what only hoc would set, then what it would have computed is no number.
#include <algorithm>
#include <tuple>
#include <utility>

#include "nmodl_lite/c/parser.hpp"
#include "nmodl_lite/c/translate.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

/// The variables that an expression sets, as C names them.
void each_set(CExpr const& e, std::function<void(std::string const&)> const& f) {
    bool const steps = e->kind == CKind::unary && (e->text.ends_with("++") || e->text.ends_with("--"));
    if (e->kind == CKind::assign || steps) {
        auto target = e->args[0];
        while (target->kind == CKind::cast || target->kind == CKind::index) target = target->args[0];
        if (target->kind == CKind::name) f(target->text);
    }
    for (auto const& arg : e->args) each_set(arg, f);
}

void each_set(CStatement const& s, std::function<void(std::string const&)> const& f) {
    if (s.expression) each_set(s.expression, f);
    for (auto const& variable : s.variables)
        if (variable.value) each_set(variable.value, f);
    for (auto const& child : s.children) each_set(child, f);
}

}  // namespace

/// The variables of NMODL that C sets; of arrays nothing is said.
std::set<std::string> CTranslator::set_by(CStatement const* first, std::size_t n) const {
    std::set<std::string> all;
    for (std::size_t i = 0; i < n; ++i)
        each_set(first[i], [&](std::string const& text) {
            bool const hidden = std::ranges::any_of(c_scopes_, [&](auto const& scope) { return scope.contains(text); });
            if (!hidden && world_.is_variable(text) && !world_.is_array(text)) all.insert(text);
            if (text == "_l" + block_->name && block_->kind == BlockKind::function) all.insert(block_->name);
        });
    return all;
}

/// The same of a body with NMODL and C.
std::set<std::string> CTranslator::set_by(Body const& nmodl) {
    auto all = assigned_in(nmodl);
    std::erase_if(all,
                  [&](std::string const& x) { return !world_.is_variable(x) || world_.is_array(x) || nmodl_knows(x); });
    each_statement(nmodl, [&](Statement const& s) {
        if (auto const* verbatim = std::get_if<Verbatim>(&s.what)) try {
                auto copy = world_.preprocessor();
                auto const c = CParser(copy.tokens(verbatim->text, s.at), world_.types()).statements();
                all.merge(set_by(c.data(), c.size()));
            } catch (NotUnderstood const&) {  // it was this C that was not understood
            }
    });
    return all;
}

Body CTranslator::no_numbers(std::set<std::string> const& set, Position at) const {
    Body body;
    for (auto const& variable : set) body.push_back(assign_at(name(variable, at), call("sqrt", {number(-1, at)}, at)));
    return body;
}

/// What stands in the way of `work`, which then has changed nothing but what was written.
std::optional<NotUnderstood> CTranslator::fails(std::function<void()> const& work) {
    auto const saved = std::tuple(out_, nmodl_, c_scopes_, nmodl_scopes_, loops_);
    try {
        work();
    } catch (NotUnderstood const& problem) {
        std::tie(out_, nmodl_, c_scopes_, nmodl_scopes_, loops_) = saved;
        return problem;
    }
    return std::nullopt;
}

CTranslator::Flow CTranslator::left_out(Body& body, Expr const& condition, bool taken, std::set<std::string> const& set,
                                        NotUnderstood const& problem) {
    for (auto const& variable : variables_of(condition))
        if (!world_.is_variable(variable) || nmodl_knows(variable)) throw NotUnderstood(problem);
    world_.leave_out(block_->name, condition, taken, problem);
    body = no_numbers(set, problem.at);
    return {};
}

/// What `work` writes into `body` of some statements of C; no numbers where they are not understood.
CTranslator::Flow CTranslator::attempted(Body& body, Expr const& condition, bool taken, CStatement const* first,
                                         std::size_t n, std::function<Flow()> const& work) {
    Flow flow;
    auto const problem = fails([&] {
        auto* const outer = std::exchange(out_, &body);
        flow = work();
        out_ = outer;
    });
    return problem ? left_out(body, condition, taken, set_by(first, n), *problem) : flow;
}

CTranslator::Flow CTranslator::attempted(Body& nmodl, Expr const& condition, bool taken) {
    auto const original = nmodl;
    Flow flow;
    auto const problem = fails([&] { flow = body(nmodl); });
    return problem ? left_out(nmodl, condition, taken, set_by(original), *problem) : flow;
}

/// Of CONSTRUCTOR each statement counts by itself: memory that it builds belongs to C that is not understood either.
CTranslator::Flow CTranslator::constructed(CStatement const& s, std::function<Flow()> const& work) {
    auto const written = out_->size();
    Flow flow;
    auto const problem = fails([&] { flow = work(); });
    if (!problem) return flow;
    out_->erase(out_->begin() + static_cast<std::ptrdiff_t>(written), out_->end());
    world_.leave_out(set_by(&s, 1), *problem);
    return {};
}

void CTranslator::give_up(Block& block) {
    prepare(block);
    auto set = set_by(block.body);
    if (block.kind == BlockKind::function) set.insert(block.name);
    block.body = no_numbers(set, block.at);
}

/// A condition as it is right behind the statements that stand there: i < n behind i = 0 is 0 < n.
Expr CTranslator::with_values_just_given(Expr const& condition) const {
    std::map<std::string, Expr> values;
    for (auto s = out_->rbegin(); s != out_->rend(); ++s) {
        auto const* a = std::get_if<Assign>(&s->what);
        if (!a || !a->target->args.empty() || !is_number(a->value)) break;
        values.try_emplace(a->target->name, a->value);
    }
    return rewrite(condition, [&](Expr const& node) {
        auto const found = node->op == Op::name && node->args.empty() ? values.find(node->name) : values.end();
        return found == values.end() ? node : found->second;
    });
}

}  // namespace rall::nmodl
