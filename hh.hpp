// Translated from hh.mod by rall-nmodl. Changes belong there.
#pragma once

#include "mechanisms/kernel.hpp"

namespace rall::mechanism {

struct hh_n {
    struct element {
        static constexpr int m_n = 0;
        static constexpr int h_n = 1;
        static constexpr int n_n = 2;
        static constexpr int gnabar_n = 3;
        static constexpr int gkbar_n = 4;
        static constexpr int gl_n = 5;
        static constexpr int el_n = 6;
        static constexpr int ena_n = 7;
        static constexpr int ek_n = 8;
        static constexpr int ina_n = 9;
        static constexpr int ik_n = 10;
        static constexpr int il_n = 11;
        static constexpr int gna_n = 12;
        static constexpr int gk_n = 13;
        static constexpr int minf_n = 14;
        static constexpr int hinf_n = 15;
        static constexpr int ninf_n = 16;
        static constexpr int mtau_n = 17;
        static constexpr int htau_n = 18;
        static constexpr int ntau_n = 19;
        static constexpr int m_derivative_n = 20;
        static constexpr int h_derivative_n = 21;
        static constexpr int n_derivative_n = 22;
        static constexpr int d_m_derivative_d_m_n = 23;
        static constexpr int d_h_derivative_d_h_n = 24;
        static constexpr int d_n_derivative_d_n_n = 25;
    };

    static constexpr VariableInfo variables[] = {
        {"m", "", Role::state, 0.0, 1, -1, IonField::none, 6, 5},
        {"h", "", Role::state, 0.0, 1, -1, IonField::none, 6, 5},
        {"n", "", Role::state, 0.0, 1, -1, IonField::none, 6, 5},
        {"gnabar", "S/cm2", Role::parameter, 0.12, 1, -1, IonField::none, 2, 0},
        {"gkbar", "S/cm2", Role::parameter, 0.036, 1, -1, IonField::none, 2, 0},
        {"gl", "S/cm2", Role::parameter, 3e-04, 1, -1, IonField::none, 2, 0},
        {"el", "mV", Role::parameter, -54.3, 1, -1, IonField::none, 2, 0},
        {"ena", "mV", Role::ion_read, 0.0, 1, 0, IonField::reversal, 2, 0},
        {"ek", "mV", Role::ion_read, 0.0, 1, 1, IonField::reversal, 2, 0},
        {"ina", "mA/cm2", Role::ion_write, 0.0, 1, 0, IonField::current, 0, 2},
        {"ik", "mA/cm2", Role::ion_write, 0.0, 1, 1, IonField::current, 0, 2},
        {"il", "mA/cm2", Role::observable, 0.0, 1, -1, IonField::current, 0, 2},
        {"gna", "S/cm2", Role::observable, 0.0, 1, -1, IonField::none, 0, 2},
        {"gk", "S/cm2", Role::observable, 0.0, 1, -1, IonField::none, 0, 2},
        {"minf", "", Role::observable, 0.0, 1, -1, IonField::none, 0, 5},
        {"hinf", "", Role::observable, 0.0, 1, -1, IonField::none, 0, 5},
        {"ninf", "", Role::observable, 0.0, 1, -1, IonField::none, 0, 5},
        {"mtau", "ms", Role::observable, 0.0, 1, -1, IonField::none, 0, 5},
        {"htau", "ms", Role::observable, 0.0, 1, -1, IonField::none, 0, 5},
        {"ntau", "ms", Role::observable, 0.0, 1, -1, IonField::none, 0, 5},
        {"m_derivative", "", Role::derivative, 0.0, 1, -1, IonField::none, 0, 0},
        {"h_derivative", "", Role::derivative, 0.0, 1, -1, IonField::none, 0, 0},
        {"n_derivative", "", Role::derivative, 0.0, 1, -1, IonField::none, 0, 0},
        {"d_m_derivative_d_m", "", Role::jacobian, 0.0, 1, -1, IonField::none, 0, 0},
        {"d_h_derivative_d_h", "", Role::jacobian, 0.0, 1, -1, IonField::none, 0, 0},
        {"d_n_derivative_d_n", "", Role::jacobian, 0.0, 1, -1, IonField::none, 0, 0},
    };

    static constexpr IonInfo ions[] = {{"na", 0}, {"k", 0}};

