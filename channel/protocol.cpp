#include "channel/protocol.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "base/text.hpp"
#include "base/whole.hpp"
#include "channel/waveform.hpp"
#include "io/config/plausible_values.hpp"
#include "io/schema/schema.hpp"
#include "io/text/object.hpp"

namespace rall::channel {

namespace {

using io::Node;
using io::Object;

constexpr std::size_t most_sweeps = 10'000, most_names = 1000, most_pieces = 1'000'000;
constexpr double longest_sweep = 1e6;  ///< ms
constexpr double most_steps = 1e9;     ///< of a sweep

std::map<std::string, Measure> const measures{{"peak", Measure::peak},
                                              {"start", Measure::start},
                                              {"mean", Measure::mean},
                                              {"charge", Measure::charge},
                                              {"time_to_peak", Measure::time_to_peak},
                                              {"tau_decay", Measure::tau_decay},
                                              {"tau_rise", Measure::tau_rise},
                                              {"m3h", Measure::m3h},
                                              {"trace", Measure::trace},
                                              {"gates", Measure::gates}};

class Reader {
public:
    Reader(Protocol& protocol, Reading const& reading, Diagnostics& diagnostics)
        : protocol_(protocol), reading_(reading), diagnostics_(diagnostics), formulas_(diagnostics) {}

    void read(Node const& root) {
        Object object(root, "the protocol", diagnostics_, io::keys_of("protocol"));
        protocol_.title = object.optional_text("title").value_or(protocol_.name);
        protocol_.log_samples = object.choice("samples") == "logarithmic";
        constants(object.find("constants"));
        if (auto const* dt = object.find("dt")) protocol_.dt = formulas_(*dt, "dt");
        if (!(protocol_.dt > 0))
            io::error(diagnostics_, "config-range", object.at("dt"), "dt is not positive", "0.025 ms is usual");
        if (reading_.dt) protocol_.dt = *reading_.dt;
        sweep_values(object.find("sweep"));
        if (auto const* segments = list(object, "segments")) {
            sweeps(*segments);
            look_at_levels(*segments);
        }
        if (auto const* curves = list(object, "curves"))
            for (auto const& node : curves->children) curve(node);
        object.finish();
    }

private:
    /// A list that must be there and hold something.
    Node const* list(Object& object, std::string_view key) {
        auto const* found = object.required(key);
        if (!found) return nullptr;
        if (found->is_array() && !found->children.empty()) return found;
        io::error(diagnostics_, "config-type", *found, fmt::format("{}: expected a list with something in it", key));
        return nullptr;
    }

    void constants(Node const* node) {
        std::vector<std::string> known;
        if (node) {
            Object const check(*node, "constants", diagnostics_);
            if (too_many(*node, "constants")) return;
            for (auto const& child : node->children) {
                known.push_back(child.key);
                auto const given = reading_.constants.find(child.key);
                formulas_.set(child.key, given != reading_.constants.end()
                                             ? given->second
                                             : formulas_(child, "constants." + child.key));
            }
        }
        protocol_.constants = formulas_.variables();
    }

    /// Whether an object has more names than anybody can vary.
    bool too_many(Node const& node, std::string const& what) {
        if (node.children.size() <= most_names) return false;
        io::error(diagnostics_, "protocol-range", node,
                  fmt::format("{} {} are more than {}", node.children.size(), what, most_names));
        return true;
    }

    std::vector<double> values_of(Node const& node) {
        auto const what = "sweep." + node.key;
        std::vector<double> values;
        if (node.is_array()) {
            for (auto const& child : node.children) values.push_back(formulas_(child, what));
        } else {
            Object range(node, what, diagnostics_, io::keys_of("series"));
            auto const number = [&](char const* key) {
                auto const* found = range.required(key);
                return found ? formulas_(*found, what + "." + key) : 0;
            };
            double const from = number("from"), to = number("to");
            bool const grows = range.has("factor");
            double const step = number(grows ? "factor" : "step");
            range.finish();
            bool const arrives = grows ? from > 0 && to > 0 && step > 0 && step != 1 && (to > from) == (step > 1)
                                       : step != 0 && (to > from) == (step > 0);
            double const count = grows ? std::log(to / from) / std::log(step) : (to - from) / step;
            if ((from != to && !arrives) || count > most_sweeps) {
                io::error(diagnostics_, "protocol-range", node,
                          fmt::format("{}: {} does not lead from {} to {}", what, step, from, to));
                return {from};
            }
            for (int k = 0; from == to ? k == 0 : k <= count + 1e-9; ++k)
                values.push_back(grows ? from * std::pow(step, k) : from + k * step);
        }
        if (values.empty()) io::error(diagnostics_, "config-type", node, fmt::format("{} has no values", what));
        return values;
    }

