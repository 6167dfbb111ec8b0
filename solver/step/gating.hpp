// Markov schemes advanced otherwise than by backward Euler: exactly, or channel by channel. The rates are those at the new potential and
// constant within the step, as in the implicit step.
#pragma once

#include "base/binomial.hpp"
#include "solver/step/uniformization.hpp"

namespace rall::solver {

/// An instance of a mechanism that consists of single channels: its variables of Role::channels and Role::gating. The states are how many of `count`
/// channels are in each, over `count`.
class Channels {
public:
    enum Element { count, method, cell, number, draws };

    RALL_FUNCTION Channels(Instance const& instance, int element, std::uint64_t seed, std::uint32_t purpose)
        : instance_(instance),
          element_(element),
          stream_{seed, purpose, static_cast<std::uint64_t>(get(cell)), static_cast<std::uint32_t>(get(number)),
                  static_cast<std::uint64_t>(get(draws))} {}

    RALL_FUNCTION double get(Element which) const { return instance_.get(element_ + which); }
    RALL_FUNCTION random::Stream& stream() { return stream_; }
    RALL_FUNCTION void finish() const { instance_.set(element_ + draws, static_cast<double>(stream_.draws)); }

private:
    Instance const& instance_;
    int element_;
    random::Stream stream_;
};

template <class M>
RALL_FUNCTION Channels channels_of(Context const& context, Instance const& instance) {
    constexpr std::uint32_t purpose = random::purpose("gating") ^ random::purpose(M::info.name);
    return {instance, M::info.gating.channels, context.seed, purpose};
}

/// True if some instances of the group consist of single channels.
template <class M>
RALL_FUNCTION bool has_channels(MechanismArrays const& m) {
    kernel::Variable const count = m.variables[M::info.gating.channels];
    return count.stride != 0 || count.data[0] > 0;
}

/// Exact simulation of a step (Gillespie 1977, J. Phys. Chem. 81:2340): `counts` of channels in each state after dt.
template <class M>
RALL_FUNCTION void simulate_transitions(random::Stream& stream, double const* rate, int stride, double dt,
                                        double* counts) {
    constexpr int n_transitions = M::info.gating.n_transitions;
    for (double t = 0;;) {
        double propensity[n_transitions], total = 0;
        unrolled<n_transitions>([&](auto k) {
            propensity[k] = rate[k * stride] * counts[transition_from<M>(k)];
            total += propensity[k];
        });
        if (!(total > 0)) return;
        t += stream.exponential() / total;
        if (!(t < dt)) return;
        double left = total * stream.uniform();
        int chosen = -1;
        for (int k = 0; k < n_transitions && left >= 0; ++k) {
            if (!(propensity[k] > 0)) continue;
            chosen = k;
            left -= propensity[k];
        }
        unrolled<n_transitions>([&](auto k) {
            if (k != chosen) return;
            counts[transition_from<M>(k)] -= 1;
            counts[transition_to<M>(k)] += 1;
        });
    }
}

/// One step of the instances `first` .. of a block, as many as a Wide holds: exact, or of single channels where `drawing` and there
/// are some. Channels are drawn one transition after the other where few are expected in the step; else the channels of each state
/// are spread over all states by one multinomial with the probabilities exp(A dt), which is exact too: the rates are constant in
/// the step and channels do not see one another.
template <class M, class Wide>
class Gate {
public:
    RALL_FUNCTION Gate(Context const& context, typename M::Common const& common, kernel::Variable const* variables,
                       int block, int first, double const* v)
        : context_(context), variables_(variables), block_(block), first_(first) {
        double* const rates = reinterpret_cast<double*>(rate_);
#pragma omp simd
        for (int lane = 0; lane < width; ++lane)
            M::template transitions<width>(context, common, {variables, block, first + lane}, v[lane], rates + lane);
        unrolled<n>([&](auto i) { y_[i] = *state(i); });
    }