    static constexpr OdeState ode_states[] = {
        {0, 20, 1.0},
        {1, 21, 1.0},
        {2, 22, 1.0},
    };

    static constexpr MechanismInfo info = {
        .name = "hh",
        .title = "hh: sodium, potassium and leak of the squid giant axon",
        .kind = MechanismKind::density,
        .variables = variables,
        .n_variables = 26,
        .n_elements = 26,
        .ions = ions,
        .n_ions = 2,
        .has_current = true,
        .electrode_current = false,
        .has_state = true,
        .writes_concentration = false,
        .has_receive = false,
        .has_connect = false,
        .n_net_args = 0,
        .changes_arguments = false,
        .sends_events = false,
        .moves_events = false,
        .visits_connections = false,
        .has_pointers = false,
        .writes_pointers = false,
        .sets_ions = false,
        .sets_ions_in_current = false,
        .sets_ions_in_receive = false,
        .moments = 0,
        .n_ode_states = 3,
        .ode_states = ode_states,
        .has_settle = false,
        .has_discontinuities = false,
    };

    struct Common {
        double common_0_n;
        double common_1_n;
        double common_2_n;
    };

    RALL_FUNCTION static Common common([[maybe_unused]] kernel::Context const& context,
        [[maybe_unused]] kernel::Variable const* variables) {
        double const celsius_n = context.celsius;
        return {math::pow(3.0, (celsius_n - 6.3) / 10.0),
                math::pow(3.0, (celsius_n - 6.3) * 0.1),
                1.0 / math::pow(3.0, (celsius_n - 6.3) * 0.1)};
    }

    template <class Events>
    RALL_FUNCTION static void initial([[maybe_unused]] kernel::Context const& context,
        [[maybe_unused]] Common const& common, [[maybe_unused]] kernel::Instance const& instance,
        [[maybe_unused]] double v_n, [[maybe_unused]] Events& events) {
        double const common_0_n = common.common_0_n;
        double vtrap_1_n = 0.0;
        double vtrap_2_n = 0.0;
        double m_n = 0.0;
        double h_n = 0.0;
        double n_n = 0.0;
        double q10_n = common_0_n;
        double x_n = -(v_n + 40.0);
        if (math::fabs(x_n / 10.0) < 1e-06) {
            vtrap_1_n = 10.0 * (1.0 - x_n / 10.0 / 2.0);
        } else {
            vtrap_1_n = x_n / (math::exp(x_n / 10.0) - 1.0);
        }
        double a_n = 0.1 * vtrap_1_n;
        double b_n = 4.0 * math::exp(-((v_n + 65.0) / 18.0));
        double mtau_n = 1.0 / (q10_n * (a_n + b_n));
        double minf_n = a_n / (a_n + b_n);
        a_n = 0.07 * math::exp(-((v_n + 65.0) / 20.0));
        b_n = 1.0 / (math::exp(-((v_n + 35.0) / 10.0)) + 1.0);
        double htau_n = 1.0 / (q10_n * (a_n + b_n));
        double hinf_n = a_n / (a_n + b_n);
        double x_1_n = -(v_n + 55.0);
        if (math::fabs(x_1_n / 10.0) < 1e-06) {
            vtrap_2_n = 10.0 * (1.0 - x_1_n / 10.0 / 2.0);
        } else {
            vtrap_2_n = x_1_n / (math::exp(x_1_n / 10.0) - 1.0);
        }
        a_n = 0.01 * vtrap_2_n;
        b_n = 0.125 * math::exp(-((v_n + 65.0) / 80.0));
        double ntau_n = 1.0 / (q10_n * (a_n + b_n));
        double ninf_n = a_n / (a_n + b_n);
        m_n = minf_n;
        h_n = hinf_n;
        n_n = ninf_n;
        instance.set(element::m_n, m_n);
        instance.set(element::h_n, h_n);
        instance.set(element::n_n, n_n);
        instance.set(element::minf_n, minf_n);
        instance.set(element::hinf_n, hinf_n);
        instance.set(element::ninf_n, ninf_n);
        instance.set(element::mtau_n, mtau_n);
        instance.set(element::htau_n, htau_n);
        instance.set(element::ntau_n, ntau_n);
    }