    /// All combinations of the values of the sweep variables, the last variable changing fastest.
    void sweep_values(Node const* node) {
        values_ = {{}};
        if (!node) return;
        Object const check(*node, "sweep", diagnostics_);
        if (too_many(*node, "sweep variables")) return;
        for (auto const& child : node->children) {
            protocol_.variables.push_back(child.key);
            auto const values = values_of(child);
            if (values_.size() * values.size() > most_sweeps) {
                io::error(diagnostics_, "protocol-range", *node,
                          fmt::format("{} sweeps are more than {}", values_.size() * values.size(), most_sweeps));
                return;
            }
            std::vector<Variables> product;
            for (auto const& so_far : values_)
                for (double const value : values) {
                    product.push_back(so_far);
                    product.back()[child.key] = value;
                }
            values_ = std::move(product);
        }
        if (!values_.empty())
            for (auto const& [name, value] : values_.front()) formulas_.set(name, value);
    }

    void sweeps(Node const& segments) {
        for (auto const& values : values_) {
            for (auto const& [name, value] : values) formulas_.set(name, value);
            auto& sweep = protocol_.sweeps.emplace_back(Sweep{values, {}});
            for (auto const& node : segments.children) segment(node, sweep, protocol_.sweeps.size() == 1);
            if (sweep.pieces.empty() || diagnostics_.has_errors()) return;
            if (sweep.pieces.front().from != protocol_.sweeps.front().pieces.front().from) {
                io::error(diagnostics_, "protocol-holding", segments.children.front(),
                          fmt::format("the first segment must hold all sweeps at one level, which is where they begin; "
                                      "found {} and {} mV",
                                      protocol_.sweeps.front().pieces.front().from, sweep.pieces.front().from));
                return;
            }
        }
    }

    /// All of them in V, which is no error of a single one: steps of less than 0.2 mV may be meant, but not from less than 0.2 mV.
    void look_at_levels(Node const& segments) {
        double most = 0;
        for (auto const& sweep : protocol_.sweeps)
            for (auto const& piece : sweep.pieces)
                if (!piece.waveform) most = std::max({most, std::abs(piece.from), std::abs(piece.to)});
        if (!io::plausible::potential(most).empty())
            io::complain(diagnostics_, Severity::warning, "implausible", segments, fmt::format("the levels of this protocol are at most {:.4g} mV", most),
                         "if they are in V, multiply them by 1000");
    }

