// Functions of hoc that templates call.
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdio>

#include "base/text.hpp"
#include "io/hoc/machine.hpp"
#include "io/text/csv.hpp"

namespace rall::io::hoc {
namespace {

constexpr std::size_t longest_text = 100'000;

/// hoc's int(): towards 0, what is a hair below a whole number taken for it.
double whole(double x) { return x < 0 ? -std::trunc(-x + 1e-11) : std::trunc(x + 1e-11); }

struct Plain {
    char const* name;
    double (*f)(double);
};
constexpr std::array plain_functions{
    Plain{"int", whole},
    Plain{"abs", [](double x) { return std::abs(x); }},
    Plain{"sqrt", [](double x) { return std::sqrt(x); }},
    Plain{"exp", [](double x) { return std::exp(x); }},
    Plain{"log", [](double x) { return std::log(x); }},
    Plain{"log10", [](double x) { return std::log10(x); }},
    Plain{"sin", [](double x) { return std::sin(x); }},
    Plain{"cos", [](double x) { return std::cos(x); }},
    Plain{"atan", [](double x) { return std::atan(x); }},
};


}  // namespace

double Machine::number_of(Ref const& ref, Place const& where) {
    if (ref.value.kind != Value::number) fail(where, "hoc-type", "expected a number as argument");
    return ref.value.value;
}

std::string Machine::text_of(Ref const& ref, Place const& where) {
    if (ref.text) return *ref.text;
    if (ref.value.kind != Value::text) fail(where, "hoc-type", "expected a text as argument");
    return ref.value.string;
}

void Machine::execute(std::string const& statement, Object* self, Place const& where) {
    if (++depth_ > 20) fail(where, "hoc-depth", "execute() runs itself too often");
    spend(1 + static_cast<double>(statement.size()) / 10, where);
    try {
        auto const tree = parse(statement, where);
        for (auto const& part : tree.children)
            if (part.kind == Kind::procedure || part.kind == Kind::class_) fail(where, "hoc-unsupported", "a procedure is defined while another one runs");
        Frame frame{self, {}, {}};
        run_all(tree.children, frame);
    } catch (InputError const& failure) {
        auto diagnostic = failure.diagnostics().items().front();
        if (diagnostic.message.find("in the statement '") == std::string::npos)
            diagnostic.message += fmt::format(" (in the statement '{}', which is executed here)", to_utf8(statement.substr(0, statement.find('\n')).substr(0, 200)));
        throw InputError(std::move(diagnostic));
    }
    --depth_;
}

std::string Machine::format(std::vector<Ref> const& arguments, std::size_t first, Place const& where) {
    if (arguments.size() <= first) fail(where, "hoc-arguments", "expected a format, as in sprint(name, \"%g\", x)");
    auto const form = text_of(arguments[first], where);
    std::string result;
    std::size_t next = first + 1;
    for (std::size_t i = 0; i < form.size(); ++i) {
        if (form[i] != '%') {
            result += form[i];
            continue;
        }
        auto end = i + 1;
        while (end < form.size() && (form[end] == '-' || form[end] == '+' || form[end] == ' ' || form[end] == '0')) ++end;
        auto const digits = end;
        while (end < form.size() && (is_digit(form[end]) || form[end] == '.')) ++end;
        auto const kind_at = end < form.size() && form[end] == 'l' ? end + 1 : end;
        char const kind = kind_at < form.size() ? form[kind_at] : '\0';
        if (kind == '%' && end == i + 1) {
            result += '%';
            i = end;
            continue;
        }
        auto const spec = form.substr(i, end - i);
        if (kind == '\0' || std::string_view("dgfeEGsc").find(kind) == std::string_view::npos || end - digits > 5)
            fail(where, "hoc-unsupported", fmt::format("the format '{}' is not read here", to_utf8(form.substr(i, kind_at - i + 1))), "expected %s, %d, %g, %f, %e or %c");
        if (next >= arguments.size()) fail(where, "hoc-arguments", fmt::format("the format '{}' has more values than there are arguments", to_utf8(form)));
        auto const& argument = arguments[next++];
        if (kind == 's') {
            if (spec != "%") fail(where, "hoc-unsupported", "a width of %s is not read here");
            result += text_of(argument, where);
        } else {
            double const x = number_of(argument, where);
            std::array<char, 512> buffer{};
            if (kind == 'd' || kind == 'c') {
                if (!(std::abs(x) < 2e9)) fail(where, "hoc-value", fmt::format("{:.6g} is printed as a whole number", x));
                std::snprintf(buffer.data(), buffer.size(), (spec + kind).c_str(), static_cast<int>(x));
            } else {
                std::snprintf(buffer.data(), buffer.size(), (spec + kind).c_str(), x);
            }
            result += buffer.data();
        }
        if (result.size() > longest_text) fail(where, "hoc-too-large", "a text becomes longer than 100000 letters");
        i = kind_at;
    }
    spend(static_cast<double>(result.size()) / 50, where);
    return result;
}

/// sscanf(text, "%s", name): one value of each format.
double Machine::scan(std::vector<Ref>& arguments, Place const& where) {
    if (arguments.size() != 3) fail(where, "hoc-unsupported", "expected sscanf(text, format, variable) with one variable");
    auto const source = text_of(arguments[0], where), form = text_of(arguments[1], where);
    auto& target = arguments[2];
    if (form == "%c") {
        if (source.empty()) return 0;
        if (!target.number) fail(where, "hoc-type", "%c needs the address of a number, &x");
        *target.number = static_cast<unsigned char>(source[0]);
        return 1;
    }
    auto const begin = source.find_first_not_of(" \t\n\r");
    auto const word = begin == source.npos ? std::string() : source.substr(begin, source.find_first_of(" \t\n\r", begin) - begin);
    if (form == "%s") {
        if (!target.text) fail(where, "hoc-type", "%s needs the name of a text");
        if (word.empty()) return 0;
        *target.text = word;
        return 1;
    }
    if (form != "%f" && form != "%g" && form != "%lf" && form != "%d") fail(where, "hoc-unsupported", fmt::format("the format '{}' is not read here", to_utf8(form)), "expected %s, %c, %d or %f");
    double x = 0;
    if (!csv_number(word, x)) fail(where, "hoc-value", fmt::format("'{}' is no number", to_utf8(word)));
    if (!target.number) fail(where, "hoc-type", "a number needs the address of a variable, &x");
    *target.number = form == "%d" ? std::trunc(x) : x;
    return 1;
}

std::optional<Ref> Machine::function(Tree const& link, Frame& frame) {
    auto const& name = link.text;
    auto const& where = link.where;
    auto const number_result = [](double x) { return std::optional<Ref>(Ref{Value::of(x)}); };
    for (auto const& [known, f] : plain_functions)
        if (name == known) {
            auto const given = arguments(link, frame);
            if (given.size() != 1) fail(where, "hoc-arguments", fmt::format("{} needs one argument", name));
            double const x = number_of(given[0], where), y = f(x);
            if (std::isnan(y) && !std::isnan(x)) fail(where, "hoc-value", fmt::format("{}({:.6g}) has no value", name, x));
            return number_result(y);
        }
    if (name == "numarg") return number_result(static_cast<double>(frame.arguments.size()));
    if (name == "execerror" || name == "quit") {
        std::string text;
        for (auto const& given : arguments(link, frame)) text += (text.empty() ? "" : " ") + text_of(given, where);
        fail(where, "hoc-stopped", name == "quit" ? "the template ends the program here" : fmt::format("the template refuses this: {}", to_utf8(text)),
             "what leads here depends on the morphology and its file name");
    }
    if (name == "load_file") {
        auto const given = arguments(link, frame);
        return number_result(1);  // read() has read it, or complained
    }
    if (name == "strcmp") {
        auto const given = arguments(link, frame);
        if (given.size() != 2) fail(where, "hoc-arguments", "strcmp compares two texts");
        int const order = text_of(given[0], where).compare(text_of(given[1], where));
        return number_result(order < 0 ? -1 : order > 0);
    }
    if (name == "sprint") {
        auto given = arguments(link, frame);
        if (given.empty() || !given[0].text) fail(where, "hoc-type", "sprint writes into a text: its first argument must be one that is declared by strdef");
        auto made = format(given, 1, where);
        *given[0].text = std::move(made);
        return number_result(1);
    }
    if (name == "printf") {
        auto const line = format(arguments(link, frame), 0, where);
        if (told_.insert(line.substr(0, 200)).second && told_.size() < 20)
            complain(*found_, Severity::note, "hoc-print", node_at(where, {}), fmt::format("the template says: {}", to_utf8(line)));
        return number_result(static_cast<double>(line.size()));
    }
    if (name == "sscanf") {
        auto given = arguments(link, frame);
        return number_result(scan(given, where));
    }
    if (name == "execute" || name == "execute1") {
        auto const given = arguments(link, frame);
        if (given.empty() || given.size() > 2) fail(where, "hoc-arguments", fmt::format("{} needs a text, and perhaps an object", name));
        auto* self = top_;
        if (given.size() == 2) {
            if (given[1].value.kind != Value::object || !given[1].value.instance || !given[1].value.instance->of)
                fail(where, "hoc-type", fmt::format("{} needs an object of a template", name));
            self = given[1].value.instance;
        }
        execute(text_of(given[0], where), self, where);
        return number_result(1);
    }
    if (name == "secname") {
        arguments(link, frame);
        return Ref{Value::of(sections_[current(where)].full_name)};
    }
    if (name == "delete_section") {
        int const section = current(where);
        sections_.remove(section);
        return number_result(1);
    }
    if (name == "ismembrane") {
        auto const given = arguments(link, frame);
        if (given.size() != 1) fail(where, "hoc-arguments", "ismembrane needs the name of a mechanism");
        return number_result(sections_[current(where)].mechanisms.contains(text_of(given[0], where)));
    }
    if (name == "area" || name == "distance") {
        auto const given = arguments(link, frame);
        int const section = current(where);
        if (name == "area") {
            if (given.size() != 1) fail(where, "hoc-arguments", "area needs a place on the section");
            return number_result(sections_.area(section, number_of(given[0], where)));
        }
        if (given.empty() || (given.size() == 2 && number_of(given[0], where) == 0)) {
            double const x = given.empty() ? 0 : number_of(given[1], where);
            if (!(x >= 0 && x <= 1)) fail(where, "hoc-value", fmt::format("x is {:.6g}; expected 0 to 1, a place on the section", x));
            sections_.set_origin(section, x);
            return number_result(0);
        }
        if (given.size() != 1) fail(where, "hoc-unsupported", "expected distance(), distance(0, x) or distance(x)");
        return number_result(sections_.distance(section, number_of(given[0], where), where));
    }
    // What hands random numbers to StochKv and its kind: their streams are Rall's own.
    if (auto const bar = name.find('_'); bar != name.npos && vocabulary_->density(name.substr(bar + 1)) && (name.starts_with("setdata_") || name.starts_with("setRNG_"))) {
        auto const mechanism = name.substr(bar + 1);
        if (!sections_[current(where)].mechanisms.contains(mechanism))
            fail(where, "hoc-not-inserted", fmt::format("{} is not inserted in {}", mechanism, sections_[current(where)].name));
        arguments(link, frame);
        if (name.starts_with("setRNG_") && told_.insert(name).second)
            complain(*found_, Severity::note, "hoc-random", node_at(where, {}),
                     fmt::format("the random numbers of {} follow from run.random_seed, the cell and the compartment, not from these seeds", mechanism),
                     "single runs differ from NEURON's, their statistics do not");
        return number_result(0);
    }
    return {};
}

}  // namespace rall::io::hoc
