#include "io/config/cell_type.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.hpp"
#include "morphology/region.hpp"
#include "morphology/section_index.hpp"

namespace rall::io {
namespace {

using morphology::Cable;
using morphology::CutRule;
using morphology::Morphology;

/// NEURON's defaults of a section.
constexpr double default_Ra = 35.4, default_cm = 1;

/// Regions that biophysics files name whether or not a reconstruction has them.
bool missing_in(Morphology const& morphology, std::string const& region) {
    if (region != "soma" && region != "axon" && region != "dend" && region != "apic") return false;
    auto const present = morphology.regions();
    return std::find(present.begin(), present.end(), region) == present.end();
}

/// "apic@100:300" and places mean compartments, everything else whole sections.
bool names_sections(std::string const& region) { return region.find_first_of("@(") == std::string::npos; }

/// One mechanism while regions are painted over each other.
struct Paint {
    MechanismInfo const* info;
    Node const* where;
    std::vector<char> painted;                              ///< per compartment
    std::map<std::string, std::vector<double>> parameters;  ///< per compartment
};

struct Painter {
    std::string const& name;
    Morphology const& morphology;
    Biophysics const& biophysics;
    SectionValues const& own;
    Mechanisms const& mechanisms;
    Diagnostics& diagnostics;
    std::set<RegionSetting const*> failed = {};                                  ///< complained about already
    std::map<Cable const*, std::map<std::string, std::vector<int>>> names = {};  ///< of sections and regions

    /// What `region` means, by a function of morphology/region.hpp; nothing after an error.
    template <class Find>
    std::vector<int> resolve(RegionSetting const& region, Find find) {
        if (failed.contains(&region)) return {};
        try {
            if (!missing_in(morphology, region.region)) return find();
            complain(diagnostics, Severity::warning, "region-absent", *region.where,
                     fmt::format("{} has no {}: what is painted there has no effect", name, region.region), {}, true);
        } catch (InputError const& failure) {
            adopt(diagnostics, failure, *region.where);
        }
        failed.insert(&region);
        return {};
    }
    /// Sections that a plain name means, as morphology/region.hpp has it, without going through all of them for each of thousands of
    /// regions; null for whatever else a text can be.
    std::vector<int> const* named(Cable const& cable, std::string const& name) {
        auto const [slot, is_new] = names.try_emplace(&cable);
        auto& known = slot->second;
        if (is_new) {
            int const n = static_cast<int>(cable.sections.size());
            for (int i = 0; i < n; ++i) {
                auto const& section = cable.sections[i];
                known[morphology::region_of(section)].push_back(i);
                known[section.name.ends_with(']') ? section.name : section.name + "[0]"].push_back(i);
            }
            std::map<std::string, std::vector<int>> called;
            for (int i = 0; i < n; ++i)
                called[cable.sections[i].name.substr(0, cable.sections[i].name.find('['))].push_back(i);
            known.merge(called);  // regions come first
        }
        auto const found = known.find(name);
        return found == known.end() ? nullptr : &found->second;
    }
    std::vector<int> sections(RegionSetting const& region, Cable const& cable) {
        return resolve(region, [&] {
            auto const* known = named(cable, region.region);
            return known ? *known : morphology::sections(cable, region.region, region.where->where());
        });
    }
    std::vector<int> compartments(RegionSetting const& region, Cable const& cable) {
        return resolve(region, [&] {
            auto const* known = named(cable, region.region);
            if (!known) return morphology::compartments(cable, region.region, region.where->where());
            std::vector<int> all;
            for (int const i : *known)
                for (int k = 0; k < cable.sections[i].nseg; ++k) all.push_back(cable.sections[i].first + k);
            return all;
        });
    }

    /// cm per compartment of a cable; regions and lists that only exist in a finer cut are passed over where `coarse`.
    std::vector<double> cm(Cable const& cable, bool coarse) {
        std::vector<double> values(cable.compartments.size(), default_cm);
        for (auto const& region : biophysics.regions) {
            if (!region.cm || (coarse && (!names_sections(region.region) || region.cm->list()))) continue;
            auto const where = compartments(region, cable);
            auto const errors = diagnostics.count(Severity::error);
            auto const given = region.cm->over(cable, where, diagnostics);
            if (diagnostics.count(Severity::error) > errors) {
                failed.insert(&region);
                continue;
            }
            if (auto const wrong = std::find_if(given.begin(), given.end(), [](double c) { return c <= 0; });
                wrong != given.end()) {
                error(diagnostics, "config-range", *region.cm->where(),
                      fmt::format("cm is {} uF/cm2; expected more than 0", *wrong));
                failed.insert(&region);
                continue;
            }
            for (std::size_t i = 0; i < where.size(); ++i) values[where[i]] = given[i];
        }
        if (own.cm.empty()) return values;
        morphology::SectionIndex const names(cable.sections);
        for (auto const& [name, value] : own.cm) {
            auto const& section = cable.sections[names.find(name)];
            std::fill_n(values.begin() + section.first, section.nseg, value);
        }
        return values;
    }

