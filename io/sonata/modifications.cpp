#include "io/sonata/modifications.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "morphology/cable.hpp"
#include "morphology/region.hpp"

namespace rall::io::sonata {
namespace {

constexpr char const* ttx = "TTXDynamicsSwitch";  // the mechanism of the models' authors that holds its concentration

/// Names of lists of sections, and of their arrays.
constexpr std::pair<char const*, int> lists[] = {{"all", 0}, {"somatic", 1}, {"axonal", 2}, {"basal", 3}, {"apical", 4},
                                                 {"soma", 1}, {"axon", 2}, {"dend", 3}, {"apic", 4}};

/// A quantity of compartments by the name that NEURON has for it: "gbar_NaTg", "ena", "cm", "Ra".
class Quantity {
public:
    Quantity(Build& build, model::CellType& type, std::string const& name) : type_(type), name_(name) {
        if (name == "cm" || name == "Ra") return;
        for (std::size_t bar = name.find('_'); bar != std::string::npos; bar = name.find('_', bar + 1)) {
            auto const found = build.mechanisms.find(name.substr(bar + 1));
            if (found == build.mechanisms.end()) continue;
            auto const* variable = find_variable(*found->second, name.substr(0, bar));
            if (variable && is_settable(*variable)) mechanism_ = found->second, parameter_ = variable;
        }
        if (mechanism_) return;
        if (name.size() > 1 && name.starts_with('e')) ion_ = name.substr(1), field_ = IonField::reversal;
        if (name.size() > 1 && name.ends_with('i')) ion_ = name.substr(0, name.size() - 1), field_ = IonField::inner;
        if (name.size() > 1 && name.ends_with('o')) ion_ = name.substr(0, name.size() - 1), field_ = IonField::outer;
        for (auto const& [other, info] : build.mechanisms)
            for (int i = 0; i < info->n_ions; ++i)
                if (ion_ == info->ions[i].name) users_.push_back(info);
        if (users_.empty()) ion_.clear();
    }

    bool is_of(int compartment) const {
        if (name_ == "cm" || name_ == "Ra") return true;
        return std::ranges::any_of(type_.mechanisms, [&](model::Painted const& painted) {
            bool const counts = mechanism_ ? painted.mechanism == mechanism_->name
                                           : std::ranges::any_of(users_, [&](auto const* info) { return painted.mechanism == info->name; });
            return counts && std::ranges::binary_search(painted.compartments, compartment);
        });
    }

    double get(int compartment) const {
        auto const k = static_cast<std::size_t>(compartment);
        if (name_ == "cm") return type_.cm[k];
        if (name_ == "Ra") return type_.Ra[static_cast<std::size_t>(type_.cable->compartments[k].section)];
        if (mechanism_) {
            auto const& painted = *painted_in(compartment);
            auto const found = painted.parameters.find(parameter_->name);
            return found == painted.parameters.end() ? parameter_->value : found->second[place_in(painted, compartment)];
        }
        for (auto ion = type_.ions.rbegin(); ion != type_.ions.rend(); ++ion)
            if (ion->ion == ion_ && ion->field == field_)
                if (auto const at = std::ranges::lower_bound(ion->compartments, compartment); at != ion->compartments.end() && *at == compartment)
                    return ion->values[static_cast<std::size_t>(at - ion->compartments.begin())];
        throw InputError("modification-value", {}, fmt::format("{} is what its ion makes of it, of which nothing is known before the run", name_),
                         "give it in the biophysics, or assign a number");
    }

    void set(int compartment, double value) {
        auto const k = static_cast<std::size_t>(compartment);
        if (name_ == "cm") return put(type_.cm, k, type_.cable->compartments.size(), value);
        if (name_ == "Ra") return put(type_.Ra, static_cast<std::size_t>(type_.cable->compartments[k].section), type_.cable->sections.size(), value);
        if (mechanism_) {
            auto& painted = *painted_in(compartment);
            auto const slot = painted.parameters.try_emplace(parameter_->name, parameter_->value).first;
            return put(slot->second, place_in(painted, compartment), painted.compartments.size(), value);
        }
        type_.ions.push_back({ion_, field_, {compartment}, value});
    }

private:
    static void put(model::Values& values, std::size_t k, std::size_t n, double value) {
        if (values.uniform() && values[0] == value) return;
        std::vector<double> all(n);
        for (std::size_t i = 0; i < n; ++i) all[i] = values[i];
        all[k] = value;
        values = n == 1 ? model::Values(all[0]) : model::Values(std::move(all));
    }
    model::Painted* painted_in(int compartment) const {
        for (auto& painted : type_.mechanisms)
            if (painted.mechanism == mechanism_->name && std::ranges::binary_search(painted.compartments, compartment)) return &painted;
        return nullptr;
    }
    static std::size_t place_in(model::Painted const& painted, int compartment) {
        return static_cast<std::size_t>(std::ranges::lower_bound(painted.compartments, compartment) - painted.compartments.begin());
    }

