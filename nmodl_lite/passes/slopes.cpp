#include <algorithm>

#include "nmodl_lite/passes/passes.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/lexer.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

class SlopeNamer {
public:
    SlopeNamer(Program& program, Diagnostics& found) : program_(program), found_(found) {}

    void run() {
        for (auto const& block : program_.blocks) note_reads(block.body);
        if (reads_.empty()) return;
        for (auto const& block : program_.blocks)
            each_statement(block.body, [&](Statement const& s) {
                if (auto const* solve = std::get_if<Solve>(&s.what)) methods_[solve->block] = solve->method;
            });
        for (auto& block : program_.blocks)
            if (block.kind == BlockKind::derivative) equations(block);
        for (auto const& [state, at] : reads_)
            if (!slopes_.contains(state)) no_equation(state, at);
        for (auto& block : program_.blocks) block.body = read_slopes(block.body);
    }

private:
    void report(Severity severity, Position at, std::string code, std::string message, std::string advice) {
        found_.add(at_source(program_, severity, at, std::move(code), std::move(message), std::move(advice)));
    }

    void note_reads(Body const& body) {
        each_expression(body, [&](Expr const& e) {
            visit(e, [&](Expr const& node) {
                if (node->op == Op::prime) reads_.try_emplace(node->name, node->at);
            });
        });
    }

    void no_equation(std::string const& state, Position at) {
        report(Severity::error, at, "nmodl-no-slope",
               "'" + state + "' has no equation in a DERIVATIVE block to take " + state + "' from",
               "write what it stands for");
        slopes_[state] = state;
    }

    /// Gives the slopes of a block's states their variables, and assigns to them.
    void equations(Block& block) {
        auto const method = methods_.find(block.name);
        bool const stale = method != methods_.end() && method->second == "cnexp";
        std::set<std::string> mine;
        each_statement(block.body, [&](Statement const& s) {
            auto const* a = std::get_if<Assign>(&s.what);
            if (!a || !a->prime || !reads_.contains(a->target->name) || !mine.insert(a->target->name).second) return;
            if (!declare(a->target->name, s.at)) {
                mine.erase(a->target->name);
                return;
            }
            if (stale)
                report(Severity::warning, reads_.at(a->target->name), "nmodl-slope-not-computed",
                       a->target->name + "' reads 0, because METHOD cnexp does not compute it",
                       "as in NEURON; write out the right-hand side, or use METHOD derivimplicit");
        });
        if (stale || mine.empty()) return;
        if (method != methods_.end() && method->second == "derivimplicit") block.body = forward(block.body, mine);
        block.body = assigned(block.body, mine);
    }

    bool declare(std::string const& state, Position at) {
        if (slopes_.contains(state)) return true;
        auto const known = std::ranges::find(program_.states, state, &Declaration::name);
        if (known == program_.states.end()) return false;  // reported where the equation stands
        auto& slope = slopes_[state];
        slope = state + "_slope";  // not Dx, which NEURON keeps for itself
        auto taken = [&](auto const& list) { return std::ranges::find(list, slope, &Declaration::name) != list.end(); };
        while (taken(program_.assigned) || taken(program_.states) || taken(program_.parameters) ||
               taken(program_.constants))
            slope += "_";
        program_.assigned.push_back({slope, at, known->size, {}, {}, {}, {}, {}});
        return true;
    }

    /// An implicit method reads slopes of the solution, so that an equation may read one that is computed further down: the
    /// right-hand side takes its place there.
    Body forward(Body body, std::set<std::string> const& mine) {
        std::map<std::string, Expr> later;
        std::set<std::string> changing;  // in the block, other than by an equation
        each_statement(body, [&](Statement const& s) {
            if (auto const* a = std::get_if<Assign>(&s.what); a && !a->prime) changing.insert(a->target->name);
        });
        for (auto const& s : body)
            if (auto const* a = std::get_if<Assign>(&s.what); a && a->prime && mine.contains(a->target->name))
                later[key_of(a->target)] = a->value;
        for (auto& s : body) {
            auto* a = std::get_if<Assign>(&s.what);
            if (!a || !a->prime) continue;
            later.erase(key_of(a->target));
            a->value = rewrite(a->value, [&](Expr const& node) {
                if (node->op != Op::prime) return node;
                auto const found = later.find(key_of(node));
                if (found == later.end()) return node;
                if (std::ranges::any_of(variables_of(found->second),
                                        [&](auto const& v) { return changing.contains(v); }))
                    report(Severity::error, node->at, "nmodl-slope-order",
                           node->name + "' is read before the equation that computes it",
                           "put the equation of " + node->name + " first");
                return found->second;
            });
        }
        return body;
    }

    /// x' = e becomes Dx = e, x' = Dx.
    Body assigned(Body const& body, std::set<std::string> const& mine) {
        Body out;
        for (auto s : body) {
            for (auto* inner : bodies_of(s)) *inner = assigned(*inner, mine);
            auto* a = std::get_if<Assign>(&s.what);
            if (a && a->prime && mine.contains(a->target->name)) {
                auto const slope = slope_of(a->target);
                out.push_back({s.at, Assign{slope, a->value, false}});
                a->value = slope;
            }
            out.push_back(std::move(s));
        }
        return out;
    }

    Expr slope_of(Expr const& e) const {
        auto const& slope = slopes_.at(e->name);
        return e->args.empty() ? name(slope, e->at) : element(slope, e->args[0], e->at);
    }

    Body read_slopes(Body body) const {
        rewrite_expressions(body, [&](Expr const& e) {
            return rewrite(e, [&](Expr const& node) { return node->op == Op::prime ? slope_of(node) : node; });
        });
        return body;
    }

    Program& program_;
    Diagnostics& found_;
    std::map<std::string, Position> reads_;       // states whose slope is read, and where first
    std::map<std::string, std::string> methods_;  // by block
    std::map<std::string, std::string> slopes_;   // the variable of each
};

}  // namespace

void name_slopes(Program& program, Diagnostics& found) { SlopeNamer(program, found).run(); }

}  // namespace rall::nmodl
