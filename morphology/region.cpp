#include "morphology/region.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <set>

#include "base/text.hpp"
#include "base/whole.hpp"

namespace rall::morphology {
namespace {

std::string_view trim(std::string_view text) {
    while (!text.empty() && std::string_view(" \t\n\r").find(text.front()) != std::string_view::npos)
        text.remove_prefix(1);
    while (!text.empty() && std::string_view(" \t\n\r").find(text.back()) != std::string_view::npos)
        text.remove_suffix(1);
    return text;
}

/// One term: `name`, `name(x)`, `name@a` or `name@a:b`.
struct Term {
    std::string_view name;
    std::optional<double> x, from, to;
    bool is_place() const { return x || (from && !to); }
};

/// Parses and reports; knows the whole expression for messages.
class Parser {
public:
    Parser(std::string_view expression, Location const& where) : expression_(expression), where_(where) {}

    std::vector<Term> terms() const {
        std::vector<Term> result;
        std::string_view rest = expression_;
        for (;;) {
            auto const comma = rest.find(',');
            result.push_back(term(trim(rest.substr(0, comma))));
            if (comma == std::string_view::npos) return result;
            rest.remove_prefix(comma + 1);
        }
    }

    [[noreturn]] void fail(char const* code, std::string const& message, std::string advice = {}) const {
        throw InputError(code, where_, "'" + std::string(expression_) + "': " + message, std::move(advice));
    }

private:
    static constexpr char const* forms =
        "write a region (apic), a section (dend[3]), places (soma(0.5), apic@300) or a range (apic@100:300)";

    double number(std::string_view text) const {
        text = trim(text);
        double value = 0;
        auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
            fail("region-syntax", "'" + std::string(text) + "' is not a number", forms);
        return value;
    }

    Term term(std::string_view text) const {
        Term result{text.substr(0, text.find_first_of("(@")), {}, {}, {}};
        std::string_view rest = text.substr(result.name.size());
        result.name = trim(result.name);
        if (result.name.empty()) fail("region-syntax", "a name is missing", forms);
        if (rest.starts_with('(')) {
            if (!rest.ends_with(')')) fail("region-syntax", "the ')' is missing", forms);
            result.x = number(rest.substr(1, rest.size() - 2));
            if (*result.x < 0 || *result.x > 1)
                fail("place-range", "a place on a section is from 0 to 1",
                     "0 is the end towards the soma, 1 the far end");
        } else if (rest.starts_with('@')) {
            rest.remove_prefix(1);
            auto const colon = rest.find(':');
            result.from = number(rest.substr(0, colon));
            if (colon != std::string_view::npos) result.to = number(rest.substr(colon + 1));
            if (*result.from < 0 || (result.to && *result.to < *result.from))
                fail("place-range", "distances ascend from 0 um", forms);
        }
        return result;
    }

