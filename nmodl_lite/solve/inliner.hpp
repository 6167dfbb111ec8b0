// Replaces calls by the statements of what is called. Bodies that come out hold assignments, conditions, loops, SOLVE,
// CONDUCTANCE and calls of built-in functions only, with one LOCAL statement at their head whose names occur nowhere else.
#pragma once

#include <set>
#include <string>

#include "base/diagnostics.hpp"
#include "nmodl_lite/analysis/names.hpp"
#include "nmodl_lite/analysis/symbols.hpp"
#include "nmodl_lite/syntax/ast.hpp"

namespace rall::nmodl {

class Inliner {
public:
    Inliner(Program const& program, Symbols const& symbols, Diagnostics& found);

    /// Replaces the body of a block; arguments of NET_RECEIVE that hide another name are renamed.
    void block(Block& block);

    /// The same for a FUNCTION that lift_recursion writes: `variables` of the mechanism become further arguments.
    void recursive_block(Block& block, std::vector<std::string> const& variables);

    /// A name not used so far, made from this one.
    std::string fresh(std::string const& wanted) { return fresh_(wanted); }

private:
    using Scope = std::map<std::string, Expr>;
    using Frame = std::vector<Scope>;

    Body body(Body const& statements, Frame& frame);
    void statements(Body const& statements, Frame& frame, Body& out);
    void too_large(Body const& all);
    void statement(Statement const& statement, Frame& frame, Body& out);
    Expr expression(Expr const& e, Frame& frame, Body& before);
    Expr recursive_call(Expr const& call, Recursion const& recursion, std::vector<Expr> args, Body& before);
    bool calls_recursion(Expr const& e) const;
    bool helpers_name_flag() const;  // a variable that is called as the flag of NET_RECEIVE
    Expr called(Expr const& call, std::vector<Expr> args, Body& before);
    Expr renamed(Expr const& e, Frame const& frame) const;
    std::string declare(std::string const& wanted, Expr size = nullptr);

    Program const& program_;
    Symbols const& symbols_;
    Diagnostics& found_;
    FreshNames fresh_;
    std::set<std::string> own_;  // LOCALs of this block: no called block can change them
    std::vector<LocalName> locals_;
    Scope base_;  // of all blocks: variables that are arguments of a recursive FUNCTION
    bool conditions_ = false;  // of WATCH too: once they are collected
    bool v_changes_ = false;   // some block assigns to v
    int depth_ = 0;
    int written_ = 0;   // statements
    int in_calls_ = 0;  // ... of blocks that are called
    int nested_ = 0;
    bool too_large_ = false;  // reported
};

}  // namespace rall::nmodl
