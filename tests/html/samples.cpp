// html_samples FOLDER: writes report.html and inspect.html of an invented cell, for screenshot.py to look at.
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

}  // namespace

int main(int, char** arguments) {
    std::filesystem::path const folder = arguments[1];
    write_file(folder / "report.html", render(report()));
    write_file(folder / "inspect.html", render(morphology()));
}
