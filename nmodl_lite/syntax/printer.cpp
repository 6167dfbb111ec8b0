#include "nmodl_lite/syntax/printer.hpp"

#include <charconv>

#include "base/elimination.hpp"
#include "nmodl_lite/syntax/expression.hpp"

namespace rall::nmodl {

namespace {

constexpr std::size_t longest_line = 400;  // NEURON reads no line of more than 512 characters

struct Mark {
    char const* text;
    int level;
};

Mark mark_of(Op op) {
    switch (op) {
        case Op::logical_or:
            return {"||", 0};
        case Op::logical_and:
            return {"&&", 1};
        case Op::less:
            return {"<", 2};
        case Op::greater:
            return {">", 2};
        case Op::less_equal:
            return {"<=", 2};
        case Op::greater_equal:
            return {">=", 2};
        case Op::equal:
            return {"==", 2};
        case Op::not_equal:
            return {"!=", 2};
        case Op::add:
            return {"+", 3};
        case Op::subtract:
            return {"-", 3};
        case Op::multiply:
            return {"*", 4};
        case Op::divide:
            return {"/", 4};
        case Op::negate:
            return {"-", 5};
        case Op::logical_not:
            return {"!", 5};
        case Op::power:
            return {"^", 6};
        default:
            return {"", 7};
    }
}

std::string units_text(std::string const& units) { return units.empty() ? "" : " (" + units + ")"; }

std::string operand(Expr const& e, int level) {
    int const own = is_number(e) && e->value < 0 ? 5 : mark_of(e->op).level;
    return own < level ? "(" + to_nmodl(e) + ")" : to_nmodl(e);
}

template <class Items>
std::string join(Items const& items, char const* between = ", ") {
    std::string text;
    for (auto const& item : items) {
        if (!text.empty()) text += between;
        if constexpr (requires { item.name; }) text += item.name;
        else text += item;
    }
    return text;
}

std::string reactants_text(std::vector<Reactant> const& all) {
    std::string text;
    for (auto const& r : all) {
        if (!text.empty()) text += " + ";
        if (r.count != 1) text += std::to_string(r.count) + " ";
        text += to_nmodl(r.name);
    }
    return text;
}

std::string index_text(Expr const& e) { return e->args.empty() ? "" : "[" + to_nmodl(e->args[0]) + "]"; }
std::string prime_text(Expr const& e) { return e->name + "'" + index_text(e); }

class StatementPrinter {
public:
    explicit StatementPrinter(int indent) : indent_(indent) {}

    std::string print(Statement const& statement) {
        text_.clear();
        std::visit(*this, statement.what);
        return text_;
    }

