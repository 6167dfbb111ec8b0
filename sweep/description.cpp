#include "sweep/description.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include "base/text.hpp"
#include "io/schema/schema.hpp"
#include "io/text/object.hpp"
#include "io/text/paths.hpp"
#include "sweep/csv.hpp"

namespace rall::sweep {
namespace {

constexpr std::int64_t most_members = 10'000'000;  // of a grid; io/schema/sweep.json has it for others

Span read_span(io::Object& object) {
    return {object.number("from"), object.number("to"), object.flag("log")};
}

void check_span(Span const& span, io::Node const& node, Diagnostics& diagnostics) {
    if (span.log && !(span.from * span.to > 0))
        io::error(diagnostics, "config-range", node,
                  fmt::format("from {} to {} cannot be spaced in equal ratios; expected two numbers of one sign, not 0",
                              span.from, span.to));
    else if (!std::isfinite(span.log ? span.to / span.from : span.to - span.from))
        io::error(diagnostics, "config-range", node,
                  fmt::format("from {} to {} is further than numbers reach", span.from, span.to));
}

/// "values": a list, or {"from", "to", "steps", "log"}; for a Latin hypercube {"from", "to", "log"}.
void read_values(Parameter& parameter, io::Node const& node, std::string const& what, Combine combine,
                 Diagnostics& diagnostics) {
    if (node.is_array()) {
        for (auto const& child : node.children) {
            if (child.is_number()) parameter.values.push_back(child.number());
            else io::error(diagnostics, "config-type", child, what + ": expected a list of numbers");
        }
        if (node.children.empty())
            io::error(diagnostics, "sweep-empty", node, what + " has no values: a sweep over it would have no members",
                      "give at least one value");
        if (combine == Combine::latin_hypercube)
            io::error(diagnostics, "config-type", node,
                      what + " is a list; a Latin hypercube draws from {\"from\": a, \"to\": b}");
        return;
    }
    if (!node.is_object()) {
        io::error(diagnostics, "config-type", node,
                  what + ": expected a list of numbers or {\"from\": a, \"to\": b, \"steps\": n}");
        return;
    }
    io::Object object(node, what, diagnostics, io::keys_of("span"));
    auto const span = read_span(object);
    check_span(span, node, diagnostics);
    if (combine == Combine::latin_hypercube) {
        parameter.span = span;
    } else {
        object.required("steps");
        auto const steps = object.has("steps") ? object.integer("steps") : 1;
        for (std::int64_t i = 0; i < steps; ++i)
            parameter.values.push_back(
                span.at(steps == 1 ? 0 : static_cast<double>(i) / static_cast<double>(steps - 1)));
    }
    object.finish();
}

struct Reader {
    Description& d;
    Diagnostics& diagnostics;
    std::optional<Csv> csv = {};
    std::map<std::pair<std::vector<std::size_t>, std::string>, std::string> varied =
        {};  ///< places, and by which parameter

    /// An entry of "parameters": values alone, or {"path", "values", "scale"}; the name is the path if none is given.
    void read_parameter(io::Node const& node) {
        Parameter parameter;
        parameter.name = node.key;
        parameter.where = &node;
        auto const what = "parameters." + node.key;
        std::vector<std::pair<std::string, io::Node>> paths;
        bool const whole = node.is_object() && !node.find("from");
        if (whole) {
            io::Object object(node, what, diagnostics, io::keys_of("varied_parameter"));
            for (auto const* path : object.texts("path")) paths.emplace_back(path->text(), *path);
            parameter.scale = object.flag("scale");
            if (d.combine != Combine::csv) {
                if (auto const* values = object.required("values"))
                    read_values(parameter, *values, what + ".values", d.combine, diagnostics);
            }
            object.finish();
        } else if (d.combine == Combine::csv) {
            io::error(diagnostics, "config-conflict", node,
                      what + ": its values come from the CSV file; expected an object, {} or {\"path\": ...}");
        } else {
            read_values(parameter, node, what, d.combine, diagnostics);
        }
        if (csv) parameter.values = csv->column(parameter.name, node, diagnostics);
        if (paths.empty())  // complaints point at the name
            paths.emplace_back(node.key, io::Node{node.document, node.key_offset, node.key_offset, node.key, {}, {}, {}});
        for (auto const& [text, where] : paths) {
            auto const errors = diagnostics.count(Severity::error);
            Path path(text, d.base.root, where, diagnostics);
            if (diagnostics.count(Severity::error) > errors) continue;
            if (parameter.scale) check_scalable(path, where);
            if (auto const [other, fresh] = varied.try_emplace(path.place(), parameter.name); !fresh)
                io::error(diagnostics, "sweep-twice", where,
                          fmt::format("'{}' is varied by parameter '{}' already", text, other->second));
            parameter.paths.push_back(std::move(path));
        }
        d.parameters.push_back(std::move(parameter));
    }

    void check_scalable(Path const& path, io::Node const& where) {
        auto const* value = path.in(d.base.root);
        if (!value)
            io::error(diagnostics, "sweep-scale", where,
                      fmt::format("'{}' is not given in the config, so there is nothing to scale", path.text()),
                      "give it there, or leave \"scale\" out and give its values");
        else if (!value->is_number() && !value->is_string())
            io::error(diagnostics, "sweep-scale", where,
                      fmt::format("'{}' is {} and cannot be scaled", path.text(), value->scalar.dump()));
    }

