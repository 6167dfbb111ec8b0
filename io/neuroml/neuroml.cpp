#include "io/neuroml/neuroml.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "io/neuroml/density.hpp"

namespace rall::io::neuroml {
namespace {

/// Values of a config with places in XML.
Node made(Item const& item, std::string_view attribute, std::string key, Scalar value) {
    auto node = item.place(attribute);
    node.key = std::move(key);
    node.scalar = std::move(value);
    return node;
}

Node object(Item const& item, std::string_view attribute, std::string key) {
    return made(item, attribute, std::move(key), Scalar::Object{});
}

Item only_cell(Library const& library, std::string const& id, Diagnostics& found) {
    std::vector<Item> cells;
    for (std::size_t i = 0; i < library.items().size() && (i < library.n_own() || cells.empty()); ++i)
        if (auto const& item = library.items()[i]; is_cell(item.name()) && (id.empty() || item.attribute("id") == id))
            cells.push_back(item);
    if (cells.size() == 1) return cells.front();
    std::vector<std::string> names, others;
    for (auto const& item : library.items()) {
        if (is_cell(item.name())) names.push_back(item.attribute("id"));
        else if (item.name().ends_with("Cell")) others.push_back(item.name());
    }
    if (cells.empty())
        fail(found, library.root(), {}, "neuroml-cell",
             id.empty() ? fmt::format("there is no <cell> here{}",
                                      others.empty() ? "" : "; " + enumerate(others) + " is not understood")
                        : fmt::format("there is no cell '{}'; {}", id, did_you_mean(id, names)));
    else
        fail(found, cells[1], {}, "neuroml-cell", fmt::format("there are several cells: {}", enumerate(names)),
             "one file, one cell");
    return {};
}

/// A part of the cell, `element`: inside of it, or elsewhere under the id that the attribute `name` gives.
Item part(Library const& library, Element& cell, char const* name, std::string const& element, Diagnostics& found) {
    auto const inside = cell.child(element.c_str());
    auto const id = cell.text(name);
    if (inside || id.empty()) return inside;
    auto const elsewhere = library.find(id);
    if (elsewhere && elsewhere.name() == element) return elsewhere;
    fail(found, cell.item(), name, "neuroml-reference", fmt::format("there is no <{}> '{}'", element, id));
    return {};
}

void add_mechanism(Cell& cell, std::set<std::string>& done, Density const& density, Diagnostics& found) {
    if (!density.defined || !done.insert(density.mechanism).second) return;
    auto composed =
        density.kind == Density::Kind::channel
            ? compose_channel(*cell.library, density.defined, density.mechanism, density.ion, density.drive, found)
            : compose_concentration(*cell.library, density.defined, density.mechanism, density.ion, found);
    if (composed) cell.mechanisms.push_back(std::move(*composed));
}

VariableInfo const* parameter(MechanismInfo const& info, std::vector<std::string> const& names) {
    for (auto const& name : names)
        for (int i = 0; i < info.n_variables; ++i)
            if (is_parameter(info.variables[i]) && name == info.variables[i].name) return &info.variables[i];
    return nullptr;
}

VariableInfo const* global_of(MechanismInfo const& info, std::vector<std::string> const& names) {
    for (auto const& name : names)
        for (int i = 0; i < info.n_variables; ++i)
            if (info.variables[i].role == Role::global && name == info.variables[i].name) return &info.variables[i];
    return nullptr;
}

std::vector<std::string> parameters_of(MechanismInfo const& info) {
    std::vector<std::string> names;
    for (int i = 0; i < info.n_variables; ++i)
        if (is_parameter(info.variables[i])) names.emplace_back(info.variables[i].name);
    return names;
}

/// NeuroML's spelling of the unit of a mechanism's parameter.
Unit const* unit_of(VariableInfo const& variable) {
    static std::map<std::string_view, char const*> const spellings{{"", ""},
                                                                   {"1", ""},
                                                                   {"mV", "mV"},
                                                                   {"ms", "ms"},
                                                                   {"/ms", "per_ms"},
                                                                   {"1/ms", "per_ms"},
                                                                   {"mM", "mM"},
                                                                   {"um", "um"},
                                                                   {"micron", "um"},
                                                                   {"degC", "degC"},
                                                                   {"S/cm2", "S_per_cm2"},
                                                                   {"mho/cm2", "S_per_cm2"},
                                                                   {"cm/s", "cm_per_s"},
                                                                   {"nA", "nA"}};
    auto const found = spellings.find(variable.units);
    return found == spellings.end() ? nullptr : find_unit(found->second);
}

/// Densities as entries of "regions".
class RegionWriter {
public:
    RegionWriter(Cell const& cell, std::map<std::string, MechanismInfo const*> const& mechanisms, Diagnostics& found)
        : cell_(cell), mechanisms_(mechanisms), found_(found) {}