    RALL_FUNCTION static kernel::Current current([[maybe_unused]] kernel::Context const& context,
        [[maybe_unused]] Common const& common, [[maybe_unused]] kernel::Instance const& instance,
        [[maybe_unused]] double v_n) {
        double const m_n = instance.get(element::m_n);
        double const h_n = instance.get(element::h_n);
        double const n_n = instance.get(element::n_n);
        double const gnabar_n = instance.get(element::gnabar_n);
        double const gkbar_n = instance.get(element::gkbar_n);
        double const gl_n = instance.get(element::gl_n);
        double const el_n = instance.get(element::el_n);
        double const ena_n = instance.get(element::ena_n);
        double const ek_n = instance.get(element::ek_n);
        double gna_n = gnabar_n * m_n * m_n * m_n * h_n;
        double gk_n = gkbar_n * n_n * n_n * n_n * n_n;
        double ina_n = gna_n * (v_n - ena_n);
        double ik_n = gk_n * (v_n - ek_n);
        double il_n = gl_n * (v_n - el_n);
        double const i_total_c1 = ina_n + ik_n + il_n;
        double const g_total_c1 = gna_n + gk_n + gl_n;
        instance.set(element::ina_n, ina_n);
        instance.set(element::ik_n, ik_n);
        instance.set(element::il_n, il_n);
        instance.set(element::gna_n, gna_n);
        instance.set(element::gk_n, gk_n);
        return {i_total_c1, g_total_c1};
    }

    struct state_pieces {
    template <int apart>
    RALL_FUNCTION static void piece_0([[maybe_unused]] kernel::Context const& context,
        [[maybe_unused]] Common const& common, [[maybe_unused]] kernel::Instance const& instance,
        [[maybe_unused]] double v_n, [[maybe_unused]] double* kept) {
        double& b_1_n = kept[0 * apart];
        double& exponential_n = kept[1 * apart];
        double exponent_n = v_n * (-0.0125) + -0.8125;
        bool const is_c1 = exponent_n > 87.125;
        double exponent_c1 = 87.125;
        exponent_n = is_c1 ? exponent_c1 : exponent_n;
        exponential_n = math::exp(exponent_n);
        b_1_n = 4.0 * math::exp(-((v_n + 65.0) * 0.05555555555555555));
    }

    template <int apart>
    RALL_FUNCTION static void piece_1([[maybe_unused]] kernel::Context const& context,
        [[maybe_unused]] Common const& common, [[maybe_unused]] kernel::Instance const& instance,
        [[maybe_unused]] double v_n, [[maybe_unused]] double* kept) {
        double const common_2_n = common.common_2_n;
        double& b_1_n = kept[0 * apart];
        double& exponential_n = kept[1 * apart];
        double& hinf_n = kept[2 * apart];
        double& minf_n = kept[3 * apart];
        double& ninf_n = kept[4 * apart];
        double& shared_2_n = kept[5 * apart];
        double& shared_3_n = kept[6 * apart];
        double& shared_5_n = kept[7 * apart];
        double vtrap_3_n = 0.0;
        double vtrap_4_n = 0.0;
        double x_2_n = -(v_n + 40.0);
        double shared_n = x_2_n * 0.1;
        double shared_1_n = math::powi<8>(exponential_n);
        bool const is_c1 = math::fabs(shared_n) < 1e-06;
        double vtrap_3_c1 = 10.0 * (1.0 - shared_n * 0.5);
        double vtrap_3_c2 = x_2_n / (12.182493960703473 * shared_1_n - 1.0);
        vtrap_3_n = is_c1 ? vtrap_3_c1 : vtrap_3_c2;
        double a_1_n = 0.1 * vtrap_3_n;
        shared_2_n = a_1_n + b_1_n;
        double reciprocal_1_n = 1.0 / shared_2_n;
        double mtau_n = common_2_n * reciprocal_1_n;
        minf_n = a_1_n * reciprocal_1_n;
        double a_1_1_n = 0.07 * math::powi<4>(exponential_n);
        double b_1_1_n = 1.0 / (20.085536923187668 * shared_1_n + 1.0);
        shared_3_n = a_1_1_n + b_1_1_n;
        double reciprocal_2_n = 1.0 / shared_3_n;
        double htau_n = common_2_n * reciprocal_2_n;
        hinf_n = a_1_1_n * reciprocal_2_n;
        double x_3_n = -(v_n + 55.0);
        double shared_4_n = x_3_n * 0.1;
        bool const is_c2 = math::fabs(shared_4_n) < 1e-06;
        double vtrap_4_c1 = 10.0 * (1.0 - shared_4_n * 0.5);
        double vtrap_4_c2 = x_3_n / (2.7182818284590455 * shared_1_n - 1.0);
        vtrap_4_n = is_c2 ? vtrap_4_c1 : vtrap_4_c2;
        double a_1_2_n = 0.01 * vtrap_4_n;
        double b_1_2_n = 0.125 * exponential_n;
        shared_5_n = a_1_2_n + b_1_2_n;
        double reciprocal_3_n = 1.0 / shared_5_n;
        double ntau_n = common_2_n * reciprocal_3_n;
        ninf_n = a_1_2_n * reciprocal_3_n;
        instance.set(element::mtau_n, mtau_n);
        instance.set(element::htau_n, htau_n);
        instance.set(element::ntau_n, ntau_n);
    }

