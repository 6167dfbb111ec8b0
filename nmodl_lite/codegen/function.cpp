#include "nmodl_lite/codegen/function.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "nmodl_lite/analysis/dataflow.hpp"
#include "nmodl_lite/codegen/elimination.hpp"
#include "nmodl_lite/codegen/pieces.hpp"
#include "nmodl_lite/codegen/row.hpp"
#include "nmodl_lite/codegen/signature.hpp"
#include "nmodl_lite/passes/events.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

constexpr int largest_copied = 16;  // elements of an array that a function takes into locals

class FunctionWriter {
public:
    /// The whole function, or what calls its pieces.
    FunctionWriter(Mechanism const& mechanism, KernelFunction function, Precision const& precision, Pieces const& pieces)
        : m_(mechanism),
          function_(function),
          pieces_(pieces),
          body_(is_cut() ? pieces.driver : body_of(mechanism, function)),
          access_(is_cut() ? access_of_part() : access_of(mechanism, function)),
          flow_(access_.flow),
          names_(mechanism),
          precision_(precision),
          vector_(!is_cut() && (function == KernelFunction::current || function == KernelFunction::state ||
                                function == KernelFunction::watch || function >= KernelFunction::derivative)) {}

    /// One piece of it.
    FunctionWriter(Mechanism const& mechanism, KernelFunction function, Precision const& precision, Pieces const& pieces,
                   std::size_t number)
        : m_(mechanism),
          function_(function),
          pieces_(pieces),
          piece_(static_cast<int>(number)),
          body_(pieces.pieces[number]),
          access_(access_of_part()),
          flow_(access_.flow),
          names_(mechanism),
          precision_(precision),
          vector_(pieces.in_a_row) {}

    std::string write() {
        collect();
        if (precision_.in_reals()) names_.use_reals();
        std::string body = function_ == KernelFunction::current && ends() ? current_body() : plain_body();
        if (!ends()) return signature() + prologue() + body + "    }\n\n";
        if (function_ == KernelFunction::next_discontinuity) body += line(1, "return " + names_.of(m_.next) + ";");
        if (function_ == KernelFunction::diffusion)
            for (std::size_t k = 0; k < m_.diffusions.size(); ++k)
                body += line(1, "out[" + std::to_string(k) + "] = {" + names_.of(m_.diffusions[k].constant->name) +
                                    ", " + names_.of(m_.diffusions[k].volume->name) + "};");
        for (std::size_t k = 0; function_ == KernelFunction::curves && k < m_.curve_names.size(); ++k)
            body += line(1, "out[" + std::to_string(k) + " * stride] = " + names_.of(m_.curve_names[k]) + ";");
        if (function_ == KernelFunction::transitions) {
            int k = 0;
            for (auto const& output : m_.transition_outputs())
                body += line(1, "out[" + std::to_string(k++) + " * stride] = " + to_cpp(output, names_, {}) + ";");
        }
        auto const before = prologue();  // after the body: by now it is known what was used
        return signature() + before + body + "    }\n\n";
    }

private:
    Body const& body() const { return body_; }
    bool is_cut() const { return !pieces_.pieces.empty(); }
    bool is_piece() const { return piece_ >= 0; }
    bool is_kept(std::string const& variable) const { return pieces_.kept.contains(variable); }

    // The first piece of a row loads what is kept, and the last leaves it where it belongs; what calls the pieces if they stand in no row.
    bool begins() const { return !is_cut() || (pieces_.in_a_row ? piece_ == 0 : !is_piece()); }
    bool ends() const {
        return !is_cut() || (pieces_.in_a_row ? piece_ + 1 == static_cast<int>(pieces_.pieces.size()) : !is_piece());
    }

