#include "channel/variants.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <span>
#include <sstream>

#include "base/text.hpp"
#include "io/config/mechanisms.hpp"
#include "io/config/plausible_values.hpp"
#include "io/neuroml/neuroml.hpp"

namespace rall::channel {
namespace {

std::span<VariableInfo const> variables(MechanismInfo const& info) {
    return {info.variables, static_cast<std::size_t>(info.n_variables)};
}

std::vector<std::string> currents(MechanismInfo const& info) {
    std::vector<std::string> of_ions, others;
    for (auto const& x : variables(info))
        if (x.field == IonField::current && x.role != Role::ion_read)
            (x.ion >= 0 ? of_ions : others).emplace_back(x.name);
    of_ions.insert(of_ions.end(), others.begin(), others.end());
    return of_ions;
}

MechanismInfo const& mechanism(Catalogue const& catalogue, std::string const& name) {
    auto const found = catalogue.mechanisms().find(name);
    if (found == catalogue.mechanisms().end()) {
        catalogue.library({name});  // says what is wrong with its file
        throw InputError("mechanism-unknown", {}, fmt::format("no mechanism is called '{}'", name));
    }
    return *found->second;
}

/// Throws unless it is a channel that can be clamped by itself.
void require_channel(MechanismInfo const& info) {
    auto const refuse = [&](std::string const& why, std::string const& advice) {
        throw InputError("channel-kind", {}, fmt::format("{} {}", info.name, why), advice);
    };
    if (info.kind != MechanismKind::density)
        refuse("is no density mechanism (SUFFIX)",
               "a voltage clamp measures channels of the membrane; synapses and electrodes are tested by rall run");
    if (!info.has_current) refuse("has no current", "a voltage clamp measures currents; give a channel");
    if (info.has_pointers) refuse("has a POINTER to another mechanism", "a channel is clamped by itself here");
    for (auto const& x : variables(info))
        if (x.role == Role::table)
            refuse(fmt::format("has the FUNCTION_TABLE {}, whose values a model gives", x.name),
                   "write the function in the file");
        else if (x.role == Role::vector)
            refuse(fmt::format("has the VECTOR {}, whose numbers a model gives", x.name),
                   "a channel is clamped by itself here");
}

void choose_current(Variant& variant, std::string const& wanted, Diagnostics& diagnostics) {
    auto const& info = *variant.mechanism;
    auto const all = currents(info);
    if (!wanted.empty() && std::ranges::find(all, wanted) == all.end())
        throw InputError("current-unknown", {"--current " + wanted},
                         fmt::format("{} has no current '{}'", info.name, wanted), did_you_mean(wanted, all));
    variant.current = wanted.empty() ? all.front() : wanted;
    if (wanted.empty() && all.size() > 1)
        diagnostics.note("channel-current", {},
                         fmt::format("{} has the currents {}: {} is measured", info.name, enumerate(all), all.front()),
                         "--current chooses another");
    auto const& current = *io::find_variable(info, variant.current);
    for (auto const& x : variables(info))
        if (x.role == Role::ion_read && x.field == IonField::reversal && x.ion == current.ion)
            variant.reversal = x.name;
}

void set_parameters(Variant& variant, std::string const& text) {
    auto const& info = *variant.mechanism;
    auto const colon = text.find(':');
    std::istringstream parts(colon == std::string::npos ? text : text.substr(colon + 1));
    for (std::string part; std::getline(parts, part, ',');) {
        auto const [name, value] = assignment(part, "--set " + text);
        auto const* variable = io::find_variable(info, name);
        if (variable && is_settable(*variable)) {
            variant.parameters[name] = value;
        } else if (variable && variable->role == Role::global) {
            variant.globals[name] = value;
        } else {
            std::vector<std::string> known;
            for (auto const& x : variables(info))
                if (is_settable(x) || x.role == Role::global) known.emplace_back(x.name);
            throw InputError(
                "parameter-unknown", {"--set " + text},
                variable ? fmt::format("{} of {} is computed by the mechanism, not a parameter", name, info.name)
                         : fmt::format("{} has no parameter '{}'", info.name, name),
                did_you_mean(name, known));
        }
    }
}

/// "mutant=Nav.mod": how a channel shall be called, and what it is. A file may have a = in its own name.
std::pair<std::string, std::string> split_label(std::string const& text) {
    auto const equals = text.find('=');
    if (equals == std::string::npos || equals == 0 || text.find('/') < equals || std::filesystem::exists(text)) return {"", text};
    return {text.substr(0, equals), text.substr(equals + 1)};
}

/// "hh.nml:na": a NeuroML file and a channel of it.
std::pair<std::filesystem::path, std::string> split_channel(std::string const& text) {
    auto const colon = text.rfind(".nml:");
    if (colon == std::string::npos) return {text, ""};
    return {text.substr(0, colon + 4), text.substr(colon + 5)};
}

/// The only channel of a NeuroML file, or the one called `wanted`.
auto choose_channel(std::filesystem::path const& file, std::string const& wanted, Diagnostics& diagnostics) {
    Diagnostics found;
    auto const channels = io::neuroml::channels_of(file, found);
    for (auto const& finding : found.items()) diagnostics.add(finding);
    found.throw_if_errors();
    std::vector<std::string> names;
    for (auto const& [name, channel] : channels) names.push_back(name);
    if (wanted.empty() && names.size() == 1) return channels.begin()->second;
    if (auto const chosen = channels.find(wanted); chosen != channels.end()) return chosen->second;
    if (names.empty()) throw InputError("channel-unknown", {file.string()}, "there is no channel in this file or in what it includes");
    throw InputError("channel-unknown", {file.string()},
                     wanted.empty() ? fmt::format("there are {} channels in this file and in what it includes: {}", names.size(), enumerate(names))
                                    : fmt::format("there is no channel '{}'", wanted),
                     wanted.empty() ? fmt::format("name one: {}:{}", file.string(), names.front()) : did_you_mean(wanted, names));
}

}  // namespace

std::pair<std::string, double> assignment(std::string const& text, std::string const& option) {
    auto const equals = text.find('=');
    char* end = nullptr;
    double const value = equals == std::string::npos ? 0 : std::strtod(text.c_str() + equals + 1, &end);
    if (equals == std::string::npos || equals == 0 || end == text.c_str() + equals + 1 || *end || !std::isfinite(value))
        throw InputError("assignment", {option}, fmt::format("'{}' is not NAME=VALUE with a number", text));
    auto const begin = text.find_first_not_of(' ');
    return {text.substr(begin, equals - begin), value};
}

std::vector<Variant> variants(std::string const& given, std::vector<std::string> const& sets,
                              std::string const& current, Diagnostics& diagnostics) {
    auto const catalogue = std::make_shared<Catalogue>();
    auto const [label, what] = split_label(given);
    auto const [file, wanted] = split_channel(what);
    Variant plain;
    auto name = what;
    bool const is_neuroml = io::neuroml::is_neuroml(file);
    if (is_neuroml || file.extension() == ".mod") {
        Diagnostics found;
        if (is_neuroml) catalogue->add(choose_channel(file, wanted, diagnostics), found);
        else catalogue->add_file(file, found);
        name.clear();
        for (auto const& [known, info] : catalogue->mechanisms())
            if (!catalogue->source(known).empty()) name = known;
        if (name.empty()) {
            for (auto finding : found.items())
                if (finding.severity == Severity::warning) finding.severity = Severity::error, diagnostics.add(finding);
            diagnostics.throw_if_errors();
        }
        for (auto const& finding : found.items())
            if (finding.code != "mechanism-overrides") diagnostics.add(finding);
    }
    plain.named = !label.empty();
    plain.label = plain.channel = plain.named ? label : is_neuroml ? name : file.stem().string();
    plain.catalogue = catalogue;
    plain.mechanism = &mechanism(*catalogue, name);
    require_channel(*plain.mechanism);
    choose_current(plain, current, diagnostics);
    for (auto const& x : variables(*plain.mechanism))
        if (x.role == Role::state)
            for (int k = 0; k < x.size; ++k)
                plain.states.push_back(x.size == 1 ? x.name : fmt::format("{}[{}]", x.name, k));
    std::vector<Variant> all{plain};
    for (auto const& set : sets) {
        all.push_back(plain);
        auto const colon = set.find(':');
        all.back().change = set.substr(0, colon);
        all.back().label = colon == std::string::npos ? plain.channel + " " + set : all.back().change;
        set_parameters(all.back(), set);
    }
    return all;
}

void tell_apart(std::vector<Variant>& variants) {
    auto const file = [](Variant const& v) {
        auto const source = v.catalogue->source(v.mechanism->name);
        return source.empty() ? source : std::filesystem::absolute(source).lexically_normal();
    };
    auto const shared = [&](std::string Variant::*name, Variant const& one) {
        return std::ranges::any_of(
            variants, [&](Variant const& other) { return other.*name == one.*name && file(other) != file(one); });
    };
    for (int folders = 1;; ++folders) {
        std::vector<std::pair<Variant*, std::string>> longer;
        for (auto& v : variants) {
            if (v.named || !shared(&Variant::channel, v)) continue;
            auto folder = file(v).parent_path();
            auto name = file(v).extension() == ".mod" ? file(v).stem() : std::filesystem::path(v.mechanism->name);
            for (int k = 0; k < folders && folder.has_filename(); ++k, folder = folder.parent_path())
                name = folder.filename() / name;
            if (name.generic_string() != v.channel) longer.emplace_back(&v, name.generic_string());
        }
        if (longer.empty()) break;
        for (auto const& [v, name] : longer) v->channel = name;
    }
    for (auto& v : variants)
        if (v.change.empty()) v.label = v.channel;
        else if (v.label != v.change || shared(&Variant::change, v)) v.label = v.channel + " " + v.change;
    for (auto v = variants.begin(); v != variants.end(); ++v) {
        auto const first = v->label;
        for (int number = 2; std::ranges::find(variants.begin(), v, v->label, &Variant::label) != v; ++number)
            v->label = fmt::format("{} ({})", first, number);
    }
}

void require_schemes(std::vector<Variant> const& variants) {
    for (auto const& variant : variants) {
        auto const& gating = variant.mechanism->gating;
        if (gating.n_transitions > 0 && !gating.obstacle) continue;
        throw InputError("not-exact", {variant.catalogue->source(variant.mechanism->name).string()},
                         fmt::format("{} cannot be advanced exactly: {}", variant.mechanism->name,
                                     gating.obstacle ? gating.obstacle : "it has no KINETIC block"),
                         "leave out --exact: the error of the step is estimated and printed");
    }
}

void set_ion(Clamp& clamp, std::string const& text, std::vector<Variant> const& variants, Diagnostics& diagnostics) {
    auto const [name, value] = assignment(text, "--ion " + text);
    std::vector<std::string> known;
    for (auto const& variant : variants)
        for (int k = 0; k < variant.mechanism->n_ions; ++k) {
            std::string const ion = variant.mechanism->ions[k].name;
            for (auto const& variable : {"e" + ion, ion + "i", ion + "o"})
                if (std::ranges::find(known, variable) == known.end()) known.push_back(variable);
        }
    if (std::ranges::find(known, name) == known.end())
        throw InputError("ion-unknown", {"--ion " + text}, fmt::format("no variant uses '{}'", name),
                         did_you_mean(name, known));
    if (name.front() != 'e' && !(value >= 0))
        throw InputError("ion-negative", {"--ion " + text}, "a concentration is not negative");
    bool const is_reversal = name.front() == 'e';
    auto const likely = is_reversal ? io::plausible::potential(value)
                                    : io::plausible::concentration(name.substr(0, name.size() - 1), name.back() == 'i' ? IonField::inner : IonField::outer, value);
    if (!likely.empty()) diagnostics.warning("implausible", {"--ion " + text}, fmt::format("{} is {} {}", name, value, is_reversal ? "mV" : "mM"), likely);
    clamp.ions[name] = value;
}

}  // namespace rall::channel