    std::vector<double> Ra(Cable const& cable) {
        std::vector<double> values(cable.sections.size(), default_Ra);
        for (auto const& region : biophysics.regions)
            if (region.Ra)
                for (int const section : sections(region, cable)) values[section] = *region.Ra;
        if (own.Ra.empty()) return values;
        morphology::SectionIndex const names(cable.sections);
        for (auto const& [name, value] : own.Ra) values[names.find(name)] = value;
        return values;
    }

    /// Single channels, once all parameters are known.
    void set_channels(RegionSetting const& region, Cable const& cable, std::map<std::string, Paint>& paints) {
        auto const where = compartments(region, cable);
        for (auto const& setting : region.stochastic) {
            auto const found = paints.find(setting.mechanism);
            auto const unpainted = [&](int i) { return !found->second.painted[i]; };
            if (found == paints.end() || std::ranges::any_of(where, unpainted)) {
                std::vector<std::string> names;
                for (auto const& [name, paint] : paints) names.push_back(name);
                complain(diagnostics, Severity::error, "mechanism-absent", *setting.where,
                         fmt::format("{} is not painted in all of {}: there are no channels to draw", setting.mechanism,
                                     region.region),
                         found == paints.end() ? did_you_mean(setting.mechanism, names) : std::string(), true);
                continue;
            }
            auto& paint = found->second;
            auto const* conductance = find_variable(*paint.info, setting.conductance);
            if (setting.single_conductance && !(conductance && is_settable(*conductance))) {
                error(diagnostics, "parameter-unknown", *setting.where,
                      fmt::format("{} has no parameter '{}'", setting.mechanism, setting.conductance),
                      "name the parameter of its largest conductance (S/cm2): \"conductance\": \"...\"");
                continue;
            }
            auto const given = paint.parameters.find(setting.conductance);
            auto const counts =
                channel_counts(setting, *paint.info, cable, where,
                               given != paint.parameters.end()
                                   ? given->second
                                   : std::vector<double>(paint.painted.size(), conductance ? conductance->value : 0),
                               diagnostics);
            auto& channels = paint.parameters.try_emplace(channels_name, paint.painted.size()).first->second;
            auto& drawing = paint.parameters.try_emplace(drawing_name, paint.painted.size()).first->second;
            for (std::size_t k = 0; k < counts.size(); ++k) {
                channels[where[k]] = counts[k];
                drawing[where[k]] = static_cast<double>(setting.drawing);
            }
        }
    }

    std::vector<model::Painted> mechanisms_on(Cable const& cable) {
        std::map<std::string, Paint> paints;
        auto const n = cable.compartments.size();
        for (auto const& region : biophysics.regions) {
            auto const where = compartments(region, cable);
            for (auto const& setting : region.mechanisms) {
                auto const* info =
                    find_mechanism(mechanisms, setting.name, MechanismKind::density, *setting.where, diagnostics);
                if (!info) continue;
                auto found = paints.find(setting.name);
                if (found == paints.end())
                    found = paints.emplace(setting.name, Paint{info, setting.where, std::vector<char>(n), {}}).first;
                auto& paint = found->second;
                for (int const i : where) paint.painted[i] = 1;
                auto const what = region.region + "." + setting.name;
                for (auto const& [parameter, value] : read_parameters(*info, setting.parameters, what, diagnostics)) {
                    auto& all = paint.parameters[parameter];
                    if (all.empty()) all.assign(n, find_variable(*info, parameter)->value);
                    auto const values = value.over(cable, where, diagnostics);
                    for (std::size_t i = 0; i < where.size(); ++i) all[where[i]] = values[i];
                }
            }
        }
        for (auto const& region : biophysics.regions)
            if (!region.stochastic.empty()) set_channels(region, cable, paints);
        std::vector<model::Painted> result;
        for (auto const& [mechanism, paint] : paints) {
            model::Painted painted{mechanism, {}, {}};
            for (std::size_t i = 0; i < n; ++i)
                if (paint.painted[i]) painted.compartments.push_back(static_cast<int>(i));
            if (painted.compartments.empty()) continue;
            for (auto const& [parameter, all] : paint.parameters) {
                std::vector<double> values;
                for (int const i : painted.compartments) values.push_back(all[i]);
                painted.parameters.emplace(parameter, compact(std::move(values)));
            }
            note_defaults(
                *paint.info, [&paint = paint](std::string const& p) { return paint.parameters.contains(p); },
                *paint.where, mechanism + " in " + name, diagnostics);
            result.push_back(std::move(painted));
        }
        return result;
    }