    std::string_view expression_;
    Location const& where_;
};

/// The region that NEURON's and SONATA's names of section lists mean.
std::string_view without_alias(std::string_view name) {
    if (name == "somatic") return "soma";
    if (name == "axonal") return "axon";
    if (name == "basal") return "dend";
    if (name == "apical") return "apic";
    return name;
}

/// "trunk[3]" -> "trunk".
std::string_view without_index(std::string_view name) { return name.substr(0, name.find('[')); }

/// Sections that a name means, ascending: one section by its number; or a region; where there is none, sections called so.
/// `all` has items with `name`, `type` and `region`.
template <class S>
std::vector<int> named(std::vector<S> const& all, std::string_view name, Parser const& parser) {
    std::vector<int> result;
    auto const collect = [&](auto const& fits) {
        for (std::size_t i = 0; i < all.size(); ++i)
            if (fits(all[i])) result.push_back(static_cast<int>(i));
        return !result.empty();
    };
    bool const one_section = name.ends_with(']');
    if (one_section) {
        if (collect([&](S const& s) { return same_section(s.name, name); })) return result;
    } else {
        auto const usual = without_alias(name);
        if (collect([&](S const& s) { return name == "all" || region_of(s) == name; }) ||
            collect([&](S const& s) { return without_index(s.name) == name; }) ||
            (usual != name && collect([&](S const& s) { return region_of(s) == usual; })))
            return result;
        name = usual;
    }
    std::vector<std::string> known = {"all"};
    std::set<std::pair<int, std::string>> regions;
    for (auto const& section : all) regions.emplace(section.type, region_of(section));
    for (auto const& [type, region] : regions) known.push_back(region);
    std::set<std::string> seen(known.begin(), known.end());
    for (auto const& section : all)
        if (auto const [called, is_new] = seen.emplace(without_index(section.name)); is_new) known.push_back(*called);
    if (one_section) {
        auto const family = without_index(name);
        auto const called = [&](S const& s) { return without_index(s.name) == family; };
        auto const first = std::find_if(all.begin(), all.end(), called);
        if (first != all.end()) {
            auto const last = std::find_if(all.rbegin(), all.rend(), called);
            parser.fail("region-unknown", "there is no section " + std::string(name),
                        "this cell has " + first->name + (first->name != last->name ? " to " + last->name : ""));
        }
        name = family;
    }
    parser.fail("region-unknown", "this cell has no region '" + std::string(name) + "'", did_you_mean(name, known));
}

template <class S>
std::vector<int> sections_of(std::vector<S> const& all, std::string_view expression, Location const& where) {
    Parser const parser(expression, where);
    std::set<int> result;
    for (auto const& term : parser.terms()) {
        if (term.x || term.from)
            parser.fail("region-syntax", "whole sections are expected here, not places",
                        "write a region (apic) or a section (dend[3])");
        auto const found = named(all, term.name, parser);
        result.insert(found.begin(), found.end());
    }
    return {result.begin(), result.end()};
}

/// Places of a section at a path distance from the origin. Between neighbouring nodes (ends and centres) distance is linear.
/// The 0-end belongs to the parent.
void at_distance(Cable const& cable, int index, double distance, std::vector<Place>& result) {
    auto const& section = cable.sections[at(index)];
    struct Node {
        double x, distance;
    };
    Node before{0, section.distance_0};
    if (section.parent < 0 && before.distance == distance) result.push_back({index, 0});
    for (int k = 0; k <= section.nseg; ++k) {
        auto const& c = cable.compartments[at(section.first + std::min(k, section.nseg - 1))];
        Node const here = k < section.nseg ? Node{c.x, c.distance} : Node{1, section.distance_1};
        bool const passes =
            distance != before.distance && (distance - before.distance) * (distance - here.distance) <= 0;
        if (passes)
            result.push_back({index, before.x + (here.x - before.x) * (distance - before.distance) /
                                                    (here.distance - before.distance)});
        before = here;
    }
}

std::vector<Place> places_of(Cable const& cable, Term const& term, Parser const& parser) {
    std::vector<Place> result;
    for (int const i : named(cable.sections, term.name, parser)) {
        if (term.x) result.push_back({i, *term.x});
        else at_distance(cable, i, *term.from, result);
    }
    if (result.empty())
        parser.fail(
            "place-empty", fmt::format("no place of {} is {:g} um away", term.name, *term.from),
            "distances are path lengths in um from " + to_string(cable, {cable.origin_section, cable.origin_x}));
    return result;
}

}  // namespace

std::vector<int> sections(Morphology const& morphology, std::string_view expression, Location const& where) {
    return sections_of(morphology.sections, expression, where);
}

std::vector<int> sections(Cable const& cable, std::string_view expression, Location const& where) {
    return sections_of(cable.sections, expression, where);
}

std::vector<Place> places(Cable const& cable, std::string_view expression, Location const& where) {
    Parser const parser(expression, where);
    std::vector<Place> result;
    for (auto const& term : parser.terms()) {
        if (!term.is_place())
            parser.fail("region-syntax",
                        "a place is expected here, '" + std::string(term.name) + "' is a stretch of the cell",
                        "write " + std::string(term.name) + "(0.5) for the middle");
        auto const found = places_of(cable, term, parser);
        result.insert(result.end(), found.begin(), found.end());
    }
    return result;
}

Place place(Cable const& cable, std::string_view expression, Location const& where) {
    auto const found = places(cable, expression, where);
    if (found.size() > 1)
        Parser(expression, where)
            .fail("place-ambiguous", "this means " + std::to_string(found.size()) + " places, one is expected",
                  "choose one, for example " + to_string(cable, found.front()));
    return found.front();
}

Place default_place(Cable const& cable) {
    auto const soma = std::find_if(cable.sections.begin(), cable.sections.end(),
                                   [](CableSection const& section) { return region_of(section) == "soma"; });
    return {soma == cable.sections.end() ? 0 : static_cast<int>(soma - cable.sections.begin()), 0.5};
}

int compartment(Cable const& cable, Place const& place) {
    auto const& section = cable.sections[at(place.section)];
    return section.first + std::clamp(truncated<int>(place.x * section.nseg), 0, section.nseg - 1);
}

std::vector<int> compartments(Cable const& cable, std::string_view expression, Location const& where) {
    Parser const parser(expression, where);
    std::set<int> result;
    for (auto const& term : parser.terms()) {
        if (term.is_place()) {
            for (auto const& place : places_of(cable, term, parser)) result.insert(compartment(cable, place));
            continue;
        }
        for (int const i : named(cable.sections, term.name, parser)) {
            auto const& section = cable.sections[at(i)];
            for (int c = section.first; c < section.first + section.nseg; ++c) {
                double const distance = cable.compartments[at(c)].distance;
                if (!term.from || (distance >= *term.from && distance <= *term.to)) result.insert(c);
            }
        }
    }
    if (result.empty()) parser.fail("place-empty", "no compartment lies there");
    return {result.begin(), result.end()};
}

std::string to_string(Cable const& cable, Place const& place) {
    return fmt::format("{}({:g})", cable.sections[at(place.section)].name, place.x);
}

}  // namespace rall::morphology
