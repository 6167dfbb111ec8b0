#include "nmodl_lite/codegen/function.hpp"

#include <algorithm>
#include <set>

#include "nmodl_lite/analysis/dataflow.hpp"
#include "nmodl_lite/passes/events.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

class FunctionWriter {
public:
    FunctionWriter(Mechanism const& mechanism, KernelFunction function, CppNames& elements)
        : m_(mechanism),
          function_(function),
          access_(access_of(mechanism, function)),
          flow_(access_.flow),
          elements_(elements),
          vector_(function == KernelFunction::current || function == KernelFunction::state ||
                  function == KernelFunction::watch || function >= KernelFunction::derivative) {}

    std::string write() {
        collect();
        std::string body = function_ == KernelFunction::current ? current_body() : plain_body();
        if (function_ == KernelFunction::next_discontinuity) body += line(1, "return " + names_.of(m_.next) + ";");
        if (function_ == KernelFunction::diffusion)
            for (std::size_t k = 0; k < m_.diffusions.size(); ++k)
                body += line(1, "out[" + std::to_string(k) + "] = {" + names_.of(m_.diffusions[k].constant->name) +
                                    ", " + names_.of(m_.diffusions[k].volume->name) + "};");
        if (function_ == KernelFunction::transitions) {
            int k = 0;
            for (auto const& output : m_.transition_outputs())
                body += line(1, "out[" + std::to_string(k++) + " * stride] = " + to_cpp(output, names_, {}) + ";");
        }
        auto const before = prologue();  // after the body: by now it is known what was used
        return signature() + before + body + "    }\n\n";
    }

private:
    Body const& body() const { return body_of(m_, function_); }

    void collect() {
        for (auto const& v : m_.variables)
            if (v.is_array) arrays_[v.name] = v.size;
        each_statement(body(), [&](Statement const& s) {
            if (auto const* local = std::get_if<Local>(&s.what))
                for (auto const& item : local->names)
                    if (item.size) arrays_[item.name] = static_cast<int>(item.size->value);
            if (auto const* loop = std::get_if<ForNetcons>(&s.what))
                declared_in_loops_.insert(loop->args.begin(), loop->args.end());
            if (std::holds_alternative<Watch>(s.what) && function_ == KernelFunction::receive && watching_.empty())
                watching_ = names_.fresh("watching");
        });
    }

    bool uses(std::string const& variable) const { return flow_.read.contains(variable); }

    bool loaded(Variable const* v) const { return std::ranges::find(access_.read, v) != access_.read.end(); }

    std::string get(int element) { return "instance.get(" + element_text(element) + ")"; }

    std::string get(Variable const& v) {
        return v.role == Role::pointer ? "instance.target(" + element_text(v.element) + ")" : get(v.element);
    }

    std::string element_text(int element) {
        for (auto const& v : m_.variables)
            if (element >= v.element && element < v.element + v.size) {
                auto const offset = element - v.element;
                return "element::" + elements_.of(element_key(v)) + (offset ? " + " + std::to_string(offset) : "");
            }
        return std::to_string(element);
    }

    std::string signature() {
        bool const events = function_ == KernelFunction::initial || is_network();
        bool const network = is_network();
        bool const finds = function_ == KernelFunction::next_discontinuity;
        std::string text = events                                     ? "    template <class Events>\n"
                           : function_ == KernelFunction::transitions ? "    template <int stride>\n"
                                                                      : "";
        text += std::string("    RALL_FUNCTION static ") +
                (function_ == KernelFunction::current ? "kernel::Current "
                 : finds                              ? "double "
                                                      : "void ") +
                to_string(function_) + "(";
        if (function_ == KernelFunction::relax)
            return text + "kernel::Instance const& instance, double " + names_.of(m_.gamma) + ") {\n";
        text +=
            "[[maybe_unused]] kernel::Context const& context, [[maybe_unused]] Common const& common,\n"
            "        [[maybe_unused]] kernel::Instance const& instance";
        if (!finds) text += ", [[maybe_unused]] double v";
        if (network) text += ", [[maybe_unused]] double* args";
        if (function_ == KernelFunction::receive) text += ", [[maybe_unused]] double flag";
        if (function_ == KernelFunction::diffusion) text += ", kernel::Diffusion* out";
        if (function_ == KernelFunction::transitions) text += ", double* out";
        if (events) text += ", [[maybe_unused]] Events& events";
        return text + ") {\n";
    }

