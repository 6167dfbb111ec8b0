// One instance of a generated mechanism behind a table of C functions. replay.py writes a file that includes all generated
// headers, then this one, and ends with one `extern "C" Interface const replay_<name> = interface_of<mechanism::X>;` each.
#pragma once

#include <vector>

namespace rall::replay {

/// What a mechanism sent: net_send (0) with its delay and flag, net_event (1) or net_move (2) with its time.
struct Sent {
    int kind;
    double time, flag;
};

struct Interface {
    int kind;  // MechanismKind
    int n_net_args;
    int has_receive;
    int (*variable)(int i, char const** name, int* role, int* field, double* value, int* size);  // 0 past the last
    double* (*element)(int e);
    void (*look_up_in)(int e, double const* table);  // a FUNCTION_TABLE's numbers
    void (*initial)(double t, double dt, double celsius, double v);
    void (*current)(double t, double dt, double celsius, double v, double* i, double* g);
    void (*state)(double t, double dt, double celsius, double v);
    void (*at_moment)(double t, double dt, double celsius, double v, int moment);
    void (*receive)(double t, double dt, double celsius, double v, double* args, double flag);
    void (*connect)(double t, double dt, double celsius, double v, double* args);
    void (*watch)(double t, double dt, double celsius, double v);
    int (*take_crossed)(double* flag);  // 0 when no condition has become true
    void (*connections)(int n, double* args);
    int (*take_event)(int* kind, double* time, double* flag);  // 0 when there is none
};

struct Events {
    std::vector<Sent>& sent;
    int n;  // connections, their arguments side by side
    double* args;
    int n_args;
    void net_send(double delay, double flag) { sent.push_back({0, delay, flag}); }
    void net_event(double time) { sent.push_back({1, time, 0}); }
    void net_move(double time) { sent.push_back({2, time, 0}); }
    int n_connections() { return n; }
    double* connection(int k) { return args + k * n_args; }
};

template <class M>
struct Replay {
    static inline double values[M::info.n_elements + 1][lanes];  // one line per element
    static inline kernel::Variable table[M::info.n_elements + 1];
    static inline double* tables[M::info.n_elements + 1];
    static inline std::vector<Sent> sent;
    static inline Events events{sent, 0, nullptr, M::info.n_net_args};

    static kernel::Instance instance() {
        for (int e = 0; e < M::info.n_elements; ++e) table[e] = {tables[e] ? tables[e] : values[e], 1};
        return {table, 0, 0};
    }

    /// Calls f(context, common, instance).
    template <class F>
    static void with(double t, double dt, double celsius, F const& f) {
        kernel::Context const context{t, dt, celsius, 1};
        f(context, M::common(context, instance().variables), instance());
    }

    static int variable(int i, char const** name, int* role, int* field, double* value, int* size) {
        if (i >= M::info.n_variables) return 0;
        auto const& v = M::info.variables[i];
        *name = v.name, *role = static_cast<int>(v.role), *field = static_cast<int>(v.field), *value = v.value,
        *size = v.size;
        return 1;
    }
    static double* element(int e) { return values[e]; }
    static void look_up_in(int e, double const* numbers) { tables[e] = const_cast<double*>(numbers); }
    static void initial(double t, double dt, double celsius, double v) {
        with(t, dt, celsius, [&](auto const&... c) { M::initial(c..., v, events); });
    }
    static void current(double t, double dt, double celsius, double v, double* i, double* g) {
        if constexpr (M::info.has_current)
            with(t, dt, celsius, [&](auto const&... c) {
                auto const result = M::current(c..., v);
                *i = result.i, *g = result.g;
            });
    }
    static void state(double t, double dt, double celsius, double v) {
        if constexpr (M::info.has_state) with(t, dt, celsius, [&](auto const&... c) { M::state(c..., v); });
    }
    static void at_moment(double t, double dt, double celsius, double v, int moment) {
        with(t, dt, celsius, [&](auto const&... c) {
            if constexpr (runs_at(M::info, Moment::before_initial))
                if (moment == 0) M::before_initial(c..., v);
            if constexpr (runs_at(M::info, Moment::after_initial))
                if (moment == 1) M::after_initial(c..., v);
            if constexpr (runs_at(M::info, Moment::before_breakpoint))
                if (moment == 2) M::before_breakpoint(c..., v);
            if constexpr (runs_at(M::info, Moment::after_solve))
                if (moment == 3) M::after_solve(c..., v);
            if constexpr (runs_at(M::info, Moment::before_step))
                if (moment == 4) M::before_step(c..., v);
        });
    }
    static void receive(double t, double dt, double celsius, double v, double* args, double flag) {
        if constexpr (M::info.has_receive)
            with(t, dt, celsius, [&](auto const&... c) { M::receive(c..., v, args, flag, events); });
    }
    static void connect(double t, double dt, double celsius, double v, double* args) {
        if constexpr (M::info.has_connect)
            with(t, dt, celsius, [&](auto const&... c) { M::connect(c..., v, args, events); });
    }
    static void watch(double t, double dt, double celsius, double v) {
        if constexpr (M::info.n_watches > 0) with(t, dt, celsius, [&](auto const&... c) { M::watch(c..., v); });
    }
    static int take_crossed(double* flag) {
        for (int k = 0; k < M::info.n_watches; ++k) {
            double& state = values[M::info.watch_element + k][0];
            if (state != kernel::Watched::crossed) continue;
            state = kernel::Watched::above;
            *flag = M::info.watch_flags[k];
            return 1;
        }
        return 0;
    }
    static void connections(int n, double* args) { events.n = n, events.args = args; }
    static int take_event(int* kind, double* time, double* flag) {
        if (sent.empty()) return 0;
        *kind = sent[0].kind, *time = sent[0].time, *flag = sent[0].flag;
        sent.erase(sent.begin());
        return 1;
    }
};

template <class M>
constexpr Interface interface_of{static_cast<int>(M::info.kind),
                                 M::info.n_net_args,
                                 M::info.has_receive,
                                 Replay<M>::variable,
                                 Replay<M>::element,
                                 Replay<M>::look_up_in,
                                 Replay<M>::initial,
                                 Replay<M>::current,
                                 Replay<M>::state,
                                 Replay<M>::at_moment,
                                 Replay<M>::receive,
                                 Replay<M>::connect,
                                 Replay<M>::watch,
                                 Replay<M>::take_crossed,
                                 Replay<M>::connections,
                                 Replay<M>::take_event};

}  // namespace rall::replay
