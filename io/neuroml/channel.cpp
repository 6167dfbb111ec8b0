// Ion channels as NMODL. What gates compute: NeuroML 2.3, core types of channels.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.hpp"
#include "io/neuroml/mechanism.hpp"

namespace rall::io::neuroml {
namespace {

/// A rate, steady state or time course: a component whose type computes r, x or t.
struct Rate {
    std::string function;  ///< of NMODL
    std::vector<std::string> args;
};

class ChannelComposer {
public:
    ChannelComposer(Library const& library, Item const& channel, std::string name, std::string ion, Drive drive,
                    Diagnostics& found)
        : library_(library),
          channel_(channel),
          name_(std::move(name)),
          ion_(std::move(ion)),
          drive_(drive),
          found_(found) {}

    std::optional<nmodl::Composed> compose() {
        auto const errors = found_.count(Severity::error);
        Element element(channel_, found_);
        element.ignore("species");
        element.ignore("conductance");  // of one channel, for densities given as numbers of channels
        if (channel_.name() == "ionChannelVShift") shift_ = element.quantity("vShift", "mV");
        for (auto const& scaling : element.children("q10ConductanceScaling")) factors_.push_back(q10(scaling));
        auto const kind = element.text("type");
        if (!kind.empty() && !is_channel(kind))
            fail(found_, channel_, "type", "neuroml-unknown",
                 fmt::format("the type '{}' of a channel is not understood", kind));
        for (auto const& gate : element.others()) add_gate(gate);
        element.finish();
        if (found_.count(Severity::error) > errors) return std::nullopt;
        return write();
    }

private:
    /// Name of a variable of a gate; what NMODL or the channel itself calls so gets a mark.
    std::string named(std::string name) {
        static std::set<std::string> const taken{"v",    "t",       "dt",   "g",     "e",     "i",      "gbar",
                                                 "pbar", "celsius", "area", "diam",  "if",    "else",   "while",
                                                 "cai",  "cao",     "ica",  "gates", "rates", "linoid", "y",
                                                 "ca2i", "ca2o",    "ica2", "ena",   "ek",    "eca",    "eca2"};
        if (taken.contains(name)) name += "_gate";
        while (!names_.insert(name).second) name += "_";
        return name;
    }

    /// The factor that q10Settings or q10ConductanceScaling means, as NMODL.
    std::string q10(Item const& item) {
        Element element(item, found_);
        auto const type = item.name() == "q10ConductanceScaling" ? std::string("q10ExpTemp") : element.text("type");
        std::string factor;
        if (type == "q10Fixed") {
            element.required("fixedQ10");
            factor = number_text(element.number("fixedQ10", 1));
        } else if (type == "q10ExpTemp") {
            element.required("q10Factor");
            auto const base = element.number("q10Factor", 1);
            auto const at = element.quantity("experimentalTemp", "degC");
            factor = fmt::format("{}^((celsius - {})/10)", number_text(base), number_text(at));
        } else {
            fail(found_, item, "type", "neuroml-unknown",
                 fmt::format("q10Settings of type '{}' are not understood; expected q10Fixed or q10ExpTemp", type));
        }
        element.finish();
        return factor;
    }

    void assigned(Item const& from, std::string const& name, std::string const& units, bool visible = true) {
        assigned_.line(from, fmt::format("    {}{}", name, units));
        if (visible) ranges_.push_back(name);
    }