    std::vector<model::IonValue> ions_on(Cable const& cable, std::vector<model::Painted> const& painted) {
        std::set<std::string> used;
        for (auto const& paint : painted) {
            auto const* info = mechanisms.at(paint.mechanism);
            for (int i = 0; i < info->n_ions; ++i) used.insert(info->ions[i].name);
        }
        std::vector<model::IonValue> values;
        for (auto const& region : biophysics.regions) {
            if (region.ions.empty()) continue;
            auto const where = compartments(region, cable);
            if (where.empty()) continue;
            for (auto const& ion : region.ions) {
                if (used.contains(ion.ion))
                    values.push_back({ion.ion, ion.field, where, compact(ion.value.over(cable, where, diagnostics))});
                else
                    complain(
                        diagnostics, Severity::warning, "ion-unused", *ion.value.where(),
                        fmt::format("no mechanism of {} uses the ion '{}': this value has no effect", name, ion.ion),
                        did_you_mean(ion.ion, {used.begin(), used.end()}));
            }
        }
        return values;
    }
};

}  // namespace

model::CellType paint(std::string const& name, Morphology const& morphology, Biophysics const& biophysics,
                      std::optional<CutRule> const& rule, SectionValues const& own, Mechanisms const& mechanisms,
                      Diagnostics& diagnostics) {
    Painter painter{name, morphology, biophysics, own, mechanisms, diagnostics};
    model::CellType type;
    type.name = name;

    // One compartment per section is enough to know Ra and cm of the sections, which d_lambda needs.
    std::array<double, 1> const standard_Ra{default_Ra}, standard_cm{default_cm};
    auto const coarse = morphology::cut(morphology, {{CutRule::By::nseg, 1}, {}}, standard_Ra, standard_cm);
    std::string origin;
    if (biophysics.origin) {
        origin = biophysics.origin->text();
        morphology::place(coarse, origin, biophysics.origin->where());  // an error here knows its line
    }
    auto const Ra = painter.Ra(coarse);
    auto const section_cm = painter.cm(coarse, true);

    morphology::Discretisation cut;
    if (biophysics.rule) cut.rule = *biophysics.rule;
    else if (rule) cut.rule = *rule;
    else
        complain(diagnostics, Severity::note, "config-defaults", *biophysics.where,
                 fmt::format("{}: not given, so d_lambda = {} at {} Hz", name, cut.rule.value, cut.rule.frequency));
    cut.overrides = biophysics.rule_overrides;
    cut.overrides.insert(cut.overrides.end(), own.cuts.begin(), own.cuts.end());
    cut.origin = origin;
    auto const cable = std::make_shared<Cable const>(morphology::cut(morphology, cut, Ra, section_cm));

    type.Ra = compact(Ra);
    type.cm = compact(painter.cm(*cable, false));
    auto const says = [&](auto member, auto const& of_sections) {
        return of_sections.size() == morphology.sections.size() ||
               std::any_of(biophysics.regions.begin(), biophysics.regions.end(),
                           [&](auto const& region) { return (region.*member).has_value(); });
    };
    bool const Ra_said = says(&RegionSetting::Ra, own.Ra), cm_said = says(&RegionSetting::cm, own.cm);
    if (!Ra_said || !cm_said)
        complain(diagnostics, Severity::note, "config-defaults", *biophysics.where,
                 fmt::format("{}: not given, so{}{}", name, Ra_said ? "" : fmt::format(" Ra = {} ohm cm", default_Ra),
                             cm_said ? "" : fmt::format("{} cm = {} uF/cm2", Ra_said ? "" : ",", default_cm)));
    type.mechanisms = painter.mechanisms_on(*cable);
    type.ions = painter.ions_on(*cable, type.mechanisms);
    type.cable = cable;
    return type;
}

}  // namespace rall::io
