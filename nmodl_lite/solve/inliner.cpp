#include "nmodl_lite/solve/inliner.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "nmodl_lite/analysis/builtins.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/lexer.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

constexpr int most_statements = 20000;  // beyond this the C++ compiler takes more than 20 s and 600 MB
constexpr int deepest = 400;            // blocks within blocks; trees are walked recursively

/// at_time(te): true in the step (t - dt, t] in which te falls; the small shift is NEURON's (nrn_at_time).
Expr at_time(Expr const& te) {
    auto const shifted = make(Op::subtract, {te, number(1e-11)});
    return make(Op::logical_and, {make(Op::less_equal, {shifted, name("t")}),
                                  make(Op::greater, {shifted, make(Op::subtract, {name("t"), name("dt")})})});
}

}  // namespace

Inliner::Inliner(Program const& program, Symbols const& symbols, Diagnostics& found)
    : program_(program),
      symbols_(symbols),
      found_(found),
      fresh_(std::set<std::string>{"flag"}),
      conditions_(find_block(program, BlockKind::watch)) {
    for (auto const& [name, symbol] : symbols.all) fresh_(name);
    for (auto const& [name, recursion] : program.recursions) {
        fresh_(recursion.result);
        for (auto const& [variable, function] : recursion.changed) fresh_(function);
    }
    for (auto const& block : program.blocks) v_changes_ = v_changes_ || assigned_in(block.body).contains("v");
}

std::string Inliner::declare(std::string const& wanted, Expr size) {
    auto const name = fresh(wanted);
    own_.insert(name);
    locals_.push_back({name, std::move(size)});
    return name;
}

void Inliner::block(Block& block) {
    locals_.clear();
    own_.clear();
    Frame frame(1, base_);
    for (auto& arg : block.args) {
        auto const own = fresh(arg.name);
        own_.insert(own);
        frame[0][arg.name] = name(own);
        arg.name = own;
    }
    if (block.kind == BlockKind::net_receive && helpers_name_flag()) {  // a variable of the file, called so, too
        auto const own = fresh(block.flag);
        own_.insert(own);
        frame[0][block.flag] = name(own);
        block.flag = own;
    }
    auto result = body(block.body, frame);
    if (!locals_.empty()) result.insert(result.begin(), {block.at, Local{locals_}});
    block.body = std::move(result);
}

bool Inliner::helpers_name_flag() const {
    return symbols_.find("flag") && std::ranges::any_of(program_.blocks, [](Block const& block) {
               bool found = block.kind == BlockKind::net_receive && block.flag != "flag";
               if (is_helper(block))
                   each_expression(block.body, [&](Expr const& e) { found = found || mentions(e, "flag"); });
               return found;
           });
}

void Inliner::recursive_block(Block& block, std::vector<std::string> const& variables) {
    std::vector<Argument> added;
    for (auto const& variable : variables) {
        added.push_back({fresh(variable), ""});
        base_[variable] = name(added.back().name);
    }
    this->block(block);
    block.args.insert(block.args.end(), added.begin(), added.end());
    base_.clear();
}

Body Inliner::body(Body const& all, Frame& frame) {
    Body out;
    if (++nested_ <= deepest) statements(all, frame, out);
    else too_large(all);
    --nested_;
    return out;
}

void Inliner::too_large(Body const& all) {
    if (all.empty() || std::exchange(too_large_, true)) return;
    bool const by_calls = 2 * in_calls_ > written_ || nested_ > deepest;
    found_.add(at_source(program_, Severity::error, all[0].at, "nmodl-too-large",
                         by_calls ? "the mechanism grows too large when calls are expanded"
                                  : "what solves the equations grows beyond " + std::to_string(most_statements) + " statements",
                         by_calls ? "split it, or call fewer functions within functions"
                                  : "use fewer states that react with one another, such as fewer shells"));
}

void Inliner::statements(Body const& all, Frame& frame, Body& out) {
    frame.emplace_back();
    for (auto const& s : all) {
        in_calls_ += depth_ > 0;
        if (++written_ > most_statements) {
            too_large(all);
            break;
        }
        statement(s, frame, out);
    }
    frame.pop_back();
}

