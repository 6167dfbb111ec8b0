#include "io/sonata/synapse_rules.hpp"

#include <cmath>

namespace rall::io::sonata {
namespace {

std::vector<SynapseRule> const& all() {
    static std::vector<SynapseRule> const rules = [] {
        SynapseColumn const use{"Use", "u_syn", true, true}, dep{"Dep", "depression_time", true}, fac{"Fac", "facilitation_time", true},
            vesicles{"Nrrp", "n_rrp_vesicles", false, false, true};
        std::vector<SynapseRule> rules{
            {"ProbAMPANMDA_EMS", {{"tau_d_AMPA", "decay_time"}, use, dep, fac, vesicles}, "NMDA_ratio", "rng"},
            {"ProbGABAAB_EMS", {{"tau_d_GABAA", "decay_time"}, use, dep, fac, vesicles}, "GABAB_ratio", "rng"},
            {"DetAMPANMDA", {{"tau_d_AMPA", "decay_time"}, use, dep, fac}},
            {"DetGABAAB", {{"tau_d_GABAA", "decay_time"}, use, dep, fac}},
            {"Exp2Syn", {{"tau1", "tau1"}, {"tau2", "tau2"}, {"e", "erev"}}},
            {"GluSynapse",
             {{"tau_d_AMPA", "decay_time"}, dep, fac, vesicles, {"Use_d", "Use_d_TM", false, true}, {"Use_p", "Use_p_TM", false, true},
              {"theta_d_GB", "theta_d"}, {"theta_p_GB", "theta_p"}, {"rho0_GB", "rho0_GB"}, {"volume_CR", "volume_CR"},
              {"gmax_d_AMPA", "gmax_d_AMPA"}, {"gmax_p_AMPA", "gmax_p_AMPA"}},
             nullptr, "rng"}};
        rules[1].rise = "tau_r_GABAA";
        auto& plastic = rules.back();
        plastic.first = 0, plastic.second = 100000, plastic.third = 200;
        plastic.of_populations = false, plastic.plastic = true;
        return rules;
    }();
    return rules;
}

}  // namespace

SynapseRule const* rule_of(std::string const& mechanism) {
    for (auto const& rule : all())
        if (mechanism == rule.mechanism) return &rule;
    return nullptr;
}

std::vector<std::string> rules() {
    std::vector<std::string> names;
    for (auto const& rule : all()) names.emplace_back(rule.mechanism);
    return names;
}

double calcium_scale(double half, double calcium) {
    double const k = std::pow(half, 4), c = std::pow(calcium, 4);
    return (k + 16) / 16 * c / (k + c);
}

}  // namespace rall::io::sonata
