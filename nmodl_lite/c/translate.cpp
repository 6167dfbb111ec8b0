#include "nmodl_lite/c/translate.hpp"

#include <algorithm>
#include <utility>

#include "nmodl_lite/c/parser.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

/// Runs `work` with the output going to `body`.
template <class F>
auto redirected(Body*& out, Body& body, F const& work) {
    auto* const outer = std::exchange(out, &body);
    auto result = work();
    out = outer;
    return result;
}

}  // namespace

void CTranslator::block(Block& block) {
    prepare(block);
    body(block.body);
    finish(block);
}

Block CTranslator::function(CFunction const& function) {
    Block result;
    result.at = function.at;
    result.name = function.name;
    result.kind = function.type.name == "void" ? BlockKind::procedure : BlockKind::function;
    if (result.kind == BlockKind::function && !function.type.is_real() && !function.type.is_integer())
        throw NotUnderstood(function.at, "the function '" + function.name + "', whose result is no number,");
    for (auto const& parameter : function.parameters) {
        if (!parameter.type.is_real() && !parameter.type.is_integer())
            throw NotUnderstood(parameter.at, "the parameter '" + parameter.name + "', which is no number,");
        result.args.push_back({parameter.name, {}});
    }
    prepare(result);
    result_type_ = function.type;
    c_scopes_.emplace_back();
    Body statements;
    redirected(out_, statements, [&] {
        for (auto const& parameter : function.parameters) {
            c_scopes_.back()[parameter.name] = {.name = parameter.name, .type = parameter.type};
            auto const own = name(parameter.name, parameter.at);
            if (parameter.type.is_integer()) emit(own, truncated(real(own)));
        }
        return list(CParser(function.body, world_.types()).statements(), 0);
    });
    result.body = std::move(statements);
    finish(result);
    return result;
}

void CTranslator::prepare(Block const& block) {
    block_ = &block;
    result_type_.name = "double";
    c_scopes_.assign(1, {});
    nmodl_scopes_.assign(1, {});
    for (auto const& arg : block.args) nmodl_scopes_[0].insert(arg.name);
    if (block.kind == BlockKind::function) nmodl_scopes_[0].insert(block.name);
    if (block.kind == BlockKind::net_receive) nmodl_scopes_[0].insert("flag");
    used_ = nmodl_scopes_[0];
    each_statement(block.body, [&](Statement const& s) {
        if (auto const* local = std::get_if<Local>(&s.what))
            for (auto const& item : local->names) used_.insert(item.name);
        if (auto const* loop = std::get_if<From>(&s.what)) used_.insert(loop->index);
        if (auto const* verbatim = std::get_if<Verbatim>(&s.what)) text_ += verbatim->text;
        each_expression(s, [&](Expr const& e) {
            visit(e, [&](Expr const& node) {
                if (node->op == Op::call) mentioned_.insert(node->name);
            });
        });
    });
    left_ = flag("returned");
}

/// Flags that no condition reads go; LOCALs and constant arrays come to the head.
void CTranslator::finish(Block& block) {
    std::function<void(Body&)> const strip = [&](Body& body) {
        std::erase_if(body, [&](Statement const& s) {
            auto const* a = std::get_if<Assign>(&s.what);
            return a && flags_.contains(a->target->name) && !asked_.contains(a->target->name);
        });
        for (auto& s : body)
            for (auto* inner : bodies_of(s)) strip(*inner);
    };
    strip(block.body);
    if (asked_.contains(left_))
        prologue_.insert(prologue_.begin(), assign_at(name(left_, block.at), number(0, block.at)));
    block.body.insert(block.body.begin(), prologue_.begin(), prologue_.end());
    std::erase_if(locals_, [&](LocalName const& l) { return flags_.contains(l.name) && !asked_.contains(l.name); });
    if (!locals_.empty()) block.body.insert(block.body.begin(), {block.at, Local{locals_}});
}

/// The statements of a body: those of its C, and its NMODL statements as they stand among them.
std::vector<CStatement> CTranslator::read(Body const& nmodl) {
    std::vector<CToken> tokens;
    world_.preprocessor().end_branches();
    for (std::size_t i = 0; i < nmodl.size(); ++i) {
        auto const& s = nmodl[i];
        if (auto const* verbatim = std::get_if<Verbatim>(&s.what)) {
            auto at = s.at;
            at.column += static_cast<int>(std::string_view("VERBATIM").size());
            for (auto& token : world_.preprocessor().tokens(verbatim->text, at)) {
                if (token.kind == CTokenKind::name) mentioned_.insert(token.text);
                note_step(tokens, token);
                tokens.push_back(std::move(token));
            }
        } else if (world_.preprocessor().active()) {
            CToken token;
            token.kind = CTokenKind::nmodl;
            token.index = i;
            token.at = s.at;
            tokens.push_back(std::move(token));
        }
    }
    return CParser(std::move(tokens), world_.types()).statements();
}