    void operator()(Assign const& s) {
        if (s.once) return line("state_discontinuity(" + to_nmodl(s.target) + ", " + to_nmodl(s.value) + ")");
        line((s.prime ? prime_text(s.target) : to_nmodl(s.target)) + " = " + to_nmodl(s.value));
    }
    void operator()(Call const& s) { line(to_nmodl(s.call)); }
    void operator()(If const& s) {
        if (is_number(s.condition, 1) && s.otherwise.empty()) return block("{", s.then);
        chain("if (" + to_nmodl(s.condition) + ") {", s);
    }
    void operator()(While const& s) { block("while (" + to_nmodl(s.condition) + ") {", s.body); }
    void operator()(From const& s) {
        block("FROM " + s.index + " = " + to_nmodl(s.from) + " TO " + to_nmodl(s.to) +
                  (s.by ? " BY " + to_nmodl(s.by) : "") + " {",
              s.body);
    }
    void operator()(Local const& s) {
        std::string names;
        for (auto const& local : s.names)
            names += (names.empty() ? "" : ", ") + local.name + (local.size ? "[" + to_nmodl(local.size) + "]" : "");
        line("LOCAL " + names);
    }
    void operator()(Solve const& s) {
        std::string text = "SOLVE " + s.block;
        if (!s.method.empty()) text += (s.steady_state ? " STEADYSTATE " : " METHOD ") + s.method;
        if (s.if_error.empty()) return line(text);
        block(text + " IFERROR {", s.if_error);
    }
    void operator()(Conductance const& s) { line("CONDUCTANCE " + s.name + (s.ion.empty() ? "" : " USEION " + s.ion)); }
    void operator()(Table const& s) {
        line("TABLE " + join(s.names) + (s.depend.empty() ? "" : " DEPEND " + join(s.depend)) + " FROM " +
             to_nmodl(s.from) + " TO " + to_nmodl(s.to) + " WITH " + to_nmodl(s.with));
    }
    void operator()(Verbatim const& s) { text_ += margin() + "VERBATIM" + s.text + "ENDVERBATIM\n"; }
    void operator()(Watch const& s) {
        std::string text;
        for (auto const& [condition, flag] : s.items)
            text += (text.empty() ? "WATCH (" : ", (") + to_nmodl(condition) + ") " + to_nmodl(flag);
        line(text);
    }
    void operator()(Reaction const& s) {
        std::string text = "~ " + reactants_text(s.left);
        if (s.arrow == Arrow::flux) text += " << (" + to_nmodl(s.forward) + ")";
        else if (s.arrow == Arrow::one_way)
            text += " -> " + reactants_text(s.right) + (s.right.empty() ? "(" : " (") + to_nmodl(s.forward) + ")";
        else text += " <-> " + reactants_text(s.right) + " (" + to_nmodl(s.forward) + ", " + to_nmodl(s.backward) + ")";
        line(text);
    }
    void operator()(Conserve const& s) { line("CONSERVE " + conserved(s.left) + " = " + to_nmodl(s.right)); }
    void operator()(Compartment const& s) {
        line((s.diffusion ? "LONGITUDINAL_DIFFUSION " : "COMPARTMENT ") + (s.index.empty() ? "" : s.index + ", ") +
             to_nmodl(s.size) + " {" + join(s.names, " ") + "}");
    }
    void operator()(Diffusion const& s) {
        auto const state = "{" + to_nmodl(s.state) + "}";
        line("COMPARTMENT " + to_nmodl(s.volume) + " " + state);
        line("LONGITUDINAL_DIFFUSION " + to_nmodl(s.constant) + " " + state);
    }
    void operator()(Equation const& s) { line("~ " + to_nmodl(s.left) + " = " + to_nmodl(s.right)); }
    void operator()(Elimination const& s) {
        struct Operations {
            StatementPrinter& to;
            std::string const& array;
            std::string at(int place) const { return array + "[" + std::to_string(place) + "]"; }
            void add_product(int target, int a, int b) const {
                to.line(at(target) + " = " + at(target) + " + " + at(a) + "*" + at(b));
            }
            void clear(int place) const { to.line(at(place) + " = 0"); }
            void divide(int first, int length, bool negative, int const* summed, int n) const {
                auto pivot = at(summed[0]);
                for (int k = 1; k < n; ++k) pivot += " + " + at(summed[k]);
                if (negative) pivot = "-" + pivot;
                for (int k = first; k < first + length; ++k) to.line(at(k) + " = " + at(k) + "/(" + pivot + ")");
            }
            void add(int factor, int first, int length, int const* targets) const {
                for (int k = 0; k < length; ++k) add_product(targets[k], factor, first + k);
            }
            void gather(int first, int length, int const* places) const {
                for (int k = 0; k + 1 < length; ++k) add_product(first + length - 1, first + k, places[k]);
            }
        };
        Operations const operations{*this, s.values->name};
        if (s.back) elimination::substitute(s.program->data(), operations);
        else elimination::eliminate(s.program->data(), operations);
    }
    void operator()(NestedInitial const& s) { block("INITIAL {", s.body); }
    void operator()(ForNetcons const& s) { block("FOR_NETCONS(" + join(s.args) + ") {", s.body); }
    void operator()(Lag const& s) { line("LAG " + to_nmodl(s.variable) + " BY " + to_nmodl(s.delay)); }
    void operator()(Plain const& s) {
        if (s.keyword == "FORALL") return block("FORALL " + s.text + " {", s.body);
        std::string text = s.keyword + (s.text.empty() ? "" : " " + s.text);
        for (auto const& inner : s.body) {
            auto const printed = StatementPrinter(0).print(inner);
            text += " " + printed.substr(0, printed.size() - 1);
        }
        line(text);
    }

private:
    /// The language writes 2 A where an expression would say 2*A.
    static std::string conserved(Expr const& e) {
        if (e->op == Op::add) return conserved(e->args[0]) + " + " + conserved(e->args[1]);
        bool const molecules = e->op == Op::multiply && is_number(e->args[0]) && e->args[1]->op == Op::name;
        return molecules ? to_nmodl(e->args[0]) + " " + to_nmodl(e->args[1]) : to_nmodl(e);
    }