    Access access_of_part() {
        auto const is_kept_here = [&](Variable const* v) { return is_kept(v->name); };
        auto own = access_of(m_, body_, ends() ? outputs_of(m_, function_) : std::set<std::string>());
        if (function_ == KernelFunction::receive) hide(own, m_.flag);
        std::erase_if(own.read, is_kept_here);
        std::erase_if(own.written, is_kept_here);
        if (!begins() && !ends()) return own;
        auto const whole = access_of(m_, function_);
        if (begins()) {
            std::ranges::copy_if(whole.read, std::back_inserter(own.read), is_kept_here);
            unset_.insert(whole.flow.exposed.begin(), whole.flow.exposed.end());
        }
        if (ends())
            std::ranges::copy_if(whole.written, std::back_inserter(own.written), [&](Variable const* v) {
                return is_kept_here(v) || !pieces_.written.contains(v->name);
            });
        return own;
    }

    /// True for an array that is used where it lies.
    bool in_place(Variable const& v) const {
        return v.is_array && is_in_memory(v) && (is_cut() || v.size > largest_copied || indexed_.contains(v.name));
    }

    void collect() {
        for (auto const& v : m_.variables)
            if (v.is_array) arrays_[v.name] = v.size;
        each_statement(body_of(m_, function_), [&](Statement const& s) {
            if (auto const* local = std::get_if<Local>(&s.what))
                for (auto const& item : local->names)
                    if (item.size) arrays_[item.name] = static_cast<int>(item.size->value);
            if (auto const* loop = std::get_if<ForNetcons>(&s.what))
                declared_in_loops_.insert(loop->args.begin(), loop->args.end());
            if (std::holds_alternative<Watch>(s.what) && function_ == KernelFunction::receive && watching_.empty())
                watching_ = names_.fresh("watching");
        });
        if (!is_cut())
            each_expression(body(), [&](Expr const& e) {
                visit(e, [&](Expr const& node) {
                    if (node->op == Op::name && !node->args.empty() && !is_number(node->args[0]))
                        indexed_.insert(node->name);
                });
            });
    }

    std::string type(std::string const& variable) const { return precision_.type(variable); }

    bool uses(std::string const& variable) const { return flow_.read.contains(variable); }

    bool loaded(std::string const& variable) const {
        return std::ranges::any_of(access_.read, [&](Variable const* v) { return v->name == variable; });
    }

    std::string get(int element) { return "instance.get(" + element_text(element) + ")"; }

    std::string get(Variable const& v) {
        return v.role == Role::pointer ? "instance.target(" + element_text(v.element) + ")" : get(v.element);
    }

    std::string element_text(int element) {
        for (auto const& v : m_.variables)
            if (element >= v.element && element < v.element + v.size) {
                auto const offset = element - v.element;
                return "element::" + element_name(v) + (offset ? " + " + std::to_string(offset) : "");
            }
        return std::to_string(element);
    }

    bool sends_events() const { return function_ == KernelFunction::initial || is_network(); }

    bool hands_over_strided() const {
        using enum KernelFunction;
        return function_ == transitions || function_ == curves || function_ == state_on_curves;
    }

    Part part() const { return pieces_.in_a_row ? Part::of_row : Part::alone; }

    Parameters parameters() { return parameters_of(function_, is_piece() ? part() : Part::whole, m_); }

    std::string signature() {
        std::string text = sends_events()                                            ? "    template <class Events>\n"
                           : is_piece() && pieces_.in_a_row                          ? "    template <int apart>\n"
                           : hands_over_strided() && !is_piece()                     ? "    template <int stride>\n"
                                                                                     : "";
        text += is_piece() && !pieces_.in_a_row ? "    RALL_PIECE static " : "    RALL_FUNCTION static ";
        text += function_ == KernelFunction::current && (ends() || !is_piece())  ? "kernel::Current "
                : function_ == KernelFunction::next_discontinuity && !is_piece() ? "double "
                                                                                 : "void ";
        return text + (is_piece() ? "piece_" + std::to_string(piece_) : to_string(function_)) + "(" +
               parameter_list(parameters(), text.size()) + ") {\n";
    }

    std::string call_of_piece(std::string const& number) {
        std::string text = std::string(to_string(function_)) + "_pieces::";
        bool const returns = function_ == KernelFunction::current && pieces_.in_a_row &&
                             number == std::to_string(pieces_.pieces.size() - 1);
        return (returns ? "return " : "") + text + (pieces_.in_a_row ? "alone<" + number + ">" : "piece_" + number) +
               "(" + arguments_of_piece(function_, part(), m_) + ");";
    }

