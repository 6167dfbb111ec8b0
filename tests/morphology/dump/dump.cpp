// test_morphology_dump FILE [RULE VALUE [OPTION=VALUE ...]]: sections, compartments and diagnostics of a reconstruction as
// JSON. RULE is d_lambda, nseg, max_length or per_length; `axon=stub` replaces the axon as Allen's models do.
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "morphology/asc.hpp"
#include "morphology/cable.hpp"
#include "morphology/stylized.hpp"

using namespace rall;
using namespace rall::morphology;
using nlohmann::json;

int main(int argc, char** argv) {
    std::vector<std::string> const arguments(argv + 1, argv + argc);
    if (arguments.empty()) return 2;
    json result;
    try {
        CutRule rule;
        if (arguments.size() > 2) {
            std::vector<std::string> const names = {"d_lambda", "nseg", "max_length", "per_length"};
            rule.by = static_cast<CutRule::By>(std::find(names.begin(), names.end(), arguments[1]) - names.begin());
            rule.value = std::stod(arguments[2]);
        }
        SwcOptions options;
        bool stub = false;
        for (std::size_t i = 3; i < arguments.size(); ++i) {
            auto const equals = arguments[i].find('=');
            if (arguments[i] == "axon=stub") stub = true;
            else set_option(options, arguments[i].substr(0, equals), arguments[i].substr(equals + 1));
        }
        Diagnostics diagnostics;
        auto morphology = read_morphology(arguments[0], options, diagnostics);
        if (stub) morphology = replace_axon(morphology, AxonStub::perisomatic, diagnostics);
        result["sections"] = json::array();
        for (auto const& s : morphology.sections)
            result["sections"].push_back({{"name", s.name},
                                          {"parent", s.parent},
                                          {"parent_x", s.parent_x},
                                          {"length", length(s)},
                                          {"area", area(s)}});
        result["diagnostics"] = json::array();
        for (auto const& d : diagnostics.items())
            result["diagnostics"].push_back({{"code", d.code}, {"line", d.where.line}});
        double const Ra = 100, cm = 1;
        auto const cable = cut(morphology, {rule, {}}, {&Ra, 1}, {&cm, 1});
        for (std::size_t i = 0; i < cable.sections.size(); ++i) {
            auto const& s = cable.sections[i];
            auto& entry = result["sections"][i];
            entry["L"] = s.L;
            entry["compartments"] = json::array();
            for (int k = s.first; k < s.first + s.nseg; ++k) {
                auto const& c = cable.compartments[static_cast<std::size_t>(k)];
                entry["compartments"].push_back({c.area, c.diam, c.r_left, c.r_right, c.distance});
            }
        }
    } catch (InputError const& error) {
        result["error"] = error.what();
    }
    std::cout << result.dump() << "\n";
}