    RALL_FUNCTION void run(bool drawing) {
        Exponential const exponential(rate_, context_.dt);
        if (drawing) draw(exponential);
        if (n_drawn_ < width) {
            exponential.apply(y_);
            Wide sum[n_parts] = {};
            unrolled<n>([&](auto i) { sum[state_part<M>(i)] += y_[i]; });
            // Rounding is not to add up over many steps.
            unrolled<n>([&](auto i) {
                Wide const total = rate_[n_transitions + state_part<M>(i)], now = sum[state_part<M>(i)];
                y_[i] *= now > 0 ? total / now : 1 + Wide{};
            });
        }
        for (int lane = 0; n_drawn_ > 0 && lane < width; ++lane)
            if (drawn_[lane] > 0)
                unrolled<n>([&](auto i) {
                    at(y_, i, lane) =
                        at(rate_, n_transitions + state_part<M>(i), lane) * (next_[lane][i] / drawn_[lane]);
                });
        unrolled<n>([&](auto i) { *state(i) = y_[i]; });
    }

private:
    using Exponential = Uniformization<M, Wide>;
    static constexpr int n = Exponential::n, n_transitions = Exponential::n_transitions, width = Exponential::width,
                         n_parts = M::info.gating.n_parts;
    static constexpr double few = 16;  // transitions in a step

    RALL_FUNCTION Wide* state(auto i) const {
        return reinterpret_cast<Wide*>(variables_[state_element<M>(i)].data + block_ + first_);
    }
    RALL_FUNCTION static double& at(Wide* wide, int i, int lane) { return reinterpret_cast<double*>(wide + i)[lane]; }
    RALL_FUNCTION Instance instance(int lane) const { return {variables_, block_, first_ + lane}; }

    /// Counts after the step of the instances that consist of channels, in `next_`.
    RALL_FUNCTION void draw(Exponential const& exponential) {
        bool leaping[width] = {}, any_leaping = false;
        double counts[width][n];
        for (int lane = 0; lane < width; ++lane) {
            Instance const here = instance(lane);
            auto channels = channels_of<M>(context_, here);
            double const N = channels.get(Channels::count);
            drawn_[lane] = N > 0 ? N : 0;
            if (!(N > 0)) continue;
            ++n_drawn_;
            unrolled<n>([&](auto i) {
                double const total = at(rate_, n_transitions + state_part<M>(i), lane);
                counts[lane][i] = total > 0 ? math::round(at(y_, i, lane) / total * N) : 0;
            });
            double expected = 0;
            unrolled<n_transitions>(
                [&](auto k) { expected += at(rate_, k, lane) * counts[lane][transition_from<M>(k)]; });
            double const method = channels.get(Channels::method);
            leaping[lane] = method == 0 ? expected * context_.dt > few : method == 1;
            any_leaping = any_leaping || leaping[lane];
            if (leaping[lane]) continue;
            simulate_transitions<M>(channels.stream(), &at(rate_, 0, lane), width, context_.dt, counts[lane]);
            for (int i = 0; i < n; ++i) next_[lane][i] = counts[lane][i];
            channels.finish();
        }
        for (int j = 0; any_leaping && j < n; ++j) {
            bool any = false;
            for (int lane = 0; lane < width; ++lane) any = any || (leaping[lane] && counts[lane][j] > 0);
            if (!any) continue;
            Wide column[n] = {};
            column[j] += 1;
            exponential.apply(column);
            for (int lane = 0; lane < width; ++lane) {
                if (!leaping[lane] || !(counts[lane][j] > 0)) continue;
                Instance const here = instance(lane);
                auto channels = channels_of<M>(context_, here);
                double weights[n];
                for (int i = 0; i < n; ++i) weights[i] = at(column, i, lane);
                random::multinomial(channels.stream(), counts[lane][j], weights, n, next_[lane]);
                channels.finish();
            }
        }
    }