    /// Everything that is read: time, elements, arguments, streams; and the locals that have no declaration of their own.
    std::string prologue() {
        std::string text;
        for (char const* given : {"t", "dt", "celsius"})
            if (uses(given)) text += line(1, type(given) + " const " + names_.of(given) + " = context." + given + ";");
        for (auto const& shared : m_.common)
            if (uses(shared.name))
                text += line(1, type(shared.name) + " const " + names_.of(shared.name) + " = common." + names_.of(shared.name) + ";");
        for (std::size_t k = 0; function_ == KernelFunction::state_on_curves && k < m_.curve_names.size(); ++k)
            text += line(1, "double const " + names_.of(m_.curve_names[k]) + " = curve[" + std::to_string(k) + " * stride];");
        text += kept();
        for (auto const* v : access_.read) text += v->role == Role::random ? stream(*v) : load(*v);
        for (std::size_t i = 0; i < m_.net_args.size(); ++i)
            if (is_network() && (uses(m_.net_args[i]) || flow_.written.contains(m_.net_args[i])))
                text += line(1, std::string(by_reference() ? "[[maybe_unused]] double& " : "double ") +
                                    names_.of(m_.net_args[i]) + " = args[" + std::to_string(i) + "];");
        if (!watching_.empty()) text += line(1, "bool " + watching_ + " = false;");
        for (auto const& variable : locals()) {
            auto const array = arrays_.find(variable);
            if (array != arrays_.end())
                text += line(1, "double " + names_.of(variable) + "[" + std::to_string(array->second) + "] = {};");
            else if (!declared_.contains(variable)) text += line(1, type(variable) + " " + names_.of(variable) + " = 0.0;");
        }
        return text;
    }

    bool is_network() const { return function_ == KernelFunction::receive || function_ == KernelFunction::connect; }

    /// FOR_NETCONS comes to the arguments of this connection too, under another name.
    bool by_reference() const { return is_cut() || (function_ == KernelFunction::receive && m_.visits_connections); }

    /// The variables that pieces share.
    std::string kept() {
        std::string text;
        if (is_cut() && !is_piece())
            text += line(1, "double kept[" + std::to_string(std::max(1, pieces_.n_kept)) + "];") +
                    (pieces_.in_a_row ? line(1, "real* const rates = nullptr;") : "");
        auto const apart = is_piece() && pieces_.in_a_row ? std::string(" * apart") : std::string();
        for (auto const& [variable, place] : pieces_.kept) {
            bool const unset = begins() && unset_.contains(variable) && !loaded(variable);
            bool used = unset || uses(variable) || flow_.written.contains(variable) || kept_counts_.contains(variable);
            for (auto const* list : {&access_.read, &access_.written})
                used = used || std::ranges::any_of(*list, [&, &name = variable](Variable const* v) { return v->name == name; });
            if (!used) continue;
            bool const array = arrays_.contains(variable);
            auto const& local = names_.of(variable);
            auto const at = std::to_string(place) + apart;
            if (array && !apart.empty()) text += line(1, "kernel::Kept<apart> const " + local + "{kept + " + at + "};");
            else if (array) text += line(1, "double* const " + local + " = kept + " + at + ";");
            else if (pieces_.by_stages && precision_.is_real(variable)) text += line(1, "real& " + local + " = rates[" + at + "];");
            else text += line(1, "double& " + local + " = kept[" + at + "];");
            if (unset && array)
                text += line(
                    1, "for (int i = 0; i < " + std::to_string(arrays_[variable]) + "; ++i) " + local + "[i] = 0.0;");
            else if (unset) text += line(1, local + " = 0.0;");
        }
        return text;
    }

