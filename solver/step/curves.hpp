// Curves: what of a mechanism's states is a function of v alone - where gates go, and how far in a step (nmodl_lite/passes/curves.cpp). They are read from
// a table, which takes a fraction of the time that exponentials and divisions take. In each quarter of a millivolt a curve is the polynomial of degree
// 5 through its values at the six Chebyshev points (Trefethen 2013, Approximation Theory and Approximation Practice, chapters 2 to 4). Where a curve
// is as smooth as those of gates are, that misses it by 1e-14 of its size. What misses one by more than `tolerance` is not used: at jumps and kinks,
// beyond the range, and for instances with other parameters than the table's, curves are computed.
// So a state depends on v and the instance's own parameters, never on others or on the packing.
#pragma once

#include <type_traits>

#include "solver/step/group.hpp"
#include "solver/step/pieces.hpp"

namespace rall::solver {

/// In single precision rates are computed: exponentials take half the time there.
template <class M>
concept HasCurves = requires {
    M::n_curves;
} && std::is_same_v<kernel::real, double>;

// A table has a row for each interval of v, and one more of NaN, where intervals lead whose curves are computed. In a row lie the curves four by four, the
// last two alone where no more are left: of these the coefficients of their polynomials side by side, constants first.
namespace table {

// Begin of the first interval, mV; intervals in a mV. What divides zero by zero does so at round potentials: none is within 0.004 mV of a sample, so
// that the digits which are lost on the way there do not count.
inline constexpr double lowest = -128 + 81.0 / 1024, per_mV = 4;
inline constexpr int n_intervals = 768;
inline constexpr int n_coefficients = 6;
inline constexpr double tolerance = 0x1p-40;  // of the largest value of a curve in its interval
inline constexpr double noise = 0x1p-50;      // what 1 - e^x may be missed by besides: it has no more digits

/// Curves of a row. (Rows come from the second-level cache where potentials differ: none is longer than it must be.)
template <class M>
constexpr int width() {
    return (M::n_curves + 1) / 2 * 2;
}

template <class M>
constexpr int row() {
    return n_coefficients * width<M>();
}

/// How many curves lie side by side where curve k does.
template <int width>
constexpr int beside(int k) {
    return width - k / 4 * 4 >= 4 ? 4 : 2;
}

/// Where in a row the coefficients of curve k begin, which lie beside(k) apart.
template <int width>
constexpr int begin(int k) {
    int const first = k / 4 * 4;
    return first * n_coefficients + (k - first);
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

/// A polynomial whose coefficients lie `apart`: its even powers, and x times the odd ones.
RALL_FUNCTION double polynomial(double const* a, int apart, double x) {
    double const square = x * x;
    double const even = math::fma(math::fma(a[4 * apart], square, a[2 * apart]), square, a[0]);
    double const odd = math::fma(math::fma(a[5 * apart], square, a[3 * apart]), square, a[apart]);
    return math::fma(odd, x, even);
}

/// The curves there, from number `first` on; NaN all of them where they are to be computed. Even and odd powers of those that lie side by side are one vector.
template <int width, int first = 0>
RALL_FUNCTION void evaluate(double const* row, double x, double square, double* value) {
    constexpr int n = beside<width>(first);
    double const* const a = row + begin<width>(first);
    double part[2 * n];
#pragma omp simd
    for (int k = 0; k < 2 * n; ++k) part[k] = math::fma(math::fma(a[4 * n + k], square, a[2 * n + k]), square, a[k]);
#pragma omp simd
    for (int k = 0; k < n; ++k) value[first + k] = math::fma(part[n + k], x, part[k]);
    if constexpr (first + n < width) evaluate<width, first + n>(row, x, square, value);
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
        ((smooth = fit(f + k * padded, M::template is_of_one<k>, coefficients + begin<width<M>()>(k), beside<width<M>()>(k)) && smooth), ...);
    }
    (std::make_integer_sequence<int, n>{});
    for (int i = 0; i < row<M>() && !smooth; ++i) coefficients[i] = math::nan;
}

}  // namespace table

/// Doubles of a mechanism's table: its rows; then the most intervals in a row that none is computed in, as the first of them and the one behind the last.
template <class M>
constexpr int curve_doubles_of() {
    if constexpr (HasCurves<M>) return (table::n_intervals + 1) * table::row<M>() + 2;
    else return 0;
}

/// Fills a table, when the parameters of the model are known.
template <class M>
RALL_KERNEL_LOOP void tabulate(Team const& team, Context context, typename M::Common common,
                               kernel::Variable const* variables, double* rows) {
    for_each_scalar(team, table::n_intervals + 1, [=](int interval) {
        table::make_row<M>(context, common, variables, interval, rows + interval * table::row<M>());
    });
#ifndef RALL_ON_DEVICE
    once(team, [=] {
        double* const smooth = rows + (table::n_intervals + 1) * table::row<M>();
        smooth[0] = smooth[1] = 0;
        for (int interval = 0, first = 0; interval <= table::n_intervals; ++interval) {
            double const a = rows[interval * table::row<M>()];
            if (a == a) continue;
            if (interval - first > smooth[1] - smooth[0]) smooth[0] = first, smooth[1] = interval;
            first = interval + 1;
        }
    });
#endif
}

/// A step of the states of one instance. Without rows all is computed.
template <class M, class I>
RALL_FUNCTION void state_on_curves(Context const& context, typename M::Common const& common, I const& instance, double v, double const* rows,
                                   bool shows) {
    constexpr int width = table::width<M>();
    double value[width], computed[M::n_curves];
    value[0] = math::nan;
    if (rows) {
        auto const at = table::place(v, M::is_usual(instance));
        table::evaluate<width>(rows + at.interval * table::row<M>(), at.within, at.within * at.within, value);
    }
    bool const missing = value[0] != value[0];
    if (missing || shows) M::template curves<1>(context, common, instance, v, computed);  // it shows what is only looked at
    for (int k = 0; k < M::n_curves && missing; ++k) value[k] = computed[k];
    M::template state_on_curves<1>(context, common, instance, v, value);
}

// The same for a stretch of instances, as vector code.

/// Where potentials fall, one after the other.
struct Places {
    int const* interval = nullptr;
    double const* within = nullptr;
    int const* same = nullptr;  ///< is the interval that of the next seven as well? Neighbours in a quiet cell share one.