    template <int apart>
    RALL_FUNCTION static void piece_2([[maybe_unused]] kernel::Context const& context,
        [[maybe_unused]] Common const& common, [[maybe_unused]] kernel::Instance const& instance,
        [[maybe_unused]] double v_n, [[maybe_unused]] double* kept) {
        double const dt_n = context.dt;
        double const common_1_n = common.common_1_n;
        double& hinf_n = kept[2 * apart];
        double& minf_n = kept[3 * apart];
        double& ninf_n = kept[4 * apart];
        double& shared_2_n = kept[5 * apart];
        double& shared_3_n = kept[6 * apart];
        double& shared_5_n = kept[7 * apart];
        double m_n = instance.get(element::m_n);
        double h_n = instance.get(element::h_n);
        double n_n = instance.get(element::n_n);
        m_n = m_n + (1.0 - math::exp(-(dt_n * (common_1_n * shared_2_n)))) * (minf_n - m_n);
        h_n = h_n + (1.0 - math::exp(-(dt_n * (common_1_n * shared_3_n)))) * (hinf_n - h_n);
        n_n = n_n + (1.0 - math::exp(-(dt_n * (common_1_n * shared_5_n)))) * (ninf_n - n_n);
        instance.set(element::m_n, m_n);
        instance.set(element::h_n, h_n);
        instance.set(element::n_n, n_n);
        instance.set(element::minf_n, minf_n);
        instance.set(element::hinf_n, hinf_n);
        instance.set(element::ninf_n, ninf_n);
    }

    static constexpr int n = 3, n_kept = 8, stretch = 32;

    template <int k>
    static constexpr bool together = false;

    template <int k, int apart>
    RALL_FUNCTION static auto piece([[maybe_unused]] kernel::Context const& context, [[maybe_unused]] Common const& common,
        [[maybe_unused]] kernel::Instance const& instance, [[maybe_unused]] double v_n,
        [[maybe_unused]] double* kept) {
        if constexpr (k == 0) return piece_0<apart>(context, common, instance, v_n, kept);
        if constexpr (k == 1) return piece_1<apart>(context, common, instance, v_n, kept);
        if constexpr (k == 2) return piece_2<apart>(context, common, instance, v_n, kept);
    }
    };

