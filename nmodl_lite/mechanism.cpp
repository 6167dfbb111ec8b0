#include "nmodl_lite/mechanism.hpp"

#include <algorithm>

namespace rall::nmodl {

char const* to_string(Kind kind) {
    switch (kind) {
        case Kind::density:
            return "density";
        case Kind::point:
            return "point";
        case Kind::artificial:
            return "artificial";
    }
    return "";
}

char const* to_string(Role role) {
    switch (role) {
        case Role::parameter:
            return "parameter";
        case Role::changed_parameter:
            return "changed_parameter";
        case Role::global:
            return "global";
        case Role::state:
            return "state";
        case Role::carried:
            return "carried";
        case Role::observable:
            return "observable";
        case Role::ion_read:
            return "ion_read";
        case Role::ion_write:
            return "ion_write";
        case Role::diam:
            return "diam";
        case Role::area:
            return "area";
        case Role::bound:
            return "bound";
        case Role::external:
            return "external";
        case Role::random:
            return "random";
        case Role::pointer:
            return "pointer";
        case Role::watch:
            return "watch";
        case Role::channels:
            return "channels";
        case Role::gating:
            return "gating";
        case Role::vector:
            return "vector";
        case Role::misplaced:
            return "misplaced";
        case Role::table:
            return "table";
        case Role::derivative:
            return "derivative";
        case Role::jacobian:
            return "jacobian";
    }
    return "";
}

char const* to_string(IonField field) {
    switch (field) {
        case IonField::none:
            return "none";
        case IonField::reversal:
            return "reversal";
        case IonField::inner:
            return "inner";
        case IonField::outer:
            return "outer";
        case IonField::current:
            return "current";
    }
    return "";
}

int Mechanism::n_elements() const { return variables.empty() ? 0 : variables.back().element + variables.back().size; }

bool Mechanism::has_pointers() const {
    return std::ranges::any_of(variables, [](Variable const& v) { return v.role == Role::pointer; });
}

bool Mechanism::has_transitions() const { return std::ranges::any_of(schemes, &Scheme::usable); }

std::vector<Expr*> Mechanism::transition_outputs() {
    std::vector<Expr*> outputs, totals;
    for (auto& scheme : schemes) {
        for (auto& transition : scheme.transitions) outputs.push_back(&transition.rate);
        for (auto& total : scheme.totals) totals.push_back(&total);
    }
    outputs.insert(outputs.end(), totals.begin(), totals.end());
    return outputs;
}

std::vector<Expr> Mechanism::transition_outputs() const {
    std::vector<Expr> outputs;
    for (auto const* output : const_cast<Mechanism*>(this)->transition_outputs()) outputs.push_back(*output);
    return outputs;
}

unsigned Mechanism::moments() const {
    unsigned bits = 0, bit = 1;
    for (auto const* body : {&before_initial, &after_initial, &before_breakpoint, &after_solve, &before_step}) {
        if (!body->empty()) bits |= bit;
        bit <<= 1;
    }
    return bits;
}

Variable const* Mechanism::find(std::string const& variable) const {
    auto const found = std::ranges::find(variables, variable, &Variable::name);
    return found == variables.end() ? nullptr : &*found;
}

Variable const* Mechanism::source(std::string const& variable) const {
    for (auto const& v : variables)
        if (v.name == variable && v.role == Role::ion_read) return &v;
    return find(variable);
}

Variable const* Mechanism::destination(std::string const& variable) const {
    for (auto const& v : variables)
        if (v.name == variable && v.stored()) return &v;
    return nullptr;
}

int Mechanism::element_of(Expr const& variable) const {
    auto const index = variable->args.empty() ? 0 : static_cast<int>(variable->args[0]->value);
    return destination(variable->name)->element + index;
}

}  // namespace rall::nmodl