    /// Reads a rate, steady state or time course and writes its FUNCTION.
    Rate rate(Item const& gate, Item const& item, std::string const& prefix, std::string const& exposure,
              char const* what) {
        if (!item) {
            fail(found_, gate, {}, "neuroml-missing",
                 fmt::format("{} '{}' has no <{}>", gate.name(), gate.attribute("id"), what));
            return {};
        }
        auto const component = read_component(library_, item, type_of(item), found_);
        if (!component) return {};
        Rate result{named(prefix + "_" + item.name()), {}};
        for (auto const& [name, where] : component->requirements) {
            if (name == "v" || name == "caConc" || name == "caConc2" || name == "temperature" || name == "vShift" || name == "rateScale" ||
                name == "alpha" || name == "beta")
                result.args.push_back(name);
            else
                fail(found_, where, "name", "neuroml-lems", fmt::format("a rate cannot require '{}'", name),
                     "known: v, caConc, caConc2, temperature, vShift, rateScale, alpha, beta");
        }
        if (component->requirements.contains("caConc")) inner_.insert("ca");
        if (component->requirements.contains("caConc2")) inner_.insert("ca2");
        shifted_ = shifted_ || component->requirements.contains("vShift");
        write_function(functions_, *component, result.function, exposure, found_);
        return result;
    }

    /// A call of it, where the gate's own values are called so.
    std::string call(Rate const& rate, std::string const& scale, std::string const& alpha = {},
                     std::string const& beta = {}) {
        std::vector<std::string> args;
        for (auto const& name : rate.args) {
            if (name == "caConc") args.emplace_back("cai");
            else if (name == "caConc2") args.emplace_back("ca2i");
            else if (name == "temperature") args.emplace_back("celsius + 273.15");
            else if (name == "rateScale") args.push_back(scale);
            else if (name == "alpha" || name == "beta") args.push_back(name == "alpha" ? alpha : beta);
            else args.push_back(name);
        }
        return fmt::format("{}({})", rate.function, fmt::join(args, ", "));
    }

    void add_gate(Item const& item) {
        auto kind = item.name();
        if (kind == "gate" || kind == "gateKS" || kind.starts_with("gateHH") || kind == "gateFractional") {
            if (kind == "gate") kind = item.attribute("type");
        } else {
            fail(found_, item, {}, "neuroml-unknown", fmt::format("<{}> in a channel is not understood", kind));
            return;
        }
        Element gate(item, found_);
        auto const id = gate.required("id");
        gate.required("instances");
        auto const instances = gate.number("instances", 1);
        std::string scale;
        for (auto const& settings : gate.children("q10Settings")) scale += (scale.empty() ? "" : "*") + q10(settings);
        std::string open;
        if (kind == "gateKS") open = add_scheme(gate, id, scale);
        else if (kind == "gateFractional") open = add_fractions(gate, id, scale);
        else open = add_hh(gate, item, kind, named(id), scale);
        gate.finish();
        open_.push_back(power(open, instances, item));
    }

    std::string power(std::string const& q, double n, Item const& item) {
        if (n < 0 || n > 1000)
            fail(found_, item, "instances", "neuroml-range", fmt::format("instances is {}; expected 0 to 1000", n));
        if (n != std::floor(n) || n > 8) return fmt::format("{}^{}", q, number_text(n));
        if (n == 0) return "1";
        std::string text = q;
        for (int i = 1; i < static_cast<int>(n); ++i) text += "*" + q;
        return text;
    }

