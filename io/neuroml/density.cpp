#include "io/neuroml/density.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"

namespace rall::io::neuroml {
namespace {

/// What an element of a density is: how it drives a current, and whether it varies in space.
struct Form {
    std::string_view element;
    Drive drive;
    bool varies = false, shifts = false;
    char const* calcium = "ca";
    bool counted = false;  ///< by numbers of single channels
};
constexpr Form forms[] = {
    {"channelDensity", Drive::ohmic},
    {"channelDensityVShift", Drive::ohmic, false, true},
    {"channelDensityNernst", Drive::nernst},
    {"channelDensityGHK", Drive::ghk},
    {"channelDensityGHK2", Drive::ghk2},
    {"channelDensityNonUniform", Drive::ohmic, true},
    {"channelDensityNonUniformNernst", Drive::nernst, true},
    {"channelDensityNonUniformGHK", Drive::ghk, true},
    {"channelDensityNernstCa2", Drive::nernst, false, false, "ca2"},
    {"channelPopulation", Drive::ohmic, false, false, "ca", true},
};

class DensityReader {
public:
    DensityReader(Library const& library, Shape const* shape, Cell& cell, Diagnostics& found)
        : library_(library), shape_(shape), cell_(cell), found_(found) {}

    std::vector<Density> read(Item const& item) {
        Element biophysics(item, found_);
        bool const two = item.name().ends_with("2CaPools");
        if (auto const membrane = biophysics.child(two ? "membraneProperties2CaPools" : "membraneProperties"))
            read_membrane(membrane, two);
        if (auto const inside = biophysics.child(two ? "intracellularProperties2CaPools" : "intracellularProperties"))
            read_inside(inside);
        if (auto const outside = biophysics.child("extracellularProperties")) {
            Element element(outside, found_);
            for (auto const& species : element.children("species")) read_species(species, true);
            element.finish();
        }
        biophysics.finish();
        tell_copies();
        return std::move(result_);
    }

private:
    /// Where: "segment" or "segmentGroup", all without them.
    void place(Element& element, Density& density) {
        density.group_item = element.item();
        density.group = element.text("segmentGroup", "all");
        if (!element.has("segment")) return check_group(element.item(), "segmentGroup", density.group);
        auto const segment = element.text("segment");
        density.group = group_of_segment(segment);
        if (element.has("segmentGroup"))
            fail(found_, element.item(), "segmentGroup", "neuroml-twice", "'segment' and 'segmentGroup' both say where this is");
        else if (!shape_)
            fail(found_, element.item(), "segment", "neuroml-missing",
                 "what is in one segment needs the cell's own morphology, where segments are numbered");
        else if (!shape_->groups.contains(density.group))
            fail(found_, element.item(), "segment", "neuroml-reference", fmt::format("there is no segment '{}'", segment));
    }

    void check_group(Item const& item, char const* key, std::string const& name) {
        if (!shape_) return;
        auto const found = shape_->groups.find(name);
        if (found == shape_->groups.end()) {
            std::vector<std::string> known;
            for (auto const& [group, of] : shape_->groups) known.push_back(group);
            fail(found_, item, key, "neuroml-reference", fmt::format("there is no segmentGroup '{}'", name),
                 did_you_mean(name, known));
        }
    }

    void read_membrane(Item const& item, bool two_pools) {
        Element membrane(item, found_);
        for (auto const& form : forms)
            if (two_pools || form.calcium == std::string_view("ca"))
                for (auto const& density : membrane.children(std::string(form.element).c_str())) read_channel(density, form);
        for (auto const& value : membrane.children("specificCapacitance"))
            read_value(value, Density::Kind::capacitance, "uF_per_cm2");
        read_whole(membrane, "initMembPotential", cell_.v_init);
        read_whole(membrane, "spikeThresh", cell_.spike_threshold);
        membrane.finish();
    }

    void read_inside(Item const& item) {
        Element inside(item, found_);
        for (auto const& value : inside.children("resistivity"))
            read_value(value, Density::Kind::resistivity, "ohm_cm");
        for (auto const& species : inside.children("species")) read_species(species, false);
        inside.finish();
    }