Expr Inliner::renamed(Expr const& e, Frame const& frame) const {
    for (auto scope = frame.rbegin(); scope != frame.rend(); ++scope)
        if (auto const found = scope->find(e->name); found != scope->end()) {
            if (e->args.empty()) return found->second;
            return element(found->second->name, e->args[0], e->at);
        }
    return e;
}

Expr Inliner::expression(Expr const& e, Frame& frame, Body& before) {
    if (!e) return e;
    if (e->op == Op::string) return e;
    bool const decides = e->op == Op::logical_and || e->op == Op::logical_or;
    if (decides && calls_recursion(e->args[1])) {  // which ends because the right side is not always asked
        auto const value = name(declare("both"), e->at);
        before.push_back(assign(value, expression(e->args[0], frame, before)));
        Body right;
        right.push_back(assign(value, expression(e->args[1], frame, right)));
        auto const asks = e->op == Op::logical_and ? value : make(Op::logical_not, {value}, e->at);
        before.push_back({e->at, If{asks, std::move(right), {}}});
        return make(Op::not_equal, {value, number(0)}, e->at);
    }
    bool const storage = names_storage(e);
    std::vector<Expr> args;
    for (auto const& arg : e->args) args.push_back(storage && args.empty() ? arg : expression(arg, frame, before));
    if (e->op == Op::call) return called(e, std::move(args), before);
    auto copy = e;
    if (!std::ranges::equal(args, e->args)) {
        auto changed = std::make_shared<Expression>(*e);
        changed->args = std::move(args);
        copy = changed;
    }
    return copy->op == Op::name ? renamed(copy, frame) : copy;
}

bool Inliner::calls_recursion(Expr const& e) const {
    bool found = false;
    if (program_.recursions.empty() && std::ranges::none_of(program_.blocks, &Block::recursive)) return found;
    visit(e, [&](Expr const& node) {
        auto const* callee = node->op == Op::call ? find_block(program_, node->name) : nullptr;
        found = found || (callee && is_helper(*callee));
    });
    return found;
}

Expr Inliner::recursive_call(Expr const& e, Recursion const& recursion, std::vector<Expr> args, Body& before) {
    Frame const frame(1, base_);
    for (auto const& variable : recursion.variables) args.push_back(renamed(name(variable, e->at), frame));
    auto const given = [&](std::string const& function, std::string const& wanted) {
        auto const value = name(declare(wanted), e->at);
        before.push_back(assign(value, call(function, args, e->at)));
        return value;
    };
    auto const result = recursion.result.empty() ? number(0, e->at) : given(recursion.result, e->name);
    Body changes;
    for (auto const& [variable, function] : recursion.changed)
        changes.push_back(assign(renamed(name(variable, e->at), frame), given(function, variable)));
    before.insert(before.end(), changes.begin(), changes.end());
    return result;
}

Expr Inliner::called(Expr const& e, std::vector<Expr> args, Body& before) {
    if (auto const recursion = program_.recursions.find(e->name); recursion != program_.recursions.end())
        return recursive_call(e, recursion->second, std::move(args), before);
    auto const* callee = find_block(program_, e->name);
    if (!callee || callee->recursive || (callee->kind != BlockKind::function && callee->kind != BlockKind::procedure)) {
        if (e->name == "at_time") return at_time(args[0]);
        return call(e->name, std::move(args), e->at);
    }
    auto const changes = assigned_in(callee->body);
    Frame frame(1, base_);
    for (std::size_t i = 0; i < callee->args.size(); ++i) {
        auto const& formal = callee->args[i].name;
        auto const& arg = args[i];
        auto const* symbol = arg->op == Op::name ? symbols_.find(arg->name) : nullptr;
        bool const steady = is_number(arg) || (arg->op == Op::name && arg->args.empty() && own_.contains(arg->name)) ||
                            (symbol && symbol->kind == SymbolKind::special && !v_changes_);
        if (steady && !changes.contains(formal)) {
            frame[0][formal] = arg;
        } else {
            auto const own = declare(formal);
            before.push_back(assign(name(own, e->at), arg));
            frame[0][formal] = name(own, e->at);
        }
    }
    Expr result = number(0, e->at);
    if (callee->kind == BlockKind::function) {
        result = name(declare(callee->name), e->at);
        frame[0][callee->name] = result;
        before.push_back(assign(result, number(0, e->at)));
    }
    if (++depth_ < 100) statements(callee->body, frame, before);
    --depth_;
    return result;
}