    /// Everything that is read: time, elements, arguments, streams; and the locals that have no declaration of their own.
    std::string prologue() {
        std::string text;
        for (char const* given : {"t", "dt", "celsius"})
            if (uses(given)) text += line(1, "double const " + names_.of(given) + " = context." + given + ";");
        for (auto const& shared : m_.common)
            if (uses(shared.name))
                text += line(1, "double const " + names_.of(shared.name) + " = common." + shared.name + ";");
        for (auto const* v : access_.read) text += v->role == Role::random ? stream(*v) : load(*v);
        for (std::size_t i = 0; i < m_.net_args.size(); ++i)
            if (is_network() && (uses(m_.net_args[i]) || flow_.written.contains(m_.net_args[i])))
                text += line(1, std::string(by_reference() ? "double& " : "double ") + names_.of(m_.net_args[i]) +
                                    " = args[" + std::to_string(i) + "];");
        if (!watching_.empty()) text += line(1, "bool " + watching_ + " = false;");
        for (auto const& variable : locals()) {
            auto const array = arrays_.find(variable);
            if (array != arrays_.end())
                text += line(1, "double " + names_.of(variable) + "[" + std::to_string(array->second) + "] = {};");
            else if (!declared_.contains(variable)) text += line(1, "double " + names_.of(variable) + " = 0.0;");
        }
        return text;
    }

    bool is_network() const { return function_ == KernelFunction::receive || function_ == KernelFunction::connect; }

    /// FOR_NETCONS comes to the arguments of this connection too, under another name.
    bool by_reference() const { return function_ == KernelFunction::receive && m_.visits_connections; }

    std::string load(Variable const& v) {
        auto const& local = names_.of(v.name);
        if (v.role == Role::table)
            return line(
                1, "double const* const " + local + " = instance.variables[" + element_text(v.element) + "].data;");
        if (v.role == Role::vector)
            return line(1, "kernel::Vector const " + local + " = instance.vector(" + element_text(v.element) + ");");
        bool const constant = !flow_.written.contains(v.name);
        if (!v.is_array)
            return line(1, std::string("double ") + (constant ? "const " : "") + local + " = " + get(v) + ";");
        std::string list;
        for (int i = 0; i < v.size; ++i) list += (i ? ", " : "") + get(v.element + i);
        return line(1, std::string("double ") + (constant ? "const " : "") + local + "[" + std::to_string(v.size) +
                           "] = {" + list + "};");
    }

    std::string stream(Variable const& v) {
        return line(1, "rall::random::Stream " + names_.of(v.name) + "{context.seed, rall::random::purpose(\"" +
                           m_.name + "." + v.name + "\"), static_cast<std::uint64_t>(" + get(v.element) + "),") +
               line(3, "static_cast<std::uint32_t>(" + get(v.element + 1) + "), static_cast<std::uint64_t>(" +
                           get(v.element + 2) + ")};");
    }

    /// Written or read, and neither loaded nor given.
    std::vector<std::string> locals() const {
        std::vector<std::string> names;
        std::set<std::string> given(m_.net_args.begin(), m_.net_args.end());
        given.insert({"v", "t", "dt", "celsius", "flag", m_.gamma});
        for (auto const& shared : m_.common) given.insert(shared.name);
        auto all = flow_.written;
        all.insert(flow_.read.begin(), flow_.read.end());
        for (auto const& name : all) {
            auto const* source = m_.source(name);
            if (!loaded(source) && !given.contains(name) && !declared_in_loops_.contains(name)) names.push_back(name);
        }
        return names;
    }

    std::string epilogue() {
        std::string text;
        for (auto const* v : access_.written) {
            if (v->role == Role::random) {
                text += line(1, "instance.set(" + element_text(v->element + 2) + ", static_cast<double>(" +
                                    names_.of(v->name) + ".draws));");
                continue;
            }
            if (v->role == Role::pointer) {
                text += line(1, get(*v) + " = " + names_.of(v->name) + ";");
                continue;
            }
            for (int i = 0; i < v->size; ++i)
                text += line(1, "instance.set(" + element_text(v->element + i) + ", " + names_.of(v->name) +
                                    (v->is_array ? "[" + std::to_string(i) + "]" : "") + ");");
        }
        for (std::size_t i = 0; i < m_.net_args.size(); ++i)
            if (is_network() && !by_reference() && flow_.written.contains(m_.net_args[i]))
                text += line(1, "args[" + std::to_string(i) + "] = " + names_.of(m_.net_args[i]) + ";");
        return text;
    }

    std::string plain_body() {
        declare_ = true;
        auto const text = statements(body(), 1, {});
        return text + epilogue();
    }