    void read_value(Item const& item, Density::Kind kind, char const* unit) {
        Density density;
        density.kind = kind;
        density.item = item;
        Element element(item, found_);
        element.required("value");
        density.strength = element.optional_quantity("value", unit);
        if (density.strength && *density.strength <= 0)
            fail(found_, item, "value", "neuroml-range", fmt::format("{}: expected more than 0", element.what()));
        place(element, density);
        element.finish();
        result_.push_back(std::move(density));
    }

    /// A value that a cell has once.
    void read_whole(Element& membrane, char const* name, std::optional<double>& value) {
        for (auto const& item : membrane.children(name)) {
            Element element(item, found_);
            auto const given = element.quantity("value", "mV");
            if (auto const group = element.text("segmentGroup", "all");
                group != "all" && !(shape_ && shape_->groups.contains(group) &&
                                    shape_->groups.at(group).segments == shape_->groups.at("all").segments))
                fail(found_, item, "segmentGroup", "neuroml-unknown",
                     fmt::format("<{}> of a part of the cell is not understood; expected the group 'all'", name));
            if (value && *value != given)
                fail(found_, item, "value", "neuroml-twice",
                     fmt::format("this is a second <{}> with another value", name));
            element.finish();
            value = given;
        }
    }

    void read_channel(Item const& item, Form const& form) {
        Density density;
        density.item = item;
        density.drive = form.drive;
        Element element(item, found_);
        density.channel = element.required("ionChannel");
        density.ion = element.required("ion");
        auto const* const key = form.drive == Drive::ghk ? "permeability" : "condDensity";
        auto const* const unit = form.drive == Drive::ghk ? "cm_per_s" : "S_per_cm2";
        if (form.drive == Drive::ohmic) density.reversal = element.quantity("erev", "mV");
        else if (density.ion != form.calcium && element.has("ion"))
            fail(found_, item, "ion", "neuroml-ion",
                 fmt::format("<{}> is for calcium only ('{}'), as the standard has it; the ion is '{}'", item.name(),
                             form.calcium, density.ion),
                 "give the reversal potential: channelDensity");
        if (form.shifts) density.shift = element.quantity("vShift", "mV");
        auto const varying = element.children("variableParameter");
        if (varying.size() > 1)
            fail(found_, varying[1], {}, "neuroml-twice", "one density has one <variableParameter>");
        if (!varying.empty()) {
            read_varying(varying[0], key, unit, density);
            if (element.has("segmentGroup") && element.text("segmentGroup") != density.group)
                fail(found_, item, "segmentGroup", "neuroml-reference",
                     fmt::format("the density is in '{}', its parameter varies in '{}'", item.attribute("segmentGroup"),
                                 density.group));
            if (element.optional_quantity(key, unit))
                warn(found_, item, key, "neuroml-no-effect",
                     fmt::format("{} has no effect beside <variableParameter>", key));
        } else if (form.varies) {
            fail(found_, item, {}, "neuroml-missing", fmt::format("{} has no <variableParameter>", element.what()));
        } else if (form.counted) {
            place(element, density);
            density.strength = density_of_channels(element, density);
        } else {
            density.strength = element.quantity(key, unit);
            if (*density.strength < 0) fail(found_, item, key, "neuroml-range", fmt::format("{} is negative", key));
            place(element, density);
        }
        element.finish();
        density.defined = library_.find(density.channel);
        if (density.defined && !is_channel(density.defined.name())) {
            fail(found_, item, "ionChannel", "neuroml-reference",
                 fmt::format("'{}' is a <{}>, which is no channel that is understood", density.channel,
                             density.defined.name()));
            return;
        }
        density.mechanism = density.channel + (density.defined ? suffix_of(form.drive) : "");
        if (density.shift && density.defined && !reads_shift(library_, density.defined))
            warn(found_, item, "vShift", "neuroml-no-effect",
                 fmt::format("vShift has no effect: no rate of '{}' requires vShift", density.channel));
        result_.push_back(std::move(density));
    }

