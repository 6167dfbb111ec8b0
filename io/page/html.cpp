#include "io/page/html.hpp"

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string_view>

#include "io/page/assets.hpp"
#include "io/page/data.hpp"

namespace rall::html {

using nlohmann::json;

namespace {

/// JSON in pure ASCII that cannot end the script element it stands in; bytes that are not UTF-8 become U+FFFD.
std::string script_safe(json const& data) {
    auto const text = data.dump(-1, ' ', true, json::error_handler_t::replace);
    std::string safe;
    safe.reserve(text.size());
    for (char c : text) {
        if (c == '<') safe += "\\u003c";
        else safe += c;
    }
    return safe;
}

/// Text as content of an HTML element.
std::string html_text(std::string const& text) {
    auto const quoted = json(text).dump(-1, ' ', false, json::error_handler_t::replace);
    std::string safe;
    for (char c : json::parse(quoted).get<std::string>()) {
        switch (c) {
            case '<':
                safe += "&lt;";
                break;
            case '>':
                safe += "&gt;";
                break;
            case '&':
                safe += "&amp;";
                break;
            default:
                safe += c;
        }
    }
    return safe;
}

/// The template with its slots filled, in the order in which they stand in it.
std::string assemble(std::string const& title, json const& data, std::vector<char const*> const& scripts,
                     std::string_view libraries) {
    std::string code;
    for (auto const* name : scripts) code.append("<script>").append(asset(name)).append("</script>\n");
    std::string const page{asset("page.html")};
    std::string out;
    std::string_view rest = page;
    for (auto const& [slot, content] :
         std::initializer_list<std::pair<std::string_view, std::string>>{{"@TITLE@", html_text(title)},
                                                                         {"@LIBRARIES@", std::string(libraries)},
                                                                         {"@STYLE@", std::string(asset("style.css"))},
                                                                         {"@DATA@", script_safe(data)},
                                                                         {"@SCRIPTS@", code}}) {
        auto const at = rest.find(slot);
        out.append(rest.substr(0, at)).append(content);
        rest.remove_prefix(at + slot.size());
    }
    return out.append(rest);
}

constexpr auto three_js = "three.js r111, copyright 2010-2019 three.js authors";
constexpr auto dygraphs = "dygraphs 2.2, copyright 2006- Dan Vanderkam and contributors";
constexpr auto three_js_and_dygraphs =
    "three.js r111, copyright 2010-2019 three.js authors; dygraphs 2.2, copyright 2006- Dan Vanderkam and contributors";

}  // namespace

std::string render(ReportPage const& page) {
    return assemble(page.title, data(page),
                    {"three.min.js", "OrbitControls.js", "dygraph.min.js", "theme.js", "text.js", "figure.js", "table.js", "tubes.js",
                     "neuron.js", "neuron_panel.js", "charts.js", "spikes.js", "network.js", "page.js"},
                    three_js_and_dygraphs);
}

std::string render(MorphologyPage const& page) {
    return assemble(page.title, data(page),
                    {"three.min.js", "OrbitControls.js", "theme.js", "text.js", "figure.js", "table.js", "tubes.js", "neuron.js",
                     "neuron_panel.js", "page.js"},
                    three_js);
}

std::string render(ContentPage const& page) {
    auto const script = page.kind + ".js";
    std::vector<char const*> scripts{"dygraph.min.js", "theme.js", "text.js", "figure.js", "table.js", "chart.js"};
    scripts.insert(scripts.end(), page.scripts.begin(), page.scripts.end());
    scripts.insert(scripts.end(), {script.c_str(), "page.js"});
    return assemble(page.title, data(page), scripts, dygraphs);
}

}  // namespace rall::html
