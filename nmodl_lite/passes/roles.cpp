// What each variable of a mechanism is to the solver: kept per instance, shared, or a local of a kernel. What nobody outside
// sees and no block finds from another is a local; what only a probe would look at is observable.
#include <algorithm>

#include "nmodl_lite/analysis/access.hpp"
#include "nmodl_lite/analysis/dataflow.hpp"
#include "nmodl_lite/passes/passes.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

class Roles {
public:
    Roles(Mechanism& mechanism, Symbols const& symbols) : m_(mechanism), symbols_(symbols) {
        for (auto const* body : bodies_of(mechanism)) flows_.push_back(analyse(*body, symbols));
    }

    void run() {
        if (m_.has_current()) {  // the solver reads the currents when current() ends
            auto& flow = flows_[1];
            for (auto const& output : outputs_of(m_, KernelFunction::current)) {
                flow.read.insert(output);
                if (!flow.certain.contains(output)) flow.exposed.insert(output);
            }
        }
        for (auto const& variable : symbols_.order) {
            auto const& symbol = *symbols_.find(variable);
            bool const written = anywhere(variable, &Dataflow::written);
            if (symbol.pointer) {
                m_.writes_pointers = m_.writes_pointers || written;
                auto const asks = std::ranges::find_if(symbols_.order, [&](auto const& other) {
                    return symbols_.find(other)->asks == variable && anywhere(other, &Dataflow::read);
                });
                bool const asked = asks != symbols_.order.end();
                if (written || asked || anywhere(variable, &Dataflow::read)) add(symbol, Role::pointer);
                if (asked) add(*symbols_.find(*asks), Role::bound);
            } else if (symbol.external) {
                if (anywhere(variable, &Dataflow::read)) add(symbol, Role::external);
            } else if (!symbol.asks.empty()) {
                continue;  // with its POINTER
            } else if (symbol.ion >= 0) {
                ion_variable(symbol);
            } else if (symbol.kind == SymbolKind::state) {
                add(symbol, Role::state);
            } else if (symbol.kind == SymbolKind::parameter) {
                add(symbol, symbol.range ? (written ? Role::changed_parameter : Role::parameter)
                                         : (written ? Role::carried : Role::global));
            } else {
                bool const visible = symbol.range || symbol.global;
                if (symbol.global && !symbol.range && !written) add(symbol, Role::global);
                else if (anywhere(variable, &Dataflow::exposed) || (visible && (!written || sometimes_written(variable))))
                    add(symbol, Role::carried);
                else if (visible) add(symbol, Role::observable);
                else if (symbol.is_array) declare_array(symbol);
            }
        }
        for (auto const& [name, role] : {std::pair{"diam", Role::diam}, std::pair{"area", Role::area}})
            if (anywhere(name, &Dataflow::read)) add(*symbols_.find(name), role);
        for (auto const& [name, symbol] : symbols_.all)
            if (symbol.kind == SymbolKind::random) add(symbol, Role::random, 3);
            else if (symbol.kind == SymbolKind::vector) {
                add(symbol, Role::vector, 2);
                m_.variables.back().value = changed(name) ? 1 : 0;
            }
        for (auto const& table : m_.tables)
            if (looked_up(table.name))
                add({.name = table.name, .units = table.units, .value = static_cast<double>(table.n_args)},
                    Role::table);
        if (m_.has_transitions()) {
            add({.name = "CHANNELS"}, Role::channels);
            add({.name = "DRAWING"}, Role::channels);
            add({.name = "GATING", .size = 3, .is_array = true}, Role::gating);
        }
        if (!m_.watch_flags.empty())  // under a name that no file can give
            add({.name = "WATCH", .size = static_cast<int>(m_.watch_flags.size()), .is_array = true}, Role::watch);
        variable_step();
    }

private:
    /// Behind all others, so that these do not depend on them.
    void variable_step() {
        for (auto const& ode : m_.odes) add({.name = ode.derivative->name}, Role::derivative);
        for (auto const& entry : m_.jacobian) add({.name = entry}, Role::jacobian);
    }

    bool looked_up(std::string const& table) {
        bool found = false;
        for (auto const* body : bodies_of(m_))
            each_expression(*body, [&](Expr const& e) {
                visit(e, [&](Expr const& node) { found = found || (node->op == Op::call && node->name == table); });
            });
        return found;
    }

    /// True if some body stores into this VECTOR.
    bool changed(std::string const& vector) {
        bool found = false;
        for (auto const* body : bodies_of(m_))
            each_expression(*body, [&](Expr const& e) {
                visit(e, [&](Expr const& node) {
                    found = found || (node->op == Op::call && node->name == "vector_store" && node->args[0]->name == vector);
                });
            });
        return found;
    }

    bool anywhere(std::string const& variable, Dataflow::Names Dataflow::*set) const {
        return std::ranges::any_of(flows_, [&](Dataflow const& flow) { return (flow.*set).contains(variable); });
    }

    /// True if some body may leave without having written a variable that it writes on another path.
    bool sometimes_written(std::string const& variable) const {
        return std::ranges::any_of(
            flows_, [&](Dataflow const& f) { return f.written.contains(variable) && !f.certain.contains(variable); });
    }

    void add(Symbol const& symbol, Role role, int size = 0) {
        Variable v;
        v.name = symbol.name;
        v.units = symbol.units;
        v.role = role;
        v.value = symbol.value;
        v.size = size > 0 ? size : symbol.size;
        v.is_array = symbol.is_array;
        v.range = symbol.range || symbol.kind == SymbolKind::state;
        v.limits = symbol.limits;
        v.element = m_.n_elements();
        if (role == Role::ion_read || role == Role::ion_write) {
            v.ion = symbol.ion;
            v.field = symbol.field;
        } else if (symbol.current) {
            v.field = IonField::current;
        }
        m_.variables.push_back(v);
    }

    /// An array that no instance keeps is a local of every body that uses it.
    void declare_array(Symbol const& symbol) {
        auto const all = bodies_of(m_);
        for (std::size_t i = 0; i < all.size(); ++i)
            if (flows_[i].read.contains(symbol.name) || flows_[i].written.contains(symbol.name))
                all[i]->insert(all[i]->begin(), {symbol.at, Local{{{symbol.name, number(symbol.size)}}}});
    }

    void ion_variable(Symbol const& symbol) {
        bool const is_current = symbol.field == IonField::current;
        if (symbol.ion_write) add(symbol, Role::ion_write);
        if (symbol.ion_write && !is_current) {
            m_.sets_ions = true;
            m_.sets_ions_in_current = m_.sets_ions_in_current || flows_[1].written.contains(symbol.name);
            m_.sets_ions_in_receive = m_.sets_ions_in_receive || assigned_in(m_.receive).contains(symbol.name);
        }
        if (symbol.ion_read && (is_current || !symbol.ion_write)) add(symbol, Role::ion_read);
    }

    Mechanism& m_;
    Symbols const& symbols_;
    std::vector<Dataflow> flows_;  // of bodies()
};

}  // namespace

void assign_roles(Mechanism& mechanism, Symbols const& symbols) { Roles(mechanism, symbols).run(); }

}  // namespace rall::nmodl