CTranslator::Flow CTranslator::body(Body& nmodl) {
    Body const original = std::exchange(nmodl, {});
    auto const* outer = std::exchange(nmodl_, &original);
    c_scopes_.emplace_back();
    nmodl_scopes_.emplace_back();
    auto const flow = redirected(out_, nmodl, [&] { return list(read(original), 0); });
    nmodl_scopes_.pop_back();
    c_scopes_.pop_back();
    nmodl_ = outer;
    return flow;
}

/// A statement of NMODL: the names in it that are variables of the C around it, and the bodies in it.
CTranslator::Flow CTranslator::nmodl_statement(Statement s) {
    std::map<std::string, std::string> names;
    for (auto const& scope : c_scopes_)
        for (auto const& [name, local] : scope)
            if (!nmodl_knows(name)) names[name] = local.name;
    std::vector<Body> inner;
    for (auto* b : bodies_of(s)) inner.push_back(std::exchange(*b, {}));
    Body one{std::move(s)};
    rewrite_expressions(one, [&](Expr const& e) {
        return rewrite(e, [&](Expr const& node) -> Expr {
            auto const found = node->op == Op::name ? names.find(node->name) : names.end();
            if (found == names.end() || found->second == node->name) return node;
            return node->args.empty() ? name(found->second, node->at) : element(found->second, node->args[0], node->at);
        });
    });
    s = std::move(one.front());
    if (auto const* local = std::get_if<Local>(&s.what))
        for (auto const& item : local->names) nmodl_scopes_.back().insert(item.name);
    nmodl_scopes_.emplace_back();
    auto const* from = std::get_if<From>(&s.what);
    if (from) {
        nmodl_scopes_.back().insert(from->index);
        counters_.push_back(from->index);
    }
    bool const loops = std::holds_alternative<From>(s.what) || std::holds_alternative<While>(s.what);
    if (loops) loops_.push_back({flag("stopped"), flag("skipped")});
    std::vector<Flow> flows;
    Nested const nested(nesting_);
    auto const bodies = bodies_of(s);
    for (std::size_t i = 0; i < bodies.size(); ++i) {
        *bodies[i] = std::move(inner[i]);
        auto const* decides = std::get_if<If>(&s.what);
        auto const* repeats = std::get_if<While>(&s.what);
        auto const condition = decides ? decides->condition : repeats ? repeats->condition : nullptr;
        flows.push_back(condition ? attempted(*bodies[i], condition, i == 0) : body(*bodies[i]));
    }
    nmodl_scopes_.pop_back();
    if (from) counters_.pop_back();
    if (loops) return nmodl_loop(std::move(s), std::move(flows[0]));
    Flow flow;
    for (auto const& f : flows) flow.flags.insert(f.flags.begin(), f.flags.end());
    if (std::holds_alternative<If>(s.what)) flow.goes_on = flows[0].goes_on || flows[1].goes_on;
    out_->push_back(std::move(s));
    return flow;
}

/// A loop of NMODL whose turns C may leave or cut short.
CTranslator::Flow CTranslator::nmodl_loop(Statement s, Flow flow) {
    auto const own = loops_.back();
    loops_.pop_back();
    auto const start_turn = assign_at(name(own.next, s.at), number(0, s.at));
    emit(name(own.stop, s.at), number(0, s.at));
    flow.flags.erase(own.next);
    for (auto* turn : bodies_of(s)) turn->insert(turn->begin(), start_turn);
    if (auto* loop = std::get_if<While>(&s.what); loop && !flow.flags.empty())
        loop->condition = make(Op::logical_and, {none_of(flow.flags), loop->condition});
    if (auto* loop = std::get_if<From>(&s.what); loop && !flow.flags.empty())
        loop->body = {{s.at, If{none_of(flow.flags), std::move(loop->body), {}}}};
    out_->push_back(std::move(s));
    flow.flags.erase(own.stop);
    flow.goes_on = true;
    return flow;
}