    /// S/cm2 of single channels in one segment; how a number is shared by several, the standard does not say.
    double density_of_channels(Element& element, Density const& density) {
        auto const& item = element.item();
        element.required("number");
        auto const number = element.number("number", 0);
        if (number < 0 || number != std::floor(number))
            fail(found_, item, "number", "neuroml-range", fmt::format("number is {}; expected a whole number of channels", number));
        auto const channel = library_.find(density.channel);
        if (!channel.has("conductance")) {
            fail(found_, channel ? channel : item, channel ? "" : "ionChannel", "neuroml-missing",
                 fmt::format("channels of '{}' are counted: expected its <ionChannel> with the conductance of one channel", density.channel));
            return 0;
        }
        auto const conductance = read_quantity(channel, "conductance", *find_unit("S"), found_);
        auto const group = shape_ ? shape_->groups.find(density.group) : std::map<std::string, Group>::const_iterator{};
        if (!shape_ || (group != shape_->groups.end() && group->second.segments.size() != 1))
            fail(found_, item, item.has("segmentGroup") ? "segmentGroup" : "", "neuroml-section",
                 fmt::format("<{}> is understood in one segment only: how several share the number is not defined", item.name()),
                 "say segment=\"N\", or give a channelDensity");
        else if (group != shape_->groups.end() && conductance)
            return number * *conductance / (1e-8 * area(shape_->morphology->sections[group->second.sections.front()]));  // um2 to cm2
        return 0;
    }

    void read_varying(Item const& item, std::string const& parameter, char const* unit, Density& density) {
        Element element(item, found_);
        if (auto const name = element.required("parameter"); name != parameter && item.has("parameter"))
            fail(found_, item, "parameter", "neuroml-unknown",
                 fmt::format("the parameter '{}' cannot vary; expected '{}'", name, parameter));
        density.group = element.required("segmentGroup");
        density.group_item = item;
        check_group(item, "segmentGroup", density.group);
        auto const value = element.child("inhomogeneousValue");
        element.finish();
        if (!value)
            return fail(found_, item, {}, "neuroml-missing", "<variableParameter> needs an <inhomogeneousValue>");
        Element of(value, found_);
        auto const name = of.required("inhomogeneousParameter");
        auto const term = read_expression(value, "value", found_);
        of.ignore("value");
        of.finish();
        if (!shape_)
            return fail(found_, value, {}, "neuroml-missing",
                        "a density that varies needs the cell's own morphology, where its variable is defined");
        auto const group = shape_->groups.find(density.group);
        if (group == shape_->groups.end() || !term) return;
        auto const metric = group->second.metrics.find(name);
        if (metric == group->second.metrics.end())
            return fail(found_, value, "inhomogeneousParameter", "neuroml-reference",
                        fmt::format("the group '{}' has no inhomogeneousParameter '{}'", density.group, name));
        auto const variable = metric->second.variable;
        for (auto const& other : names_in(*term))
            if (other != variable)
                fail(found_, value, "value", "neuroml-expression",
                     fmt::format("'{}' is not known here; the variable is '{}'", other, variable));
        // Path length in um from the root; moved so that the group begins at translationStart, and scaled so that it ends at normalizationEnd.
        auto const& [nearest, furthest] = std::pair(group->second.nearest, group->second.furthest);
        std::string distance = "distance";
        double last = furthest;
        if (metric->second.start) {
            auto const shift = *metric->second.start - nearest;
            distance = fmt::format("(distance + {})", number_text(shift));
            last += shift;
        }
        if (metric->second.end) distance = fmt::format("({}*{})", distance, number_text(*metric->second.end / last));
        // The value is in SI units.
        auto const factor =
            convert(1, *find_unit(std::string_view(unit) == "cm_per_s" ? "m_per_s" : "S_per_m2"), *find_unit(unit));
        try {
            density.expression = fmt::format("{}*{}", number_text(factor),
                                             write_expression(*term, Language::muparser, [&](std::string const& lems) {
                                                 return lems == variable ? distance : lems;
                                             }));
        } catch (ExpressionFailure const& failure) {
            fail(found_, value, "value", "neuroml-expression", failure.message);
        }
        density.expression_item = value;
    }