    RALL_FUNCTION Places from(int i) const { return {interval + i, within + i, same + i}; }
};

/// ... of a group's nodes, found once for all mechanisms.
RALL_KERNEL_LOOP void find_places([[maybe_unused]] Team const& team, [[maybe_unused]] Group const& g) {
#ifndef RALL_ON_DEVICE
    if (!g.interval) return;
    int *const interval = g.interval, *const same = g.same, n = g.tree.n_nodes;
    double *const within = g.within, *const v = g.v;
    for_each(team, n, [=](int i) {
        auto const at = table::place(v[i], true);
        interval[i] = at.interval;
        within[i] = at.within;
    });
    for_each(team, n + lanes, [=](int i) { same[i] = interval[i] == interval[i + 1]; });  // there is room behind the last node
    for (int const more : {1, 2, 3})                                                        // from two to three, to five, to eight
        for_each(team, n + lanes - 2 * more, [=](int i) { same[i] &= same[i + more]; });
#endif
}

/// ... of a stretch, found for one mechanism: parameters other than the table's lead to NaN.
struct OwnPlaces {
    static constexpr int most = 64;
    alignas(64) double within[most];
    alignas(64) int interval[most];
    int same[most];  ///< of the first in each block of eight

    template <class M, class I>
    RALL_FUNCTION Places find(Stretch const& stretch, bool tabulated) {
        for (int block = 0; block < stretch.n; block += lanes) {
#pragma omp simd
            for (int lane = 0; lane < lanes; ++lane) {
                auto const at = table::place(stretch.v[block + lane], tabulated && M::is_usual(I{stretch.variables, stretch.first + block, lane}));
                within[block + lane] = at.within;
                interval[block + lane] = at.interval;
            }
            int differ = 0;
#pragma omp simd reduction(| : differ)
            for (int lane = 0; lane < lanes; ++lane) differ |= interval[block + lane] ^ interval[block];
            same[block] = differ == 0;
        }
        return {interval, within, same};
    }
};

/// Is no curve of a stretch to be computed? (False where that is not seen at a glance.)
template <class M>
RALL_FUNCTION bool are_read(double const* rows, int const* interval, int n) {
    double const* const smooth = rows + (table::n_intervals + 1) * table::row<M>();
    int const first = static_cast<int>(smooth[0]), end = static_cast<int>(smooth[1]);
    alignas(32) int outside[lanes] = {};
    for (int block = 0; block < n; block += lanes) {
#pragma omp simd
        for (int lane = 0; lane < lanes; ++lane) outside[lane] |= (interval[block + lane] - first) | (end - 1 - interval[block + lane]);
    }
    int any = 0;
    for (int lane = 0; lane < lanes; ++lane) any |= outside[lane];
    return any >= 0;
}

/// Are all curves of a stretch to be computed?
RALL_FUNCTION bool are_computed(Places const& places, int n) {
    for (int block = 0; block < n; block += lanes)
        if (!places.same[block] || places.interval[block] < table::n_intervals) return false;
    return true;
}

/// A step of the states of a stretch whose curves are computed, in the pieces of a function that is cut into such. Same operations, same bits.
template <class M, class I>
RALL_FUNCTION void states_in_pieces(Context const& context, typename M::Common const& common, Stretch const& stretch) {
    using Pieces = typename M::state_pieces;
    for (int first = 0; first < stretch.n; first += Pieces::stretch) {
        int const n = stretch.n - first < Pieces::stretch ? stretch.n - first : Pieces::stretch;
        run_pieces<Pieces, I>(context, common, {stretch.variables, stretch.first + first, n, stretch.v + first});
    }
}

/// The curves of a block in one interval: each polynomial is one for all instances.
template <class M>
RALL_FUNCTION void evaluate_together(double const* row, double const* within, double* value) {
    constexpr int width = table::width<M>();
    [&]<int... k>(std::integer_sequence<int, k...>) {
        auto const curve = [&](double const* a, int apart, double* to) {
#pragma omp simd
            for (int lane = 0; lane < lanes; ++lane) to[lane] = table::polynomial(a, apart, within[lane]);
        };
        (curve(row + table::begin<width>(k), table::beside<width>(k), value + k * lanes), ...);
    }
    (std::make_integer_sequence<int, M::n_curves>{});
}

/// Has one of a block found NaN?
template <int between>
RALL_FUNCTION bool any_missing(double const* value) {
    double sum = 0;
    for (int lane = 0; lane < lanes; ++lane) sum += value[lane * between];
    return sum != sum;
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

/// A step of the states of a block; `compute`: some of its curves are NaN, or somebody looks at what computing them shows.
template <class M, class I, int between_curves, int between_lanes>
RALL_FUNCTION void advance_block(Context const& context, typename M::Common const& common, Stretch const& stretch, int block, double* value, bool compute) {
    if (compute)
        compute_block<M, I>(context, common, stretch.variables, stretch.first + block, stretch.v + block, value, between_curves, between_lanes);
#pragma omp simd
    for (int lane = 0; lane < lanes; ++lane)
        M::template state_on_curves<between_curves>(context, common, I{stretch.variables, stretch.first + block, lane}, stretch.v[block + lane],
                                                    value + lane * between_lanes);
}

/// A step of the states of a stretch. Without rows all is computed.
template <class M, class I>
RALL_KERNEL_LOOP void states_on_curves(Context context, typename M::Common common, Stretch stretch, Places shared, double const* rows, bool shows) {
    constexpr int width = table::width<M>(), between = width <= 4 ? width : (width + 7) / 8 * 8, most = OwnPlaces::most;
    alignas(64) double values[most * between], square[most];
    OwnPlaces own;
    constexpr bool always_usual = std::is_same_v<typename M::Usual, kernel::Quiet>;
    bool const is_shared = always_usual && shared.interval && stretch.node >= 0 && rows;
    Places const places = is_shared ? shared.from(stretch.node) : own.find<M, I>(stretch, rows);
    if constexpr (requires { M::state_pieces::n; })
        if (!is_shared && are_computed(places, stretch.n)) return states_in_pieces<M, I>(context, common, stretch);
    // Squares of places lie in memory, from where a processor brings one to all lanes of a vector at no cost.
    bool apart = false;
    for (int block = 0; block < stretch.n; block += lanes) {
        if (places.same[block]) continue;
        apart = true;
#pragma omp simd
        for (int lane = 0; lane < lanes; ++lane) square[block + lane] = places.within[block + lane] * places.within[block + lane];
    }
    for (int block = 0; block < stretch.n; block += lanes) {
        double* const value = values + block * between;
        int const* const interval = places.interval + block;
        double const* const within = places.within + block;
        if (!places.same[block]) {
            for (int lane = 0; lane < lanes; ++lane)
                table::evaluate<width>(rows + interval[lane] * table::row<M>(), within[lane], square[block + lane], value + lane * between);
        } else if (interval[0] < table::n_intervals) {
            evaluate_together<M>(rows + interval[0] * table::row<M>(), within, value);
        } else {
            for (int lane = 0; lane < lanes; ++lane) value[lane] = math::nan;
        }
    }
    bool const all_read = !apart || are_read<M>(rows, places.interval, stretch.n);
    for (int block = 0; block < stretch.n; block += lanes) {
        double* const value = values + block * between;
        if (places.same[block]) advance_block<M, I, lanes, 1>(context, common, stretch, block, value, shows || value[0] != value[0]);
        else advance_block<M, I, 1, between>(context, common, stretch, block, value, shows || (!all_read && any_missing<between>(value)));
    }
}

}  // namespace rall::solver