    Node region(Density const& density) {
        Node result = object(density.group_item, "segmentGroup", where(density));
        switch (density.kind) {
            case Density::Kind::capacitance:
                result.append(made(density.item, "value", "cm", *density.strength));
                break;
            case Density::Kind::resistivity:
                result.append(made(density.item, "value", "Ra", *density.strength));
                break;
            case Density::Kind::channel:
                if (density.defined) defined_channel(density, result);
                else foreign_channel(density, result);
                break;
            case Density::Kind::species:
                species(density, result);
                break;
        }
        return result;
    }

private:
    /// In the words of morphology/region.hpp.
    std::string where(Density const& density) const {
        if (!cell_.shape)
            return density.group == "soma_group" ? "soma" : density.group == "axon_group" ? "axon" : density.group;
        auto const& group = cell_.shape->groups.at(density.group);
        auto const& sections = cell_.morphology->sections;
        if (group.sections.size() == sections.size()) return "all";
        std::vector<std::string> names;
        for (int const s : group.sections)
            names.push_back(sections[s].name.ends_with(']') ? sections[s].name : sections[s].name + "[0]");
        return fmt::format("{}", fmt::join(names, ","));
    }

    static void append_mechanism(Node& region, Density const& density, Node mechanism) {
        auto list = object(density.item, {}, "mechanisms");
        list.append(std::move(mechanism));
        region.append(std::move(list));
    }

    static Node strength(Density const& density, std::string const& name) {
        if (!density.expression.empty()) return made(density.expression_item, "value", name, density.expression);
        return made(density.item, density.item.has("number")          ? "number"
                                  : density.drive == Drive::ghk ? "permeability"
                                                                : "condDensity", name,
                    density.strength.value_or(0));
    }

    void defined_channel(Density const& density, Node& region) {
        auto mechanism = object(density.item, "ionChannel", density.mechanism);
        mechanism.append(strength(density, strength_of(*cell_.library, density.defined, density.drive)));
        if (density.reversal) mechanism.append(made(density.item, "erev", "e", *density.reversal));
        if (density.shift && reads_shift(*cell_.library, density.defined))
            mechanism.append(made(density.item, "vShift", "vShift", *density.shift));
        append_mechanism(region, density, std::move(mechanism));
    }

    MechanismInfo const* find(Density const& density, char const* attribute) {
        auto const found = mechanisms_.find(density.mechanism);
        if (found != mechanisms_.end()) return found->second;
        std::vector<std::string> names;
        for (auto const& [name, info] : mechanisms_) names.push_back(name);
        fail(found_, density.item, attribute, "mechanism-unknown",
             fmt::format("neither the file nor what it includes defines '{}', and no mechanism is called so",
                         density.mechanism),
             did_you_mean(density.mechanism, names) +
                 "; include its file, or name the directory of its .mod file in mechanism_dirs");
        return nullptr;
    }