CTranslator::Flow CTranslator::list(std::vector<CStatement> const& all, std::size_t from) {
    Flow total;
    for (auto i = from; i < all.size(); ++i) {
        bool took_rest = false;
        auto const one = [&] {
            return all[i].kind == CStatementKind::branch ? branch(all, i, took_rest) : statement(all[i]);
        };
        auto const flow = block_->kind == BlockKind::constructor ? constructed(all[i], one) : one();
        total.flags.insert(flow.flags.begin(), flow.flags.end());
        total.goes_on = flow.goes_on;
        if (took_rest || !flow.goes_on) break;
        if (flow.flags.empty() || i + 1 == all.size()) continue;
        Body rest;
        auto const further = redirected(out_, rest, [&] { return list(all, i + 1); });
        if (!rest.empty()) out_->push_back({all[i].at, If{none_of(flow.flags), std::move(rest), {}}});
        total.flags.insert(further.flags.begin(), further.flags.end());
        total.goes_on = further.goes_on;
        break;
    }
    return total;
}

CTranslator::Flow CTranslator::statement(CStatement const& s) {
    switch (s.kind) {
        case CStatementKind::expression:
            evaluate(s.expression);
            return gives_up(s.expression) ? raise(left_, s.at) : Flow{};
        case CStatementKind::declaration:
            for (auto const& variable : s.variables) declare(variable);
            return {};
        case CStatementKind::block: {
            c_scopes_.emplace_back();
            auto const flow = list(s.children, 0);
            c_scopes_.pop_back();
            return flow;
        }
        case CStatementKind::branch: {
            bool took_rest = false;
            return branch({s}, 0, took_rest);
        }
        case CStatementKind::loop:
            return loop(s);
        case CStatementKind::repeat:
            return repeat(s);
        case CStatementKind::choice:
            return choice(s);
        case CStatementKind::label:
            throw NotUnderstood(s.at, "a 'case' outside a switch");
        case CStatementKind::leave:
            return leave(s);
        case CStatementKind::stop:
            if (loops_.empty()) throw NotUnderstood(s.at, "'break' outside a loop");
            return raise(loops_.back().stop, s.at);
        case CStatementKind::next: {
            auto const found =
                std::find_if(loops_.rbegin(), loops_.rend(), [](Loop const& l) { return !l.next.empty(); });
            if (found == loops_.rend()) throw NotUnderstood(s.at, "'continue' outside a loop");
            return raise(found->next, s.at);
        }
        case CStatementKind::nmodl:
            return nmodl_statement((*nmodl_)[s.index]);
        case CStatementKind::empty:
            break;
    }
    return {};
}

CTranslator::Flow CTranslator::into(Body& body, CStatement const& s) {
    return redirected(out_, body, [&] { return statement(s); });
}

/// if: a condition that is known decides what is read at all. Where one branch leaves, what follows belongs to the other.
CTranslator::Flow CTranslator::branch(std::vector<CStatement> const& all, std::size_t at, bool& took_rest) {
    auto const& s = all[at];
    auto const condition = truth(s.expression);
    if (is_number(condition)) {
        if (condition->value != 0) return statement(s.children[0]);
        return s.children.size() > 1 ? statement(s.children[1]) : Flow{};
    }
    Body then, otherwise;
    auto const side = [&](Body& body, std::size_t k) {
        Nested const nested(nesting_);
        return attempted(body, condition, k == 0, &s.children[k], 1, [&] { return statement(s.children[k]); });
    };
    auto yes = side(then, 0);
    auto no = s.children.size() > 1 ? side(otherwise, 1) : Flow{};
    if (yes.goes_on != no.goes_on && (yes.goes_on ? yes : no).flags.empty() && at + 1 < all.size()) {
        took_rest = true;
        bool const first = yes.goes_on;
        Body rest;
        (first ? yes : no) =
            attempted(rest, condition, first, &all[at + 1], all.size() - at - 1, [&] { return list(all, at + 1); });
        auto& before = first ? then : otherwise;
        before.insert(before.end(), rest.begin(), rest.end());
    }
    if (!then.empty() || !otherwise.empty())
        out_->push_back({s.at, If{condition, std::move(then), std::move(otherwise)}});
    yes.goes_on = yes.goes_on || no.goes_on;
    yes.flags.merge(no.flags);
    return yes;
}

