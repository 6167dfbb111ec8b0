// C to NMODL by meaning: the VERBATIM parts of one block's body become statements of the syntax tree. Types are followed as far as
// they change values (whole numbers divide without remainder), conditions that are known decide which branch is read at all,
// and return, break and continue become conditions, since NMODL has none of them.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "nmodl_lite/c/syntax.hpp"
#include "nmodl_lite/c/world.hpp"
#include "nmodl_lite/syntax/ast.hpp"

namespace rall::nmodl {

class CTranslator {
public:
    explicit CTranslator(CWorld& world) : world_(world) {}

    /// Rewrites a block that holds VERBATIM. Throws NotUnderstood.
    void block(Block& block);

    /// What stands in the place of a block that was not understood: what its C sets is no number.
    void give_up(Block& block);

    /// A function of file level as a FUNCTION or PROCEDURE. Throws NotUnderstood.
    Block function(CFunction const& function);

private:
    /// What a C expression stands for.
    struct Value {
        enum Kind { number, address, numbers, handle, object, null } kind = number;
        Expr
            e;  // a number: how NMODL computes it; an address: the variable there, null for that of a handle; numbers that
                // stand behind one another: the array
        bool integer = false;  // a whole number by type
        std::string pointer;   // a handle: the POINTER whose target it is; an address: the POINTER itself; numbers: the
                               // VECTOR, where they are no array
        Expr offset = nullptr;  // numbers: which of them is pointed to
    };

    /// Where statements may lead beside the next one: flags that are 1 when they do.
    struct Flow {
        bool goes_on = true;
        std::set<std::string> flags = {};
    };

    struct Loop {
        std::string stop, next;  // flags; next is empty in a switch
    };

    struct CLocal {
        std::string name;  // in NMODL
        CType type;
        bool is_array = false;
        bool bound = false;   // a pointer that has got its value
        bool moving = false;  // ... whose offset is a variable
        int nesting = 0;      // nesting_ where it is declared
        Value value = {};
    };

    // translate.cpp: statements
    Flow body(Body& nmodl);
    Flow nmodl_statement(Statement statement);
    Flow nmodl_loop(Statement loop, Flow of_a_turn);
    Flow list(std::vector<CStatement> const& all, std::size_t from);
    Flow statement(CStatement const& s);
    Flow branch(std::vector<CStatement> const& all, std::size_t at, bool& took_rest);
    Flow loop(CStatement const& s);
    Flow repeat(CStatement const& s);
    Flow choice(CStatement const& s);
    Flow leave(CStatement const& s);
    Flow raise(std::string const& flag, Position at);
    Flow into(Body& body, CStatement const& s);

    // left_out.cpp
    std::optional<NotUnderstood> fails(std::function<void()> const& work);
    Flow attempted(Body& body, Expr const& condition, bool taken, CStatement const* first, std::size_t n,
                   std::function<Flow()> const& work);
    Flow attempted(Body& nmodl, Expr const& condition, bool taken);
    Flow left_out(Body& body, Expr const& condition, bool taken, std::set<std::string> const& set,
                  NotUnderstood const& problem);
    Flow constructed(CStatement const& s, std::function<Flow()> const& work);
    std::set<std::string> set_by(CStatement const* first, std::size_t n) const;
    std::set<std::string> set_by(Body const& nmodl);
    Body no_numbers(std::set<std::string> const& set, Position at) const;
    Expr with_values_just_given(Expr const& condition) const;
    Expr none_of(std::set<std::string> const& flags);
    void declare(CVariable const& variable);
    std::vector<CStatement> read(Body const& nmodl);
    void prepare(Block const& block);
    void finish(Block& block);
    std::string flag(std::string const& wanted);