    /// A parameter of a mechanism that is not NeuroML's; null after an error.
    VariableInfo const* need(Density const& density, MechanismInfo const& info, char const* attribute,
                             std::vector<std::string> const& names) {
        auto const* variable = parameter(info, names);
        if (!variable)
            fail(found_, density.item, attribute, "neuroml-parameter",
                 fmt::format("the mechanism {} has no parameter that {} could mean; expected {}", info.name, attribute,
                             fmt::join(names, " or ")),
                 fmt::format("it has {}", enumerate(parameters_of(info))));
        return variable;
    }

    void foreign_channel(Density const& density, Node& region) {
        auto const* info = find(density, "ionChannel");
        if (!info) return;
        auto mechanism = object(density.item, "ionChannel", density.mechanism);
        bool const permeability = density.drive == Drive::ghk;
        if (auto const* variable =
                need(density, *info, permeability ? "permeability" : "condDensity",
                     permeability ? std::vector<std::string>{"pbar"} : std::vector<std::string>{"gbar", "g", "gmax"})) {
            static std::set<std::string_view> const fitting{"S/cm2", "mho/cm2", "cm/s"};
            if (!fitting.contains(variable->units))
                fail(found_, density.item, "ionChannel", "neuroml-parameter",
                     fmt::format("{} of {} is in ({}); expected ({})", variable->name, info->name, variable->units,
                                 permeability ? "cm/s" : "S/cm2"));
            mechanism.append(strength(density, variable->name));
        }
        if (density.reversal) {
            bool const uses_ion = std::any_of(info->ions, info->ions + info->n_ions,
                                              [&](IonInfo const& ion) { return density.ion == ion.name; });
            std::vector<std::string> const names{"e", "e" + density.ion, "erev"};
            if (uses_ion) reversal(density, region);
            else if (auto const* global = global_of(*info, names)) require_global(density, *info, *global);
            else if (auto const* e = need(density, *info, "erev", names))
                mechanism.append(made(density.item, "erev", e->name, *density.reversal));
        }
        if (density.shift)
            if (auto const* shift = need(density, *info, "vShift", {"vShift"}))
                mechanism.append(made(density.item, "vShift", shift->name, *density.shift));
        append_mechanism(region, density, std::move(mechanism));
    }

    /// A reversal potential that is a constant of the whole mechanism must be what the file says.
    void require_global(Density const& density, MechanismInfo const& info, VariableInfo const& global) {
        if (global.value == *density.reversal) return;
        fail(found_, density.item, "erev", "neuroml-reversal",
             fmt::format("erev is {} mV, but {} of the mechanism {} is {} mV in the whole model", *density.reversal, global.name, info.name,
                         global.value),
             "make it RANGE in the .mod file, or the two the same");
    }

    /// The reversal potential of an ion, which all its channels in one place share.
    void reversal(Density const& density, Node& region) {
        for (auto const* other : reversals_)
            if (other->ion == density.ion && *other->reversal != *density.reversal &&
                (other->group == density.group || other->group == "all" || density.group == "all"))
                return fail(found_, density.item, "erev", "neuroml-reversal",
                            fmt::format("channels of {} have the reversal potentials {} and {} mV in one place; these "
                                        "mechanisms share that of the ion",
                                        density.ion, *other->reversal, *density.reversal),
                            fmt::format("see {}", to_string(other->item.place("erev").where())));
        reversals_.push_back(&density);
        auto ion = object(density.item, "ion", density.ion);
        ion.append(made(density.item, "erev", "e", *density.reversal));
        auto ions = object(density.item, "ion", "ions");
        ions.append(std::move(ion));
        region.append(std::move(ions));
    }

