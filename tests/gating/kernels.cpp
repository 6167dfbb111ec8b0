#include "tests/gating/kernels.hpp"

#include <stdexcept>

#include "NaV.hpp"
#include "expm.hpp"
#include "loop.hpp"
#include "pair.hpp"
#include "resurgent.hpp"
#include "solver/kernel_library.hpp"

namespace {

using rall::solver::Pack;
namespace mechanism = rall::mechanism;

template <class M>
testing::Steps steps(double v, double dt, Eigen::VectorXd const& y) {
    constexpr rall::GatingInfo scheme = M::info.gating;
    constexpr int n = scheme.n_states, n_out = scheme.n_transitions + scheme.n_parts,
                  width = sizeof(Pack) / sizeof(double);
    // Parameters as the file gives them, everything in a line of its own.
    std::vector<double> lines(static_cast<std::size_t>(M::info.n_elements) * rall::lanes + rall::lanes);
    auto* const begin = lines.data() + (8 - reinterpret_cast<std::uintptr_t>(lines.data()) / 8 % 8) % 8;
    std::vector<rall::kernel::Variable> variables;
    for (int k = 0; k < M::info.n_variables; ++k)
        for (int j = 0; j < M::info.variables[k].size; ++j) {
            auto* const line = begin + 8 * variables.size();
            std::fill(line, line + 8, M::info.variables[k].value);
            variables.push_back({line, 0});
        }
    rall::kernel::Context const context{0, dt, 37, 0};
    auto const common = M::common(context, variables.data());

    testing::Steps result;
    result.rates.setZero(n, n);
    double alone_rate[n_out], alone[n];
    Pack rate[n_out], packed[n];
    rall::kernel::Instance const instance{variables.data(), 0, 0};
    M::template transitions<1>(context, common, instance, v, alone_rate);
    for (int k = 0; k < scheme.n_transitions; ++k) {
        result.rates(scheme.to[k], scheme.from[k]) += alone_rate[k];
        result.rates(scheme.from[k], scheme.from[k]) -= alone_rate[k];
    }
    for (int i = 0; i < n; ++i) alone[i] = y[i];
    rall::solver::Uniformization<M, double>(alone_rate, dt).apply(alone);
    result.alone = Eigen::Map<Eigen::VectorXd>(alone, n);
    for (int first = 0; first < rall::lanes; first += width) {  // a device takes one at a time
        for (int lane = 0; lane < width; ++lane)
            M::template transitions<width>(context, common, instance, v + 5 * (first + lane), reinterpret_cast<double*>(rate) + lane);
        for (int i = 0; i < n; ++i) packed[i] = Pack{} + y[i];
        rall::solver::Uniformization<M, Pack>(rate, dt).apply(packed);
        for (int lane = 0; lane < width; ++lane) {
            result.packed[first + lane].resize(n);
            for (int i = 0; i < n; ++i) result.packed[first + lane][i] = reinterpret_cast<double*>(packed + i)[lane];
        }
    }
    return result;
}

}  // namespace

namespace testing {

rall::KernelLibrary const* gating_library() {
    return rall::solver::kernel_library<mechanism::NaV_n, mechanism::expm_n, mechanism::loop_n, mechanism::pair_n,
                                        mechanism::resurgent_n>("gating");
}

Steps exponential_of(char const* name, double v, double dt, Eigen::VectorXd const& y) {
    std::string const wanted = name;
    if (wanted == "loop") return steps<mechanism::loop_n>(v, dt, y);
    if (wanted == "NaV") return steps<mechanism::NaV_n>(v, dt, y);
    if (wanted == "resurgent") return steps<mechanism::resurgent_n>(v, dt, y);
    throw std::invalid_argument(wanted);
}

}  // namespace testing
