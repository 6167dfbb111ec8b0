// "inputs" of a uniform electric field outside of cells ("spatially_uniform_e_field"). In an extracellular medium without resistance the potential at
// each compartment is known, e; inside of the cell the potential is v + e, so that the cable equation for v has another term, the axial current that the
// differences of e drive. It is given to each compartment as a current.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "io/config/build.hpp"
#include "io/config/plausible.hpp"
#include "model/extracellular.hpp"

namespace rall::io {
namespace {

using morphology::Vec3;

/// V/m, Hz and radians.
struct Field {
    double x = 0, y = 0, z = 0, frequency = 0, phase = 0;
};

std::vector<Field> read_fields(Build& build, Object& object) {
    std::vector<Field> fields;
    auto const* list = object.required("fields");
    if (!list) return fields;
    if (!list->is_array() || list->children.empty()) {
        error(build.diagnostics, "config-type", *list, object.what() + ".fields: expected a list of fields");
        return fields;
    }
    for (auto const& node : list->children) {
        Object entry(node, fmt::format("{}.fields[{}]", object.what(), fields.size()), build.diagnostics, keys_of("field"));
        Field field{entry.number("Ex"), entry.number("Ey"), entry.number("Ez")};
        field.frequency = entry.optional_number("frequency").value_or(0);
        field.phase = entry.optional_number("phase").value_or(0);
        entry.finish();
        fields.push_back(field);
    }
    return fields;
}

/// Where the compartments of a type lie against the soma, in its own coordinates (um): as neurodamus has it, a compartment at the end nearer to the 0-end of
/// its section, the soma in the mean of these, and an axon of which nothing is known straight down.
std::vector<Vec3> displacements(morphology::Cable const& cable, bool axon_is_made_up) {
    Vec3 soma{};
    double n = 0;
    auto const add = [&](Vec3 const& p) { soma = {soma.x + p.x, soma.y + p.y, soma.z + p.z}, ++n; };
    auto const& root = cable.sections[static_cast<std::size_t>(std::max(0, cable.find("soma")))];
    for (int k = 0; k < root.nseg; ++k) add(cable.compartments[static_cast<std::size_t>(root.first + k)].begin);
    add(cable.compartments[static_cast<std::size_t>(root.first + root.nseg - 1)].end);
    soma = {soma.x / n, soma.y / n, soma.z / n};
    std::vector<Vec3> all;
    for (int i = 0; i < cable.n_cut(); ++i) {
        auto const& compartment = cable.compartments[static_cast<std::size_t>(i)];
        auto const& section = cable.sections[static_cast<std::size_t>(compartment.section)];
        if (section.type == morphology::soma_type) {
            all.push_back({});
        } else if (axon_is_made_up && (section.name.starts_with("axon") || section.name.starts_with("myelin"))) {
            auto const open = section.name.find('[');
            double const index = open == std::string::npos ? 0 : std::atof(section.name.c_str() + open + 1);
            bool const myelin = section.name.starts_with("myelin");
            all.push_back({0, myelin ? -60 - 1000 * (index + compartment.x) : -30 * (index + compartment.x), 0});
        } else {
            all.push_back({compartment.begin.x - soma.x, compartment.begin.y - soma.y, compartment.begin.z - soma.z});
        }
    }
    return all;
}

/// The currents (nA) that potentials e (mV) drive into the compartments, along the tree; where sections join e follows its neighbours.
class AxialCurrents {
public:
    explicit AxialCurrents(model::CellType const& type) {
        auto const& cable = *type.cable;
        std::map<std::pair<int, bool>, std::vector<std::pair<int, double>>> joints;
        for (std::size_t s = 0; s < cable.sections.size(); ++s) {
            auto const& section = cable.sections[s];
            double const per = 0.01 * type.Ra[s];  // Mohm
            auto const at = [&](int k) -> morphology::Compartment const& { return cable.compartments[static_cast<std::size_t>(section.first + k)]; };
            for (int k = 1; k < section.nseg; ++k)
                pairs_.push_back({section.first + k - 1, section.first + k, 1 / (per * (at(k - 1).r_right + at(k).r_left))});
            double const left = 1 / (per * at(0).r_left);
            using At = morphology::Attachment::At;
            auto const& joined = section.attachment;
            if (joined.at == At::compartment) pairs_.push_back({joined.compartment, section.first, left});
            else joints[joined.at == At::root ? std::pair{static_cast<int>(s), false} : std::pair{joined.section, joined.at == At::one_end}].emplace_back(section.first, left);
            joints[{static_cast<int>(s), true}].emplace_back(section.first + section.nseg - 1, 1 / (per * at(section.nseg - 1).r_right));
        }
        for (auto& [place, ends] : joints) joints_.push_back(std::move(ends));
    }

