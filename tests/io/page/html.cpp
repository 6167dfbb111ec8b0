#include "io/page/html.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

#include "io/page/data.hpp"
#include "io/page/spike_picture.hpp"

using namespace rall;
using namespace rall::html;

namespace {

std::size_t occurrences(std::string const& text, std::string const& word) {
    std::size_t n = 0;
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++n;
    return n;
}

/// The data block of a page, read back.
nlohmann::json data_of(std::string const& page) {
    std::string const open = "<script type=\"application/json\" id=\"data\">";
    auto const begin = page.find(open) + open.size();
    return nlohmann::json::parse(page.substr(begin, page.find("</script>", begin) - begin));
}

ReportPage small_report() {
    ReportPage page;
    page.title = "one cell";
    page.traces = {{"soma(0.5)", "mV", 0, 0.1, {-65, -64.5, 30}}};
    SpikePicture picture("cells", {{"cell", 0, 1}}, 20);
    picture.add(std::vector{3.25, 12.5}, std::vector<std::uint64_t>{0, 0});
    page.rasters = {std::move(picture).finish()};
    page.network = {{{"cell", 0, 1}}, 1, {{0, 0, "syn", false, 2, 0.5, 1.5}}, 1, {{1, 2, 3}}};
    page.shapes = {{"cell", {{"soma[0]", "soma", 0.5, 0, {{0, 0, 0, 10}, {10, 0, 0, 10}}}}, {}}};
    page.summary = {{"steps", 2}};
    return page;
}

}  // namespace

TEST_CASE("a page loads nothing from outside itself") {
    for (auto const& page : {render(small_report()), render(MorphologyPage{})}) {
        CHECK(occurrences(page, "<script src") == 0);
        CHECK(occurrences(page, "<link") == 0);
        CHECK(occurrences(page, "@import") == 0);
        CHECK(occurrences(page, "sourceMappingURL") == 0);
        CHECK(occurrences(page, "</html>") == 1);
    }
}

TEST_CASE("text of the user cannot become HTML or script") {
    auto const plain = render(small_report());
    std::string const attack = "</script><script>alert('x')</script><!-- @DATA@ @SCRIPTS@ & \"quoted\"";
    auto page = small_report();
    page.title = page.subtitle = attack;
    page.traces[0].name = page.rasters[0].populations[0].name = page.shapes[0].pieces[0].section = attack;
    page.network.populations[0].name = page.network.pathways[0].through = attack;
    page.shapes[0].markers = {{attack, attack, 0, 0, 0}};
    page.summary[attack] = attack;
    page.diagnostics.warning(attack, {attack, 1, 2}, attack, attack);
    auto const attacked = render(page);
    CHECK(occurrences(attacked, "<script") == occurrences(plain, "<script"));
    CHECK(occurrences(attacked, "</script>") == occurrences(plain, "</script>"));
    auto const data = data_of(attacked);
    CHECK(data["title"] == attack);
    CHECK(data["summary"][attack] == attack);
    CHECK(data["findings"][0]["message"] == attack);
    CHECK(attacked.find(
              "<title>&lt;/script&gt;&lt;script&gt;alert('x')&lt;/script&gt;&lt;!-- @DATA@ @SCRIPTS@ &amp; \"") !=
          std::string::npos);
}

TEST_CASE("bytes that are not UTF-8 become replacement characters") {
    MorphologyPage page;
    page.title = "caf\xe9.swc";
    page.facts = {{"header", "\xff\xfe"}};
    auto const text = render(page);
    CHECK(text.find("<title>caf\xef\xbf\xbd.swc</title>") != std::string::npos);
    CHECK(data_of(text)["facts"][0][1] == "\xef\xbf\xbd\xef\xbf\xbd");
    CHECK(nlohmann::json(text).dump().size() > text.size());  // throws where a byte is not UTF-8
}

TEST_CASE("an empty run still makes a page") {
    auto const data = data_of(render(ReportPage{}));
    CHECK(data["traces"].empty());
    CHECK(data["summary"].is_object());
}

TEST_CASE("spikes and the network go into the page") {
    auto const data = data_of(render(small_report()));
    auto const raster = data["rasters"][0];
    CHECK(raster["times"] == base64({3.25, 12.5}));
    CHECK(raster["counts"] == nlohmann::json{2});
    CHECK(raster["total"] == 2);
    CHECK(raster["bin"] == 1);
    CHECK(raster["rates"][0][3] == 1000);
    CHECK(data["network"]["somata"] == base64({1, 2, 3}));
    CHECK(data["network"]["pathways"][0] == nlohmann::json{{"source", 0},
                                                           {"target", 0},
                                                           {"through", "syn"},
                                                           {"coupling", false},
                                                           {"count", 2},
                                                           {"weight", 0.5},
                                                           {"delay", 1.5}});
}

TEST_CASE("a long trace keeps its extremes and its extent when thinned") {
    Trace trace{"v", "mV", 0, 0.025, std::vector<double>(100'000, -65)};
    trace.values[31'337] = 42;
    trace.values[31'350] = -80;
    auto const thin = thinned(trace, 2000);
    CHECK(thin.values.size() <= 2000);
    auto const peak = std::max_element(thin.values.begin(), thin.values.end());
    CHECK(*peak == 42);
    CHECK(*std::min_element(thin.values.begin(), thin.values.end()) == -80);
    auto const bin = 100'000 / 1000 * 0.025;
    CHECK(std::abs(thin.start + (peak - thin.values.begin()) * thin.dt - 31'337 * 0.025) <= bin);
    CHECK(thin.start + (thin.values.size() - 1) * thin.dt == doctest::Approx(100'000 * 0.025).epsilon(0.002));
    CHECK(thinned(trace, 100'000).values == trace.values);
}

TEST_CASE("traces of different lengths keep common times when they are thinned in equal bins") {
    Trace const longer{"", "mV", 0, 0.025, std::vector<double>(10'000, -65)},
        shorter{"", "mV", 0, 0.025, std::vector<double>(7'777, -65)};
    auto const one = binned(longer, 25), two = binned(shorter, 25);
    CHECK(one.values.size() == 800);
    CHECK(two.values.size() == 624);
    CHECK(one.start == two.start);
    CHECK(one.dt == two.dt);
    CHECK(binned(longer, 2).values == longer.values);
}

TEST_CASE("floats are written as base64 of their little-endian bytes") {
    CHECK(base64({}) == "");
    CHECK(base64({1}) == "AACAPw==");
    CHECK(base64({1, -2}) == "AACAPwAAAMA=");
    CHECK(base64({0, 0, 0}) == "AAAAAAAAAAAAAAAA");
}

TEST_CASE("a peak voltage that is not known is null, not a number") {
    auto page = small_report();
    CHECK(data_of(render(page))["shapes"][0]["peak"][0].is_null());
    page.shapes[0].pieces[0].peak_v = 31.25;
    CHECK(data_of(render(page))["shapes"][0]["peak"][0] == 31.25);
}

TEST_CASE("cells beyond what a page can hold are counted") {
    auto page = small_report();
    page.shapes[0].pieces[0].points.resize(max_shape_points * 2 / 3);
    page.shapes.push_back(page.shapes[0]);
    auto const data = data_of(render(page));
    CHECK(data["shapes"].size() == 1);
    CHECK(data["hidden_shapes"] == 1);
}
