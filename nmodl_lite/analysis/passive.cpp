#include "nmodl_lite/analysis/passive.hpp"

#include <algorithm>

#include "nmodl_lite/analysis/access.hpp"

namespace rall::nmodl {

bool is_passive(Mechanism const& m) {
    // A derivative that the pass `conductance` has found is the same at all v: the current is linear in it.
    if (m.kind != Kind::density || !m.has_current() || m.conductance != "derivative" || m.electrode_current) return false;
    if (m.has_state() || m.has_receive || m.moments() != 0 || !m.ions.empty() || m.has_pointers() || !m.watch.empty() || !m.functions.empty()) return false;
    auto const access = access_of(m, KernelFunction::current);
    auto const is_constant = [](Variable const* v) {
        return (v->role == Role::parameter || v->role == Role::global || v->role == Role::diam || v->role == Role::area) && !v->is_array;
    };
    auto const is_only_shown = [](Variable const* v) {
        return v->role == Role::observable || (v->role == Role::ion_write && v->ion < 0 && v->field == IonField::current);
    };
    return !access.flow.read.contains("t") && !access.flow.read.contains("dt") && std::ranges::all_of(access.read, is_constant) &&
           std::ranges::all_of(access.written, is_only_shown);
}

}  // namespace rall::nmodl