    std::vector<double> of(std::vector<double> const& e) const {
        std::vector<double> current(e.size());
        auto const flow = [&](int to, double difference, double conductance) { current[static_cast<std::size_t>(to)] += conductance * difference; };
        auto const at = [&](int k) { return e[static_cast<std::size_t>(k)]; };
        for (auto const& [a, b, conductance] : pairs_) {
            flow(a, at(b) - at(a), conductance);
            flow(b, at(a) - at(b), conductance);
        }
        for (auto const& ends : joints_) {
            double sum = 0, all = 0;
            for (auto const& [k, conductance] : ends) sum += conductance * at(k), all += conductance;
            for (auto const& [k, conductance] : ends) flow(k, sum / all - at(k), conductance);
        }
        return current;
    }

private:
    struct Pair {
        int a, b;
        double conductance;  ///< uS
    };
    std::vector<Pair> pairs_;
    std::vector<std::vector<std::pair<int, double>>> joints_;
};

}  // namespace

void add_field(Build& build, Object& object) {
    auto const errors = build.diagnostics.count(Severity::error);
    auto const fields = read_fields(build, object);
    model::PointSet set;
    set.label = object.node().key;
    set.mechanism = "FieldClamp";
    set.parameters = {{"del", object.optional_number("delay").value_or(0)},
                      {"dur", object.number("duration")},
                      {"ramp_up", object.optional_number("ramp_up_time").value_or(0)},
                      {"ramp_down", object.optional_number("ramp_down_time").value_or(0)}};
    warn_if_late(build, object.what(), object.at("delay"), set.parameters.at("del")[0]);
    std::map<int, std::pair<std::vector<Vec3>, AxialCurrents>> types;
    std::vector<double> peaks, frequencies, phases;
    if (!object.has("node_set")) object.assumed("node_set", "all cells");
    for (int const cell : resolve_cells(build, object.find("node_set"))) {
        int const type = build.model.cells[static_cast<std::size_t>(cell)].type;
        auto const& cell_type = build.model.types[static_cast<std::size_t>(type)];
        auto found = types.find(type);
        if (found == types.end())
            found = types.emplace(type, std::pair{displacements(*cell_type.cable, build.circuit && build.circuit->axon_is_made_up(type)), AxialCurrents(cell_type)}).first;
        auto const& [where, currents] = found->second;
        model::Placement turned = build.model.cells[static_cast<std::size_t>(cell)].placement;
        turned.position = {0, 0, 0};
        for (auto const& field : fields) {
            std::vector<double> potential;
            for (auto const& place : where) {
                auto const d = model::placed(place, turned);
                potential.push_back(1e-3 * (field.x * d.x + field.y * d.y + field.z * d.z));  // V/m um -> mV
            }
            auto const peak = currents.of(potential);
            for (std::size_t k = 0; k < peak.size(); ++k) {
                if (peak[k] == 0) continue;
                set.cell.push_back(cell);
                set.compartment.push_back(static_cast<int>(k));
                peaks.push_back(peak[k]), frequencies.push_back(field.frequency), phases.push_back(field.phase);
            }
        }
    }
    if (build.diagnostics.count(Severity::error) > errors || set.cell.empty()) return;
    set.parameters["peak"] = compact(std::move(peaks));
    set.parameters["freq"] = compact(std::move(frequencies));
    set.parameters["phase"] = compact(std::move(phases));
    build.inputs.emplace(set.label, static_cast<int>(build.model.points.size()));
    build.model.points.push_back(std::move(set));
}

}  // namespace rall::io