    // expression.cpp
    Value value(CExpr const& e);
    Value named(CExpr const& e);
    Value unary(CExpr const& e);
    Value binary(CExpr const& e);
    Value logical(CExpr const& e);
    Value chosen(CExpr const& e, Expr const& target);
    Value assigned(CExpr const& e);
    Value stepped(CExpr const& e, bool wanted);
    Value element_of(CExpr const& e);
    Value cast(CExpr const& e);
    Value pointer_cast(CExpr const& e, Value const& v);
    Value arithmetic(std::string const& op, Value const& a, Value const& b, Position at);
    Expr variable(Value const& place, Position at);
    void store(Value const& place, Value const& value, Position at);
    void set(Expr const& target, bool integer, CExpr const& value);
    void evaluate(CExpr const& e);  // for its effect
    Expr number_of(CExpr const& e);
    Expr truth(CExpr const& e);
    Expr numeric(Value const& value, Position at);
    static Value whole(Expr e) { return {Value::number, std::move(e), true, {}}; }
    static Value real(Expr e) { return {Value::number, std::move(e), false, {}}; }
    static Value object() { return {Value::object, nullptr, false, {}}; }
    Expr truncated(Value const& value);

    // pointers.cpp
    void note_step(std::vector<CToken> const& before, CToken const& token);
    std::string static_array(std::string const& shown, CVariable const& variable);
    Value element_at(Value const& numbers, Expr const& index, Position at);
    Value pointers(std::string const& op, Value const& a, Value const& b, Position at);
    Value address_of(Value const& v, Position at);
    Value bind(CLocal& pointer, Value const& value, std::string const& shown, Position at);
    Value stepped_pointer(CLocal& pointer, std::string const& op, bool wanted, Position at);
    Value vector_asked(std::string const& function, std::vector<CExpr> const& args, Position at);
    std::string vector_of(CExpr const& e);
    CLocal* local_pointer(CExpr const& e);

    // calls.cpp
    bool gives_up(CExpr const& e) const;
    Value called(CExpr const& e);
    Value draw(CExpr const& stream, std::string const& distribution, std::vector<Expr> parameters, Position at);
    std::string picked_distribution() const;
    Value event(std::string const& name, std::vector<CExpr> const& args, Position at);

    CLocal* find_local(std::string const& name);
    bool nmodl_knows(std::string const& name) const;
    std::string fresh(std::string const& wanted);
    std::string temporary(std::string const& wanted, Expr size = nullptr);
    void emit(Expr const& target, Expr const& value);
    static Statement assign_at(Expr const& target, Expr const& value) {
        return {target->at, Assign{target, value, false}};
    }

    /// While it lives, what is translated runs under a condition or in a loop.
    struct Nested {
        explicit Nested(int& depth) : depth_(depth) { ++depth_; }
        ~Nested() { --depth_; }
        Nested(Nested const&) = delete;
        int& depth_;
    };

    CWorld& world_;
    int nesting_ = 0;
    Block const* block_ = nullptr;
    CType result_type_;
    Body* out_ = nullptr;
    std::vector<std::map<std::string, CLocal>> c_scopes_;
    std::vector<std::set<std::string>> nmodl_scopes_;
    std::vector<Loop> loops_;
    std::vector<std::string> counters_;          // of the FROM loops around, which C sees as whole numbers
    std::vector<LocalName> locals_;              // of the whole block
    std::set<std::string> used_;                 // names in this block
    std::set<std::string> flags_;                // made for return, break and continue
    std::set<std::string> asked_;                // those that some condition reads
    std::string left_;                           // the flag of return
    Body prologue_;                              // values of constant arrays
    std::map<std::string, std::string> tables_;  // constant arrays of file level, by their name in C
    Body const* nmodl_ = nullptr;                // the statements that the parsed ones count
    std::set<std::string> stepped_,
        set_once_;                     // pointers of C that point to one number after the other; set at least once
    std::set<std::string> mentioned_;  // names of C and functions of NMODL in this block
    std::string text_;                 // its C, with comments
};

}  // namespace rall::nmodl
