#include "sweep/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/parallel.hpp"
#include "base/runtime.hpp"
#include "base/whole.hpp"
#include "io/page/data.hpp"
#include "io/simulation.hpp"
#include "network/simulation.hpp"
#include "sweep/batch.hpp"
#include "sweep/features.hpp"
#include "sweep/report.hpp"
#include "sweep/units.hpp"

namespace rall::sweep {
namespace {

/// A member that is ready to run.
struct Member {
    std::size_t number = 0;
    model::Model model;
    model::Site site;  ///< where features are measured
    Window stimulus;
};

class Reader {
public:
    Reader(Description const& description, Members const& members, Catalogue& catalogue, Diagnostics& diagnostics)
        : d_(description), members_(members), catalogue_(catalogue), diagnostics_(diagnostics) {}

    /// Throws InputError saying which member is wrong.
    Member read(std::size_t number) {
        auto const values = members_.values(number);
        Diagnostics found;
        try {
            auto const root = config_of(d_, values);
            auto config = io::read_simulation(root, d_.base.file, load_, found, {{}, &shapes_});
            if (config.save || config.restore)
                found.note("sweep-checkpoint", {d_.base.file.string()}, "run.save and run.restore have no effect in a sweep", "it goes on from members that are done");
            Member member{number, std::move(config.model), {}, {}};
            member.site = site_of(d_.measurement, member.model, config.nodes_at_ends, {d_.document->file()});
            member.stimulus = stimulus_of(d_.measurement, member.model, member.site.cell, {d_.document->file()}, found);
            for (auto const& one : found.items())
                if (said_.insert(one.code + one.message).second) diagnostics_.add(one);
            return member;
        } catch (InputError const& failure) {
            Diagnostics all = failure.diagnostics();
            std::string row;
            for (std::size_t p = 0; p < values.size(); ++p)
                row += (p ? ", " : "") + with_units(d_.parameters[p], values[p], catalogue_);
            all.error("sweep-member", {d_.document->file()}, fmt::format("member {} cannot be built: {}", number, row));
            throw InputError(std::move(all));
        }
    }

private:
    Description const& d_;
    Members const& members_;
    Catalogue& catalogue_;
    Diagnostics& diagnostics_;
    io::Shapes shapes_;
    std::set<std::string> said_;
    io::LoadMechanisms load_ = [this](MechanismSources const& sources) {
        catalogue_.add(sources, diagnostics_);
        return catalogue_.mechanisms();
    };
};

std::size_t members_at_once(Options const& options, Member const& first) {
    if (options.batch > 0) return options.batch;
    constexpr double compartments_per_thread = 1e4, samples_at_most = 1 << 25;
    std::size_t compartments = 0;
    for (auto const& cell : first.model.cells) compartments += first.model.types[cell.type].cable->n_cut();
    auto const threads = static_cast<double>(concurrency());
    double const busy = std::max(8.0, compartments_per_thread / static_cast<double>(compartments)) * threads;
    double const memory = samples_at_most / (first.model.tstop / first.model.dt + 1);
    return truncated<std::size_t>(std::max(1.0, std::min(busy, memory)));
}

/// Runs members that share their conditions; rows by member.
class Run {
public:
    Run(Description const& description, std::size_t n_members, std::vector<Member> members, Batch const& batch)
        : d_(description),
          n_members_(n_members),
          members_(std::move(members)),
          batch_(batch),
          traces_(members_.size()),
          rows_(members_.size()) {}

    /// Returns false when it was stopped.
    bool run(KernelLibrary const& library, Options const& options, std::function<bool(double)> const& progress,
             Diagnostics& diagnostics) {
        network::Options how;
        how.group_bytes = options.group_bytes;
        how.lowest_voltage = d_.lowest;
        how.highest_voltage = d_.highest;
        how.on_samples = [&](network::Samples const& s) {
            for (std::int64_t c = 0; c < s.sites; ++c)
                for (std::int64_t r = 0; r < s.rows; ++r)
                    traces_[static_cast<std::size_t>(c)].push_back(s.values[r * s.sites + c]);
        };
        how.on_diverged = [&](int cell, model::PointRef point, double t) {
            auto& row = rows_[cell < 0 ? batch_.member_of(point) : batch_.member_of(cell)];
            if (row.status == Status::finished || t < row.diverged_at) row = {Status::diverged, t, {}};
        };
        network::Simulation simulation(batch_.model(), batch_.model().connections, library, how, diagnostics);
        simulation.initialize();
        while (simulation.advance())
            if (!progress(simulation.time() / batch_.model().tstop)) return false;
        return true;
    }