    void read_species(Item const& item, bool outside) {
        Density density;
        density.kind = Density::Kind::species;
        density.item = item;
        Element element(item, found_);
        density.ion = element.text("ion", element.text("id"));
        density.channel = outside ? element.text("concentrationModel") : element.required("concentrationModel");
        density.inner = element.optional_quantity("initialConcentration", "mM");
        density.outer = element.optional_quantity("initialExtConcentration", "mM");
        place(element, density);
        element.finish();
        for (auto const& [key, value] :
             {std::pair{"initialConcentration", density.inner}, std::pair{"initialExtConcentration", density.outer}})
            if (value && *value < 0) fail(found_, item, key, "neuroml-range", fmt::format("{} is negative", key));
        for (auto const& other : result_)
            if (other.kind == Density::Kind::species && other.group == density.group && other.ion == density.ion &&
                other.channel == density.channel && other.inner == density.inner && other.outer == density.outer) {
                complain(found_, Severity::note, "neuroml-twice", item.place(),
                         "this <species> says again what an earlier one says; it counts once");
                return;
            }
        if (density.channel.empty()) return result_.push_back(std::move(density));
        auto const model = library_.find(density.channel);
        if (model) {
            density.defined = is_concentration(library_, model) ? model : Item{};
            density.mechanism = density.defined     ? density.channel
                                : model.has("type") ? model.attribute("type")
                                                    : density.channel;
            density.expression_item = model;  // its attributes are the parameters of a mechanism of this name
        } else {
            density.mechanism = density.channel;
        }
        result_.push_back(std::move(density));
    }

    bool overlap(Density const& a, Density const& b) const {
        if (!shape_) return a.group == b.group || a.group == "all" || b.group == "all";
        auto const one = shape_->groups.find(a.group), other = shape_->groups.find(b.group);
        if (one == shape_->groups.end() || other == shape_->groups.end()) return false;
        return std::ranges::any_of(one->second.sections,
                                   [&](int s) { return std::ranges::binary_search(other->second.sections, s); });
    }

    /// Densities of one channel that lie in one place add up: each gets a mechanism of its own. So does a channel that carries several ions.
    void tell_copies() {
        for (std::size_t i = 0; i < result_.size(); ++i) {
            auto& density = result_[i];
            if (density.mechanism.empty()) continue;
            for (std::size_t k = 0; k < i; ++k) {
                auto const& other = result_[k];
                if (other.mechanism != density.mechanism) continue;
                bool const meet = overlap(other, density);
                if (!meet && other.ion == density.ion) continue;
                if (density.kind == Density::Kind::species || !density.defined) {
                    if (meet)
                        fail(found_, density.item, {}, "neuroml-twice",
                             fmt::format("'{}' is already in a part of '{}'", density.mechanism, density.group),
                             fmt::format("see {}", to_string(other.item.place().where())));
                    continue;
                }
                density.mechanism += "_" + (density.item.has("id") ? density.item.attribute("id") : std::to_string(i));
                break;
            }
        }
    }

    Library const& library_;
    Shape const* shape_;
    Cell& cell_;
    Diagnostics& found_;
    std::vector<Density> result_;
};

}  // namespace

std::vector<Density> read_densities(Library const& library, Item const& biophysics, Shape const* shape, Cell& cell,
                                    Diagnostics& found) {
    return DensityReader(library, shape, cell, found).read(biophysics);
}

std::set<std::string> groups_named(Item const& biophysics) {
    std::set<std::string> names;
    auto const look = [&](auto const& self, Item const& item) -> void {
        if (item.has("segmentGroup")) names.insert(item.attribute("segmentGroup"));
        if (item.has("segment")) names.insert(group_of_segment(item.attribute("segment")));
        for (auto const& child : item.children()) self(self, child);
    };
    if (biophysics) look(look, biophysics);
    return names;
}

}  // namespace rall::io::neuroml
