// A generated mechanism, run alone.
#pragma once

#include <utility>
#include <vector>

#include "mechanisms/kernel.hpp"

namespace rall::nmodl::test {

/// One instance with all variables at their defaults.
template <class M>
struct One {
    double values[M::info.n_elements][lanes] = {};
    kernel::Variable variables[M::info.n_elements];
    kernel::Context context{0, 0.025, 6.3, 1};
    std::vector<std::pair<double, double>> sent;
    double v = -65;

    One() {
        int element = 0;
        for (auto const& variable : M::variables)
            for (int i = 0; i < variable.size; ++i, ++element) {
                values[element][0] = variable.value;
                variables[element] = {values[element], 1};
            }
    }
    void net_send(double delay, double flag) { sent.emplace_back(delay, flag); }
    void net_event(double) {}
    kernel::Instance instance() const { return {variables, 0, 0}; }
    auto common() const { return M::common(context, variables); }
    void initial() { M::initial(context, common(), instance(), v, *this); }
    kernel::Current current() { return M::current(context, common(), instance(), v); }
    void state() { M::state(context, common(), instance(), v); }
    double& operator[](int element) { return values[element][0]; }
};

}  // namespace rall::nmodl::test