    /// Gates of the Hodgkin-Huxley kind: what opens them is `q`.
    std::string add_hh(Element& gate, Item const& item, std::string const& kind, std::string const& q,
                       std::string const& scale) {
        auto const with = [&](std::initializer_list<char const*> kinds) {
            return std::ranges::find(kinds, kind) != kinds.end();
        };
        bool const rates = with({"gateHHrates", "gateHHratesTau", "gateHHratesInf", "gateHHratesTauInf"});
        bool const course = with({"gateHHtauInf", "gateHHratesTau", "gateHHratesTauInf"});
        bool const steady = with({"gateHHtauInf", "gateHHratesInf", "gateHHratesTauInf", "gateHHInstantaneous"});
        if (!rates && !steady) {
            fail(found_, item, item.name() == "gate" ? "type" : "", "neuroml-unknown",
                 fmt::format("a gate of the kind '{}' is not understood", kind),
                 "known: gateHHrates, gateHHratesTau, gateHHratesInf, gateHHratesTauInf, gateHHtauInf, "
                 "gateHHInstantaneous, gateKS, gateFractional");
            return "1";
        }
        std::string const alpha = q + "_alpha", beta = q + "_beta", inf = q + "_inf", tau = q + "_tau";
        auto const q10 = scale.empty() ? std::string("1") : named(q + "_q10");
        if (!scale.empty()) rates_.line(item, fmt::format("    {} = {}", q10, scale)), assigned(item, q10, "", false);
        if (rates) {
            for (auto const& [child, name] : {std::pair{"forwardRate", alpha}, std::pair{"reverseRate", beta}}) {
                auto const from = gate.child(child);
                auto const r = rate(item, from, q, "r", child);
                if (r.function.empty()) continue;
                rates_.line(from, fmt::format("    {} = {}", name, call(r, q10)));
                assigned(from, name, " (/ms)");
            }
        }
        if (steady) {
            auto const from = gate.child("steadyState");
            auto const x = rate(item, from, q, "x", "steadyState");
            if (x.function.empty()) return q;
            if (kind == "gateHHInstantaneous") {
                instant_.line(from, fmt::format("    {} = {}", q, call(x, q10, alpha, beta)));
                assigned(from, q, "");
                return q;
            }
            rates_.line(from, fmt::format("    {} = {}", inf, call(x, q10, alpha, beta)));
        } else {
            rates_.line(item, fmt::format("    {0} = {1}/({1} + {2})", inf, alpha, beta));
        }
        if (course) {
            auto const from = gate.child("timeCourse");
            auto const t = rate(item, from, q, "t", "timeCourse");
            if (t.function.empty()) return q;
            rates_.line(from,
                        fmt::format("    {} = {}{}", tau, call(t, q10, alpha, beta), scale.empty() ? "" : "/" + q10));
        } else {
            rates_.line(item, fmt::format("    {} = 1/({} + {}){}", tau, alpha, beta, scale.empty() ? "" : "/" + q10));
        }
        add_state(item, q);
        return q;
    }

    void add_state(Item const& item, std::string const& q) {
        assigned(item, q + "_inf", "");
        assigned(item, q + "_tau", " (ms)");
        states_.line(item, "    " + q);
        initial_.line(item, fmt::format("    {0} = {0}_inf", q));
        derivatives_.line(item, fmt::format("    {0}' = ({0}_inf - {0})/{0}_tau", q));
    }

    std::string add_fractions(Element& gate, std::string const& id, std::string const& scale) {
        std::string sum;
        for (auto const& item : gate.children("subGate")) {
            Element sub(item, found_);
            sub.required("fractionalConductance");
            auto const fraction = sub.number("fractionalConductance", 1);
            auto const q = named(id + "_" + sub.required("id"));
            add_hh(sub, item, "gateHHtauInf", q, scale);
            sub.finish();
            sum += fmt::format("{}{}*{}", sum.empty() ? "" : " + ", number_text(fraction), q);
        }
        if (sum.empty())
            fail(found_, gate.item(), {}, "neuroml-missing", fmt::format("{} has no <subGate>", gate.what()));
        return "(" + sum + ")";
    }

