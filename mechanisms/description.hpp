// The MechanismInfo of a mechanism that is translated but not compiled yet, so that a model can be described before its
// kernels exist.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "mechanisms/info.hpp"
#include "nmodl_lite/codegen/gating_pattern.hpp"
#include "nmodl_lite/mechanism.hpp"

namespace rall {

/// Owns what its info points to, and therefore stays where it was made.
class Description {
public:
    explicit Description(nmodl::Mechanism const& mechanism);
    Description(Description const&) = delete;
    Description& operator=(Description const&) = delete;

    MechanismInfo const& info() const { return info_; }

private:
    std::deque<std::string> texts_;  // a deque does not move its elements
    std::vector<VariableInfo> variables_;
    std::vector<IonInfo> ions_;
    std::vector<double> watch_flags_;
    std::vector<OdeState> ode_states_;
    nmodl::GatingPattern gating_;
    MechanismInfo info_;
};

}  // namespace rall