    std::string load(Variable const& v) {
        auto const& local = names_.of(v.name);
        if (in_place(v))
            return line(1, "kernel::Elements const " + local + "{instance, " + element_text(v.element) + "};");
        if (is_kept(v.name)) return v.is_array ? std::string() : line(1, local + " = " + get(v) + ";");
        if (v.role == Role::table)
            return line(
                1, "double const* const " + local + " = instance.variables[" + element_text(v.element) + "].data;");
        if (v.role == Role::vector)
            return line(1, "kernel::Vector const " + local + " = instance.vector(" + element_text(v.element) + ");");
        bool const constant = !flow_.written.contains(v.name);
        if (!v.is_array)
            return line(1, type(v.name) + (constant ? " const " : " ") + local + " = " + get(v) + ";");
        std::string list;
        for (int i = 0; i < v.size; ++i) list += (i ? ", " : "") + get(v.element + i);
        return line(1, std::string("double ") + (constant ? "const " : "") + local + "[" + std::to_string(v.size) +
                           "] = {" + list + "};");
    }

    std::string stream(Variable const& v) {
        bool const one_by_one = function_ == KernelFunction::initial || function_ == KernelFunction::receive || function_ == KernelFunction::connect;
        return line(1, "auto " + names_.of(v.name) + " = rall::random::" + (one_by_one ? "InstanceStream(" : "Stream::of(") +
                           "context.seed, rall::random::purpose(" + cpp_string(m_.name + "." + v.name) + "),") +
               line(3, get(v.element) + ", " + get(v.element + 1) + ", " + get(v.element + 2) + ");");
    }

    bool sets_ids(std::string const& stream) const {
        bool found = false;
        each_statement(body(), [&](Statement const& s) {
            auto const* c = std::get_if<Call>(&s.what);
            found = found || (c && c->call->name == "random_setids" && c->call->args[0]->name == stream);
        });
        return found;
    }

    /// Written or read, and neither loaded nor given.
    std::vector<std::string> locals() const {
        std::vector<std::string> names;
        std::set<std::string> all(flow_.written.begin(), flow_.written.end());
        all.insert(flow_.read.begin(), flow_.read.end());
        for (auto const& name : all)
            if (is_local(name)) names.push_back(name);
        return names;
    }

    bool is_local(std::string const& variable) const {
        if (given_.empty()) {
            given_ = {"v", "t", "dt", "celsius", m_.gamma};
            if (function_ == KernelFunction::receive) given_.insert(m_.flag);
            given_.insert(m_.net_args.begin(), m_.net_args.end());
            for (auto const& shared : m_.common) given_.insert(shared.name);
            for (auto const* v : access_.read) given_.insert(v->name);
            if (function_ == KernelFunction::state_on_curves) given_.insert(m_.curve_names.begin(), m_.curve_names.end());
        }
        return !given_.contains(variable) && !declared_in_loops_.contains(variable) && !is_kept(variable);
    }

