#include "io/page/data.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>

namespace rall::html {

using nlohmann::json;

namespace {

static_assert(std::endian::native == std::endian::little, "base64() writes the machine's own byte order");

/// Four digits after the point are more than a picture shows; NaN and infinities become null.
json rounded(double value) { return std::isfinite(value) ? json(std::round(value * 1e4) / 1e4) : json(nullptr); }

/// Numbers for names, in the order of their first appearance.
class Names {
public:
    std::size_t index(std::string const& name) {
        auto const [entry, is_new] = indices_.try_emplace(name, names_.size());
        if (is_new) names_.push_back(name);
        return entry->second;
    }
    std::vector<std::string> const& list() const { return names_; }

private:
    std::map<std::string, std::size_t> indices_;
    std::vector<std::string> names_;
};

json data(Trace const& trace) {
    return {{"name", trace.name},   {"variable", trace.variable},
            {"units", trace.units}, {"start", trace.start},
            {"dt", trace.dt},       {"values", base64({trace.values.begin(), trace.values.end()})},
            {"mechanism", trace.mechanism}};
}

std::size_t point_count(CellShape const& shape) {
    return std::accumulate(shape.pieces.begin(), shape.pieces.end(), std::size_t{0},
                           [](std::size_t sum, Piece const& piece) { return sum + piece.points.size(); });
}

json data(CellShape const& shape) {
    Names sections, regions;
    json section = json::array(), region = json::array(), count = json::array(), position = json::array();
    json distance = json::array(), peak = json::array(), markers = json::array();
    std::vector<float> points;
    for (auto const& piece : shape.pieces) {
        section.push_back(sections.index(piece.section));
        region.push_back(regions.index(piece.region));
        count.push_back(piece.points.size());
        position.push_back(rounded(piece.position));
        distance.push_back(rounded(piece.distance));
        peak.push_back(rounded(piece.peak_v));
        for (auto const& p : piece.points)
            for (double x : {p.x, p.y, p.z, p.diameter}) points.push_back(static_cast<float>(x));
    }
    for (auto const& m : shape.markers)
        markers.push_back(
            {{"label", m.label}, {"trace", m.trace}, {"at", json::array({rounded(m.x), rounded(m.y), rounded(m.z)})}});
    return {{"name", shape.name},
            {"sections", sections.list()},
            {"regions", regions.list()},
            {"section", section},
            {"region", region},
            {"count", count},
            {"position", position},
            {"distance", distance},
            {"peak", peak},
            {"markers", markers},
            {"points", base64(points)}};
}

json data(std::vector<Population> const& populations) {
    json list = json::array();
    for (auto const& p : populations) list.push_back({{"name", p.name}, {"count", p.count}, {"numbered", p.numbered}});
    return list;
}

json data(Spikes const& spikes) {
    json counts = json::array(), rates = json::array();
    std::vector<float> times;
    for (auto const& row : spikes.rows) {
        counts.push_back(row.size());
        times.insert(times.end(), row.begin(), row.end());
    }
    for (auto const& of : spikes.rates) {
        rates.push_back(json::array());
        for (double const rate : of) rates.back().push_back(rounded(rate));
    }
    return {{"file_population", spikes.file_population},
            {"populations", data(spikes.populations)},
            {"of_cells", spikes.of_cells},
            {"total", spikes.total},
            {"step", spikes.step},
            {"spike_step", spikes.spike_step},
            {"counts", counts},
            {"times", base64(times)},
            {"bin", spikes.bin},
            {"rates", rates}};
}

json data(Diagnostics const& diagnostics) {
    json list = json::array();
    for (auto const& d : diagnostics.items())
        list.push_back({{"severity", to_string(d.severity)},
                        {"code", d.code},
                        {"where", to_string(d.where)},
                        {"column", d.where.column},
                        {"message", d.message},
                        {"advice", d.advice},
                        {"source", d.source_line}});
    return list;
}

}  // namespace

json data(Network const& network) {
    json pathways = json::array();
    std::vector<float> somata;
    for (auto const& p : network.pathways)
        pathways.push_back({{"source", p.source},
                            {"target", p.target},
                            {"through", p.through},
                            {"coupling", p.coupling},
                            {"count", p.count},
                            {"weight", p.weight},
                            {"delay", p.delay}});
    for (auto const& at : network.somata) somata.insert(somata.end(), at.begin(), at.end());
    return {{"populations", data(network.populations)},
            {"cells", network.cells},
            {"pathways", pathways},
            {"soma_step", network.soma_step},
            {"somata", base64(somata)}};
}

Trace thinned(Trace trace, std::size_t limit) {
    auto const n = trace.values.size();
    if (n <= limit) return trace;
    auto const bins = std::max<std::size_t>(2, limit / 2);
    return binned(std::move(trace), (n + bins - 1) / bins);
}

Trace binned(Trace trace, std::size_t per_bin) {
    auto const n = trace.values.size();
    if (per_bin < 3) return trace;
    std::vector<double> kept;
    for (std::size_t begin = 0; begin < n; begin += per_bin) {
        auto const end = std::min(n, begin + per_bin);
        auto low = begin, high = begin;
        for (auto i = begin; i < end; ++i) {
            if (std::isnan(trace.values[low]) || trace.values[i] < trace.values[low]) low = i;
            if (std::isnan(trace.values[high]) || trace.values[i] > trace.values[high]) high = i;
        }
        kept.push_back(trace.values[std::min(low, high)]);
        kept.push_back(trace.values[std::max(low, high)]);
    }
    trace.values = std::move(kept);
    trace.start +=
        trace.dt * (static_cast<double>(per_bin) / 4 - 0.5);  // two values per bin: at a quarter and at three
    trace.dt *= static_cast<double>(per_bin) / 2;
    return trace;
}

std::string base64(std::vector<float> const& values) {
    constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::vector<unsigned char> bytes(values.size() * sizeof(float));
    if (!bytes.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        auto const left = std::min<std::size_t>(3, bytes.size() - i);
        unsigned group = 0;
        for (std::size_t k = 0; k < 3; ++k) group = group << 8 | (k < left ? bytes[i + k] : 0u);
        for (std::size_t k = 0; k < 4; ++k) text += k <= left ? digits[group >> (18 - 6 * k) & 63] : '=';
    }
    return text;
}

json data(ReportPage const& page) {
    json traces = json::array(), rasters = json::array(), shapes = json::array();
    for (auto const& trace : page.traces)
        traces.push_back(
            data(thinned(trace, std::clamp<std::size_t>(max_trace_values / page.traces.size(), 200, 40'000))));
    for (auto const& spikes : page.rasters) rasters.push_back(data(spikes));
    std::size_t points = 0;
    for (auto const& shape : page.shapes) {
        points += point_count(shape);
        if (points > max_shape_points && !shapes.empty()) break;
        shapes.push_back(data(shape));
    }
    return {{"kind", "report"},
            {"title", page.title},
            {"subtitle", page.subtitle},
            {"cells", page.cells},
            {"compartments", page.compartments},
            {"spikes", page.spikes},
            {"generator_spikes", page.generator_spikes},
            {"recorded", std::max<std::uint64_t>(page.recorded, page.traces.size())},
            {"simulated", page.simulated_ms},
            {"wall", page.wall_s},
            {"traces", traces},
            {"rasters", rasters},
            {"network", data(page.network)},
            {"shapes", shapes},
            {"hidden_shapes", page.shapes.size() - shapes.size()},
            {"summary", page.summary.is_null() ? json::object() : page.summary},
            {"findings", data(page.diagnostics)}};
}

json data(MorphologyPage const& page) {
    json regions = json::array(), facts = json::array();
    for (auto const& r : page.regions)
        regions.push_back({{"region", r.region},
                           {"sections", r.sections},
                           {"length", r.length_um},
                           {"area", r.area_um2},
                           {"volume", r.volume_um3},
                           {"diameter", r.mean_diameter_um},
                           {"compartments", r.compartments}});
    for (auto const& [label, value] : page.facts) facts.push_back(json::array({label, value}));
    return {{"kind", "morphology"},      {"title", page.title},
            {"subtitle", page.subtitle}, {"facts", facts},
            {"regions", regions},        {"shapes", json::array({data(page.shape)})},
            {"hidden_shapes", 0},        {"findings", data(page.diagnostics)}};
}

json data(ContentPage const& page) {
    auto content = page.content;
    content["kind"] = page.kind;
    content["title"] = page.title;
    content["subtitle"] = page.subtitle;
    content["findings"] = data(page.diagnostics);
    return content;
}

}  // namespace rall::html
