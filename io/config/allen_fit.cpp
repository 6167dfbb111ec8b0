// fit_parameters.json of the Allen Cell Types Database: passive properties, channel densities per region ("genome"), and
// conditions. What it means is stated in the white paper "Biophysical modeling - perisomatic" of the database. Many files write numbers
// as text.
#include <fmt/format.h>

#include "io/config/biophysics.hpp"
#include "io/schema/schema.hpp"

namespace rall::io {
namespace {

/// The settings of a region, made when first named. Regions come in this order whatever the order of the file.
RegionSetting& region_of(Biophysics& result, std::string const& name, Node const& where) {
    for (auto& region : result.regions)
        if (region.region == name) return region;
    return result.regions.emplace_back(RegionSetting{name, &where, {}, {}, {}, {}});
}

MechanismSetting& mechanism_of(RegionSetting& region, std::string const& name, Node const& where) {
    for (auto& mechanism : region.mechanisms)
        if (mechanism.name == name) return mechanism;
    return region.mechanisms.emplace_back(MechanismSetting{name, &where, {}});
}

/// The single object in a list, as the format has it for "passive" and "conditions".
Node const* only_entry(Object& object, char const* key, Diagnostics& diagnostics) {
    auto const* list = object.required(key);
    if (!list) return nullptr;
    if (list->is_array() && list->children.size() == 1 && list->children[0].is_object()) return &list->children[0];
    error(diagnostics, "config-type", *list, fmt::format("{}: expected a list of one object", key));
    return nullptr;
}

void read_passive(Node const& node, Biophysics& result, Diagnostics& diagnostics) {
    Object passive(node, "passive", diagnostics, keys_of("allen_passive"));
    passive.with_numbers_as_text();
    auto& all = region_of(result, "all", node);
    if (passive.has("ra")) all.Ra = passive.number("ra");
    auto& pas = mechanism_of(all, "pas", node);
    if (auto const* e = passive.find("e_pas")) pas.parameters.push_back({"e", e});
    if (auto const* cm = passive.find("cm"); cm && cm->is_array()) {
        for (auto const& child : cm->children) {
            Object entry(child, "passive.cm", diagnostics, keys_of("allen_cm"));
            entry.with_numbers_as_text();
            auto const section = entry.required_text("section");
            auto const value = entry.number("cm");
            entry.finish();
            region_of(result, section, child).cm.emplace(value, &child);
        }
    } else if (cm) {
        all.cm.emplace(passive.number("cm"), cm);
    }
    passive.finish();
}

void read_genome(Node const& node, Biophysics& result, Diagnostics& diagnostics) {
    Object gene(node, "genome", diagnostics, keys_of("allen_gene"));
    gene.with_numbers_as_text();
    auto const section = gene.required_text("section");
    auto const name = gene.required_text("name");
    auto const mechanism = gene.required_text("mechanism");
    auto const* value = gene.required("value");
    gene.finish();
    if (section.empty() || name.empty() || !value) return;
    auto& region = region_of(result, section, node);
    if (mechanism.empty() && name == "cm") {
        region.cm.emplace(*value, "genome cm", diagnostics);
    } else if (mechanism.empty() && name == "Ra") {
        region.Ra = gene.optional_number("value", positive);
    } else {
        // "gbar_NaTs" of mechanism NaTs; passive properties have no mechanism: "g_pas", "e_pas".
        auto const owner = mechanism.empty() ? std::string("pas") : mechanism;
        auto const suffix = "_" + owner;
        if (!name.ends_with(suffix)) {
            error(diagnostics, "allen-name", node.at("name"),
                  fmt::format("'{}' is no parameter of {}: expected a name that ends in '{}'", name, owner, suffix));
            return;
        }
        mechanism_of(region, owner, node).parameters.push_back({name.substr(0, name.size() - suffix.size()), value});
    }
}

void read_erev(Node const& node, Biophysics& result, Diagnostics& diagnostics) {
    Object entry(node, "erev", diagnostics);
    entry.with_numbers_as_text();
    auto const section = entry.required_text("section");
    if (!node.is_object() || section.empty()) return;
    for (auto const& member : node.children) {
        if (member.key == "section") continue;
        if (member.key.size() < 2 || member.key[0] != 'e') continue;
        if (auto const reversal = entry.optional_number(member.key))
            region_of(result, section, node)
                .ions.push_back({member.key.substr(1), IonField::reversal, Expression(*reversal, &member)});
    }
    entry.finish();
}

}  // namespace

Biophysics read_allen_fit(Node const& node, Diagnostics& diagnostics) {
    Biophysics result;
    result.where = &node;
    Object object(node, "fit parameters", diagnostics, keys_of("allen_fit"));
    if (auto const* passive = only_entry(object, "passive", diagnostics)) read_passive(*passive, result, diagnostics);
    if (auto const* genome = object.required("genome"))
        for (auto const& gene : genome->children) read_genome(gene, result, diagnostics);
    if (auto const* entry = only_entry(object, "conditions", diagnostics)) {
        Object conditions(*entry, "conditions", diagnostics, keys_of("allen_conditions"));
        conditions.with_numbers_as_text();
        result.celsius = conditions.optional_number("celsius");
        result.v_init = conditions.optional_number("v_init");
        if (auto const* erev = conditions.find("erev"))
            for (auto const& child : erev->children) read_erev(child, result, diagnostics);
        conditions.finish();
    }
    object.finish();
    return result;
}

}  // namespace rall::io