    /// `first`: this is the first sweep, in which the keys are checked and names are learned.
    void segment(Node const& node, Sweep& sweep, bool first) {
        Diagnostics already;
        Object object(node, "a segment", first ? diagnostics_ : already, io::keys_of("segment"));
        if (object.has("repeat")) {
            int const times = static_cast<int>(object.integer("repeat"));
            if (auto const* parts = first ? list(object, "segments") : object.find("segments"))
                for (int k = 0; k < times && !diagnostics_.has_errors(); ++k)
                    for (auto const& part : parts->children) segment(part, sweep, first && k == 0);
            object.finish();
            return;
        }
        Piece piece;
        auto const name = object.optional_text("name").value_or("");
        auto const [known, is_new] = segments_.try_emplace(name, static_cast<int>(protocol_.segments.size()));
        piece.segment = known->second;
        if (is_new) protocol_.segments.push_back(name);
        if (auto const* given = object.find("waveform")) {
            if (!protocol_.waveform) waveform(*given);
            piece.waveform = true;
            if (protocol_.waveform) {
                piece.from = protocol_.waveform->v.front();
                piece.to = protocol_.waveform->v.back();
            }
        } else if (auto const* level = object.required("level")) {
            piece.from = formulas_(*level, "level");
            auto const* to = object.find("to");
            piece.to = to ? formulas_(*to, "to") : piece.from;
            for (double const v : {piece.from, piece.to})
                if (std::abs(v) > 1000)
                    io::error(diagnostics_, "config-range", *level, fmt::format("{} mV is no level of a membrane", v));
        }
        auto const* duration = piece.waveform ? object.find("duration") : object.required("duration");
        double const ms = duration             ? formulas_(*duration, "duration")
                          : protocol_.waveform ? protocol_.waveform->t.back()
                                               : 0;
        piece.begin = sweep.pieces.empty() ? 0 : sweep.steps();
        double const steps = std::round(ms / protocol_.dt);
        if (!(steps >= 1) || !(ms <= longest_sweep)) {
            if (!diagnostics_.has_errors())
                io::error(diagnostics_, "config-range", duration ? *duration : node,
                          fmt::format("this segment lasts {} ms; expected at least a step ({} ms) and at most {} ms",
                                      ms, protocol_.dt, longest_sweep));
            return;
        }
        if (++n_pieces_ > most_pieces || piece.begin + steps > most_steps) {
            if (!diagnostics_.has_errors())
                io::error(diagnostics_, "protocol-range", node,
                          n_pieces_ > most_pieces
                              ? fmt::format("the sweeps together have more than {} segments, those that are repeated "
                                            "counted each time",
                                            most_pieces)
                              : fmt::format("the sweep takes more than {} steps of {} ms until the end of this segment",
                                            most_steps, protocol_.dt));
            return;
        }
        piece.end = piece.begin + truncated<int>(steps);
        sweep.pieces.push_back(piece);
        object.finish();
    }

    void waveform(Node const& node) {
        Object object(node, "waveform", diagnostics_, io::keys_of("waveform"));
        auto const* simulated = object.find("simulated");
        if (simulated) object.choice("simulated");
        auto const* file = simulated ? object.find("file") : object.required("file");
        auto const column = static_cast<int>(object.has("column") ? object.integer("column") : 2);
        object.finish();
        if (diagnostics_.has_errors()) return;
        try {
            if (reading_.waveform) protocol_.waveform = read_waveform(*reading_.waveform, column, diagnostics_);
            else if (simulated) protocol_.waveform = squid_spike();
            else if (!file->is_string())
                io::error(diagnostics_, "config-type", *file, "waveform.file: expected the name of a file in quotes");
            else
                protocol_.waveform =
                    read_waveform(std::filesystem::path(protocol_.file).parent_path() / file->text(), column, diagnostics_);
        } catch (InputError const& failure) {
            for (auto const& found : failure.diagnostics().items())
                io::error(diagnostics_, found.code, node, fmt::format("{}: {}", to_string(found.where), found.message),
                          found.advice);
        }
    }

    /// A segment by its name; -1 after an error.
    int find_segment(Node const& node, std::string const& what) {
        auto const name = node.is_string() ? node.text() : std::string();
        auto const found = segments_.find(name);
        if (found != segments_.end() && !name.empty()) return found->second;
        io::error(diagnostics_, "protocol-segment", node, fmt::format("{}: no segment has this name", what),
                  did_you_mean(name, protocol_.segments));
        return -1;
    }

