#include "io/hoc/sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>

#include "base/text.hpp"

namespace rall::io::hoc {
namespace {

constexpr int most_sections = 100'000, most_nseg = 32767;
constexpr double v_unset = -65;  ///< mV, NEURON's v of a compartment that is new

std::size_t index(int i) { return static_cast<std::size_t>(i); }

/// "soma" and "soma[0]" are the same section; the second is no region.
std::string indexed(std::string const& name) { return name.ends_with(']') ? name : name + "[0]"; }

double checked(double value, double low, double high, char const* what, Place const& where) {
    if (!(value > low && value <= high)) fail(where, "hoc-value", fmt::format("{} is {:.6g}; expected more than {:.6g} and at most {:.6g}", what, value, low, high));
    return value;
}

/// What compartments have when a section is cut anew: each what the one had in which its centre lies, as in NEURON.
void cut_again(std::vector<double>& values, int nseg) {
    std::vector<double> fresh(index(nseg));
    for (int i = 0; i < nseg; ++i)
        fresh[index(i)] = values[std::min(static_cast<std::size_t>((i + 0.5) / nseg * static_cast<double>(values.size())), values.size() - 1)];
    values = std::move(fresh);
}

}  // namespace

Vocabulary::Vocabulary(std::map<std::string, MechanismInfo const*> const& mechanisms) : mechanisms_(mechanisms) {
    for (auto const* name : {"v", "cm", "diam"}) ranges_[name] = {};
    for (auto const& [name, info] : mechanisms) {
        for (auto const& ion : std::span(info->ions, static_cast<std::size_t>(info->n_ions))) {
            std::string const text = ion.name;
            ranges_["e" + text] = {nullptr, nullptr, text, IonField::reversal};
            ranges_[text + "i"] = {nullptr, nullptr, text, IonField::inner};
            ranges_[text + "o"] = {nullptr, nullptr, text, IonField::outer};
            ranges_["i" + text] = {nullptr, nullptr, text, IonField::current};
        }
    }
    for (auto const& [name, info] : mechanisms) {
        if (info->kind != MechanismKind::density) continue;
        densities_.push_back(name);
        for (auto const& variable : std::span(info->variables, static_cast<std::size_t>(info->n_variables)))
            if (is_visible(variable) && variable.ion < 0) ranges_[fmt::format("{}_{}", variable.name, name)] = {info, &variable, {}, IonField::none};
    }
}

MechanismInfo const* Vocabulary::density(std::string const& name) const {
    auto const found = mechanisms_.find(name);
    return found == mechanisms_.end() || found->second->kind != MechanismKind::density ? nullptr : found->second;
}

RangeName const* Vocabulary::range(std::string const& name) const {
    auto const found = ranges_.find(name);
    return found == ranges_.end() ? nullptr : &found->second;
}

std::vector<std::string> Vocabulary::range_names() const {
    std::vector<std::string> names;
    for (auto const& [name, meaning] : ranges_)
        if (!meaning.variable || is_settable(*meaning.variable)) names.push_back(name);
    return names;
}

int Sections::create(std::string name, std::string owner, Place const& where) {
    if (sections_.size() >= most_sections) fail(where, "hoc-too-large", fmt::format("more than {} sections are created", most_sections));
    if (!names_.insert(indexed(name)).second) fail(where, "hoc-unsupported", fmt::format("there already is a section {}", name), "sections of one cell need names of their own");
    SectionState section;
    section.full_name = owner.empty() ? name : owner + "." + name;
    section.name = std::move(name);
    section.where = section.Ra_where = where;
    sections_.push_back(std::move(section));
    changed();
    ++work_;
    return size() - 1;
}

void Sections::trace(int section, int reconstructed) {
    at(section).traced = reconstructed;
    changed();
}

void Sections::remove(int section) {
    at(section).alive = false;
    names_.erase(indexed(at(section).name));
    for (auto& other : sections_)
        if (other.parent == section) other.parent = -1, other.parent_x = 0;
    work_ += size();
    changed();
}

void Sections::connect(int child, int parent, double x, Place const& where) {
    if (!(x >= 0 && x <= 1)) fail(where, "hoc-value", fmt::format("a section is connected at x = {:.6g} of another; expected 0 to 1", x));
    for (int up = parent; up >= 0; up = (*this)[up].parent) {
        if (up == child) fail(where, "hoc-connect", fmt::format("{} would hang on itself", (*this)[child].name));
        ++work_;
    }
    at(child).parent = parent;
    at(child).parent_x = x;
    changed();
}

void Sections::set_nseg(int section, double nseg, Place const& where) {
    checked(nseg, 0, most_nseg, "nseg", where);
    int const n = static_cast<int>(nseg);  // hoc takes whole numbers this way
    if (n < 1) fail(where, "hoc-value", fmt::format("nseg is {:.6g}; expected 1 at least", nseg));
    auto& state = at(section);
    work_ += n * static_cast<double>(1 + state.settings.size()) * 0.1;
    if (state.nseg == n) return;
    state.nseg = n;
    for (auto& [name, setting] : state.settings) cut_again(setting.values, n);
    cut_again(state.diam, n);
    changed();
}

void Sections::set_length(int section, double L, Place const& where) {
    if (at(section).traced >= 0)
        fail(where, "hoc-geometry", fmt::format("{} has the 3-D points of the reconstruction; its L cannot be changed", at(section).name));
    at(section).L = checked(L, 0, 1e6, "L", where);
    changed();
}

void Sections::set_Ra(int section, double Ra, Place const& where) {
    at(section).Ra = checked(Ra, 0, 1e12, "Ra", where);
    at(section).Ra_where = where;
}

void Sections::insert(int section, std::string const& mechanism, Place const& where) {
    if (!vocabulary_->density(mechanism))
        fail(where, "mechanism-unknown", fmt::format("no density mechanism is called '{}'", mechanism),
             did_you_mean(mechanism, vocabulary_->densities()) + "; a mechanism of your own: name the directory of its .mod file in mechanism_dirs (mechanisms_dir of a circuit)");
    at(section).mechanisms.try_emplace(mechanism, where);
}

morphology::Morphology Sections::shape(std::vector<int>& order) const {
    // Reconstructed sections keep their order, which has parents first; others come when their parent is there.
    std::vector<int> waiting;
    for (int i = 0; i < size(); ++i)
        if ((*this)[i].alive) waiting.push_back(i);
    std::ranges::stable_sort(waiting, {}, [&](int i) { return (*this)[i].traced < 0 ? size() + i : (*this)[i].traced; });
    std::vector<int> place(sections_.size(), -1);
    order.clear();
    while (!waiting.empty()) {
        std::vector<int> later;
        for (int const i : waiting) {
            int const parent = (*this)[i].parent;
            if (parent >= 0 && place[index(parent)] < 0) {
                later.push_back(i);
                continue;
            }
            place[index(i)] = static_cast<int>(order.size());
            order.push_back(i);
        }
        waiting = std::move(later);
    }
    morphology::Morphology result{reconstruction_->file, reconstruction_->format, reconstruction_->soma_reading, reconstruction_->n_points, {}};
    for (int const i : order) {
        auto const& state = (*this)[i];
        morphology::Section section;
        section.name = state.name;
        auto const base = state.name.substr(0, state.name.find('['));
        for (int const type : {morphology::soma_type, morphology::axon_type, morphology::dend_type, morphology::apic_type})
            if (base == morphology::region_name(type)) section.type = type;
        if (section.type == 0) section.region = base;
        section.parent = state.parent < 0 ? -1 : place[index(state.parent)];
        section.parent_x = state.parent_x;
        if (state.traced >= 0) {
            section.points = reconstruction_->sections[index(state.traced)].points;
        } else {
            // A straight line downwards from where it hangs: how it is drawn has no influence on the cable.
            morphology::Point from;
            if (section.parent >= 0) {
                auto const& points = result.sections[index(section.parent)].points;
                from = section.parent_x >= 1 ? points.back() : section.parent_x <= 0 ? points.front() : points[points.size() / 2];
            }
            bool const even = std::ranges::all_of(state.diam, [&](double d) { return d == state.diam.front(); });
            auto const n = even ? 1 : state.diam.size();
            if (!even) section.cylinders = state.diam;
            for (std::size_t k = 0; k <= n; ++k)
                section.points.push_back({from.x, from.y - state.L * static_cast<double>(k) / static_cast<double>(n), from.z, state.diam[std::min(k, n - 1)]});
        }
        result.sections.push_back(std::move(section));
    }
    return result;
}

morphology::Cable const& Sections::cable() {
    if (!cable_) {
        std::vector<int> order;
        auto const morphology = shape(order);
        morphology::Discretisation cut;
        cut.rule = {morphology::CutRule::By::nseg, 1};
        for (int const i : order)
            cut.overrides.emplace_back(indexed((*this)[i].name), morphology::CutRule{morphology::CutRule::By::nseg, static_cast<double>((*this)[i].nseg)});
        if (origin_ >= 0 && (*this)[origin_].alive) cut.origin = fmt::format("{}({:.17g})", indexed((*this)[origin_].name), origin_x_);
        std::vector<double> const any{1};
        cable_ = morphology::cut(morphology, cut, any, any);
        cable_index_.assign(sections_.size(), -1);
        for (std::size_t k = 0; k < order.size(); ++k) cable_index_[index(order[k])] = static_cast<int>(k);
        work_ += static_cast<double>(cable_->compartments.size() + 10 * order.size());
        if (cable_->compartments.size() > 10'000'000) fail((*this)[order.front()].where, "hoc-too-large", "the cell has more than 10 million compartments");
    }
    return *cable_;
}

double Sections::length(int section) {
    int const traced = at(section).traced;
    if (traced < 0) return at(section).L;
    if (lengths_.empty()) {
        std::vector<double> const any{1};
        for (auto const& all = morphology::cut(*reconstruction_, {{morphology::CutRule::By::nseg, 1}, {}}, any, any); auto const& one : all.sections) lengths_.push_back(one.L);
        work_ += 10 * static_cast<double>(lengths_.size());
    }
    return lengths_[index(traced)];
}

/// A section of the reconstruction on its own, cut into its compartments.
std::vector<morphology::Compartment> const& Sections::compartments(int section) {
    auto const& state = at(section);
    if (cut_section_ != section || static_cast<int>(cut_.size()) != state.nseg) {
        morphology::Morphology one;
        one.sections.push_back(reconstruction_->sections[index(state.traced)]);
        one.sections[0].parent = -1;
        std::vector<double> const any{1};
        cut_ = morphology::cut(one, {{morphology::CutRule::By::nseg, static_cast<double>(state.nseg)}, {}}, any, any).compartments;
        cut_section_ = section;
        work_ += static_cast<double>(state.nseg) + static_cast<double>(one.sections[0].points.size());
    }
    return cut_;
}

int Sections::segment(int section, double x, Place const& where) const {
    if (!(x >= 0 && x <= 1)) fail(where, "hoc-value", fmt::format("x is {:.6g}; expected 0 to 1, a place on the section", x));
    int const nseg = (*this)[section].nseg;
    return std::min(static_cast<int>(x * nseg), nseg - 1);
}

double Sections::area(int section, double x) {
    int const k = segment(section, x, at(section).where);
    if (x <= 0 || x >= 1) return 0;
    if (at(section).traced >= 0) return compartments(section)[index(k)].area;
    return std::numbers::pi * at(section).diam[index(k)] * at(section).L / at(section).nseg;
}

void Sections::set_origin(int section, double x) {
    if (section != origin_ || x != origin_x_) changed();
    origin_ = section, origin_x_ = x;
}

double Sections::distance(int section, double x, Place const& where) {
    int const k = segment(section, x, where);
    if (origin_ < 0 || !(*this)[origin_].alive)
        fail(where, "hoc-distance", "distance is asked for, but not from where", "say so first, as in 'soma[0] distance()' or 'soma[0] distance(0, 0.5)'");
    auto const& all = cable();
    auto const& found = all.sections[index(cable_index_[index(section)])];
    if (x <= 0) return found.distance_0;
    if (x >= 1) return found.distance_1;
    return all.compartments[index(found.first + k)].distance;
}

/// What compartments have that nothing was given to; an error where the section cannot have such a variable.
double Sections::standard(int section, std::string const& name, Place const& where) const {
    auto const& state = (*this)[section];
    auto const& meaning = *vocabulary_->range(name);
    double standard = name == "cm" ? 1 : v_unset;
    if (meaning.mechanism) {
        if (!state.mechanisms.contains(meaning.mechanism->name))
            fail(where, "hoc-not-inserted", fmt::format("'{}' is given, but {} is not inserted in {}", name, meaning.mechanism->name, state.name),
                 fmt::format("insert {} there first, as NEURON asks for", meaning.mechanism->name));
        standard = meaning.variable->value;
    } else if (!meaning.ion.empty()) {
        bool const used = std::ranges::any_of(state.mechanisms, [&](auto const& inserted) {
            auto const* info = vocabulary_->density(inserted.first);
            return std::any_of(info->ions, info->ions + info->n_ions, [&](IonInfo const& ion) { return meaning.ion == ion.name; });
        });
        if (!used)
            fail(where, "hoc-not-inserted", fmt::format("'{}' is given, but no mechanism in {} uses the ion {}", name, state.name, meaning.ion),
                 "insert the mechanism first, as NEURON asks for");
    }
    return standard;
}

double Sections::range(int section, std::string const& name, double x, Place const& where) {
    int const k = segment(section, x, where);
    if (name == "diam") {
        if (at(section).traced < 0) return at(section).diam[index(k)];
        return compartments(section)[index(k)].diam;
    }
    auto const& meaning = *vocabulary_->range(name);
    auto const set = at(section).settings.find(name);
    if (set != at(section).settings.end()) return set->second.values[index(k)];
    if (!meaning.ion.empty() || (meaning.variable && !is_parameter(*meaning.variable)))
        fail(where, "hoc-unset", fmt::format("'{}' is read before the template gives it a value", name));
    return standard(section, name, where);
}

void Sections::set_range(int section, std::string const& name, std::optional<double> x, double value, Place const& where) {
    auto const& meaning = *vocabulary_->range(name);
    if (!std::isfinite(value)) fail(where, "hoc-value", fmt::format("'{}' is {} in {}; expected a finite number", name, value, at(section).name));
    int const k = x ? segment(section, *x, where) : -1;
    work_ += x ? 1 : at(section).nseg * 0.1;
    if (name == "diam") {
        if (at(section).traced >= 0)
            fail(where, "hoc-geometry", fmt::format("{} has the 3-D points of the reconstruction; its diam cannot be changed", at(section).name));
        checked(value, 0, 1e6, "diam", where);
        if (x) at(section).diam[index(k)] = value;
        else std::ranges::fill(at(section).diam, value);
        changed();
        return;
    }
    if (meaning.variable && !is_settable(*meaning.variable))
        fail(where, meaning.variable->role == Role::global ? "parameter-global" : "parameter-unknown",
             meaning.variable->role == Role::global
                 ? fmt::format("{} of {} is GLOBAL: it has one value in the whole model", meaning.variable->name, meaning.mechanism->name)
                 : fmt::format("{} of {} is computed by the mechanism, not a parameter", meaning.variable->name, meaning.mechanism->name),
             meaning.variable->role == Role::global
                 ? fmt::format("write it in the config: \"conditions\": {{\"mechanisms\": {{\"{}\": {{\"{}\": {:.17g}}}}}}}", meaning.mechanism->name,
                               meaning.variable->name, value)
                 : std::string());
    if (meaning.variable && meaning.variable->size > 1) fail(where, "hoc-unsupported", fmt::format("'{}' is an array, which is not read here", name));
    if (meaning.field == IonField::current) fail(where, "parameter-unknown", fmt::format("'{}' is a current, which mechanisms compute", name));
    if (name == "cm") checked(value, 0, 1e12, "cm", where);
    double const before = standard(section, name, where);
    auto& setting = at(section).settings[name];
    if (setting.values.empty()) setting.values.assign(index(at(section).nseg), before);
    if (x) setting.values[index(k)] = value;
    else std::ranges::fill(setting.values, value);
    setting.where = where;
}

void Sections::set_interval(int section, std::string const& name, double x0, double x1, double y0, double y1, Place const& where) {
    if (!(x0 >= 0 && x0 < x1 && x1 <= 1)) fail(where, "hoc-value", "expected an interval of the section, such as (0:1)");
    int const n = at(section).nseg;
    for (int k = 0; k < n; ++k)
        if (double const x = (k + 0.5) / n; x >= x0 && x <= x1) set_range(section, name, x, y0 + (y1 - y0) * (x - x0) / (x1 - x0), where);
}

}  // namespace rall::io::hoc
