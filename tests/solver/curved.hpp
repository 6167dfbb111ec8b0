// A mechanism with curves (solver/step/curves.hpp), written by hand: smooth ones, one with a jump at -60 mV and one with a kink at -50.1 mV.
#pragma once

#include "base/math.hpp"
#include "mechanisms/kernel.hpp"

namespace testing {

struct curved {
    using Context = rall::kernel::Context;
    using Role = rall::Role;
    struct Common {};
    static constexpr rall::VariableInfo variables[] = {{"g", "S/cm2", Role::parameter, 1e-3}, {"shift", "mV", Role::parameter, 2}, {"x", "", Role::state},
                                                       {"y", "", Role::state},                {"xinf", "", Role::observable}};
    static constexpr rall::MechanismInfo info{
        .name = "curved", .variables = variables, .n_variables = 5, .n_elements = 5, .has_current = true, .has_state = true, .fixed_step_only = "it is a test"};
    static constexpr int n_curves = 3;
    template <int k>
    static constexpr bool is_of_one = k == 1;

    struct Usual : rall::kernel::Quiet {
        RALL_FUNCTION double get(int e) const { return e == 1 ? 2.0 : Quiet::get(e); }
    };
    RALL_FUNCTION static bool is_usual(auto const& s) { return s.get(1) == 2.0; }

    RALL_FUNCTION static Common common(Context const&, rall::kernel::Variable const*) { return {}; }
    template <class E>
    RALL_FUNCTION static void initial(Context const&, Common const&, rall::kernel::Instance const& s, double v, E&) {
        s.set(2, 0.3);
        s.set(3, 0.01 * v);
    }
    RALL_FUNCTION static rall::kernel::Current current(Context const&, Common const&, auto const& s, double v) {
        double const g = s.get(0) * s.get(2);
        return {g * (v + 90 + s.get(3)), g};
    }
    template <int stride>
    RALL_FUNCTION static void curves(Context const& c, Common const&, auto const& s, double v, double* out) {
        using namespace rall;
        double const inf = 1 / (1 + math::exp(-(v + s.get(1) + 57) / 4));
        s.show(4, inf);
        out[0] = inf;
        out[stride] = 1 - math::exp(-c.dt * (v < -60 ? 0.7 : 0.5 + 0.1 * inf));
        out[2 * stride] = math::fabs(v + 50.1);
    }
    template <int stride>
    RALL_FUNCTION static void state_on_curves(Context const& c, Common const&, auto const& s, double, double const* curve) {
        double const x = s.get(2) + curve[stride] * (curve[0] - s.get(2));
        s.set(2, x);
        s.set(3, s.get(3) + c.dt * (curve[2 * stride] * x - s.get(3)));
    }
    RALL_FUNCTION static void state(Context const& c, Common const& common, auto const& s, double v) {
        double value[n_curves];
        curves<1>(c, common, s, v, value);
        state_on_curves<1>(c, common, s, v, value);
    }
};

}  // namespace testing
