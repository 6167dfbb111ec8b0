// How time advances: "run.integration_method" and the keys of the variable step.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "io/config/build.hpp"

namespace rall::io {
namespace {

/// Names by which a tolerance can be scaled: v, and the states of the mechanisms that have equations.
std::vector<std::string> scalable(Build const& build) {
    std::vector<std::string> names{"v"};
    for (auto const& [mechanism, info] : build.mechanisms)
        for (int s = 0; s < info->n_ode_states; ++s) {
            int element = info->ode_states[s].state, variable = 0;
            while (element >= info->variables[variable].size) element -= info->variables[variable++].size;
            names.emplace_back(info->variables[variable].name);
            names.push_back(mechanism + "." + names.back());
        }
    return names;
}

}  // namespace

void read_method(Build& build, Object& run) {
    auto& model = build.model;
    auto const* method = run.find("integration_method");
    if (!method || !method->is_string()) {
        auto const number = method ? run.integer("integration_method") : 0;
        model.method = number > 0 ? model::Method::crank_nicolson : model::Method::backward_euler;
        return;
    }
    run.choice("integration_method");
    model.method = model::Method::cvode;
    auto& step = model.variable_step;
    step.absolute_tolerance = run.number("atol");
    step.relative_tolerance = run.number("rtol");
    step.maximum_step = run.optional_number("maximum_step").value_or(0);
    step.global = run.choice("scope") == "global";
    if (auto const* scales = run.find("atolscale")) {
        Object object(*scales, "run.atolscale", build.diagnostics);
        for (auto const& scale : scales->children)
            if (auto const value = object.optional_number(scale.key, positive)) step.scales[scale.key] = *value;
        object.finish();
    }
}

void check_scales(Build& build, Node const& run) {
    auto const* scales = run.find("atolscale");
    if (!scales) return;
    auto const known = scalable(build);
    for (auto const& scale : scales->children)
        if (std::ranges::find(known, scale.key) == known.end())
            complain(build.diagnostics, Severity::error, "state-unknown", scale,
                     fmt::format("run.atolscale: no mechanism has a state '{}' with an equation", scale.key),
                     build.is_flooded() ? "" : did_you_mean(scale.key, known), true);
}

void fit_clock(Build& build, Node const& where) {
    auto& model = build.model;
    if (model.method != model::Method::cvode) return;
    double shortest = model.dt;
    for (auto const& connection : model.connections) {
        auto const& origin = model.sources[connection.source].origin;
        auto const* point = std::get_if<model::PointRef>(&origin);
        bool const artificial = point && model.points[point->set].cell[point->index] < 0;  // they take no steps
        if (!artificial && !std::holds_alternative<model::SpikeTrain>(origin))
            shortest = std::min(shortest, connection.delay);
    }
    for (auto const& projection : model.projections) shortest = std::min(shortest, projection.shortest_delay);
    if (shortest > 0) model.dt /= std::ceil(model.dt / shortest - 1e-9);
    else
        error(build.diagnostics, "delay-zero", where,
              "a connection has a delay of 0 ms, but between cells with steps of their own an event must be under way "
              "for a while",
              "give a delay above 0, or take a fixed step (\"integration_method\": 0)");
}

}  // namespace rall::io
