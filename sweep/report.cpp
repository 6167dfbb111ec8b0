// The page of a sweep: what io/page/assets/sweep.js draws.
#include "sweep/report.hpp"

#include <fmt/format.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "io/page/data.hpp"
#include "sweep/features.hpp"
#include "sweep/units.hpp"

namespace rall::sweep {
namespace {

constexpr std::size_t most_drawn = 20'000;

/// A current in nA that is itself the parameter: what f-I curves are drawn over.
bool is_amplitude(Parameter const& parameter) {
    auto const& path = parameter.paths.front().text();
    return !parameter.scale && path.starts_with("inputs.") && (path.ends_with(".amp_start") || path.ends_with(".amp"));
}

std::string place_text(Measurement const& measured) {
    auto const place = measured.location.empty() ? "the soma, or without one of the middle of the first section" : measured.location;
    return measured.cell ? *measured.cell + ", " + place : place;
}

std::string stimulus_text(Measurement const& measured) {
    if (measured.window) return fmt::format("{:g} to {:g} ms", measured.window->from, measured.window->to);
    return measured.stimulus ? fmt::format("the times of inputs.{}", *measured.stimulus) : "the times of the only current clamp of this cell, else the whole run";
}

}  // namespace

html::ContentPage report_page(Description const& description, Members const& members, Rows const& rows,
                              Catalogue const& catalogue, Diagnostics const& diagnostics) {
    using nlohmann::json;
    std::size_t const every = (rows.size() + most_drawn - 1) / most_drawn;
    std::vector<std::vector<float>> given(description.parameters.size()), measured(features.size());
    std::vector<float> diverged_at;
    json numbers = json::array(), traces = json::object();
    std::size_t n_diverged = 0, place = 0;
    for (auto const& [member, row] : rows) {
        bool const bad = row.status == Status::diverged;
        n_diverged += bad;
        if (place++ % every != 0) continue;
        numbers.push_back(member);
        if (!row.trace.empty()) traces[std::to_string(member)] = row.trace;
        diverged_at.push_back(bad ? static_cast<float>(row.diverged_at) : std::numeric_limits<float>::quiet_NaN());
        auto const values = members.values(member);
        for (std::size_t p = 0; p < values.size(); ++p) given[p].push_back(static_cast<float>(values[p]));
        for (std::size_t k = 0; k < features.size(); ++k) measured[k].push_back(static_cast<float>(row.features[k]));
    }
    json parameters = json::array(), columns = json::array();
    for (std::size_t p = 0; p < given.size(); ++p) {
        auto const& parameter = description.parameters[p];
        parameters.push_back({{"name", parameter.name},
                              {"units", units_of(parameter, catalogue)},
                              {"amplitude", is_amplitude(parameter)},
                              {"log", parameter.span && parameter.span->log},
                              {"values", html::base64(given[p])}});
    }
    for (std::size_t k = 0; k < features.size(); ++k)
        columns.push_back({{"name", features[k].name},
                           {"units", features[k].units},
                           {"meaning", features[k].meaning},
                           {"values", html::base64(measured[k])}});
    std::filesystem::path const file = description.document->file();
    auto const& base = description.base.file;
    auto const& measurement = description.measurement;
    return {"sweep",
            file.stem().string(),
            base == file ? "" : "a sweep of " + base.filename().string(),
            {{"members", rows.size()},
             {"n_diverged", n_diverged},
             {"count", numbers.size()},
             {"numbers", numbers},
             {"diverged_at", html::base64(diverged_at)},
             {"traces", traces},
             {"place", measurement.location},
             {"spike", fmt::format("the potential of {} crosses {:g} mV upwards, then downwards", place_text(measurement), measurement.threshold)},
             {"stimulus", stimulus_text(measurement)},
             {"parameters", parameters},
             {"features", columns}},
            diagnostics};
}

}  // namespace rall::sweep
