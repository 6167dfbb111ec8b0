// The declaring blocks: NEURON, UNITS, PARAMETER, ASSIGNED, STATE, CONSTANT, DEFINE.
#include <algorithm>
#include <array>

#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/parser.hpp"

namespace rall::nmodl {

namespace {

std::vector<std::string> const clauses{"SUFFIX",
                                       "POINT_PROCESS",
                                       "ARTIFICIAL_CELL",
                                       "USEION",
                                       "NONSPECIFIC_CURRENT",
                                       "ELECTRODE_CURRENT",
                                       "RANGE",
                                       "GLOBAL",
                                       "POINTER",
                                       "BBCOREPOINTER",
                                       "RANDOM",
                                       "VECTOR",
                                       "EXTERNAL",
                                       "SECTION",
                                       "THREADSAFE",
                                       "REPRESENTS"};

}  // namespace

std::vector<Name> Parser::name_list(std::string const& what) {
    std::vector<Name> names;
    do names.push_back(expect_name(what));
    while (accept(","));
    return names;
}

/// CHEBI:29108 or [CHEBI:29108]; the lexer takes what follows the colon for a comment.
std::string Parser::ontology_name() {
    accept("[");
    auto const result = expect_name("an ontology name").name;
    accept("]");
    return result;
}

void Parser::use_ion(NeuronBlock& neuron) {
    UseIon ion;
    ion.ion = expect_name("the name of an ion after USEION");
    for (;;) {
        if (accept("READ")) ion.read = name_list("an ion variable after READ");
        else if (accept("WRITE")) ion.write = name_list("an ion variable after WRITE");
        else if (accept("VALENCE") || accept("CHARGE")) ion.valence = signed_number();
        else if (accept("REPRESENTS")) ion.represents = ontology_name();
        else break;
    }
    neuron.ions.push_back(std::move(ion));
}

void Parser::neuron_clause(NeuronBlock& neuron) {
    auto const token = peek();
    auto append = [&](std::vector<Name>& list, std::string const& what) {
        auto const more = name_list(what);
        list.insert(list.end(), more.begin(), more.end());
    };
    if (is("SUFFIX") || is("POINT_PROCESS") || is("ARTIFICIAL_CELL")) {
        neuron.kind = std::string(take().text);
        neuron.name = expect_name("the mechanism's name after " + neuron.kind);
    } else if (accept("USEION")) {
        use_ion(neuron);
    } else if (accept("NONSPECIFIC_CURRENT")) {
        append(neuron.nonspecific, "the name of a current");
    } else if (accept("ELECTRODE_CURRENT")) {
        append(neuron.electrode, "the name of a current");
    } else if (accept("RANGE")) {
        append(neuron.range, "a variable after RANGE");
    } else if (accept("GLOBAL")) {
        append(neuron.global, "a variable after GLOBAL");
    } else if (accept("POINTER")) {
        append(neuron.pointer, "a variable after POINTER");
    } else if (accept("BBCOREPOINTER")) {
        append(neuron.bbcore_pointer, "a variable after BBCOREPOINTER");
    } else if (accept("RANDOM")) {
        append(neuron.random, "a name after RANDOM");
    } else if (accept("VECTOR")) {
        append(neuron.vector, "a name after VECTOR");
    } else if (accept("EXTERNAL")) {
        append(neuron.external, "a variable after EXTERNAL");
    } else if (accept("SECTION")) {
        append(neuron.range, "a variable after SECTION");
    } else if (accept("THREADSAFE")) {
        neuron.thread_safe = true;
    } else if (accept("REPRESENTS")) {
        neuron.represents = ontology_name();
    } else {
        fail("expected a clause of the NEURON block, found " + shown(token),
             token.kind == TokenKind::name ? suggestion(token.text, clauses) : hint());
    }
}

void Parser::neuron_block() {
    NeuronBlock neuron;
    neuron.at = take().at;
    expect("{", "after NEURON");
    while (!closed("the NEURON block", neuron.at)) {
        auto const before = next_;
        try {
            neuron_clause(neuron);
        } catch (Bail const&) {
            if (!is("}") && !at_end() && !head_of_block()) take();
            while (!at_end() && !is("}") && !head_of_block() &&
                   !(is_name() && std::ranges::find(clauses, peek().text) != clauses.end()))
                take();
            lose(before);
        }
    }
    program_.neuron.push_back(std::move(neuron));
}

void Parser::units_block() {
    auto const start = take().at;
    expect("{", "after UNITS");
    while (!closed("the UNITS block", start)) {
        auto const before = next_;
        try {
            program_.units.push_back(unit_definition());
        } catch (Bail const&) {
            skip_to_next_statement(before);
            lose(before);
        }
    }
}

void Parser::units_switch() {
    auto const at = peek().at;
    program_.units_switches.push_back({at, take().text == "UNITSON"});
}

UnitDefinition Parser::unit_definition() {
    UnitDefinition unit;
    unit.at = peek().at;
    if (is("(")) {
        unit.name = parenthesised();
        expect("=", "after the new unit");
        unit.from = parenthesised();
    } else {
        unit.constant = true;
        unit.name = expect_name("a unit in parentheses or the name of a constant").name;
        expect("=", "after the name");
        if (is("(")) unit.from = parenthesised();
        else unit.value = signed_number();
        unit.to = optional_units();
    }
    return unit;
}

Expr Parser::signed_number() {
    bool const minus = accept("-");
    auto const token = peek();
    if (token.kind == TokenKind::number) {
        take();
        return number(minus ? -token.value : token.value, token.at);
    }
    if (token.kind != TokenKind::name) fail("expected a number, found " + shown(token));
    take();
    auto value = name(std::string(token.text), token.at);  // one that DEFINE made
    return minus ? make(Op::negate, {value}) : value;
}

Expr Parser::array_size() {
    if (!accept("[")) return nullptr;
    auto size = signed_number();
    expect("]", "after the size");
    return size;
}

Declaration Parser::declaration(std::string const& block) {
    Declaration item;
    auto const named = expect_name("a name or '}' in " + block);
    item.name = named.name;
    item.at = named.at;
    item.size = array_size();
    for (;;) {
        if (is("=") && !item.value) {
            take();
            item.value = signed_number();
        } else if (accept("FROM")) {
            item.low = signed_number();
            expect("TO", "after the lower limit");
            item.high = signed_number();
        } else if (accept("START")) {
            item.value = signed_number();
        } else if (is("(")) {
            item.units = parenthesised();
        } else if (accept("<")) {
            auto const first = signed_number();
            if (accept(",")) {
                item.low = first;
                item.high = signed_number();
            } else {
                item.tolerance = std::string(
                    text_.substr(tokens_[next_ - 1].begin, tokens_[next_ - 1].end - tokens_[next_ - 1].begin));
            }
            expect(">", "after the limits");
        } else {
            return item;
        }
    }
}

void Parser::declarations(std::vector<Declaration>& into, std::string const& block) {
    auto const start = take().at;
    expect("{", "after " + block);
    while (!closed("the " + block + " block", start)) {
        auto const before = next_;
        try {
            into.push_back(declaration(block));
        } catch (Bail const&) {
            skip_to_next_statement(before);
            lose(before);
        }
    }
}

void Parser::define() {
    take();
    auto const named = expect_name("a name after DEFINE");
    program_.defines.push_back({named.name, expect_integer("the value of " + named.name), named.at});
}

}  // namespace rall::nmodl