    RALL_FUNCTION static void state([[maybe_unused]] kernel::Context const& context,
        [[maybe_unused]] Common const& common, [[maybe_unused]] kernel::Instance const& instance,
        [[maybe_unused]] double v_n) {
        double const dt_n = context.dt;
        double const common_1_n = common.common_1_n;
        double const common_2_n = common.common_2_n;
        double m_n = instance.get(element::m_n);
        double h_n = instance.get(element::h_n);
        double n_n = instance.get(element::n_n);
        double vtrap_3_n = 0.0;
        double vtrap_4_n = 0.0;
        double x_2_n = -(v_n + 40.0);
        double exponent_n = v_n * (-0.0125) + -0.8125;
        bool const is_c1 = exponent_n > 87.125;
        double exponent_c1 = 87.125;
        exponent_n = is_c1 ? exponent_c1 : exponent_n;
        double exponential_n = math::exp(exponent_n);
        double shared_n = x_2_n * 0.1;
        double shared_1_n = math::powi<8>(exponential_n);
        bool const is_c2 = math::fabs(shared_n) < 1e-06;
        double vtrap_3_c1 = 10.0 * (1.0 - shared_n * 0.5);
        double vtrap_3_c2 = x_2_n / (12.182493960703473 * shared_1_n - 1.0);
        vtrap_3_n = is_c2 ? vtrap_3_c1 : vtrap_3_c2;
        double a_1_n = 0.1 * vtrap_3_n;
        double b_1_n = 4.0 * math::exp(-((v_n + 65.0) * 0.05555555555555555));
        double shared_2_n = a_1_n + b_1_n;
        double reciprocal_1_n = 1.0 / shared_2_n;
        double mtau_n = common_2_n * reciprocal_1_n;
        double minf_n = a_1_n * reciprocal_1_n;
        double a_1_1_n = 0.07 * math::powi<4>(exponential_n);
        double b_1_1_n = 1.0 / (20.085536923187668 * shared_1_n + 1.0);
        double shared_3_n = a_1_1_n + b_1_1_n;
        double reciprocal_2_n = 1.0 / shared_3_n;
        double htau_n = common_2_n * reciprocal_2_n;
        double hinf_n = a_1_1_n * reciprocal_2_n;
        double x_3_n = -(v_n + 55.0);
        double shared_4_n = x_3_n * 0.1;
        bool const is_c3 = math::fabs(shared_4_n) < 1e-06;
        double vtrap_4_c1 = 10.0 * (1.0 - shared_4_n * 0.5);
        double vtrap_4_c2 = x_3_n / (2.7182818284590455 * shared_1_n - 1.0);
        vtrap_4_n = is_c3 ? vtrap_4_c1 : vtrap_4_c2;
        double a_1_2_n = 0.01 * vtrap_4_n;
        double b_1_2_n = 0.125 * exponential_n;
        double shared_5_n = a_1_2_n + b_1_2_n;
        double reciprocal_3_n = 1.0 / shared_5_n;
        double ntau_n = common_2_n * reciprocal_3_n;
        double ninf_n = a_1_2_n * reciprocal_3_n;
        m_n = m_n + (1.0 - math::exp(-(dt_n * (common_1_n * shared_2_n)))) * (minf_n - m_n);
        h_n = h_n + (1.0 - math::exp(-(dt_n * (common_1_n * shared_3_n)))) * (hinf_n - h_n);
        n_n = n_n + (1.0 - math::exp(-(dt_n * (common_1_n * shared_5_n)))) * (ninf_n - n_n);
        instance.set(element::m_n, m_n);
        instance.set(element::h_n, h_n);
        instance.set(element::n_n, n_n);
        instance.set(element::minf_n, minf_n);
        instance.set(element::hinf_n, hinf_n);
        instance.set(element::ninf_n, ninf_n);
        instance.set(element::mtau_n, mtau_n);
        instance.set(element::htau_n, htau_n);
        instance.set(element::ntau_n, ntau_n);
    }

