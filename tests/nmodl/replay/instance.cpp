// One instance of a generated mechanism behind a C interface: compiled by replay.py with -include <mechanism>.hpp and
// -DMECHANISM=<struct>.
#include <vector>

using namespace rall;
using Mechanism = mechanism::MECHANISM;

namespace {

double values[1000][lanes];  // one line per element
kernel::Variable table[1000];
std::vector<double> sent;  // delay, flag of each net_send; time, -1 of each net_event

struct Events {
    void net_send(double delay, double flag) { sent.insert(sent.end(), {delay, flag}); }
    void net_event(double time) { sent.insert(sent.end(), {time, -1}); }
};

kernel::Instance instance() {
    for (int e = 0; e < Mechanism::info.n_elements; ++e) table[e] = {values[e], 1};
    return {table, 0, 0};
}

kernel::Context at(double t, double dt, double celsius) { return {t, dt, celsius, 1}; }

Mechanism::Common common(kernel::Context const& c) { return Mechanism::common(c, instance().variables); }

// Templates, so that what a mechanism does not have is never looked up.
template <class M>
kernel::Current current_of(kernel::Context const& c, double v) {
    if constexpr (M::info.has_current) return M::current(c, common(c), instance(), v);
    return {0, 0};
}

template <class M>
void state_of(kernel::Context const& c, double v) {
    if constexpr (M::info.has_state) M::state(c, common(c), instance(), v);
}

template <class M>
void receive_in(kernel::Context const& c, double v, double* args, double flag) {
    Events events;
    if constexpr (M::info.has_receive) M::receive(c, common(c), instance(), v, args, flag, events);
}

template <class M>
void connect_to(kernel::Context const& c, double v, double* args) {
    if constexpr (M::info.has_connect) M::connect(c, common(c), instance(), v, args);
}

}  // namespace

extern "C" {

int variable(int i, char const** name, int* role, int* field, double* value, int* size) {
    if (i >= Mechanism::info.n_variables) return 0;
    auto const& v = Mechanism::info.variables[i];
    *name = v.name, *role = static_cast<int>(v.role), *field = static_cast<int>(v.field), *value = v.value,
    *size = v.size;
    return 1;
}

double* element(int e) { return values[e]; }

void initial(double t, double dt, double celsius, double v) {
    Events events;
    auto const c = at(t, dt, celsius);
    Mechanism::initial(c, common(c), instance(), v, events);
}

void current(double t, double dt, double celsius, double v, double* i, double* g) {
    auto const result = current_of<Mechanism>(at(t, dt, celsius), v);
    *i = result.i, *g = result.g;
}

void state(double t, double dt, double celsius, double v) { state_of<Mechanism>(at(t, dt, celsius), v); }

void receive(double t, double dt, double celsius, double v, double* args, double flag) {
    receive_in<Mechanism>(at(t, dt, celsius), v, args, flag);
}

void connect(double t, double dt, double celsius, double v, double* args) {
    connect_to<Mechanism>(at(t, dt, celsius), v, args);
}

int take_event(double* when, double* flag) {
    if (sent.empty()) return 0;
    *when = sent[0], *flag = sent[1];
    sent.erase(sent.begin(), sent.begin() + 2);
    return 1;
}
}