    std::string margin() const { return std::string(static_cast<std::size_t>(indent_) * 4, ' '); }

    /// Breaks long lines where a blank stands; no string of printf is that long.
    void line(std::string text) {
        for (; text.size() > longest_line; text_ += "    ") {
            auto const end = text.rfind(' ', longest_line);
            if (end == text.npos) break;
            text_ += margin() + text.substr(0, end) + "\n";
            text.erase(0, end + 1);
        }
        text_ += margin() + text + "\n";
    }
    void block(std::string const& head, Body const& body) {
        line(head);
        text_ += to_nmodl(body, indent_ + 1);
        line("}");
    }
    void chain(std::string const& head, If const& s) {
        line(head);
        text_ += to_nmodl(s.then, indent_ + 1);
        if (s.otherwise.empty()) return line("}");
        auto const* next = s.otherwise.size() == 1 ? std::get_if<If>(&s.otherwise[0].what) : nullptr;
        if (next && !(is_number(next->condition, 1) && next->otherwise.empty()))
            return chain("} else if (" + to_nmodl(next->condition) + ") {", *next);
        block("} else {", s.otherwise);
    }

    int indent_;
    std::string text_;
};

std::string declarations_text(char const* block, std::vector<Declaration> const& all, bool start_word) {
    if (all.empty()) return {};
    std::string text = std::string(block) + " {\n";
    for (auto const& d : all) {
        text += "    " + d.name + (d.size ? "[" + to_nmodl(d.size) + "]" : "");
        if (start_word) {
            if (d.low) text += " FROM " + to_nmodl(d.low) + " TO " + to_nmodl(d.high);
            if (d.value) text += " START " + to_nmodl(d.value);
        } else if (d.value) {
            text += " = " + to_nmodl(d.value);
        }
        text += units_text(d.units);
        if (!start_word && d.low) text += " <" + to_nmodl(d.low) + ", " + to_nmodl(d.high) + ">";
        if (!d.tolerance.empty()) text += " <" + d.tolerance + ">";
        text += "\n";
    }
    return text + "}\n\n";
}

std::string neuron_text(NeuronBlock const& n) {
    std::string text = "NEURON {\n";
    auto clause = [&](char const* word, std::vector<Name> const& names) {
        if (!names.empty()) text += std::string("    ") + word + " " + join(names) + "\n";
    };
    if (!n.kind.empty()) text += "    " + n.kind + " " + n.name.name + "\n";
    for (auto const& ion : n.ions) {
        text += "    USEION " + ion.ion.name;
        if (!ion.read.empty()) text += " READ " + join(ion.read);
        if (!ion.write.empty()) text += " WRITE " + join(ion.write);
        if (ion.valence) text += " VALENCE " + to_nmodl(ion.valence);
        text += "\n";
    }
    clause("NONSPECIFIC_CURRENT", n.nonspecific);
    clause("ELECTRODE_CURRENT", n.electrode);
    clause("RANGE", n.range);
    clause("GLOBAL", n.global);
    clause("POINTER", n.pointer);
    clause("BBCOREPOINTER", n.bbcore_pointer);
    clause("RANDOM", n.random);
    clause("VECTOR", n.vector);
    clause("EXTERNAL", n.external);
    if (n.thread_safe) text += "    THREADSAFE\n";
    return text + "}\n\n";
}

}  // namespace

std::string heading(Block const& block) {
    std::string args;
    for (auto const& arg : block.args) args += (args.empty() ? "" : ", ") + arg.name + units_text(arg.units);
    switch (block.kind) {
        case BlockKind::initial:
            return "INITIAL";
        case BlockKind::breakpoint:
            return "BREAKPOINT";
        case BlockKind::derivative:
            return "DERIVATIVE " + block.name;
        case BlockKind::function:
            return "FUNCTION " + block.name + "(" + args + ")" + units_text(block.units);
        case BlockKind::procedure:
            return "PROCEDURE " + block.name + "(" + args + ")" + units_text(block.units);
        case BlockKind::net_receive:
            return "NET_RECEIVE (" + args + ")";
        case BlockKind::kinetic:
            return "KINETIC " + block.name;
        case BlockKind::linear:
            return "LINEAR " + block.name;
        case BlockKind::nonlinear:
            return "NONLINEAR " + block.name;
        case BlockKind::discrete:
            return "DISCRETE " + block.name;
        case BlockKind::function_table:
            return "FUNCTION_TABLE " + block.name + "(" + args + ")" + units_text(block.units);
        case BlockKind::constructor:
            return "CONSTRUCTOR";
        case BlockKind::destructor:
            return "DESTRUCTOR";
        case BlockKind::before:
            return "BEFORE " + block.name;
        case BlockKind::after:
            return "AFTER " + block.name;
        case BlockKind::terminal:
            return "TERMINAL";
        case BlockKind::diffusion:
            return "KINETIC " + block.name;
        case BlockKind::watch:
        case BlockKind::verbatim:
            break;
    }
    return {};
}

std::string number_text(double value) {
    char buffer[64];
    auto const end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    return std::string(buffer, end);
}

std::string to_nmodl(Expr const& e) {
    switch (e->op) {
        case Op::number:
            return e->converts ? "(" + number_text(e->value) + ")" : number_text(e->value) + units_text(e->units);
        case Op::string:
            return e->name;
        case Op::name:
            return e->name + index_text(e);
        case Op::prime:
            return prime_text(e);
        case Op::call: {
            std::string args;
            for (auto const& arg : e->args) args += (args.empty() ? "" : ", ") + to_nmodl(arg);
            return e->name + "(" + args + ")";
        }
        default:
            break;
    }
    auto const mark = mark_of(e->op);
    if (e->args.size() == 1) return mark.text + operand(e->args[0], mark.level);
    // Operators bind from the left, only ^ from the right.
    bool const right = e->op == Op::power;
    return operand(e->args[0], mark.level + (right ? 1 : 0)) + (right ? "" : " ") + mark.text + (right ? "" : " ") +
           operand(e->args[1], right ? 5 : mark.level + 1);
}

std::string to_nmodl(Body const& body, int indent) {
    std::string text;
    for (auto const& statement : body) text += StatementPrinter(indent).print(statement);
    return text;
}

std::string to_nmodl(Program const& program) {
    std::string text;
    if (!program.title.empty()) text += "TITLE " + program.title + "\n\n";
    for (auto const& neuron : program.neuron) text += neuron_text(neuron);
    for (auto const& define : program.defines)
        text += "DEFINE " + define.name + " " + std::to_string(define.value) + "\n";
    if (!program.units.empty()) {
        text += "UNITS {\n";
        for (auto const& unit : program.units) {
            text += "    " + (unit.constant ? unit.name : "(" + unit.name + ")") + " = ";
            text += unit.value ? to_nmodl(unit.value) : "(" + unit.from + ")";
            text += units_text(unit.to) + "\n";
        }
        text += "}\n\n";
    }
    text += declarations_text("CONSTANT", program.constants, false) +
            declarations_text("PARAMETER", program.parameters, false) +
            declarations_text("STATE", program.states, true) + declarations_text("ASSIGNED", program.assigned, true);
    for (auto const& local : program.locals)
        text += "LOCAL " + local.name + (local.size ? "[" + to_nmodl(local.size) + "]" : "") + "\n";
    for (auto const& block : program.blocks) {
        if (block.kind == BlockKind::verbatim) {
            text += to_nmodl(block.body, 0) + "\n";
            continue;
        }
        text += heading(block);
        if (!block.solve_for.empty()) text += " SOLVEFOR " + join(block.solve_for);
        text += block.kind == BlockKind::function_table ? "\n\n" : " {\n" + to_nmodl(block.body, 1) + "}\n\n";
    }
    return text;
}

}  // namespace rall::nmodl