    std::string epilogue() {
        std::string text;
        for (auto const* v : access_.written) {
            if (in_place(*v)) continue;
            if (v->role == Role::random) {
                for (int i = sets_ids(v->name) ? 0 : 2; i < 3; ++i)
                    text += line(1, "instance.set(" + element_text(v->element + i) + ", " + names_.of(v->name) + ".number(" +
                                        std::to_string(i) + "));");
                continue;
            }
            if (v->role == Role::pointer) {
                text += line(1, get(*v) + " = " + names_.of(v->name) + ";");
                continue;
            }
            if (v->size > largest_copied) {
                text += line(1, "for (int i = 0; i < " + std::to_string(v->size) + "; ++i) instance.set(" +
                                    element_text(v->element) + " + i, " + names_.of(v->name) + "[i]);");
                continue;
            }
            bool const runs_each_step = function_ == KernelFunction::current || is_of_states(function_);
            bool const shown = runs_each_step && (v->role == Role::observable || (v->role == Role::ion_write && v->field == IonField::current));
            for (int i = 0; i < v->size; ++i)
                text += line(1, (shown ? "instance.show(" : "instance.set(") + element_text(v->element + i) + ", " + names_.of(v->name) +
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
        return text + (is_cut() && !is_piece() && !ends() ? "" : epilogue());
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
        if (auto const* p = std::get_if<Plain>(&s.what); p && p->keyword == "PIECE")
            return line(indent, call_of_piece(p->text));
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
                    bool const counts = is_kept(f.index);  // pieces read it
                    if (counts) kept_counts_.insert(f.index);
                    else declared_in_loops_.insert(f.index);
                    auto const index = counts ? names_.fresh(f.index) : names_.of(f.index);
                    auto integer = [&](Expr const& e) {
                        return "static_cast<int>(" + to_cpp(e, names_, renaming) + ")";
                    };
                    return line(indent, "for (int " + index + " = " + integer(f.from) + "; " + index +
                                            " <= " + integer(f.to) + "; " + index +
                                            " += " + (f.by ? integer(f.by) : "1") + ") {") +
                           (counts ? line(indent + 1, names_.of(f.index) + " = " + index + ";") : "") +
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
                [&](Watch const& w) { return watch(w, indent, renaming); },
                [&](Elimination const& e) {
                    std::string text;
                    bool const row = is_piece() && pieces_.in_a_row;  // for all lanes of a block
                    auto const& array = names_.of(e.values->name);
                    for (auto const& part : cpp_elimination(e, row ? "Lanes<apart>{" + array + ".first}" : "Numbers{" + array + "}"))
                        text += line(indent, part);
                    return text;
                },
                [](kind_of<Local, Conductance> auto const&) { return std::string(); },
                [](kind_of<Solve, Table, Verbatim, Reaction, Conserve, Compartment, Diffusion, Equation, NestedInitial,
                           Lag, Plain> auto const&) -> std::string {
                    throw std::logic_error("a statement that no pass has translated");
                }},
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
        return line(indent, (declares ? type(variable) + " " : "") + target + " = " + value + ";");
    }

    void note(Expr const& e) {
        for (auto const& variable : variables_of(e)) mentioned_.insert(variable);
    }

    /// True if both branches are plain assignments to scalars, so that computing both and selecting means the same.
    bool selectable(Statement const& s) const {
        bool plain = true;
        each_statement(Body{s}, [&](Statement const& inner) {
            auto const* a = std::get_if<Assign>(&inner.what);
            if (!(a ? a->target->args.empty() : std::holds_alternative<If>(inner.what))) plain = false;
            each_expression(inner, [&](Expr const& e) {
                visit(e, [&](Expr const& node) {
                    if (names_storage(node) || names_.depth_of(node->name)) plain = false;
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
                else text += line(indent, type(variable) + " " + copy + " = " + here(variable, renaming) + ";");
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
    Pieces const& pieces_;
    int piece_ = -1;
    Body const& body_;
    std::set<std::string> unset_;  // kept, and perhaps read before they are written
    Access const access_;
    Dataflow const& flow_;
    CppNames names_;
    Precision const& precision_;
    bool vector_;
    bool declare_ = false;  // declare a local where it is first assigned
    std::map<std::string, int> arrays_;
    std::set<std::string> indexed_;  // arrays with an index that is only known when it runs
    std::set<std::string> declared_, mentioned_, declared_in_loops_, kept_counts_;
    std::string watching_;              // NET_RECEIVE: the local that tells whether this call has executed a WATCH
    std::set<std::string> undeclared_;  // a branch's own copies, declared where it first assigns to them
    mutable std::set<std::string> given_;
};

}  // namespace

std::string element_name(Variable const& variable) {
    bool const sum = variable.role == Role::ion_read && variable.field == IonField::current;
    return cpp_name(variable.name) + (sum ? "_sum" : "");
}

std::string cpp_function(Mechanism const& mechanism, KernelFunction function) {
    Precision const precision(mechanism, function);
    auto const pieces = cut(mechanism, function, precision);
    auto const whole = FunctionWriter(mechanism, function, precision, pieces.by_stages ? Pieces() : pieces).write();
    if (pieces.pieces.empty()) return whole;
    auto text = std::string("    struct ") + to_string(function) + "_pieces {\n";
    for (std::size_t i = 0; i < pieces.pieces.size(); ++i)
        text += FunctionWriter(mechanism, function, precision, pieces, i).write();
    if (pieces.in_a_row) text += cpp_row(mechanism, function, pieces);
    text.pop_back();
    return text + "    };\n\n" + whole;
}

}  // namespace rall::nmodl