    void curve(Node const& node) {
        Object object(node, "a curve", diagnostics_, io::keys_of("curve"));
        CurveRule rule;
        rule.name = object.required_text("name");
        rule.measure = measures.at(object.choice("measure"));
        if (auto const* segment = object.required("segment")) rule.segment = find_segment(*segment, "segment");
        if (auto const* window = object.find("window")) {
            if (!window->is_array() || window->children.size() != 2)
                io::error(diagnostics_, "config-type", *window,
                          "window: expected [begin, end] in ms from the segment's begin");
            else {
                rule.window_begin = formulas_(window->children[0], "window");
                rule.window_end = formulas_(window->children[1], "window");
                if (!(*rule.window_begin < *rule.window_end))
                    io::error(diagnostics_, "protocol-range", *window, "window: it ends before it begins");
            }
        }
        rule.driving_force = object.flag("driving_force");
        using Normalised = CurveRule::Normalised;
        auto const normalised = object.choice("normalise");
        rule.normalised = normalised == "maximum" ? Normalised::maximum
                          : normalised == "first" ? Normalised::first
                                                  : Normalised::no;
        if (auto const* reference = object.find("reference")) rule.reference = find_segment(*reference, "reference");
        rule.exponentials = static_cast<int>(object.has("exponentials") ? object.integer("exponentials") : 1);
        auto possible = protocol_.variables;
        if (occurrences(rule.segment) > 1) possible.emplace_back("number");
        rule.x = possible.empty() ? std::string() : object.choice("x", possible);
        if (possible.empty() && object.has("x"))
            io::error(diagnostics_, "protocol-sweep", object.at("x"), "x: this protocol varies nothing",
                      "name its variables under 'sweep'");
        if (occurrences(rule.segment) > 1 && rule.x != "number")
            io::error(diagnostics_, "protocol-segment", node, "this segment is repeated: only its number can be x");
        if (auto const* laws = object.find("fit")) rule.laws = read_laws(*laws);
        object.finish();
        protocol_.curves.push_back(std::move(rule));
    }

    /// A law, or a list of them.
    std::vector<Law> read_laws(Node const& node) {
        std::vector<Law> laws;
        auto const read = [&](Node const& one) {
            auto const name = one.is_string() ? one.text() : std::string();
            for (auto const law : every_law)
                if (to_string(law) == name) return laws.push_back(law);
            if (name == "none") return;
            std::vector<std::string> known{"none"};
            for (auto const law : every_law) known.push_back(to_string(law));
            io::error(diagnostics_, "config-value", one,
                      fmt::format("fit: expected one or several of {}", enumerate(known)), did_you_mean(name, known));
        };
        if (!node.is_array()) read(node);
        else
            for (auto const& one : node.children) read(one);
        return laws;
    }

    /// How often a segment comes in a sweep.
    int occurrences(int segment) {
        if (protocol_.sweeps.empty()) return 1;
        if (occurrences_.empty()) {
            occurrences_.resize(protocol_.segments.size());
            for (auto const& piece : protocol_.sweeps.front().pieces) ++occurrences_[piece.segment];
        }
        return segment < 0 || segment >= static_cast<int>(occurrences_.size()) ? 0 : occurrences_[segment];
    }

    Protocol& protocol_;
    Reading const& reading_;
    Diagnostics& diagnostics_;
    Formulas formulas_;
    std::vector<Variables> values_;
    std::map<std::string, int> segments_;  ///< index by name
    std::vector<int> occurrences_;
    std::size_t n_pieces_ = 0;  ///< of all sweeps
};

}  // namespace

double Protocol::tstop() const {
    int steps = 0;
    for (auto const& sweep : sweeps) steps = std::max(steps, sweep.steps());
    return steps * dt;
}

Protocol read_protocol(std::string const& name_or_file, Reading const& reading, Diagnostics& diagnostics) {
    Protocol protocol;
    std::unique_ptr<io::Document const> document;
    if (auto const text = builtin_protocol(name_or_file); !text.empty()) {
        protocol.name = name_or_file;
        document = io::Document::parse(std::string(text), name_or_file + ".json");
    } else {
        std::filesystem::path const path = name_or_file;
        if (path.extension() != ".json")
            throw InputError("protocol-unknown", {}, fmt::format("no built-in protocol is called '{}'", name_or_file),
                             did_you_mean(name_or_file, builtin_protocols()) +
                                 "; a protocol of your own is a file that ends in .json");
        protocol.name = path.stem().string();
        protocol.file = name_or_file;
        document = io::Document::read(path);
    }
    Diagnostics found;
    Reader(protocol, reading, found).read(document->root());
    found.throw_if_errors();
    diagnostics.append(found);
    return protocol;
}

}  // namespace rall::channel
