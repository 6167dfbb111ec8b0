// FUNCTIONs that call themselves, as C++ functions beside the kernels.
#include "nmodl_lite/codegen/expression.hpp"
#include "nmodl_lite/codegen/function.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

/// A deeper recursion gives NaN, which ends the run with a message, before the stack overflows (64 KiB on a GPU).
constexpr char const* deepest = "500";

class RecursiveWriter {
public:
    RecursiveWriter(Mechanism const& mechanism, Block const& block) : block_(block), names_(mechanism, "depth + 1") {}

    std::string write() {
        std::string args, locals;
        for (auto const& arg : block_.args) args += "[[maybe_unused]] double " + names_.of(arg.name) + ", ";
        each_statement(block_.body, [&](Statement const& s) {
            if (auto const* local = std::get_if<Local>(&s.what))
                for (auto const& item : local->names)
                    locals += line(1, "[[maybe_unused]] double " + names_.of(item.name) +
                                          (item.size ? "[" + std::to_string(static_cast<int>(item.size->value)) + "] = {};"
                                                     : " = 0.0;"));
        });
        return "    RALL_RECURSIVE_FUNCTION static double " + names_.of(block_.name) + "(" + args + "int depth) {\n" +
               line(1, std::string("if (depth > ") + deepest + ") return math::nan;") +
               line(1, "double " + result_ + " = 0.0;") + locals + statements(block_.body, 1) +
               line(1, "return " + result_ + ";") + "    }\n\n";
    }

private:
    static std::string line(int indent, std::string const& text) {
        return std::string(static_cast<std::size_t>(indent + 1) * 4, ' ') + text + "\n";
    }

    std::string statements(Body const& body, int indent) {
        std::string text;
        for (auto const& s : body) text += statement(s, indent);
        return text;
    }

    std::string statement(Statement const& s, int indent) {
        if (auto const* a = std::get_if<Assign>(&s.what)) {
            bool const is_result = a->target->name == block_.name;
            return line(indent, (is_result ? result_ : to_cpp(a->target, names_, {})) + " = " +
                                    to_cpp(a->value, names_, {}) + ";");
        }
        if (auto const* i = std::get_if<If>(&s.what))
            return line(indent, "if (" + to_cpp_condition(i->condition, names_, {}) + ") {") +
                   statements(i->then, indent + 1) +
                   (i->otherwise.empty() ? "" : line(indent, "} else {") + statements(i->otherwise, indent + 1)) +
                   line(indent, "}");
        if (auto const* w = std::get_if<While>(&s.what))
            return line(indent, "while (" + to_cpp_condition(w->condition, names_, {}) + ") {") +
                   statements(w->body, indent + 1) + line(indent, "}");
        if (auto const* f = std::get_if<From>(&s.what)) {
            auto const index = names_.of(f->index);
            auto integer = [&](Expr const& e) { return "static_cast<int>(" + to_cpp(e, names_, {}) + ")"; };
            return line(indent, "for (int " + index + " = " + integer(f->from) + "; " + index + " <= " +
                                    integer(f->to) + "; " + index + " += " + (f->by ? integer(f->by) : "1") + ") {") +
                   statements(f->body, indent + 1) + line(indent, "}");
        }
        return {};
    }

    Block const& block_;
    CppNames names_;
    std::string const result_ = "result";
};

}  // namespace

std::string cpp_recursion(Mechanism const& mechanism, Block const& block) {
    return RecursiveWriter(mechanism, block).write();
}

}  // namespace rall::nmodl
