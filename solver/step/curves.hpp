// Curves: what of a mechanism's states is a function of v alone - where gates go, and how far in a step (nmodl_lite/passes/curves.cpp). They are read from
// a table, which takes a fraction of the time that exponentials and divisions take. In each quarter of a millivolt a curve is the polynomial of degree
// 5 through its values at the six Chebyshev points (Trefethen 2013, Approximation Theory and Approximation Practice, chapters 2 to 4). Where a curve
// is as smooth as those of gates are, that misses it by 1e-14 of its size. What misses one by more than `tolerance` is not used: at jumps and kinks,
// beside divisions of zero by zero, beyond the range, and for instances with other parameters than the table's, curves are computed.
// So a state depends on v and the instance's own parameters, never on others or on the packing.
#pragma once

#include <type_traits>

#include "solver/step/pieces.hpp"

namespace rall::solver {

/// In single precision rates are computed: exponentials take half the time there.
template <class M>
concept HasCurves = requires {
    M::n_curves;
} && std::is_same_v<kernel::real, double>;

// A table has a row for each interval of v, and one more of NaN, where intervals lead whose curves are computed. In a row lie the
// coefficients of the polynomials, the constants first, each those of all curves side by side.
namespace table {

inline constexpr double lowest = -128, per_mV = 4;  // begin of the first interval, mV; intervals in a mV
inline constexpr int n_intervals = 768;
inline constexpr int n_coefficients = 6;
inline constexpr double tolerance = 0x1p-40;  // of the largest value of a curve in its interval
inline constexpr double noise = 0x1p-50;      // what 1 - e^x may be missed by besides: it has no more digits

/// Curves side by side: vectors of two doubles, or of four and eight.
template <class M>
constexpr int width() {
    return M::n_curves <= 2 ? 2 : (M::n_curves + 3) / 4 * 4;
}

template <class M>
constexpr int row() {
    return n_coefficients * width<M>();
}

/// Where v falls: the interval, and how far from its middle, from -1/2 to 1/2.
struct Place {
    int interval;
    double within;
};

RALL_FUNCTION Place place(double v, bool is_usual) {
    double const x = (v - lowest) * per_mV;
    bool const inside = (x >= 0) & (x < n_intervals) & is_usual;
    double const there = inside ? x : n_intervals;
    int const interval = static_cast<int>(there);
    return {interval, there - (interval + 0.5)};
}

/// A polynomial whose coefficients lie `apart`.
RALL_FUNCTION double polynomial(double const* a, int apart, double x) {
    double const high = math::fma(math::fma(a[5 * apart], x, a[4 * apart]), x, a[3 * apart]);
    return math::fma(math::fma(math::fma(high, x, a[2 * apart]), x, a[apart]), x, a[0]);
}

/// The curves there; NaN all of them where they are to be computed.
template <class M>
RALL_FUNCTION void evaluate(double const* coefficients, double within, double* value) {
    constexpr int n = width<M>();
#pragma omp simd
    for (int k = 0; k < n; ++k) value[k] = polynomial(coefficients + k, n, within);
}

inline constexpr int n_samples = 13;  // six points through which a polynomial goes, seven at which it is looked at

/// Places of the samples in an interval, from -1 to 1: the zeros of the sixth Chebyshev polynomial, and where that is largest, which are where a
/// polynomial through the former misses most. The end belongs to the next interval.
RALL_FUNCTION double sample(int k) {
    constexpr double places[] = {0.9659258262890683,
                                 0.7071067811865476,
                                 0.25881904510252074,
                                 -0.25881904510252074,
                                 -0.7071067811865476,
                                 -0.9659258262890683,
                                 0.99999999,
                                 0.8660254037844387,
                                 0.5,
                                 0,
                                 -0.5,
                                 -0.8660254037844387,
                                 -1};
    return places[k < n_samples ? k : n_samples - 1];
}

/// Chebyshev coefficients of the polynomial through f at the first six samples, then those of powers of the place from -1/2 to 1/2.
RALL_FUNCTION void interpolate(double const* f, double* a) {
    constexpr double cos_1 = 0.9659258262890683, cos_2 = 0.8660254037844387, cos_3 = 0.7071067811865476,
                     cos_5 = 0.25881904510252074;  // of 15 degrees each
    double const even_0 = f[0] + f[5], even_1 = f[1] + f[4], even_2 = f[2] + f[3];
    double const odd_0 = f[0] - f[5], odd_1 = f[1] - f[4], odd_2 = f[2] - f[3];
    double const c0 = ((even_0 + even_2) + even_1) / 6, c2 = cos_2 * (even_0 - even_2) / 3,
                 c4 = ((even_0 + even_2) / 2 - even_1) / 3;
    double const c1 = ((cos_1 * odd_0 + cos_5 * odd_2) + cos_3 * odd_1) / 3, c3 = cos_3 * ((odd_0 - odd_2) - odd_1) / 3,
                 c5 = ((cos_5 * odd_0 + cos_1 * odd_2) - cos_3 * odd_1) / 3;
    a[0] = (c0 - c2) + c4;
    a[1] = 2 * ((c1 - 3 * c3) + 5 * c5);
    a[2] = 8 * (c2 - 4 * c4);
    a[3] = 32 * (c3 - 5 * c5);
    a[4] = 128 * c4;
    a[5] = 512 * c5;
}

/// Does a polynomial of these coefficients meet the samples?
RALL_FUNCTION bool meets(double const* a, double const* f, bool is_of_one) {
    double largest = 0, missed = 0;
    bool finite = true;
    for (int k = 0; k < n_samples; ++k) {
        double const p = polynomial(a, 1, sample(k) / 2);
        finite = finite & (math::fabs(f[k]) < 1e300);
        largest = math::fmax(largest, math::fabs(f[k]));
        missed = math::fmax(missed, math::fabs(p - f[k]));
    }
    return finite && missed <= tolerance * largest + (is_of_one ? noise : 0);
}

/// The coefficients of one curve, `apart`; false where they miss it.
RALL_FUNCTION bool fit(double const* f, bool is_of_one, double* coefficients, int apart) {
    double a[n_coefficients];
    interpolate(f, a);
    for (int i = 0; i < n_coefficients; ++i) coefficients[i * apart] = a[i];
    return meets(a, f, is_of_one);
}

/// A row, of NaN unless all curves are smooth there.
template <class M>
RALL_FUNCTION void make_row(Context const& context, typename M::Common const& common, kernel::Variable const* variables,
                            int interval, double* coefficients) {
    constexpr int n = M::n_curves, padded = (n_samples + lanes - 1) / lanes * lanes;
    double f[n * padded];
    typename M::Usual const instance{{variables, 0, 0}};
#pragma omp simd
    for (int k = 0; k < padded; ++k)
        M::template curves<padded>(context, common, instance, lowest + (interval + (0.5 + sample(k) / 2)) / per_mV,
                                   f + k);
    bool smooth = interval < n_intervals;
    for (int i = 0; i < row<M>(); ++i) coefficients[i] = 0;
    [&]<int... k>(std::integer_sequence<int, k...>) {
        ((smooth = fit(f + k * padded, M::template is_of_one<k>, coefficients + k, width<M>()) && smooth), ...);
    }
    (std::make_integer_sequence<int, n>{});
    for (int i = 0; i < row<M>() && !smooth; ++i) coefficients[i] = math::nan;
}

}  // namespace table

/// Doubles of a mechanism's table.
template <class M>
constexpr int curve_doubles_of() {
    if constexpr (HasCurves<M>) return (table::n_intervals + 1) * table::row<M>();
    else return 0;
}

/// Fills a table, when the parameters of the model are known.
template <class M>
RALL_KERNEL_LOOP void tabulate(Team const& team, Context context, typename M::Common common,
                               kernel::Variable const* variables, double* rows) {
    for_each_scalar(team, table::n_intervals + 1, [=](int interval) {
        table::make_row<M>(context, common, variables, interval, rows + interval * table::row<M>());
    });
}

/// A step of the states of one instance. Without rows all is computed.
template <class M, class I>
RALL_FUNCTION void state_on_curves(Context const& context, typename M::Common const& common, I const& instance, double v, double const* rows,
                                   bool shows) {
    double value[table::width<M>()], computed[M::n_curves];
    value[0] = math::nan;
    if (rows) {
        auto const at = table::place(v, M::is_usual(instance));
        table::evaluate<M>(rows + at.interval * table::row<M>(), at.within, value);
    }
    bool const missing = value[0] != value[0];
    if (missing || shows) M::template curves<1>(context, common, instance, v, computed);  // it shows what is only looked at
    for (int k = 0; k < M::n_curves && missing; ++k) value[k] = computed[k];
    M::template state_on_curves<1>(context, common, instance, v, value);
}

// The same for a stretch of instances, as vector code.

/// Places in a table, of a stretch.
struct Places {
    static constexpr int most = 64;
    alignas(64) double within[most];
    alignas(64) int row[most];
    bool is_one[most / lanes];  ///< a block of eight is in one interval, as neighbours in a quiet cell are
};

/// The curves of a block in one interval: each polynomial is one for all instances.
template <class M>
RALL_FUNCTION void evaluate_together(double const* coefficients, double const* within, double* value) {
    constexpr int width = table::width<M>();
    for (int k = 0; k < M::n_curves; ++k) {
#pragma omp simd
        for (int lane = 0; lane < lanes; ++lane) value[k * lanes + lane] = table::polynomial(coefficients + k, width, within[lane]);
    }
}

/// Computes the curves of a block, for those that found NaN. Curve k of a lane is value[k * between_curves + lane * between_lanes].
template <class M, class I>
RALL_KERNEL_LOOP void compute_block(Context context, typename M::Common common, kernel::Variable const* variables, int block, double const* v,
                                    double* value, int between_curves, int between_lanes) {
    alignas(64) double computed[M::n_curves * lanes];
#pragma omp simd
    for (int lane = 0; lane < lanes; ++lane) M::template curves<lanes>(context, common, I{variables, block, lane}, v[lane], computed + lane);
    for (int lane = 0; lane < lanes; ++lane, value += between_lanes)
        if (value[0] != value[0])
            for (int k = 0; k < M::n_curves; ++k) value[k * between_curves] = computed[k * lanes + lane];
}

/// A step of the states of a block whose curves are known, or NaN.
template <class M, class I, int between_curves, int between_lanes>
RALL_FUNCTION void advance_block(Context const& context, typename M::Common const& common, Stretch const& stretch, int block, double* value, bool shows) {
    int missing = shows;
#pragma omp simd reduction(| : missing)
    for (int lane = 0; lane < lanes; ++lane) missing |= value[lane * between_lanes] != value[lane * between_lanes];
    if (missing)
        compute_block<M, I>(context, common, stretch.variables, stretch.first + block, stretch.v + block, value, between_curves, between_lanes);
#pragma omp simd
    for (int lane = 0; lane < lanes; ++lane)
        M::template state_on_curves<between_curves>(context, common, I{stretch.variables, stretch.first + block, lane}, stretch.v[block + lane],
                                                    value + lane * between_lanes);
}

/// A step of the states of a stretch. Without rows all is computed.
template <class M, class I>
RALL_KERNEL_LOOP void states_on_curves(Context context, typename M::Common common, Stretch stretch, double const* rows, bool shows) {
    constexpr int width = table::width<M>();
    alignas(64) double values[Places::most * width];
    Places places;
    for (int block = 0; block < stretch.n; block += lanes) {
        int differ = 0;
#pragma omp simd
        for (int lane = 0; lane < lanes; ++lane) {
            auto const at = table::place(stretch.v[block + lane], rows && M::is_usual(I{stretch.variables, stretch.first + block, lane}));
            places.within[block + lane] = at.within;
            places.row[block + lane] = at.interval * table::row<M>();
        }
#pragma omp simd reduction(| : differ)
        for (int lane = 0; lane < lanes; ++lane) differ |= places.row[block + lane] ^ places.row[block];
        places.is_one[block / lanes] = differ == 0;
    }
    for (int block = 0; block < stretch.n; block += lanes) {
        double* const value = values + block * width;
        int const* const row = places.row + block;
        if (!places.is_one[block / lanes])
            for (int lane = 0; lane < lanes; ++lane) table::evaluate<M>(rows + row[lane], places.within[block + lane], value + lane * width);
        else if (row[0] < table::n_intervals * table::row<M>()) evaluate_together<M>(rows + row[0], places.within + block, value);
        else
            for (int lane = 0; lane < lanes; ++lane) value[lane] = math::nan;
    }
    for (int block = 0; block < stretch.n; block += lanes) {
        if (places.is_one[block / lanes]) advance_block<M, I, lanes, 1>(context, common, stretch, block, values + block * width, shows);
        else advance_block<M, I, 1, width>(context, common, stretch, block, values + block * width, shows);
    }
}

}  // namespace rall::solver