    void species(Density const& density, Node& region) {
        auto ion = object(density.item, "ion", density.ion);
        if (density.inner) ion.append(made(density.item, "initialConcentration", "i", *density.inner));
        if (density.outer) ion.append(made(density.item, "initialExtConcentration", "o", *density.outer));
        auto ions = object(density.item, "ion", "ions");
        ions.append(std::move(ion));
        region.append(std::move(ions));
        if (density.mechanism.empty()) return;
        auto mechanism = object(density.item, "concentrationModel", density.mechanism);
        if (density.defined) {
            mechanism.append(
                made(density.item, "initialConcentration", "initialConcentration", density.inner.value_or(0)));
        } else {
            auto const* info = find(density, "concentrationModel");
            if (!info) return;
            if (density.expression_item) model_parameters(density.expression_item, *info, mechanism);
        }
        append_mechanism(region, density, std::move(mechanism));
    }

    /// Attributes of <concentrationModel type="CaDynamics" decay="80 ms" .../> as parameters of the mechanism CaDynamics.
    void model_parameters(Item const& model, MechanismInfo const& info, Node& mechanism) {
        for (auto const& attribute : model.node.attributes()) {
            std::string const key = attribute.name();
            if (key == "id" || key == "type" || key == "ion" || key == "segmentGroup") continue;
            auto const* variable = parameter(info, {key});
            auto const* unit = variable ? unit_of(*variable) : nullptr;
            if (!variable)
                fail(found_, model, key, "neuroml-parameter",
                     fmt::format("the mechanism {} has no parameter '{}'", info.name, key),
                     did_you_mean(key, parameters_of(info)));
            else if (!unit)
                fail(found_, model, key, "neuroml-parameter",
                     fmt::format("{} of {} is in ({}), which no unit of NeuroML means", key, info.name,
                                 variable->units));
            else if (auto const given = split_quantity(attribute.value()); unit->symbol.empty() && given && !given->symbol.empty()) {
                // Exporters have written units behind numbers that have none.
                warn(found_, model, key, "neuroml-unit", fmt::format("{} of {} has no unit: '{}' is left out", key, info.name, given->symbol));
                mechanism.append(made(model, key, key, given->number));
            } else if (auto const value = read_quantity(model, key.c_str(), *unit, found_))
                mechanism.append(made(model, key, key, *value));
        }
    }

