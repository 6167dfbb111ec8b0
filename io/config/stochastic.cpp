#include "io/config/stochastic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/whole.hpp"
#include "io/schema/schema.hpp"
#include "io/text/object.hpp"

namespace rall::io {

std::vector<ChannelSetting> read_stochastic(Node const& node, std::string const& what, Diagnostics& diagnostics) {
    std::vector<ChannelSetting> settings;
    Object list(node, what, diagnostics);
    if (!node.is_object()) return settings;
    for (auto const& mechanism : node.children) {
        auto const name = what + "." + mechanism.key;
        Object object(mechanism, name, diagnostics, keys_of("channels"));
        if (!mechanism.is_object()) continue;
        ChannelSetting setting{mechanism.key, &mechanism, {}, {}, {}};
        if (auto const* density = object.find("density"))
            setting.density.emplace(*density, name + ".density", diagnostics);
        if (auto const* number = object.find("channels"))
            setting.channels.emplace(*number, name + ".channels", diagnostics);
        setting.single_conductance = object.optional_number("single_channel_conductance");
        if (auto const* parameter = object.find("conductance")) {
            setting.conductance = object.optional_text("conductance").value_or(setting.conductance);
            if (!setting.single_conductance)
                error(diagnostics, "config-conflict", *parameter,
                      name + ": 'conductance' goes with 'single_channel_conductance'");
        }
        auto const method = object.choice("method");
        setting.drawing = method == "binomial"    ? Drawing::binomial
                          : method == "gillespie" ? Drawing::gillespie
                                                  : Drawing::automatic;
        int const ways =
            setting.density.has_value() + setting.channels.has_value() + setting.single_conductance.has_value();
        if (ways != 1)
            error(diagnostics, "config-conflict", mechanism,
                  fmt::format(
                      "{}: {} of these keys; expected one that says how many channels there are: 'density' (per um2), "
                      "'channels' (per compartment) or 'single_channel_conductance' (pS)",
                      name, ways == 0 ? "none" : "more than one"));
        else settings.push_back(std::move(setting));
        object.finish();
    }
    return settings;
}

std::vector<double> channel_counts(ChannelSetting const& setting, MechanismInfo const& info,
                                   morphology::Cable const& cable, std::vector<int> const& compartments,
                                   std::vector<double> const& conductances, Diagnostics& diagnostics) {
    if (info.gating.n_states == 0 || info.gating.obstacle) {
        error(
            diagnostics, "not-stochastic", *setting.where,
            info.gating.obstacle
                ? fmt::format("{} cannot be drawn channel by channel: {}", info.name, info.gating.obstacle)
                : fmt::format("{} cannot be drawn channel by channel: it has no KINETIC scheme", info.name),
            "expected a linear KINETIC scheme whose rates do not depend on its states and whose states are conserved");
        return {};
    }
    std::vector<double> counts;
    if (setting.single_conductance) {
        // S/cm2 * um2 = 1e-8 S = 1e4 pS
        for (int const i : compartments)
            counts.push_back(conductances[i] * cable.compartments[i].area * 1e4 / *setting.single_conductance);
    } else {
        auto const& given = setting.density ? *setting.density : *setting.channels;
        auto const errors = diagnostics.count(Severity::error);
        counts = given.over(cable, compartments, diagnostics);
        if (diagnostics.count(Severity::error) > errors) return {};
        if (auto const wrong = std::ranges::find_if(counts, [](double x) { return x < 0; }); wrong != counts.end()) {
            error(diagnostics, "config-range", *given.where(),
                  fmt::format("{} {} of {}; expected 0 or more", *wrong,
                              setting.density ? "channels per um2" : "channels", info.name));
            return {};
        }
        if (setting.density)
            for (std::size_t k = 0; k < counts.size(); ++k) counts[k] *= cable.compartments[compartments[k]].area;
    }
    for (auto& count : counts) {
        if (!(count <= most_exact)) {
            error(diagnostics, "config-range", *setting.where,
                  fmt::format("{} channels of {} in one compartment; expected at most {:.0f}", count, info.name, most_exact));
            return {};
        }
        count = std::max(1.0, std::round(count));
    }
    return counts;
}

}  // namespace rall::io