    Context const& context_;
    kernel::Variable const* variables_;
    int block_, first_;
    Wide rate_[n_transitions + n_parts], y_[n];  // rates and totals; states
    double next_[width][n] = {};                 // counts after the step
    double drawn_[width] = {};                   // number of channels, where they are drawn
    int n_drawn_ = 0;
};

template <class M, class Wide>
RALL_FUNCTION void gate(Context const& context, typename M::Common const& common, kernel::Variable const* variables,
                        int block, int first, double const* v, bool drawing) {
    Gate<M, Wide>(context, common, variables, block, first, v).run(drawing);
    if constexpr (M::info.gating.has_after) {
        constexpr int width = static_cast<int>(sizeof(Wide) / sizeof(double));
#pragma omp simd
        for (int lane = 0; lane < width; ++lane)
            M::after_transitions(context, common, {variables, block, first + lane}, v[lane]);
    }
}

/// A step of one instance: of its channels, exact, or implicit. For blocks in which they differ.
template <class M>
RALL_KERNEL_LOOP void gate_one(Context const& context, typename M::Common const& common, Instance const& instance,
                               double v, bool exact, bool drawing) {
    if (exact || (drawing && instance.get(M::info.gating.channels) > 0))
        gate<M, double>(context, common, instance.variables, instance.block, instance.lane, &v, drawing);
    else M::state(context, common, instance, v);
}

/// All instances of a mechanism with Markov schemes, where they are not all advanced by backward Euler.
template <class M>
RALL_KERNEL_LOOP void gate_all(Team const& team, Group const& g, MechanismArrays const& m, Context context,
                               bool exact) {
    auto const shared = common<M>(m);
    bool const drawing = has_channels<M>(m);
    auto const one = [&](Instance const& instance, double v, int) {
        gate_one<M>(context, shared, instance, v, exact, drawing);
    };
    if (is_ordered<M>(m)) return in_order<M>(team, g, m, one);
#ifdef RALL_ON_DEVICE
    for_each_instance<M>(team, g, m, one);
#else
    for (int block = 0; block < m.n; block += lanes) {
        int drawn = 0;
        for (int lane = 0; drawing && lane < lanes; ++lane)
            drawn += Instance{m.variables, block, lane}.get(M::info.gating.channels) > 0;
        alignas(64) double kept[lanes];
        double const* const v = voltages<M>(g, m, block, lanes, kept);
        if (exact || drawn == lanes) {
            constexpr int width = Uniformization<M, Pack>::width;
            for (int lane = 0; lane < lanes; lane += width)
                gate<M, Pack>(context, shared, m.variables, block, lane, v + lane, drawing);
        } else if (drawn == 0) {
            State<M, Instance> const state{context, shared};
            run_stretch(state, {m.variables, block, lanes, v});
        } else {
            for (int lane = 0; lane < lanes; ++lane) one({m.variables, block, lane}, v[lane], block + lane);
        }
    }
#endif
}

/// Channels begin in states drawn with the probabilities that INITIAL left.
template <class M>
RALL_FUNCTION void draw_initial_states(Team const& team, MechanismArrays const& m, Context const& context) {
    constexpr int n = M::info.gating.n_states, n_parts = M::info.gating.n_parts;
    if (m.n == 0 || !has_channels<M>(m)) return;
    for_each_scalar(team, m.n, [&](int i) {
        Instance const instance{m.variables, i & ~(lanes - 1), i & (lanes - 1)};
        auto channels = channels_of<M>(context, instance);
        double const N = channels.get(Channels::count);
        if (!(N > 0)) return;
        double counts[n] = {}, weights[n_parts][n] = {}, total[n_parts] = {};
        unrolled<n>([&](auto j) {
            double const y = math::fmax(instance.get(state_element<M>(j)), 0);
            weights[state_part<M>(j)][j] = y;
            total[state_part<M>(j)] += y;
        });
        for (auto const& part : weights) random::multinomial(channels.stream(), N, part, n, counts);
        unrolled<n>([&](auto j) { instance.set(state_element<M>(j), total[state_part<M>(j)] * (counts[j] / N)); });
        channels.finish();
    });
}

}  // namespace rall::solver