    std::string current_body() {
        auto const i = names_.fresh("i_total"), g = names_.fresh("g_total");
        declare_ = true;
        auto text = statements(body(), 1, {});
        text += line(1, "double const " + i + " = " + to_cpp(m_.total_current, names_, {}) + ";");
        text += line(1, "double const " + g + " = " + to_cpp(m_.total_conductance, names_, {}) + ";");
        return text + epilogue() + line(1, "return {" + i + ", " + g + "};");
    }

    static std::string line(int indent, std::string const& text) {
        return std::string(static_cast<std::size_t>(indent + 1) * 4, ' ') + text + "\n";
    }

    std::string statements(Body const& body, int indent, Renaming const& renaming) {
        std::string text;
        for (auto const& s : body) text += statement(s, indent, renaming);
        return text;
    }

    std::string statement(Statement const& s, int indent, Renaming const& renaming) {
        return std::visit(
            overloaded{
                [&](Assign const& a) { return assignment(a, indent, renaming); },
                [&](Call const& c) { return line(indent, to_cpp(c.call, names_, renaming) + ";"); },
                [&](If const& i) {
                    if (vector_ && selectable(s)) return selection(i, indent, renaming);
                    auto text = line(indent, "if (" + to_cpp_condition(i.condition, names_, renaming) + ") {") +
                                statements(i.then, indent + 1, renaming);
                    if (!i.otherwise.empty())
                        text += line(indent, "} else {") + statements(i.otherwise, indent + 1, renaming);
                    return text + line(indent, "}");
                },
                [&](While const& w) {
                    return line(indent, "while (" + to_cpp_condition(w.condition, names_, renaming) + ") {") +
                           statements(w.body, indent + 1, renaming) + line(indent, "}");
                },
                [&](From const& f) {
                    declared_in_loops_.insert(f.index);
                    auto const index = names_.of(f.index);
                    auto integer = [&](Expr const& e) {
                        return "static_cast<int>(" + to_cpp(e, names_, renaming) + ")";
                    };
                    return line(indent, "for (int " + index + " = " + integer(f.from) + "; " + index +
                                            " <= " + integer(f.to) + "; " + index +
                                            " += " + (f.by ? integer(f.by) : "1") + ") {") +
                           statements(f.body, indent + 1, renaming) + line(indent, "}");
                },
                [&](ForNetcons const& f) {
                    auto const k = names_.fresh("k"), args = names_.fresh("connection");
                    auto text =
                        line(indent, "for (int " + k + " = 0; " + k + " < events.n_connections(); ++" + k + ") {") +
                        line(indent + 1, "double* const " + args + " = events.connection(" + k + ");");
                    for (std::size_t i = 0; i < f.args.size(); ++i)
                        text += line(indent + 1, "[[maybe_unused]] double& " + names_.of(f.args[i]) + " = " + args +
                                                     "[" + std::to_string(i) + "];");
                    return text + statements(f.body, indent + 1, renaming) + line(indent, "}");
                },
                [&](Watch const& w) { return watch(w, indent, renaming); }, [&](auto const&) { return std::string(); }},
            s.what);
    }

    /// In NET_RECEIVE conditions begin to be watched; in watch() they are looked at.
    std::string watch(Watch const& w, int indent, Renaming const& renaming) {
        int const first = m_.find("WATCH")->element;
        std::string text;
        if (!watching_.empty())
            text += line(indent, "kernel::Watched::afresh(instance, " + element_text(first) + ", " +
                                     std::to_string(m_.watch_flags.size()) + ", " + watching_ + ");");
        for (int i = 0; i < static_cast<int>(w.items.size()); ++i) {
            auto const element = first + w.first + i;
            auto const value = to_cpp(watched_value(w.items[i].first), names_, renaming);
            text += line(indent, "instance.set(" + element_text(element) + ", kernel::Watched::" +
                                     (watching_.empty() ? "again(" + get(element) + ", " : "from(") + value + "));");
        }
        return text;
    }

    std::string assignment(Assign const& a, int indent, Renaming const& renaming) {
        auto const& variable = a.target->name;
        auto const value = to_cpp(a.value, names_, renaming);
        bool const first = declare_ && indent == 1 && renaming.empty() && a.target->args.empty() &&
                           !mentioned_.contains(variable) && !mentions(a.value, variable) && is_local(variable);
        note(a.value);
        mentioned_.insert(variable);
        if (first) declared_.insert(variable);
        auto const target = to_cpp(a.target, names_, renaming);
        bool const declares = first || undeclared_.erase(target) > 0;
        return line(indent, (declares ? "double " : "") + target + " = " + value + ";");
    }

    void note(Expr const& e) {
        for (auto const& variable : variables_of(e)) mentioned_.insert(variable);
    }

    bool is_local(std::string const& variable) const { return std::ranges::binary_search(locals_sorted(), variable); }