/// while, and for after its first expression; the children are the body and the step.
CTranslator::Flow CTranslator::loop(CStatement const& s) {
    Body before;
    auto condition = redirected(out_, before, [&] { return s.expression ? truth(s.expression) : number(1, s.at); });
    if (is_number(condition, 0)) return {};
    auto const at_first = before.empty() ? with_values_just_given(condition) : condition;
    loops_.push_back({flag("stopped"), flag("skipped")});
    auto const own = loops_.back();
    emit(name(own.stop, s.at), number(0, s.at));
    out_->insert(out_->end(), before.begin(), before.end());
    Body turn;
    turn.push_back(assign_at(name(own.next, s.at), number(0, s.at)));
    Body inside;
    Nested const nested(nesting_);
    auto flow = attempted(inside, at_first, true, s.children.data(), 1, [&] { return statement(s.children[0]); });
    turn.insert(turn.end(), inside.begin(), inside.end());
    loops_.pop_back();
    flow.flags.erase(own.next);
    Body step;
    if (s.children.size() > 1) into(step, s.children[1]);
    step.insert(step.end(), before.begin(), before.end());
    if (flow.flags.empty()) {
        if (is_number(condition)) throw NotUnderstood(s.at, "a loop that never ends");
        turn.insert(turn.end(), step.begin(), step.end());
    } else {
        if (!step.empty()) turn.push_back({s.at, If{none_of(flow.flags), std::move(step), {}}});
        condition =
            is_number(condition) ? none_of(flow.flags) : make(Op::logical_and, {none_of(flow.flags), condition});
    }
    out_->push_back({s.at, While{condition, std::move(turn)}});
    flow.flags.erase(own.stop);
    flow.goes_on = true;
    return flow;
}

/// do ... while: once more as long as the condition holds.
CTranslator::Flow CTranslator::repeat(CStatement const& s) {
    auto const again = name(temporary("again"), s.at);
    loops_.push_back({flag("stopped"), flag("skipped")});
    auto const own = loops_.back();
    emit(again, number(1, s.at));
    emit(name(own.stop, s.at), number(0, s.at));
    Body turn;
    turn.push_back(assign_at(name(own.next, s.at), number(0, s.at)));
    Nested const nested(nesting_);
    auto flow = into(turn, s.children[0]);
    loops_.pop_back();
    flow.flags.erase(own.next);
    Body question;
    redirected(out_, question, [&] {
        emit(again, truth(s.expression));
        return 0;
    });
    Expr condition = again;
    if (!flow.flags.empty()) {
        question = {{s.at, If{none_of(flow.flags), std::move(question), {}}}};
        condition = make(Op::logical_and, {none_of(flow.flags), again});
    }
    turn.insert(turn.end(), question.begin(), question.end());
    out_->push_back({s.at, While{condition, std::move(turn)}});
    flow.flags.erase(own.stop);
    flow.goes_on = true;
    return flow;
}

/// switch: each case up to its break is a branch.
CTranslator::Flow CTranslator::choice(CStatement const& s) {
    auto const asked = name(temporary("chosen"), s.at);
    emit(asked, number_of(s.expression));
    auto const& all = s.children[0].children;
    struct Case {
        Expr condition;  // null for default
        std::vector<CStatement> statements;
    };
    std::vector<Case> cases;
    bool in_labels = false, ended = true, is_default = false;
    for (auto const& child : all) {
        if (child.kind == CStatementKind::label) {
            if (!in_labels && !ended) throw NotUnderstood(child.at, "a case that runs on into the next one");
            if (!in_labels) cases.emplace_back(), is_default = false;
            auto& condition = cases.back().condition;
            is_default = is_default || !child.expression;
            if (is_default) condition = nullptr;
            else {
                auto const one = make(Op::equal, {asked, number_of(child.expression)}, child.at);
                condition = condition ? make(Op::logical_or, {condition, one}, child.at) : one;
            }
            in_labels = true;
            ended = false;
            continue;
        }
        in_labels = false;
        if (cases.empty() || ended) continue;  // never reached
        ended = child.kind == CStatementKind::stop || child.kind == CStatementKind::leave;
        if (child.kind != CStatementKind::stop) cases.back().statements.push_back(child);
    }
    loops_.push_back({flag("stopped"), {}});
    auto const own = loops_.back();
    emit(name(own.stop, s.at), number(0, s.at));
    Flow flow{false, {}};
    Body otherwise;
    bool has_default = false;
    auto translate = [&](Case const& c) {
        Nested const nested(nesting_);
        Body body;
        c_scopes_.emplace_back();
        auto const one = redirected(out_, body, [&] { return list(c.statements, 0); });
        c_scopes_.pop_back();
        flow.flags.insert(one.flags.begin(), one.flags.end());
        flow.goes_on = flow.goes_on || one.goes_on || one.flags.contains(own.stop);
        return body;
    };
    for (auto const& c : cases)
        if (!c.condition) otherwise = translate(c), has_default = true;
    for (auto c = cases.rbegin(); c != cases.rend(); ++c)
        if (c->condition) otherwise = {{s.at, If{c->condition, translate(*c), std::move(otherwise)}}};
    out_->insert(out_->end(), otherwise.begin(), otherwise.end());
    loops_.pop_back();
    flow.flags.erase(own.stop);
    flow.goes_on = flow.goes_on || !has_default;
    return flow;
}