    RALL_FUNCTION static void derivative([[maybe_unused]] kernel::Context const& context,
        [[maybe_unused]] Common const& common, [[maybe_unused]] kernel::Instance const& instance,
        [[maybe_unused]] double v_n) {
        double const common_1_n = common.common_1_n;
        double const common_2_n = common.common_2_n;
        double const m_n = instance.get(element::m_n);
        double const h_n = instance.get(element::h_n);
        double const n_n = instance.get(element::n_n);
        double vtrap_5_n = 0.0;
        double vtrap_6_n = 0.0;
        double x_4_n = -(v_n + 40.0);
        double exponent_1_n = v_n * (-0.0125) + -0.8125;
        bool const is_c1 = exponent_1_n > 87.125;
        double exponent_1_c1 = 87.125;
        exponent_1_n = is_c1 ? exponent_1_c1 : exponent_1_n;
        double exponential_1_n = math::exp(exponent_1_n);
        double shared_6_n = x_4_n * 0.1;
        double shared_7_n = math::powi<8>(exponential_1_n);
        bool const is_c2 = math::fabs(shared_6_n) < 1e-06;
        double vtrap_5_c1 = 10.0 * (1.0 - shared_6_n * 0.5);
        double vtrap_5_c2 = x_4_n / (12.182493960703473 * shared_7_n - 1.0);
        vtrap_5_n = is_c2 ? vtrap_5_c1 : vtrap_5_c2;
        double a_2_n = 0.1 * vtrap_5_n;
        double b_2_n = 4.0 * math::exp(-((v_n + 65.0) * 0.05555555555555555));
        double shared_8_n = a_2_n + b_2_n;
        double reciprocal_5_n = 1.0 / shared_8_n;
        double mtau_n = common_2_n * reciprocal_5_n;
        double minf_n = a_2_n * reciprocal_5_n;
        double a_2_1_n = 0.07 * math::powi<4>(exponential_1_n);
        double b_2_1_n = 1.0 / (20.085536923187668 * shared_7_n + 1.0);
        double shared_9_n = a_2_1_n + b_2_1_n;
        double reciprocal_6_n = 1.0 / shared_9_n;
        double htau_n = common_2_n * reciprocal_6_n;
        double hinf_n = a_2_1_n * reciprocal_6_n;
        double x_5_n = -(v_n + 55.0);
        double shared_10_n = x_5_n * 0.1;
        bool const is_c3 = math::fabs(shared_10_n) < 1e-06;
        double vtrap_6_c1 = 10.0 * (1.0 - shared_10_n * 0.5);
        double vtrap_6_c2 = x_5_n / (2.7182818284590455 * shared_7_n - 1.0);
        vtrap_6_n = is_c3 ? vtrap_6_c1 : vtrap_6_c2;
        double a_2_2_n = 0.01 * vtrap_6_n;
        double b_2_2_n = 0.125 * exponential_1_n;
        double shared_11_n = a_2_2_n + b_2_2_n;
        double reciprocal_7_n = 1.0 / shared_11_n;
        double ntau_n = common_2_n * reciprocal_7_n;
        double ninf_n = a_2_2_n * reciprocal_7_n;
        double shared_12_n = common_1_n * shared_8_n;
        double d_m_derivative_d_m_n = -shared_12_n;
        double m_derivative_n = (minf_n - m_n) * shared_12_n;
        double shared_13_n = common_1_n * shared_9_n;
        double d_h_derivative_d_h_n = -shared_13_n;
        double h_derivative_n = (hinf_n - h_n) * shared_13_n;
        double shared_14_n = common_1_n * shared_11_n;
        double d_n_derivative_d_n_n = -shared_14_n;
        double n_derivative_n = (ninf_n - n_n) * shared_14_n;
        instance.set(element::minf_n, minf_n);
        instance.set(element::hinf_n, hinf_n);
        instance.set(element::ninf_n, ninf_n);
        instance.set(element::mtau_n, mtau_n);
        instance.set(element::htau_n, htau_n);
        instance.set(element::ntau_n, ntau_n);
        instance.set(element::m_derivative_n, m_derivative_n);
        instance.set(element::h_derivative_n, h_derivative_n);
        instance.set(element::n_derivative_n, n_derivative_n);
        instance.set(element::d_m_derivative_d_m_n, d_m_derivative_d_m_n);
        instance.set(element::d_h_derivative_d_h_n, d_h_derivative_d_h_n);
        instance.set(element::d_n_derivative_d_n_n, d_n_derivative_d_n_n);
    }

    RALL_FUNCTION static void relax([[maybe_unused]] kernel::Instance const& instance,
        [[maybe_unused]] double gamma_n) {
        double m_derivative_n = instance.get(element::m_derivative_n);
        double h_derivative_n = instance.get(element::h_derivative_n);
        double n_derivative_n = instance.get(element::n_derivative_n);
        double const d_m_derivative_d_m_n = instance.get(element::d_m_derivative_d_m_n);
        double const d_h_derivative_d_h_n = instance.get(element::d_h_derivative_d_h_n);
        double const d_n_derivative_d_n_n = instance.get(element::d_n_derivative_d_n_n);
        double x_6_n = 1.0 - gamma_n * d_m_derivative_d_m_n;
        double x_7_n = 1.0 - gamma_n * d_h_derivative_d_h_n;
        double x_8_n = 1.0 - gamma_n * d_n_derivative_d_n_n;
        double x_9_n = m_derivative_n / x_6_n;
        double x_10_n = h_derivative_n / x_7_n;
        double x_11_n = n_derivative_n / x_8_n;
        m_derivative_n = x_9_n;
        h_derivative_n = x_10_n;
        n_derivative_n = x_11_n;
        instance.set(element::m_derivative_n, m_derivative_n);
        instance.set(element::h_derivative_n, h_derivative_n);
        instance.set(element::n_derivative_n, n_derivative_n);
    }
};

}  // namespace rall::mechanism