    std::vector<std::string> const& locals_sorted() const {
        if (locals_.empty()) locals_ = locals();  // from sets: sorted
        return locals_;
    }

    /// True if both branches are plain assignments to scalars, so that computing both and selecting means the same.
    static bool selectable(Statement const& s) {
        bool plain = true;
        each_statement(Body{s}, [&](Statement const& inner) {
            auto const* a = std::get_if<Assign>(&inner.what);
            if (!(a ? a->target->args.empty() : std::holds_alternative<If>(inner.what))) plain = false;
            each_expression(inner, [&](Expr const& e) {
                visit(e, [&](Expr const& node) {
                    if (names_storage(node)) plain = false;
                });
            });
        });
        return plain;
    }

    std::string selection(If const& s, int indent, Renaming const& renaming) {
        note(s.condition);
        auto const condition = names_.fresh("is");
        auto text =
            line(indent, "bool const " + condition + " = " + to_cpp_condition(s.condition, names_, renaming) + ";");
        auto changed = assigned_in(s.then);
        auto const in_then = changed, in_else = assigned_in(s.otherwise);
        changed.insert(in_else.begin(), in_else.end());
        auto branch = [&](Body const& body, std::set<std::string> const& assigned) {
            Renaming inner = renaming;
            for (auto const& variable : assigned) {
                auto const copy = names_.fresh(variable);
                inner[variable] = copy;
                if (written_first(body, variable)) undeclared_.insert(copy);
                else text += line(indent, "double " + copy + " = " + here(variable, renaming) + ";");
            }
            text += statements(body, indent, inner);
            return inner;
        };
        auto const then = branch(s.then, in_then), otherwise = branch(s.otherwise, in_else);
        for (auto const& variable : changed)
            text += line(indent, here(variable, renaming) + " = " + condition + " ? " + here(variable, then) + " : " +
                                     here(variable, otherwise) + ";");
        mentioned_.insert(changed.begin(), changed.end());
        return text;
    }

    /// True if a branch begins its use of a variable by assigning to it.
    static bool written_first(Body const& branch, std::string const& variable) {
        for (auto const& s : branch) {
            auto const* a = std::get_if<Assign>(&s.what);
            if (a && a->target->name == variable) return !mentions(a->value, variable);
            bool found = false;
            each_expression(Body{s}, [&](Expr const& e) { found = found || mentions(e, variable); });
            if (found) return false;
        }
        return false;
    }

    std::string here(std::string const& variable, Renaming const& renaming) {
        auto const found = renaming.find(variable);
        return found != renaming.end() ? found->second : names_.of(variable);
    }

    Mechanism const& m_;
    KernelFunction function_;
    Access const access_;
    Dataflow const& flow_;
    CppNames& elements_;
    CppNames names_;
    bool vector_;
    bool declare_ = false;  // declare a local where it is first assigned
    std::map<std::string, int> arrays_;
    std::set<std::string> declared_, mentioned_, declared_in_loops_;
    std::string watching_;              // NET_RECEIVE: the local that tells whether this call has executed a WATCH
    std::set<std::string> undeclared_;  // a branch's own copies, declared where it first assigns to them
    mutable std::vector<std::string> locals_;
};

}  // namespace

std::string element_key(Variable const& variable) {
    return variable.role == Role::ion_read && variable.field == IonField::current ? variable.name + "_sum"
                                                                                  : variable.name;
}

std::string cpp_function(Mechanism const& mechanism, KernelFunction function, CppNames& elements) {
    return FunctionWriter(mechanism, function, elements).write();
}

std::string cpp_common(Mechanism const& mechanism, CppNames& elements) {
    CppNames names;
    std::set<std::string> used;
    std::string fields, values;
    for (auto const& shared : mechanism.common) {
        used.merge(variables_of(shared.value));
        fields += "        double " + shared.name + ";\n";
        values += (values.empty() ? "" : ",\n                ") + to_cpp(shared.value, names, {});
    }
    std::string text = "    struct Common {" + (fields.empty() ? "" : "\n" + fields + "    ") + "};\n\n";
    text +=
        "    RALL_FUNCTION static Common common([[maybe_unused]] kernel::Context const& context,\n"
        "        [[maybe_unused]] kernel::Variable const* variables) {\n";
    for (auto const& variable : used) {
        auto const* global = mechanism.find(variable);
        text +=
            "        double const " + names.of(variable) + " = " +
            (global ? "variables[element::" + elements.of(element_key(*global)) + "].data[0]" : "context." + variable) +
            ";\n";
    }
    return text + "        return {" + values + "};\n    }\n\n";
}

}  // namespace rall::nmodl