    Cell const& cell_;
    std::map<std::string, MechanismInfo const*> const& mechanisms_;
    Diagnostics& found_;
    std::vector<Density const*> reversals_;
};

/// All channels of a file and of those it includes, each by itself.
std::map<std::string, nmodl::Composed> channels(Library const& library, Drive drive, Diagnostics& found) {
    std::map<std::string, nmodl::Composed> result;
    for (auto const& item : library.items())
        if (is_channel(item.name()))
            if (auto composed = compose_channel(library, item, item.attribute("id"),
                                                item.has("species") ? item.attribute("species") : "non_specific", drive, found))
                result.emplace(item.attribute("id"), std::move(*composed));
    return result;
}

/// What the file has beside the cell: networks, inputs, ...
void tell_others(Library const& library, Diagnostics& found) {
    static std::set<std::string> const parts{"morphology", "biophysicalProperties", "biophysicalProperties2CaPools", "Dimension", "Unit", "Target"};
    for (std::size_t i = 0; i < library.n_own(); ++i) {
        auto const& item = library.items()[i];
        auto const name = item.name();
        if (parts.contains(name) || is_cell(name) || is_channel(name) || is_concentration(library, item) || name == "concentrationModel")
            continue;
        complain(found, Severity::note, "neuroml-left-out", item.place(),
                 fmt::format("<{}> is no part of a cell and is left out", name));
    }
}

}  // namespace

bool is_neuroml(std::filesystem::path const& file) { return file.extension() == ".nml"; }

Cell read_cell(std::filesystem::path const& file, Diagnostics& found, std::string const& id) {
    auto const errors = found.count(Severity::error);
    Cell result;
    auto const library = std::make_shared<Library const>(file, found);
    result.library = library;
    auto const item = found.count(Severity::error) > errors ? Item{} : only_cell(*library, id, found);
    if (!item) return result;
    tell_others(*library, found);
    Element cell(item, found);
    result.id = cell.required("id");
    auto const morphology = part(*library, cell, "morphology", "morphology", found);
    std::string const properties = "biophysicalProperties" + std::string(item.name() == "cell" ? "" : "2CaPools");
    auto biophysics = part(*library, cell, "biophysicalProperties", properties, found);
    cell.finish();
    if (!biophysics) {  // some exporters write it beside the cell
        std::vector<Item> beside;
        for (auto const& other : library->items())
            if (other.name() == properties) beside.push_back(other);
        if (beside.size() == 1) biophysics = beside.front();
        else fail(found, item, {}, "neuroml-missing", fmt::format("{} has no <{}>", cell.what(), properties));
    }
    if (morphology) {
        auto shape = std::make_shared<Shape>(read_shape(morphology, groups_named(biophysics), found));
        if (!shape->morphology) return result;
        result.morphology = shape->morphology;
        result.shape = std::move(shape);
    }
    if (!biophysics) return result;
    result.densities =
        std::make_shared<std::vector<Density>>(read_densities(*library, biophysics, result.shape.get(), result, found));
    std::set<std::string> done;
    for (auto const& density : *result.densities) add_mechanism(result, done, density, found);
    result.complete = found.count(Severity::error) == errors;
    return result;
}

Node biophysics(Cell const& cell, std::map<std::string, MechanismInfo const*> const& mechanisms, Diagnostics& found) {
    auto const root = cell.library->root();
    Node result = object(root, {}, {});
    Node regions = object(root, {}, "regions");
    RegionWriter writer(cell, mechanisms, found);
    bool varies = false;
    // One entry for each density, in their order: a region may be named many times.
    if (cell.densities)
        for (auto const& density : *cell.densities) {
            if (cell.shape && cell.shape->groups.at(density.group).sections.empty()) continue;
            regions.children.push_back(writer.region(density));
            varies = varies || !density.expression.empty();
        }
    result.append(std::move(regions));
    if (cell.shape && !cell.shape->divisions.empty()) {
        auto nseg = object(root, {}, "nseg");
        for (auto const& [section, number, item] : cell.shape->divisions) {
            auto const& name = cell.morphology->sections[section].name;
            nseg.append(made(item, "value", name.ends_with(']') ? name : name + "[0]", number));
        }
        result.append(std::move(nseg));
    }
    if (varies) result.append(made(root, {}, "origin", fmt::format("{}(0)", cell.morphology->sections.front().name)));
    return result;
}

std::map<std::string, nmodl::Composed> channels_of(std::filesystem::path const& file, Diagnostics& found) {
    Library const library(file, found);
    if (found.has_errors()) return {};
    return channels(library, Drive::ion, found);
}

std::vector<nmodl::Composed> mechanisms_of(std::filesystem::path const& file, Diagnostics& found) {
    Library const library(file, found);
    if (found.has_errors()) return {};
    bool const has_cell = std::ranges::any_of(library.items(), [](Item const& item) { return is_cell(item.name()); });
    if (has_cell) return read_cell(file, found).mechanisms;
    std::vector<nmodl::Composed> result;
    for (auto& [name, channel] : channels(library, Drive::ohmic, found)) result.push_back(std::move(channel));
    for (auto const& item : library.items()) {
        auto const id = item.attribute("id");
        std::optional<nmodl::Composed> composed;
        if (is_concentration(library, item))
            composed = compose_concentration(library, item, id, item.has("ion") ? item.attribute("ion") : "ca", found);
        if (composed) result.push_back(std::move(*composed));
    }
    if (result.empty() && !found.has_errors())
        fail(found, library.root(), {}, "neuroml-cell",
             "there is neither a <cell> nor a channel nor a concentration model in this file");
    return result;
}

}  // namespace rall::io::neuroml