CTranslator::Flow CTranslator::leave(CStatement const& s) {
    if (s.expression) {
        if (block_->kind == BlockKind::function) set(name(block_->name, s.at), result_type_.is_integer(), s.expression);
        else evaluate(s.expression);
    }
    return raise(left_, s.at);
}

CTranslator::Flow CTranslator::raise(std::string const& flag, Position at) {
    emit(name(flag, at), number(1, at));
    return {false, {flag}};
}

Expr CTranslator::none_of(std::set<std::string> const& flags) {
    Expr all;
    for (auto const& flag : flags) {
        asked_.insert(flag);
        auto const one = make(Op::equal, {name(flag), number(0)});
        all = all ? make(Op::logical_and, {all, one}) : one;
    }
    return all;
}

void CTranslator::declare(CVariable const& variable) {
    if (variable.type.is_extern) return;
    auto const& type = variable.type;
    CLocal local{.name = variable.name, .type = type, .nesting = nesting_};
    bool const plain = type.is_real() || type.is_integer();
    if (plain && !variable.sizes.empty() && type.name != "char") {
        local.is_array = true;
        if (!type.is_static) local.name = fresh(variable.name);
        c_scopes_.back()[variable.name] = local;
        if (type.is_static) {
            c_scopes_.back()[variable.name].name = static_array(variable.name, variable);
            return;
        }
        auto const given = variable.value ? variable.value->args.size() : 0;
        auto const size = variable.sizes[0] ? number_of(variable.sizes[0]) : number(static_cast<double>(given));
        if (variable.sizes.size() > 1 || !is_number(size))
            throw NotUnderstood(variable.at, "the array '" + variable.name + "', whose size is not one known number,");
        locals_.push_back({local.name, size});
        for (std::size_t i = 0; i < given; ++i)
            set(element(local.name, number(static_cast<double>(i)), variable.at), type.is_integer(),
                variable.value->args[i]);
        return;
    }
    if (!plain || !variable.sizes.empty()) {  // a pointer, a text, a structure: no variable of NMODL
        auto const given = variable.value ? std::optional(value(variable.value)) : std::nullopt;
        auto& known = c_scopes_.back()[variable.name] = local;
        if (given) bind(known, *given, variable.name, variable.at);
        return;
    }
    if (type.is_static) {
        auto const start = variable.value ? number_of(variable.value) : number(0);
        if (!is_number(start)) throw NotUnderstood(variable.at, "the start value of '" + variable.name + "'");
        local.name = world_.keep(variable.name, start->value, variable.at);
    } else {
        local.name = temporary(variable.name);
    }
    // Its name is known only behind its value: `double x = x0` may speak of another x.
    if (variable.value && !type.is_static) set(name(local.name, variable.at), type.is_integer(), variable.value);
    c_scopes_.back()[variable.name] = local;
}

CTranslator::CLocal* CTranslator::find_local(std::string const& name) {
    for (auto scope = c_scopes_.rbegin(); scope != c_scopes_.rend(); ++scope)
        if (auto const found = scope->find(name); found != scope->end()) return &found->second;
    return nullptr;
}

bool CTranslator::nmodl_knows(std::string const& name) const {
    return std::ranges::any_of(nmodl_scopes_, [&](auto const& scope) { return scope.contains(name); });
}

std::string CTranslator::fresh(std::string const& wanted) {
    auto name = wanted;
    for (int i = 1; world_.is_taken(name) || !used_.insert(name).second; ++i) name = wanted + "_" + std::to_string(i);
    return name;
}

std::string CTranslator::temporary(std::string const& wanted, Expr size) {
    locals_.push_back({fresh(wanted), std::move(size)});
    return locals_.back().name;
}

std::string CTranslator::flag(std::string const& wanted) { return *flags_.insert(temporary(wanted)).first; }

}  // namespace rall::nmodl
