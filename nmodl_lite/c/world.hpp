// What the C of a mechanism can name: the file's NMODL declarations and what its VERBATIM blocks at file level define; and
// what translating the C leaves for the rest of the program.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/diagnostics.hpp"
#include "nmodl_lite/c/lexer.hpp"
#include "nmodl_lite/c/syntax.hpp"
#include "nmodl_lite/syntax/ast.hpp"

namespace rall::nmodl {

/// C that is not understood, and why nobody misses it; see CWorld::leave_out.
struct LeftOut {
    std::string block;  // in which it stands, if that has a name
    Expr condition;     // null in CONSTRUCTOR
    bool taken = false;
    std::set<std::string> set;
    NotUnderstood problem;
};

class CWorld {
public:
    CWorld(Program& program, Diagnostics& found);

    Program const& program() const { return program_; }
    Preprocessor& preprocessor() { return preprocessor_; }
    std::set<std::string> const& types() const { return types_; }

    bool is_variable(std::string const& name) const { return variables_.contains(name); }
    bool is_array(std::string const& name) const { return arrays_.contains(name); }
    bool is_pointer(std::string const& name) const { return pointers_.contains(name); }
    bool is_taken(std::string const& name) const;
    Block const* block(std::string const& name) const;  // FUNCTION or PROCEDURE

    /// A function of file level; null when there is none.
    CFunction const* function(std::string const& name) const;

    /// A variable of file level; null when there is none.
    CVariable const* variable(std::string const& name) const;

    /// Makes an ASSIGNED variable of a C variable that lives as long as the mechanism, named as `wanted` or near it. Every
    /// instance gets its own.
    std::string keep(std::string const& wanted, double start, Position at);

    /// The same of an array of `size` numbers that start as 0.
    std::string keep_array(std::string const& wanted, Expr const& size, Position at);

    /// The pointer becomes a RANDOM stream; `drawn` is the distribution, "uniform", for the note about it.
    void stream(std::string const& pointer, std::string const& drawn, Position at);

    /// The variable, in which hoc would leave a Vector, becomes a VECTOR.
    void vector(std::string const& holder, Position at);

    /// C under a condition is not understood and left out. It must turn out that nothing in the mechanism ever makes the
    /// condition `taken`; else `problem` is an error.
    void leave_out(std::string const& block, Expr const& condition, bool taken, NotUnderstood const& problem) {
        left_out_.push_back({block, condition, taken, {}, problem});
    }

    /// A statement of CONSTRUCTOR is not understood and left out. It must turn out that nothing reads the variables it sets.
    void leave_out(std::set<std::string> const& set, NotUnderstood const& problem) {
        left_out_.push_back({{}, nullptr, false, set, problem});
    }

    std::vector<LeftOut> const& left_out() const { return left_out_; }

    bool is_stream(std::string const& pointer) const { return streams_.contains(pointer); }

    /// What NMODL means by a name that only C has given a meaning: a macro of a number, a variable of file level. Null when
    /// neither knows it.
    Expr known_value(std::string const& name, Position at);

    /// A function of file level joins the program. Throws NotUnderstood.
    void translate(CFunction const& function);

    /// Said once for the whole file.
    void say_once(Severity severity, Position at, std::string const& code, std::string message, std::string advice);

    /// Puts the streams and functions into the program.
    void finish();

private:
    std::string const& declared(std::string const& wanted, Expr const& size, Position at, bool& fresh);
    std::optional<Header> header(Position at, std::string const& name);
    void declare_vectors();

    Program& program_;
    Diagnostics& found_;
    Preprocessor preprocessor_;
    std::set<std::string> types_;
    std::set<std::string> variables_, arrays_, pointers_;
    std::map<std::string, CFunction> functions_;
    std::map<std::string, CVariable> file_variables_;
    std::map<std::string, std::string> kept_;  // C name to NMODL name, of file level
    std::set<std::string> streams_, vectors_, translated_;
    std::vector<LeftOut> left_out_;
    std::vector<Block> added_;
    Body starts_;  // of the variables kept, for a CONSTRUCTOR
    std::set<std::string> said_;
};

}  // namespace rall::nmodl