    std::string add_scheme(Element& gate, std::string const& id, std::string const& scale) {
        std::map<std::string, std::string> states;
        std::vector<std::string> open, all;
        for (auto const* kind : {"closedState", "openState"})
            for (auto const& item : gate.children(kind)) {
                Element state(item, found_);
                auto const own = state.required("id");
                state.finish();
                if (states.contains(own))
                    fail(found_, item, "id", "neuroml-twice", fmt::format("this is a second state '{}'", own));
                auto const name = named(id + "_" + own);
                states[own] = name;
                all.push_back(name);
                if (std::string_view(kind) == "openState") open.push_back(name);
                states_.line(item, "    " + name);
            }
        auto const block = named(id + "_scheme");
        auto const item = gate.item();
        if (open.empty() || all.size() < 2) {
            fail(found_, item, {}, "neuroml-missing", fmt::format("{} needs states, one of them open", gate.what()));
            return "1";
        }
        if (!scale.empty())
            warn(found_, item, {}, "neuroml-q10",
                 fmt::format("{}: the standard leaves open what q10Settings do in a scheme; they scale all its rates",
                             gate.what()));
        schemes_.line(item, fmt::format("KINETIC {} {{", block));
        schemes_.line(item, "    rates(v)");
        int number = 0;
        for (auto const* kind : {"forwardTransition", "reverseTransition", "tauInfTransition", "vHalfTransition"})
            for (auto const& transition : gate.children(kind)) add_transition(transition, states, id, scale, number++);
        if (number == 0) fail(found_, item, {}, "neuroml-missing", fmt::format("{} has no transitions", gate.what()));
        schemes_.line(item, fmt::format("    CONSERVE {} = 1", fmt::join(all, " + ")));
        schemes_.line(item, "}");
        initial_.line(item, fmt::format("    SOLVE {} STEADYSTATE sparse", block));
        solve_.line(item, fmt::format("    SOLVE {} METHOD sparse", block));
        return "(" + fmt::format("{}", fmt::join(open, " + ")) + ")";
    }

    void add_transition(Item const& item, std::map<std::string, std::string> const& states, std::string const& id,
                        std::string const& scale, int number) {
        Element transition(item, found_);
        std::array<std::string, 2> ends;
        for (int k = 0; k < 2; ++k) {
            auto const* key = k == 0 ? "from" : "to";
            auto const name = transition.required(key);
            auto const state = states.find(name);
            if (state == states.end()) {
                std::vector<std::string> known;
                for (auto const& [own, of] : states) known.push_back(own);
                if (item.has(key))
                    fail(found_, item, key, "neuroml-reference", fmt::format("there is no state '{}'", name),
                         did_you_mean(name, known));
            } else {
                ends[k] = state->second;
            }
        }
        auto const prefix = fmt::format("{}_{}", id, item.has("id") ? item.attribute("id") : std::to_string(number));
        auto const f = named(prefix + "_f"), r = named(prefix + "_r");
        auto const times = scale.empty() ? std::string() : "*" + scale;
        auto const set = [&](Item const& from, std::string const& name, std::string const& value) {
            rates_.line(from, fmt::format("    {} = {}", name, value == "0" ? value : value + times));
            assigned(from, name, " (/ms)", false);
        };
        if (item.name() == "vHalfTransition") {
            auto const half = transition.quantity("vHalf", "mV"), tau = transition.quantity("tau", "ms"),
                       least = transition.quantity("tauMin", "ms");
            for (auto const* key : {"z", "gamma"}) transition.required(key);
            auto const z = transition.number("z", 0), gamma = transition.number("gamma", 0);
            // Rates saturate at 1/tauMin; kT/e is 25.3 mV whatever the temperature.
            auto const of = [&](double factor) {
                return fmt::format("1/({}*exp({}*(v - {})/25.3) + {})", number_text(tau), number_text(-factor),
                                   number_text(half), number_text(least));
            };
            set(item, f, of(z * gamma));
            set(item, r, of(-z * (1 - gamma)));
        } else if (item.name() == "tauInfTransition") {
            auto const course = transition.child("timeCourse"), steady = transition.child("steadyState");
            auto const t = rate(item, course, prefix, "t", "timeCourse"),
                       x = rate(item, steady, prefix, "x", "steadyState");
            if (!t.function.empty() && !x.function.empty()) {
                set(course, f, fmt::format("{}/{}", call(x, "1"), call(t, "1")));
                set(steady, r, fmt::format("(1 - {})/{}", call(x, "1"), call(t, "1")));
            }
        } else {
            auto const child = transition.child("rate");
            auto const value = rate(item, child, prefix, "r", "rate");
            bool const forward = item.name() == "forwardTransition";
            if (!value.function.empty()) {
                set(child, f, forward ? call(value, "1") : "0");
                set(child, r, forward ? "0" : call(value, "1"));
            }
        }
        transition.finish();
        if (!ends[0].empty() && !ends[1].empty())
            schemes_.line(item, fmt::format("    ~ {} <-> {} ({}, {})", ends[0], ends[1], f, r));
    }