void Inliner::statement(Statement const& s, Frame& frame, Body& out) {
    std::visit(
        overloaded{[&](Assign const& a) {
                       auto const value = expression(a.value, frame, out);
                       out.push_back({s.at, Assign{expression(a.target, frame, out), value, a.prime, a.once}});
                   },
                   [&](Call const& c) {
                       if (c.call->name == "printf") return;
                       if (c.call->name == "at_time") {  // says where an equation jumps
                           auto const te = expression(c.call->args[0], frame, out);
                           return out.push_back({s.at, Call{call("at_time", {te}, s.at)}});
                       }
                       if (c.call->name == "state_discontinuity") {
                           auto const value = expression(c.call->args[1], frame, out);
                           out.push_back({s.at, Assign{expression(c.call->args[0], frame, out), value, false, true}});
                           return;
                       }
                       auto const result = expression(c.call, frame, out);
                       if (result->op == Op::call) out.push_back({s.at, Call{result}});
                   },
                   [&](If const& i) {
                       auto const condition = expression(i.condition, frame, out);
                       if (is_number(condition))
                           return statements(condition->value != 0 ? i.then : i.otherwise, frame, out);
                       out.push_back({s.at, If{condition, body(i.then, frame), body(i.otherwise, frame)}});
                   },
                   [&](While const& w) {
                       Body before;
                       auto const condition = expression(w.condition, frame, before);
                       out.insert(out.end(), before.begin(), before.end());
                       auto turn = body(w.body, frame);
                       turn.insert(turn.end(), before.begin(), before.end());
                       out.push_back({s.at, While{condition, std::move(turn)}});
                   },
                   [&](From const& f) {
                       auto const from = expression(f.from, frame, out), to = expression(f.to, frame, out),
                                  by = expression(f.by, frame, out);
                       auto const index = fresh(f.index);
                       own_.insert(index);
                       frame.emplace_back()[f.index] = name(index, s.at);
                       out.push_back({s.at, From{index, from, to, by, body(f.body, frame)}});
                       frame.pop_back();
                   },
                   [&](Local const& l) {
                       for (auto const& item : l.names)
                           frame.back()[item.name] = name(declare(item.name, item.size), s.at);
                   },
                   [&](Conductance const& c) {
                       auto const resolved = renamed(name(c.name, s.at), frame);
                       out.push_back({s.at, Conductance{resolved->name, c.ion}});
                   },
                   [&](Plain const& p) {  // locks have no meaning where an instance is never shared
                       if (p.keyword == "PROTECT") statements(p.body, frame, out);
                   },
                   [&](Watch const& w) {
                       Watch watch = w;
                       if (!conditions_) return out.push_back(s);
                       for (auto& [condition, flag] : watch.items) condition = expression(condition, frame, out);
                       out.push_back({s.at, std::move(watch)});
                   },
                   [&](ForNetcons const& f) {
                       ForNetcons loop;
                       frame.emplace_back();
                       for (auto const& arg : f.args) {
                           loop.args.push_back(fresh(arg));
                           own_.insert(loop.args.back());
                           frame.back()[arg] = name(loop.args.back(), s.at);
                       }
                       loop.body = body(f.body, frame);
                       out.push_back({s.at, std::move(loop)});
                       frame.pop_back();
                   },
                   [&](kind_of<Solve, Conserve, Diffusion, Equation, Elimination, NestedInitial> auto const&) {
                       auto changed = s;
                       rewrite_expressions(changed, [&](Expr const& e) { return expression(e, frame, out); });
                       for (auto* inner : bodies_of(changed)) *inner = body(*inner, frame);
                       out.push_back(std::move(changed));
                   },
                   [](kind_of<Reaction, Compartment> auto const&) {
                       throw std::logic_error("kinetic() makes equations of these before calls are expanded");
                   },
                   [](kind_of<Verbatim, Table, Lag> auto const&) {}},
        s.what);
}

}  // namespace rall::nmodl
