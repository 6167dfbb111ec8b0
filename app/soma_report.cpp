#include "app/soma_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "morphology/region.hpp"

namespace rall::app {

void add_soma_report(io::Config& config, Diagnostics& diagnostics) {
    constexpr std::size_t most = 20;  // cells
    auto& model = config.model;
    if (!config.reports.empty() || model.cells.empty() || io::Document::read(config.file)->root().find("reports")) return;
    model::Probe probe;
    probe.name = "soma_v";
    probe.variable = "v";
    // With variable steps each sample is worked out of a cell's whole state, and may cost more than the steps between two of them.
    constexpr double usual = 0.1, most_samples = 2000;  // ms
    bool const variable = model.method == model::Method::cvode;
    probe.dt = std::max(variable ? usual * std::ceil(model.tstop / most_samples / usual) : usual, model.dt);
    probe.stop = model.tstop;
    auto const n = std::min(most, model.cells.size());
    for (std::size_t cell = 0; cell < n; ++cell) {
        auto const& cable = *model.types[static_cast<std::size_t>(model.cells[cell].type)].cable;
        probe.sites.push_back({static_cast<int>(cell), morphology::compartment(cable, morphology::default_place(cable)), {-1, -1}});
    }
    diagnostics.note("soma-report", {config.file.string()},
                     fmt::format("no reports are given, so v in the soma of {} is recorded every {} ms, in soma_v.h5",
                                 n == model.cells.size() ? (n == 1 ? std::string("the cell") : fmt::format("all {} cells", n))
                                                         : fmt::format("the first {} of {} cells", n, model.cells.size()),
                                 probe.dt),
                     "\"reports\": {} records nothing");
    config.report_of_probe.resize(model.probes.size(), -1);
    config.report_of_probe.push_back(0);
    config.reports.push_back({"soma_v", "soma_v.h5", "mV", static_cast<int>(model.probes.size())});
    model.probes.push_back(std::move(probe));
}

}  // namespace rall::app