    std::optional<nmodl::Composed> write() {
        bool const is_ion = ion_ == "na" || ion_ == "k" || ion_ == "ca" || ion_ == "ca2";
        bool const of_ion = drive_ == Drive::ion && is_ion, concentrations = drive_ >= Drive::nernst;
        bool const ohmic = !concentrations && !of_ion;
        auto const strength = strength_of(library_, channel_, drive_);
        auto const current = is_ion                                   ? "i" + ion_
                             : ion_ == "non_specific" || ion_.empty() ? std::string("i")
                                                                      : "i_" + ion_;
        if (concentrations) inner_.insert(ion_);
        Composer out;
        auto const put = [&](std::string text) { out.line(channel_, std::move(text)); };
        put(fmt::format("TITLE {}: {} of NeuroML", name_, channel_.name()));
        put("NEURON {");
        put("    SUFFIX " + name_);
        auto const uses = [&](std::string const& ion, bool own) {
            std::vector<std::string> read;
            if (own && of_ion) read.push_back("e" + ion);
            if (inner_.contains(ion)) read.push_back(ion + "i");
            if (own && concentrations) read.push_back(ion + "o");
            put(fmt::format("    USEION {}{}{}{}", ion, read.empty() ? "" : fmt::format(" READ {}", fmt::join(read, ", ")),
                            own ? " WRITE " + current : "", ion == "ca2" ? " VALENCE 2" : ""));
        };
        if (is_ion) uses(ion_, true);
        else put("    NONSPECIFIC_CURRENT " + current);
        for (auto const& ion : inner_)
            if (ion != ion_) uses(ion, false);
        put(fmt::format("    RANGE {}", strength));
        if (ohmic) put("    RANGE e");
        if (shifted_) put("    RANGE vShift");
        if (strength == "gbar") put("    RANGE g");
        if (!is_ion && !concentrations) put("    RANGE " + current);
        if (!ranges_.empty()) put(fmt::format("    RANGE {}", fmt::join(ranges_, ", ")));
        put("}");
        put("UNITS {");
        for (auto const* unit : {"(mA) = (milliamp)", "(mV) = (millivolt)", "(S) = (siemens)", "(molar) = (1/liter)",
                                 "(mM) = (millimolar)"})
            put(fmt::format("    {}", unit));
        put("}");
        put("PARAMETER {");
        put(fmt::format("    {} = {} ({})", strength, drive_ == Drive::ion ? "0.001" : "0", drive_ == Drive::ghk ? "cm/s" : "S/cm2"));
        if (ohmic) put("    e = 0 (mV)");
        if (shifted_) put(fmt::format("    vShift = {} (mV)", shift_));
        put("}");
        put("ASSIGNED {");
        for (auto const* text : {"v (mV)", "celsius (degC)"}) put(fmt::format("    {}", text));
        put(fmt::format("    {} (mA/cm2)", current));
        if (of_ion) put(fmt::format("    e{} (mV)", ion_));
        for (auto const& ion : inner_) put(fmt::format("    {}i (mM)", ion));
        if (concentrations) put(fmt::format("    {}o (mM)", ion_));
        if (strength == "gbar") put("    g (S/cm2)");
        out.append(assigned_);
        put("}");
        if (!states_.empty()) {
            put("STATE {");
            out.append(states_);
            put("}");
            put("INITIAL {");
            put("    rates(v)");
            out.append(initial_);
            put("}");
        }
        put("UNITSOFF");
        put("BREAKPOINT {");
        if (drive_ == Drive::ghk || drive_ == Drive::ghk2) put("    LOCAL y");
        if (!derivatives_.empty()) put("    SOLVE gates METHOD cnexp");
        out.append(solve_);
        if (!rates_.empty() && states_.empty()) put("    rates(v)");
        out.append(instant_);
        auto open = open_;
        open.insert(open.begin(), factors_.begin(), factors_.end());
        auto const product = open.empty() ? std::string() : fmt::format("*{}", fmt::join(open, "*"));
        if (strength == "gbar") put(fmt::format("    g = gbar{}", product));
        write_current(put, strength == "pbar" ? "pbar" + product : "g" + (strength == "g" ? product : ""), current, of_ion ? "e" + ion_ : "e");
        put("}");
        if (!derivatives_.empty()) {
            put("DERIVATIVE gates {");
            put("    rates(v)");
            out.append(derivatives_);
            put("}");
        }
        out.append(schemes_);
        if (!rates_.empty()) {
            put("PROCEDURE rates(v) {");
            out.append(rates_);
            put("}");
        }
        out.append(functions_);
        if (drive_ == Drive::ghk || drive_ == Drive::ghk2) {
            put(": x/(1 - exp(-x)), by its series where numerator and denominator vanish together");
            put("FUNCTION linoid(x) {");
            put("    if (fabs(x) < 1e-6) { linoid = 1 + x/2 } else { linoid = x/(1 - exp(-x)) }");
            put("}");
        }
        put("UNITSON");
        return out.result(library_.file());
    }