    void read_measurement(io::Node const& node) {
        io::Object object(node, "features", diagnostics, io::keys_of("features"));
        auto& m = d.measurement;
        m.cell = object.optional_text("cell");
        m.location = object.optional_text("location").value_or("");
        m.threshold = object.number("threshold");
        if (auto const* stimulus = object.find("stimulus")) {
            if (stimulus->is_object()) {
                io::Object times(*stimulus, "features.stimulus", diagnostics, io::keys_of("times_of_stimulus"));
                m.window = Window{times.number("from"), times.number("to")};
                if (m.window->from >= m.window->to)
                    io::error(diagnostics, "config-range", *stimulus,
                              "features.stimulus: expected \"from\" to be less than \"to\"");
                times.finish();
            } else {
                m.stimulus = object.optional_text("stimulus");
            }
        }
        object.finish();
    }

    void read(io::Node const& root) {
        io::Object object(root, "sweep", diagnostics, io::keys_of("sweep"));
        auto const* file = object.find("base");
        auto const* inline_config = object.find("config");
        auto const directory = std::filesystem::path(d.document->file()).parent_path();
        if ((file != nullptr) == (inline_config != nullptr))
            io::error(diagnostics, "config-missing", root,
                      "a sweep needs either 'base' (the name of a config) or 'config' (the config itself)");
        else if (inline_config) d.base = io::read_written(d.document, *inline_config);
        else if (object.optional_text("base")) d.base = io::read_written((directory / file->text()).lexically_normal());
        diagnostics.throw_if_errors();

        auto const combine = object.choice("combine");
        d.combine = combine == "grid"   ? Combine::grid
                    : combine == "list" ? Combine::list
                    : combine == "csv"  ? Combine::csv
                                        : Combine::latin_hypercube;
        if (d.combine == Combine::latin_hypercube) {
            d.members = object.integer("members");
            d.seed = static_cast<std::uint64_t>(object.integer("seed"));
        }
        if (d.combine == Combine::csv && object.required("csv") && object.optional_text("csv")) {
            auto const path = (directory / object.find("csv")->text()).lexically_normal();
            std::error_code code;
            if (!std::filesystem::is_regular_file(path, code))
                io::error(diagnostics, "file-missing", object.at("csv"), io::no_file(path),
                          "relative names start from the directory of this file");
            diagnostics.throw_if_errors();
            csv.emplace(path);
        }
        if (auto const* parameters = object.required("parameters")) {
            io::Object list(*parameters, "parameters", diagnostics);
            for (auto const& node : parameters->children) read_parameter(node);
            if (parameters->is_object() && parameters->children.empty())
                io::error(diagnostics, "sweep-empty", *parameters, "'parameters' is empty: nothing varies");
            check_sizes(*parameters);
        }
        if (auto const* features = object.find("features")) read_measurement(*features);
        if (auto const* range = object.find("voltage_range")) {
            auto const limits = object.numbers("voltage_range");
            if (limits.size() == 2 && limits[0] < limits[1]) d.lowest = limits[0], d.highest = limits[1];
            else
                io::error(diagnostics, "config-type", *range,
                          "voltage_range: expected the lowest and the highest voltage, [-250, 250] mV");
        }
        d.output_dir = (directory / object.text("output_dir")).lexically_normal();
        object.finish();
    }

    void check_sizes(io::Node const& where) {
        if (diagnostics.has_errors()) return;
        double n = 1;
        for (auto const& p : d.parameters) {
            if (d.combine == Combine::grid) n *= static_cast<double>(p.values.size());
            if (d.combine == Combine::list && p.values.size() != d.parameters.front().values.size())
                io::error(
                    diagnostics, "sweep-lengths", *p.where,
                    fmt::format("a list takes one value of each parameter per member, but '{}' has {} values and "
                                "'{}' has {}",
                                d.parameters.front().name, d.parameters.front().values.size(), p.name, p.values.size()),
                    "give equally many, or \"combine\": \"grid\" for all combinations");
        }
        if (n > static_cast<double>(most_members))
            io::error(diagnostics, "sweep-too-large", where,
                      fmt::format("this grid has {:.3g} members; expected at most {}", n, most_members),
                      "take fewer values, or \"combine\": \"latin_hypercube\"");
    }
};

}  // namespace

double Span::at(double fraction) const {
    if (fraction == 1) return to;
    return log ? from * std::pow(to / from, fraction) : from + (to - from) * fraction;
}

Description read_description(std::filesystem::path const& path, Diagnostics& diagnostics) {
    Description d;
    d.document = io::Document::read(path);
    Reader{d, diagnostics}.read(d.document->root());
    diagnostics.throw_if_errors();
    return d;
}

namespace {

/// A number, written as one or as a text (Allen's files do both), or an expression, times a factor.
io::Scalar scaled(io::Node const& given, double factor) {
    if (given.is_number()) return factor * given.number();
    auto const text = given.text();
    double number = 0;
    auto const [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure == std::errc{} && end == text.data() + text.size()) return factor * number;
    return fmt::format("({})*({})", factor, text);
}

}  // namespace

io::Node config_of(Description const& d, std::vector<double> const& values) {
    auto root = d.base.root;
    for (std::size_t p = 0; p < d.parameters.size(); ++p) {
        auto const& parameter = d.parameters[p];
        for (auto const& path : parameter.paths) {
            io::Node value{
                parameter.where->document, parameter.where->offset, parameter.where->key_offset, {}, values[p], {}, {}};
            if (parameter.scale) value.scalar = scaled(*path.in(d.base.root), values[p]);
            path.set(root, std::move(value));
        }
    }
    return root;
}

}  // namespace rall::sweep
