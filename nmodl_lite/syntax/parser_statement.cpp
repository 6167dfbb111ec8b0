// Statements inside blocks.
#include "base/text.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/parser.hpp"

namespace rall::nmodl {

Body Parser::body(std::string const& place) {
    Deeper const deeper(*this);
    auto const start = peek().at;
    if (!is("{"))
        fail("expected '{' " + place + ", found " + shown(peek()),
             is_name() ? "a single statement stands in braces, too" : "");
    take();
    Body statements;
    while (!closed("the block", start)) {
        auto const before = next_;
        try {
            statement(statements);
        } catch (Bail const&) {
            skip_to_next_statement(before);
        }
    }
    return statements;
}

void Parser::statement(Body& into) {
    operators_ = 0;
    auto const token = peek();
    if (token.kind == TokenKind::verbatim) into.push_back({token.at, Verbatim{std::string(take().text)}});
    else if (is("~")) into.push_back(reaction_or_equation());
    else if (is("{"))  // a block for its own sake: its LOCALs end with it
        into.push_back({token.at, If{number(1, token.at), body("here"), {}}});
    else if (token.kind == TokenKind::name) keyword_statement(into, token.at, std::string(token.text));
    else fail("expected a statement, found " + shown(token));
}

void Parser::keyword_statement(Body& into, Position at, std::string const& word) {
    if (is("(", 1) || !(is("=", 1) || is("'", 1) || is("[", 1))) {
        if (word == "if" || word == "IF") return into.push_back(if_statement());
        if (word == "while" || word == "WHILE") {
            take();
            expect("(", "after while");
            auto condition = expression();
            expect(")", "after the condition");
            return into.push_back({at, While{condition, body("after the condition")}});
        }
        if (word == "FROM") return into.push_back(from_statement());
        if (word == "LOCAL") {
            take();
            return into.push_back({at, local_list()});
        }
        if (word == "SOLVE") return into.push_back(solve_statement());
        if (word == "TABLE") return into.push_back(table_statement());
        if (word == "WATCH") return into.push_back(watch_statement());
        if (word == "COMPARTMENT" || word == "LONGITUDINAL_DIFFUSION")
            return into.push_back(compartment_statement(word[0] == 'L'));
        if (word == "CONSERVE") {
            take();
            auto left = conserved_term();
            while (accept("+")) left = make(Op::add, {left, conserved_term()});
            expect("=", "between the sides of CONSERVE");
            return into.push_back({at, Conserve{left, expression()}});
        }
        if (word == "CONDUCTANCE") {
            take();
            Conductance conductance{expect_name("a variable after CONDUCTANCE").name, {}};
            if (accept("USEION")) conductance.ion = expect_name("an ion after USEION").name;
            return into.push_back({at, conductance});
        }
        if (word == "INITIAL") {
            take();
            return into.push_back({at, NestedInitial{body("after INITIAL")}});
        }
        if (word == "FOR_NETCONS") {
            take();
            ForNetcons loop;
            for (auto const& arg : arguments()) loop.args.push_back(arg.name);
            loop.body = body("after FOR_NETCONS");
            return into.push_back({at, loop});
        }
        if (word == "UNITSON" || word == "UNITSOFF") return units_switch();
        if (word == "MUTEXLOCK" || word == "MUTEXUNLOCK" || word == "RESET") {
            take();
            return into.push_back({at, Plain{word, {}, {}}});
        }
        if (word == "PROTECT") {
            take();
            Plain protect{word, {}, {}};
            statement(protect.body);
            return into.push_back({at, protect});
        }
        if (word == "LAG") {
            take();
            auto const variable = expect_name("a variable after LAG");
            expect("BY", "after the variable");
            auto const delay = expect_name("a variable after BY");
            return into.push_back({at, Lag{name(variable.name, variable.at), name(delay.name, delay.at)}});
        }
        if (word == "FORALL") {
            take();
            auto const variable = expect_name("a name after FORALL").name;
            return into.push_back({at, Plain{word, body("after FORALL"), variable}});
        }
    }
    assignment_or_call(into);
}

namespace {

/// "did you mean ...?" for a misspelt word that begins a statement.
std::string meant(std::string const& word) {
    static std::vector<std::string> const words{"LOCAL",   "SOLVE",       "if",      "else",  "while",
                                                "FROM",    "TABLE",       "WATCH",   "RESET", "CONDUCTANCE",
                                                "PROTECT", "COMPARTMENT", "CONSERVE"};
    return suggestion(word, words);
}

}  // namespace

void Parser::assignment_or_call(Body& into) {
    auto const at = peek().at;
    auto target = name_expression();
    if (target->op == Op::call) return into.push_back({at, Call{target}});
    bool prime = false;
    if (target->op == Op::prime) {
        if (target->value > 1) fail("a second derivative cannot be solved", "write it as two equations of first order");
        prime = true;
        target = target->args.empty() ? name(target->name, at) : element(target->name, target->args[0], at);
    }
    if (!is("="))
        fail("expected '=' or '(' after '" + target->name + "', found " + shown(peek()),
             habit(target->name).empty() ? meant(target->name) : habit(target->name));
    take();
    into.push_back({at, Assign{target, expression(), prime}});
}

/// 2 A, or A; our own passes also write volume*A.
Expr Parser::conserved_term() {
    if (peek().kind != TokenKind::number || !is_name(1)) return expression(product_level);
    auto const count = number(expect_integer("the number of molecules"), peek().at);
    return make(Op::multiply, {count, name_expression(false)});
}

Local Parser::local_list() {
    Local local;
    do {
        auto const named = expect_name("a name after LOCAL").name;
        local.names.push_back({named, array_size()});
    } while (accept(","));
    return local;
}

Statement Parser::if_statement() {
    Deeper const deeper(*this);
    auto const at = take().at;
    If result;
    expect("(", "after if");
    result.condition = expression();
    expect(")", "after the condition");
    result.then = body("after the condition");
    if (accept("else") || accept("ELSE")) {
        if (is("if") || is("IF")) result.otherwise.push_back(if_statement());
        else result.otherwise = body("after else");
    }
    return {at, result};
}

Statement Parser::from_statement() {
    auto const at = take().at;
    From loop;
    loop.index = expect_name("the loop's variable after FROM").name;
    expect("=", "after the loop's variable");
    loop.from = expression();
    expect("TO", "after the first value");
    loop.to = expression();
    if (accept("BY")) loop.by = expression();
    loop.body = body("after the loop's bounds");
    return {at, loop};
}

Statement Parser::solve_statement() {
    auto const at = take().at;
    Solve solve;
    solve.block = expect_name("the name of a block after SOLVE").name;
    if (accept("STEADYSTATE")) {
        solve.steady_state = true;
        solve.method = expect_name("a method after STEADYSTATE").name;
    } else if (accept("METHOD")) {
        solve.method = expect_name("a method after METHOD").name;
    }
    if (accept("IFERROR")) solve.if_error = body("after IFERROR");
    return {at, solve};
}

Statement Parser::table_statement() {
    auto const at = take().at;
    Table table;
    auto names = [&](std::vector<std::string>& into) {
        for (auto const& item : name_list("a variable")) into.push_back(item.name);
    };
    if (!is("DEPEND") && !is("FROM")) names(table.names);
    if (accept("DEPEND")) names(table.depend);
    expect("FROM", "in TABLE");
    table.from = expression();
    expect("TO", "in TABLE");
    table.to = expression();
    expect("WITH", "in TABLE");
    table.with = signed_number();
    return {at, table};
}

Statement Parser::watch_statement() {
    auto const at = take().at;
    Watch watch;
    do {
        expect("(", "after WATCH");
        auto condition = expression();
        expect(")", "after the condition");
        watch.items.emplace_back(condition, expression());
    } while (accept(","));
    return {at, watch};
}

Statement Parser::compartment_statement(bool diffusion) {
    auto const at = take().at;
    Compartment compartment;
    compartment.diffusion = diffusion;
    if (is_name() && is(",", 1)) {
        compartment.index = std::string(take().text);
        take();
    }
    compartment.size = expression();
    expect("{", "before the names of the states");
    while (!accept("}")) {
        compartment.names.push_back(expect_name("a state").name);
        accept(",");
    }
    return {at, compartment};
}

std::vector<Reactant> Parser::reactants() {
    std::vector<Reactant> all;
    do {
        Reactant reactant;
        if (peek().kind == TokenKind::number) reactant.count = expect_integer("the number of molecules");
        if (!is_name()) fail("expected a reactant, found " + shown(peek()));
        reactant.name = name_expression(false);  // a ( begins the rates
        all.push_back(reactant);
    } while (accept("+"));
    return all;
}

Statement Parser::reaction_or_equation() {
    auto const at = take().at;
    if (block_kind_ != BlockKind::kinetic) {
        auto left = expression();
        expect("=", "between the sides of an equation");
        return {at, Equation{left, expression()}};
    }
    Reaction reaction;
    reaction.left = reactants();
    if (accept("<->")) {
        reaction.right = reactants();
        expect("(", "before the rates");
        reaction.forward = expression();
        expect(",", "between the rates");
        reaction.backward = expression();
    } else if (accept("->")) {
        reaction.arrow = Arrow::one_way;
        if (is_name() || peek().kind == TokenKind::number) reaction.right = reactants();
        expect("(", "before the rate");
        reaction.forward = expression();
    } else if (accept("<<")) {
        reaction.arrow = Arrow::flux;
        expect("(", "before the flux");
        reaction.forward = expression();
    } else {
        fail("expected '<->', '->' or '<<' in a reaction, found " + shown(peek()));
    }
    expect(")", "after the rates");
    return {at, reaction};
}

}  // namespace rall::nmodl
