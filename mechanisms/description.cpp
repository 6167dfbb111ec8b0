#include "mechanisms/description.hpp"

#include "nmodl_lite/analysis/access.hpp"

namespace rall {

Description::Description(nmodl::Mechanism const& m) {
    auto const keep = [this](std::string const& text) { return texts_.emplace_back(text).c_str(); };
    auto const phases = nmodl::phases_of(m);
    for (auto const& x : m.variables) {
        auto const& at = phases[variables_.size()];
        // The enumerations of nmodl_lite repeat those of info.hpp, in their order.
        variables_.push_back({keep(x.name), keep(x.units), static_cast<Role>(x.role), x.value, x.size, x.ion,
                              static_cast<IonField>(x.field), at.read, at.written});
        info_.n_elements += x.size;
    }
    for (auto const& ion : m.ions) ions_.push_back({keep(ion.name), ion.valence});
    info_.name = keep(m.name);
    info_.title = keep(m.title);
    info_.kind = static_cast<MechanismKind>(m.kind);
    info_.variables = variables_.data();
    info_.n_variables = static_cast<int>(variables_.size());
    info_.ions = ions_.data();
    info_.n_ions = static_cast<int>(ions_.size());
    info_.has_current = m.has_current();
    info_.electrode_current = m.electrode_current;
    info_.has_state = m.has_state();
    info_.writes_concentration = m.writes_concentration;
    info_.sets_ions = m.sets_ions;
    info_.sets_ions_in_current = m.sets_ions_in_current;
    info_.sets_ions_in_receive = m.sets_ions_in_receive;
    info_.has_receive = m.has_receive;
    info_.has_connect = m.has_connect;
    info_.n_net_args = static_cast<int>(m.net_args.size());
    info_.changes_arguments = nmodl::changes_arguments(m);
    info_.sends_events = m.sends_events;
    info_.has_pointers = m.has_pointers();
    info_.writes_pointers = m.writes_pointers;
    info_.moments = m.moments();
    info_.moves_events = m.moves_events;
    info_.visits_connections = m.visits_connections;
    for (auto const& ode : m.odes)
        ode_states_.push_back({m.element_of(ode.state), m.element_of(ode.derivative), ode.tolerance});
    info_.n_ode_states = static_cast<int>(ode_states_.size());
    info_.ode_states = ode_states_.data();
    info_.recursive = !m.functions.empty();
    info_.has_settle = !m.settle.empty();
    info_.has_discontinuities = !m.next_discontinuity.empty();
    if (!m.fixed_step_only.empty()) info_.fixed_step_only = keep(m.fixed_step_only);
    gating_ = nmodl::gating_pattern(m);
    info_.gating = {static_cast<int>(gating_.state.size()),
                    gating_.n_parts,
                    static_cast<int>(gating_.from.size()),
                    gating_.channels,
                    gating_.state.data(),
                    gating_.part.data(),
                    gating_.from.data(),
                    gating_.to.data(),
                    !m.after_transitions.empty(),
                    gating_.obstacle.empty() ? nullptr : gating_.obstacle.c_str(),
                    gating_.leaks};
    if (m.watch_flags.empty()) return;
    watch_flags_ = m.watch_flags;
    info_.n_watches = static_cast<int>(watch_flags_.size());
    info_.watch_element = m.find("WATCH")->element;
    info_.watch_flags = watch_flags_.data();
}

}  // namespace rall
