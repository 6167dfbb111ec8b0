// html_samples FOLDER: writes pages of invented cells, usual ones and extremes, for screenshot.py and layout.py to look at.
#include <cmath>
#include <filesystem>
#include <string>

#include "base/file.hpp"
#include "base/text.hpp"
#include "io/page/html.hpp"
#include "io/page/spike_picture.hpp"

using namespace rall;
using namespace rall::html;

namespace {

/// A soma and a tree that forks every 60 um.
void grow(CellShape& cell, Point from, double angle, double distance, int forks) {
    auto const region = from.y >= 0 ? "apic" : "dend";
    auto const name = region + std::string("[") + std::to_string(cell.pieces.size()) + "]";
    Point const middle{from.x + 30 * std::sin(angle), from.y + 30 * std::cos(angle), from.z + 6, 0.9 * from.diameter};
    Point const end{middle.x + 30 * std::sin(angle), middle.y + 30 * std::cos(angle), middle.z - 4,
                    0.8 * from.diameter};
    cell.pieces.push_back(
        {name, region, 0.5, distance + 30, {from, middle, end}, -60 + 90 * std::exp(-distance / 150)});
    if (forks == 0) return;
    grow(cell, end, angle - 0.35, distance + 60, forks - 1);
    grow(cell, end, angle + 0.35, distance + 60, forks - 1);
}

CellShape cell() {
    CellShape cell{"cell", {}, {}};
    cell.pieces.push_back({"soma[0]", "soma", 0.5, 0, {{0, -8, 0, 16}, {0, 8, 0, 16}}, 32});
    grow(cell, {0, 8, 0, 4}, 0, 8, 4);
    grow(cell, {0, -8, 0, 3}, 3.1, 8, 3);
    cell.markers = {{"soma(0.5)", "soma(0.5)", 0, 0, 0}};
    return cell;
}

ReportPage report() {
    ReportPage page;
    page.title = "Sample";
    page.cells = 10;
    page.compartments = 47;
    page.simulated_ms = 200;
    page.wall_s = 0.25;
    Trace trace{"soma(0.5)", "mV", 0, 0.1, {}};
    for (int i = 0; i < 2000; ++i) trace.values.push_back(-65 + 100 * std::exp(-std::fmod(i * 0.1, 40) / 2));
    page.traces = {trace};
    SpikePicture picture("cells", {{"exc", 0, 8, true}, {"inh", 8, 2, true}}, 200);
    for (int i = 0; i < 200; ++i) {
        picture.add(std::vector{static_cast<double>(i)},
                    std::vector<std::uint64_t>{static_cast<std::uint64_t>(i * 7 % 10)});
        ++page.spikes;
    }
    page.rasters = {std::move(picture).finish()};
    page.network = {
        {{"exc", 0, 8, true}, {"inh", 8, 2, true}},
        10,
        {{0, 0, "ampa", false, 40, 0.001, 1.5}, {0, 1, "ampa", false, 7, 0.002, 1.5}, {1, 0, "gap", true, 2}},
        1,
        {}};
    for (int i = 0; i < 10; ++i)
        page.network.somata.push_back({100.f * static_cast<float>(i % 4), 80.f * static_cast<float>(i / 4), 0});
    page.shapes = {cell()};
    page.summary = {{"steps", 8000}, {"bytes", {{"nodes", 12345}}}};
    page.diagnostics.warning("sample", {"cell.swc", 3, 1}, "a finding", "what to do");
    return page;
}

MorphologyPage morphology() {
    MorphologyPage page;
    page.title = "cell.swc";
    page.shape = cell();
    for (auto& piece : page.shape.pieces) piece.peak_v = std::nan("");
    page.regions = {{"soma", 1, 16, 804, 3217, 16, 1}, {"dend", 15, 900, 4000, 2000, 2, 15}};
    return page;
}

/// A soma alone, in one compartment.
CellShape one_compartment() { return {"cell", {{"soma[0]", "soma", 0.5, 0, {{-10, 0, 0, 20}, {10, 0, 0, 20}}, -60}}, {}}; }

/// 20,000 compartments on branches all around, wider than high.
CellShape large() {
    CellShape cell{"cell", {{"soma[0]", "soma", 0.5, 0, {{0, -8, 0, 16}, {0, 8, 0, 16}}, 20}}, {}};
    for (int branch = 0; branch < 200; ++branch) {
        double const angle = 0.0314159 * branch;
        auto const region = branch % 3 == 0 ? "axon" : "dend";
        Point from{10 * std::sin(angle), 8 * std::cos(angle), 0, 2};
        for (int k = 0; k < 100; ++k) {
            Point const to{from.x + 9 * std::sin(angle + 0.3 * std::sin(0.1 * k + branch)),
                           from.y + 4 * std::cos(angle + 0.3 * std::cos(0.07 * k)), from.z + std::sin(0.2 * k), 2 - 0.015 * k};
            cell.pieces.push_back({region + std::string("[") + std::to_string(branch) + "]", region, 0.01 * (k + 0.5), 9.0 * k, {from, to},
                                   -70 + 100 * std::exp(-0.03 * k)});
            from = to;
        }
    }
    return cell;
}

/// A run without reports and without spikes.
ReportPage bare(CellShape shape) {
    ReportPage page;
    page.title = "A_run_with_a_long_name_of_one_word_that_is_wider_than_a_telephone";
    page.subtitle = "Rall 0.1.0 on OpenMP, 1 thread";
    page.cells = 1;
    page.compartments = shape.pieces.size();
    page.simulated_ms = 200;
    page.wall_s = 0.01;
    page.rasters = {SpikePicture("cells", {{"cell", 0, 1}}, 200).finish()};
    page.network = {{{"cell", 0, 1}}, 1, {}, 1, {}};
    page.summary = {{"steps", 8000}, {"config", "a/folder/with/a/long/path/and_a_long_name_of_one_word_of_a_config.json"}};
    page.shapes = {std::move(shape)};
    return page;
}

/// 200 traces of three variables, at places that lie close together.
ReportPage many_traces() {
    auto page = bare(large());
    page.recorded = 1000;
    auto& shape = page.shapes[0];
    for (int i = 0; i < 200; ++i) {
        auto const& piece = shape.pieces[1 + 97 * i];
        auto const name = piece.section + "(" + std::to_string(piece.position) + ")";
        Trace trace{name, i % 3 ? "mV" : "nA", 0, 0.5, {}, i % 3 ? "v" : "i", i % 3 ? "" : i % 2 ? "Exp2Syn" : "OUNoise"};
        for (int k = 0; k < 400; ++k) trace.values.push_back(-65 + i % 3 * 20 * std::sin(0.05 * k + 0.1 * i));
        page.traces.push_back(trace);
        shape.markers.push_back({name, name, piece.points[0].x, piece.points[0].y, piece.points[0].z});
    }
    SpikePicture generators("generators", {{"ns", 1, 20, true}}, 200);
    for (int i = 0; i < 200; ++i)
        generators.add(std::vector{static_cast<double>(i)}, std::vector<std::uint64_t>{static_cast<std::uint64_t>(1 + i * 7 % 20)});
    page.rasters.push_back(std::move(generators).finish());
    page.rasters.back().of_cells = false;
    page.generator_spikes = 200;
    return page;
}

MorphologyPage inspected(CellShape shape) {
    auto page = morphology();
    for (auto& piece : shape.pieces) piece.peak_v = std::nan("");
    page.shape = std::move(shape);
    page.facts = {{"soma", "NeuroMorpho's three points for a sphere, as one cylinder with L = diam; 8 neurites are joined to it without length"}};
    return page;
}

}  // namespace

int main(int, char** arguments) {
    std::filesystem::path const folder = arguments[1];
    write_file(folder / "report.html", render(report()));
    write_file(folder / "inspect.html", render(morphology()));
    write_file(folder / "one.html", render(bare(one_compartment())));
    write_file(folder / "large.html", render(bare(large())));
    auto none = bare({});
    none.shapes.clear();
    write_file(folder / "bare.html", render(none));
    write_file(folder / "traces.html", render(many_traces()));
    write_file(folder / "inspect_one.html", render(inspected(one_compartment())));
    write_file(folder / "inspect_large.html", render(inspected(large())));
}