    Rows rows() {
        auto const n = members_.size();
        in_parallel(static_cast<int>(n), host_threads(), [&](int m) {
            auto& row = rows_[m];
            if (row.status == Status::diverged)
                row.features.assign(features.size(), std::numeric_limits<double>::quiet_NaN());
            else row.features = measure(traces_[m], batch_.model().dt, members_[m].stimulus, d_.measurement.threshold);
            if (keeps_trace(n_members_, members_[m].number)) row.trace = kept_trace(traces_[m]);
        });
        Rows rows;
        for (std::size_t m = 0; m < n; ++m) rows.emplace(members_[m].number, std::move(rows_[m]));
        return rows;
    }

private:
    /// Without what a member that diverged went through outside of the range.
    std::string kept_trace(std::vector<double> v) const {
        for (double& x : v)
            if (!(x >= d_.lowest && x <= d_.highest)) x = std::numeric_limits<double>::quiet_NaN();
        auto const thin = html::thinned({"", "mV", 0, batch_.model().dt, std::move(v)}, trace_values(n_members_));
        std::vector<float> all{static_cast<float>(thin.start), static_cast<float>(thin.dt)};
        all.insert(all.end(), thin.values.begin(), thin.values.end());
        return html::base64(all);
    }

    Description const& d_;
    std::size_t n_members_;
    std::vector<Member> members_;
    Batch const& batch_;
    std::vector<std::vector<double>> traces_;
    std::vector<Row> rows_;
};

/// Members still to run, those together that probably share their conditions: equal values of what is in "run" and "conditions".
std::vector<std::size_t> order_of(Description const& d, Members const& members, Rows const& done) {
    std::vector<std::size_t> global;
    for (std::size_t p = 0; p < d.parameters.size(); ++p)
        if (std::ranges::any_of(d.parameters[p].paths, [](Path const& path) {
                return path.text().starts_with("run.") || path.text().starts_with("conditions.");
            }))
            global.push_back(p);
    std::map<std::vector<double>, std::vector<std::size_t>> by_conditions;
    for (std::size_t m = 0; m < members.size(); ++m) {
        if (done.contains(m)) continue;
        std::vector<double> key;
        auto const values = members.values(m);
        for (auto const p : global) key.push_back(values[p]);
        by_conditions[key].push_back(m);
    }
    std::vector<std::size_t> order;
    for (auto const& [key, list] : by_conditions) order.insert(order.end(), list.begin(), list.end());
    return order;
}

}  // namespace

void check_members(Description const& d, Members const& members, Catalogue& catalogue, Diagnostics& diagnostics) {
    auto const n = d.parameters.size();
    std::vector<std::size_t> lowest(n, 0), highest(n, 0);
    auto low = members.values(0), high = low;
    for (std::size_t m = 1; m < members.size(); ++m) {
        auto const values = members.values(m);
        for (std::size_t p = 0; p < n; ++p) {
            if (values[p] < low[p]) lowest[p] = m, low[p] = values[p];
            if (values[p] > high[p]) highest[p] = m, high[p] = values[p];
        }
    }
    std::set<std::size_t> ends{0};
    ends.insert(lowest.begin(), lowest.end());
    ends.insert(highest.begin(), highest.end());
    Reader reader(d, members, catalogue, diagnostics);
    for (auto const m : ends) reader.read(m);
}

bool run_members(Description const& d, Members const& members, Catalogue& catalogue, Journal& journal,
                 Options const& options, Diagnostics& diagnostics) {
    auto const order = order_of(d, members, journal.rows());
    Diagnostics said_before;  // by check_members
    Reader reader(d, members, catalogue, said_before);
    std::optional<Kernels> kernels;
    std::optional<Member> waiting;
    for (std::size_t next = 0; next < order.size() || waiting;) {
        Batch batch;
        std::vector<Member> chosen;
        std::size_t most = 1;
        while (next < order.size() || waiting) {
            std::optional<InputRecord::Noting> noting;
            if (options.inputs) noting.emplace(*options.inputs);
            auto member = waiting ? std::move(*waiting) : reader.read(order[next++]);
            waiting.reset();
            if (chosen.empty()) most = members_at_once(options, member);
            if (chosen.size() == most || !batch.fits(member.model)) {
                waiting = std::move(member);
                break;
            }
            batch.add(std::move(member.model), member.site);
            chosen.push_back({member.number, {}, {}, member.stimulus});
        }
        if (!kernels) {
            kernels = catalogue.library(batch.model().mechanism_names(), options.before_compiling, batch.model().kernels);
            diagnostics.append(kernels->findings);
        }
        auto const before = static_cast<double>(journal.rows().size()), count = static_cast<double>(chosen.size());
        Run run(d, members.size(), std::move(chosen), batch);
        auto const progress = [&](double part) {
            return !options.on_progress || options.on_progress(before + part * count);
        };
        if (!run.run(*kernels->library, options, progress, diagnostics)) return false;
        journal.add(run.rows());
        if (!progress(1)) return false;
    }
    return true;
}

}  // namespace rall::sweep