    model::CellType& type_;
    std::string name_;
    MechanismInfo const* mechanism_ = nullptr;
    VariableInfo const* parameter_ = nullptr;
    std::string ion_;
    IonField field_ = IonField::none;
    std::vector<MechanismInfo const*> users_;
};

}  // namespace

std::optional<CompartmentSet> read_compartment_set(Build& build, Document const* file, Node const& name) {
    auto& diagnostics = build.diagnostics;
    if (!name.is_string()) {
        error(diagnostics, "config-type", name, "compartment_set: expected the name of a set");
        return {};
    }
    if (!file) {
        error(diagnostics, "compartment-set", name, "the config names no 'compartment_sets_file'");
        return {};
    }
    auto const* found = file->root().find(name.text());
    if (!found) {
        std::vector<std::string> names;
        for (auto const& child : file->root().children) names.push_back(child.key);
        error(diagnostics, "compartment-set", name, fmt::format("{} has no set '{}'", file->file(), name.text()), did_you_mean(name.text(), names));
        return {};
    }
    CompartmentSet set;
    Object object(*found, "compartment set '" + name.text() + "'", diagnostics, keys_of("compartment_set"));
    set.population = object.required_text("population");
    auto const* places = object.required("compartment_set");
    object.finish();
    if (!places) return {};
    for (auto const& place : places->children) {
        bool const good = place.is_array() && place.children.size() == 3 && std::ranges::all_of(place.children, &Node::is_number) &&
                          place.children[0].number() >= 0 && place.children[1].number() >= 0 && place.children[2].number() >= 0 &&
                          place.children[2].number() <= 1;
        if (!good) {
            error(diagnostics, "compartment-set", place, "expected [node id, section id, place on the section from 0 to 1]");
            return {};
        }
        set.places.push_back({static_cast<std::uint64_t>(place.children[0].number()), place.children[1].number(), place.children[2].number(), &place});
    }
    return set;
}

void Modifications::read(Build& build, Node const& list, Document const* compartment_sets, Choose const& choose) {
    auto& diagnostics = build.diagnostics;
    if (!list.is_array()) return error(diagnostics, "config-type", list, "conditions.modifications: expected a list");
    for (auto const& node : list.children) {
        Object object(node, fmt::format("modifications[{}]", all_.size()), diagnostics, keys_of("modification"));
        auto& one = all_.emplace_back();
        one.node = &node;
        one.what = object.what();
        object.optional_text("name");
        one.type = object.required("type") ? object.choice("type") : "";
        if (one.type == "TTX") one.type = "ttx";
        if (one.type == "ConfigureAllSections") one.type = "configure_all_sections";
        if (one.type == "compartment_set") {
            if (auto const* name = object.required("compartment_set")) one.set = read_compartment_set(build, compartment_sets, *name);
        } else if (auto const* nodes = object.required("node_set")) {
            for (auto const& [population, row] : choose(*nodes)) one.nodes.emplace(population, static_cast<std::size_t>(row));
        }
        if (one.type != "ttx")
            if (auto const* text = object.required("section_configure")) {
                one.assignments = read_assignments(*text, one.what + ".section_configure", diagnostics);
                for (auto const& assignment : one.assignments) {
                    auto const name = assignment.object.substr(0, assignment.object.find('['));
                    bool const indexed = name != assignment.object;
                    bool const known = std::ranges::any_of(lists, [&](auto const& entry) { return name == entry.first; });
                    bool const good = one.type == "configure_all_sections" ? assignment.object == "%s"
                                      : one.type == "section_list"         ? known && !indexed
                                      : one.type == "section"              ? known && indexed
                                                                           : assignment.object.empty();
                    if (!good)
                        error(diagnostics, "assignment-syntax", *text, fmt::format("{}: '{}{}{}' is no quantity of {}", one.what, assignment.object,
                                                                                    assignment.object.empty() ? "" : ".", assignment.name, one.type),
                              one.type == "configure_all_sections" ? "expected %s." + assignment.name
                              : one.type == "section_list"         ? "expected one of all, somatic, axonal, basal or apical, such as apical." + assignment.name
                              : one.type == "section"              ? "expected a section, such as apic[10]." + assignment.name
                                                                   : "expected " + assignment.name);
                    else if (assignment.object != one.assignments[0].object)
                        error(diagnostics, "assignment-syntax", *text, one.what + ": expected all assignments to be to the same sections");
                }
            }
        object.finish();
    }
}

std::string Modifications::key(Build const& build, int population, std::size_t row, std::uint64_t id) const {
    std::string key;
    for (std::size_t k = 0; k < all_.size(); ++k) {
        auto const& one = all_[k];
        if (one.nodes.contains({population, row})) key += fmt::format("{};", k);
        // Places of a compartment set belong to a single cell.
        if (one.set && one.set->population == build.populations[static_cast<std::size_t>(population)].nodes.name &&
            std::ranges::any_of(one.set->places, [&](SetPlace const& place) { return place.node == id; }))
            key += fmt::format("{}:{};", k, id);
    }
    return key;
}

void Modifications::apply(Build& build, std::string const& key, model::CellType& type, std::function<int(double)> const& section) {
    for (std::size_t begin = 0; begin < key.size();) {
        auto const end = key.find(';', begin);
        std::size_t k = 0;
        std::uint64_t id = 0;
        auto const [stop, code] = std::from_chars(key.data() + begin, key.data() + end, k);
        bool const of_one = *stop == ':';
        if (of_one) std::from_chars(stop + 1, key.data() + end, id);
        begin = end + 1;
        auto& one = all_[k];
        if (one.type == "ttx") {
            auto const found = build.mechanisms.find(ttx);
            if (found == build.mechanisms.end()) {
                error(build.diagnostics, "mechanism-unknown", *one.node, fmt::format("{}: TTX needs the mechanism {}", one.what, ttx),
                      "its .mod file belongs to those of the circuit");
                continue;
            }
            std::erase_if(type.mechanisms, [](model::Painted const& painted) { return painted.mechanism == ttx; });
            model::Painted painted{ttx, {}, {{"ttxo_level", 1.0}}};
            for (int i = 0; i < type.cable->n_cut(); ++i) painted.compartments.push_back(i);
            type.mechanisms.push_back(std::move(painted));
            one.applied += 1;
            continue;
        }
        std::vector<std::vector<int>> places;  // that take one value: compartments of a section, or one of a set
        auto const& cable = *type.cable;
        if (of_one) {
            for (auto const& place : one.set->places)
                if (place.node == id) {
                    int const index = section(place.section);
                    if (index < 0) error(build.diagnostics, "compartment-set", *place.where, fmt::format("{} has no section {}", type.name, place.section));
                    else places.push_back({morphology::compartment(cable, {index, place.x})});
                }
        } else {
            auto const& object = one.assignments.empty() ? std::string() : one.assignments[0].object;
            auto const open = object.find('[');
            auto const* const list = std::ranges::find_if(lists, [&](auto const& entry) { return object.substr(0, open) == entry.first; });
            for (std::size_t i = 0; i < cable.sections.size(); ++i) {
                auto const& one_of = cable.sections[i];
                bool const meant = object == "%s" || (list != std::end(lists) && (list->second == 0 || list->second == one_of.type) &&
                                                      (open == std::string::npos || one_of.name.substr(one_of.name.find('[')) == object.substr(open)));
                if (!meant) continue;
                places.emplace_back();
                for (int c = 0; c < one_of.nseg; ++c) places.back().push_back(one_of.first + c);
            }
        }
        try {
            std::vector<Quantity> quantities;
            for (auto const& assignment : one.assignments) quantities.emplace_back(build, type, assignment.name);
            for (auto const& place : places) {
                auto const has_all = [&](std::string const& name) {
                    Quantity const quantity(build, type, name);
                    return std::ranges::all_of(place, [&](int c) { return quantity.is_of(c); });
                };
                bool const counts = std::ranges::all_of(one.assignments, [&](Assignment const& assignment) {
                    return has_all(assignment.name) && std::ranges::all_of(assignment.used, has_all);
                });
                if (!counts) continue;
                one.applied += 1;
                // As in Python the value of a section is that of its middle, and assigning it gives it to all of its compartments.
                int const middle = place[place.size() / 2];
                for (std::size_t a = 0; a < quantities.size(); ++a) {
                    auto const& assignment = one.assignments[a];
                    double const old = assignment.change == '=' ? 0 : quantities[a].get(middle);
                    double const value = assignment.value(old, [&](std::string const& name) { return Quantity(build, type, name).get(middle); });
                    for (int const c : place) quantities[a].set(c, value);
                }
            }
        } catch (InputError const& failure) {
            adopt(build.diagnostics, failure, *one.node);
        }
    }
}

void Modifications::finish(Build& build) const {
    for (auto const& one : all_)
        if (one.applied == 0)
            complain(build.diagnostics, Severity::warning, "modification-empty", *one.node,
                     fmt::format("{} changes nothing: no section of these cells has all of its quantities", one.what));
}

}  // namespace rall::io::sonata