    /// Constants are those that the standard gives: R 8.3144621 J/(K mol), F 96485.3 C/mol, and 2 elementary charges.
    template <class Put>
    void write_current(Put const& put, std::string const& strength, std::string const& current, std::string const& reversal) {
        auto const inner = ion_ + "i", outer = ion_ + "o";
        switch (drive_) {
            case Drive::ohmic:
            case Drive::ion:
                put(fmt::format("    {} = {}*(v - {})", current, strength, reversal));
                break;
            case Drive::nernst:
                put(fmt::format("    if ({} > 0) {{", outer));
                put(fmt::format("        {} = {}*(v - 1000*8.3144621*(celsius + 273.15)/(2*96485.3)*log({}/{}))", current,
                                strength, outer, inner));
                put(fmt::format("    }} else {{ {} = 0 }}", current));
                break;
            case Drive::ghk:  // cm/s C/mol mM is 1e-3 mA/cm2
                put("    y = 2*96485.3*v/(1000*8.3144621*(celsius + 273.15))");
                put(fmt::format("    if ({} > 0) {{", outer));
                put(fmt::format("        {} = 0.001*{}*2*96485.3*linoid(y)*({} - {}*exp(-y))", current, strength, inner, outer));
                put(fmt::format("    }} else {{ {} = 0 }}", current));
                break;
            case Drive::ghk2: {
                std::string const slope = "(25*(celsius + 273.15)/(293.15*2))";
                put(fmt::format("    y = v/{}", slope));
                put(fmt::format("    if ({} > 0) {{", outer));
                put(fmt::format("        {} = -{}*{}*(1 - {}/{}*exp(y))*linoid(-y)", current, strength, slope, inner, outer));
                put(fmt::format("    }} else {{ {} = 0 }}", current));
                break;
            }
        }
    }

    Library const& library_;
    Item channel_;
    std::string name_, ion_;
    Drive drive_;
    Diagnostics& found_;
    double shift_ = 0;
    bool shifted_ = false;
    std::set<std::string> inner_;  ///< ions whose inner concentration is read
    std::set<std::string> names_;
    std::vector<std::string> ranges_, open_, factors_;
    Composer assigned_, states_, initial_, derivatives_, rates_, instant_, schemes_, solve_, functions_;
};

}  // namespace

std::optional<nmodl::Composed> compose_channel(Library const& library, Item const& channel, std::string const& name,
                                               std::string const& ion, Drive drive, Diagnostics& found) {
    return ChannelComposer(library, channel, name, ion, drive, found).compose();
}

}  // namespace rall::io::neuroml
