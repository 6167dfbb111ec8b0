// The shape of a cell: a reconstruction or sections given by numbers, and what a config changes of it.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "io/config/build.hpp"
#include "io/config/processing.hpp"
#include "morphology/asc.hpp"
#include "morphology/options.hpp"
#include "morphology/stylized.hpp"

namespace rall::io {
namespace {

using morphology::CutRule;
using morphology::Morphology;
using morphology::StylizedSection;

constexpr std::array region_types{std::pair{"soma", morphology::soma_type}, std::pair{"axon", morphology::axon_type},
                                  std::pair{"dend", morphology::dend_type}, std::pair{"apic", morphology::apic_type}};

/// Letters, digits, '_' and '.', a letter or '_' first; `index`: a number in brackets may follow.
bool is_name(std::string_view name, bool index) {
    auto const letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    auto const digit = [](char c) { return c >= '0' && c <= '9'; };
    if (auto const open = name.find('['); index && open != name.npos) {
        auto const number = name.substr(open + 1, name.size() - std::min(name.size(), open + 2));
        if (!name.ends_with(']') || number.empty() || !std::ranges::all_of(number, digit)) return false;
        name = name.substr(0, open);
    }
    return !name.empty() && letter(name[0]) && name != "all" &&
           std::ranges::all_of(name, [&](char c) { return letter(c) || digit(c) || c == '.'; });
}

/// Where sections of a list go when they do not say.
enum class Hang { on_first, must_say, in_a_row };

/// Reads sections as "stylized" lists them and adds them to a morphology.
class SectionReader {
public:
    SectionReader(CellPlan& plan, Morphology& shape, Diagnostics& diagnostics)
        : plan_(plan), shape_(shape), diagnostics_(diagnostics) {}

    void read(Node const& list, std::string const& what, Hang hang) {
        if (!list.is_array() || list.children.empty()) {
            error(diagnostics_, "config-type", list,
                  what + ": expected a list of sections [{\"name\": \"soma\", \"L\": 20, \"diam\": 20}, ...]");
            return;
        }
        names_ = morphology::SectionIndex(shape_.sections);
        int number = 0;
        for (auto const& node : list.children) {
            auto const errors = diagnostics_.count(Severity::error);
            auto const section = read_section(node, what, hang, number++);
            if (diagnostics_.count(Severity::error) > errors) {
                if (!section.name.empty()) refused_.add(section.name), any_refused_ = true;
                continue;
            }
            try {
                morphology::add_sections(shape_, {section}, names_);
            } catch (InputError const& failure) {
                adopt(diagnostics_, failure, node);
            }
        }
    }

private:
    StylizedSection read_section(Node const& node, std::string const& what, Hang hang, int number) {
        Object object(node, fmt::format("{}[{}]", what, number), diagnostics_,
                      keys_of(hang == Hang::in_a_row ? "axon_section" : hang == Hang::must_say ? "added_section" : "section"));
        StylizedSection section;
        section.name = hang == Hang::in_a_row && !object.has("name") ? fmt::format("axon[{}]", number)
                                                                     : object.required_text("name");
        read_name(object, section, hang);
        read_sizes(object, section);
        read_parent(object, section, hang, number);
        // "dend[0]" is this section, "dend" would be a region.
        auto const key = section.name.ends_with(']') ? section.name : section.name + "[0]";
        if (object.has("nseg"))
            plan_.own.cuts.emplace_back(
                key, CutRule{CutRule::By::nseg, static_cast<double>(object.integer("nseg"))});
        if (auto const Ra = object.optional_number("Ra")) plan_.own.Ra.emplace_back(key, *Ra);
        if (auto const cm = object.optional_number("cm")) plan_.own.cm.emplace_back(key, *cm);
        object.finish();
        return section;
    }

    void read_name(Object& object, StylizedSection& section, Hang hang) {
        auto region = object.optional_text("region").value_or(
            hang == Hang::in_a_row ? "axon" : section.name.substr(0, section.name.find('[')));
        if (auto const* name = object.find("name"); name && name->is_string()) {
            if (!is_name(section.name, true))
                error(
                    diagnostics_, "stylized-name", *name,
                    fmt::format(
                        "'{}' cannot name a section: expected letters, digits and '_', a number in brackets may follow",
                        section.name),
                    "for example soma, axon1, trunk[3]; 'all' means all sections");
            else if (int const other = names_.find(section.name); other >= 0)
                error(diagnostics_, "stylized-name", *name,
                      fmt::format("there already is a section '{}'", shape_.sections[other].name),
                      "\"dend\" and \"dend[0]\" are the same section");
        }
        if (auto const* given = object.find("region"); given && given->is_string() && !is_name(region, false))
            error(diagnostics_, "stylized-region", *given,
                  fmt::format("'{}' cannot name a region: expected letters, digits and '_'", region));
        section.type = 0;
        for (auto const& [usual, type] : region_types)
            if (region == usual) section.type = type;
        if (section.type == 0) section.region = std::move(region);
    }

    void read_sizes(Object& object, StylizedSection& section) {
        if (auto const* points = object.find("pt3d")) {
            for (auto const* key : {"L", "diam"})
                if (object.has(key))
                    error(diagnostics_, "config-conflict", object.at(key),
                          fmt::format("'pt3d' and '{}' both give the size of a section; expected one of them", key));
            read_points(*points, object.what(), section);
            return;
        }
        section.length = object.number("L");
        auto const* diam = object.find("diam");
        if (!diam || !diam->is_array()) {
            section.diam = object.number("diam");
            return;
        }
        auto const ends = object.numbers("diam");
        if (diam->children.size() != 2)
            error(diagnostics_, "stylized-diam", *diam,
                  fmt::format("{}.diam has {} values; expected one, or those of the two ends [d0, d1]", object.what(),
                              diam->children.size()));
        else if (ends.size() == 2) section.diam = ends[0], section.diam_1 = ends[1];
    }

    void read_points(Node const& points, std::string const& what, StylizedSection& section) {
        auto const is_point = [](Node const& point) {
            return point.is_array() && point.children.size() == 4 &&
                   std::ranges::all_of(point.children, [](Node const& number) { return number.is_number(); });
        };
        if (!points.is_array() || points.children.size() < 2 || !std::ranges::all_of(points.children, is_point)) {
            error(diagnostics_, "stylized-points", points,
                  what + ".pt3d: expected at least two points [[x, y, z, diam], ...] in um");
            return;
        }
        for (auto const& point : points.children) {
            auto const& p = point.children;
            section.points.push_back({p[0].number(), p[1].number(), p[2].number(), p[3].number()});
            if (!(section.points.back().diam > 0))
                error(diagnostics_, "stylized-points", p[3],
                      fmt::format("the diameter is {} um; expected more than 0", section.points.back().diam));
        }
    }

    void read_parent(Object& object, StylizedSection& section, Hang hang, int number) {
        int const count = static_cast<int>(shape_.sections.size());
        auto const parent = object.optional_text("parent");
        bool const axon_start = hang == Hang::in_a_row && number == 0 && !parent;
        section.parent_x = object.optional_number("parent_x").value_or(axon_start ? 0.5 : 1);
        if (count == 0 && hang == Hang::on_first && !any_refused_) {
            if (parent)
                error(diagnostics_, "stylized-parent", object.at("parent"),
                      "the first section is the root: no earlier one could be its parent");
            section.parent = -1;
            return;
        }
        if (count == 0) return;  // what it would hang on is refused
        if (hang == Hang::must_say) object.required("parent");
        if (parent) section.parent = names_.find(*parent);
        else section.parent = hang == Hang::in_a_row ? (number == 0 ? names_.find("soma[0]") : count - 1) : 0;
        if (parent && section.parent < 0 && refused_.find(*parent) < 0) {
            std::vector<std::string> names;
            if (!is_flooded(diagnostics_))
                for (auto const& known : shape_.sections) names.push_back(known.name);
            error(diagnostics_, "stylized-parent", object.at("parent"),
                  fmt::format("no earlier section is called '{}'", *parent), did_you_mean(*parent, names));
        } else if (axon_start && section.parent < 0) {
            error(diagnostics_, "axon-not-replaceable", object.node(),
                  "there is no soma to attach the replacement of the axon to", "name a 'parent'");
        }
    }

    CellPlan& plan_;
    Morphology& shape_;
    morphology::SectionIndex names_, refused_;  ///< the latter have errors; what hangs on them is not to blame
    bool any_refused_ = false;
    Diagnostics& diagnostics_;
};

/// What is to become of the axon of a reconstruction.
struct AxonChoice {
    std::optional<morphology::AxonStub> stub;
    Node const* sections = nullptr;  ///< a list of its own
    bool none = false;
};

AxonChoice read_axon(CellPlan& plan, Object& object, Diagnostics& diagnostics) {
    AxonChoice choice;
    auto const processing = object.text("model_processing");
    try {
        auto const read = read_processing(processing, {});
        choice.stub = read.stub;
        if (read.cuts) plan.rule = CutRule{CutRule::By::per_length, 40};
    } catch (InputError const& failure) {
        adopt(diagnostics, failure, object.at("model_processing"));
    }
    auto const* given = object.find("replace_axon");
    if (given && given->is_array()) choice.sections = given, choice.stub.reset();
    else if (object.flag("replace_axon") && !choice.stub) choice.stub = morphology::AxonStub::perisomatic;
    choice.none = object.choice("axon") == "none";
    if (choice.none && given)
        error(diagnostics, "config-conflict", *given, "'replace_axon' and \"axon\": \"none\" contradict each other");
    return choice;
}

/// Reads a file, or takes it from those read before; Allen's stubs included.
std::shared_ptr<Morphology const> read_file(Build& build, Object& object, AxonChoice const& axon,
                                            morphology::SwcOptions const& options, std::string const& options_key) {
    auto const path = object.optional_text("morphology")
                          ? build.paths.file(object.at("morphology"), build.diagnostics)
                          : std::nullopt;
    if (!path) return nullptr;
    Shapes own;
    auto key = fmt::format("{} {}", path->string(), axon.stub ? static_cast<int>(*axon.stub) : -1);
    key += options_key + fmt::format(" {}", static_cast<int>(options.precision));
    auto& known = (build.shapes ? *build.shapes : own)[key];
    if (known) return known;
    // A failure carries all that was found before it.
    Diagnostics found;
    auto shape = morphology::read_morphology(*path, options, found);
    if (axon.stub) shape = morphology::replace_axon(shape, *axon.stub, found);
    build.diagnostics.append(found);
    return known = std::make_shared<Morphology const>(std::move(shape));
}

}  // namespace

std::string read_morphology_options(Build& build, Object& object, morphology::SwcOptions& options) {
    auto const* given = object.find("morphology_options");
    if (!given) return {};
    std::string text;
    Object list(*given, object.what() + ".morphology_options", build.diagnostics);
    for (auto const& option : given->children) {
        try {
            morphology::set_option(options, option.key, list.optional_text(option.key).value_or(""));
            text += ' ' + option.key + '=' + option.scalar.dump();
        } catch (InputError const& failure) {
            adopt(build.diagnostics, failure, option);
        }
    }
    return text;
}

std::shared_ptr<Morphology const> read_shape(Build& build, CellPlan& plan, Object& object) {
    auto const* file = object.find("morphology");
    auto const* stylized = object.find("stylized");
    auto const* more = object.find("add_sections");
    auto options = build.reading;
    if (auto const* biophysics = object.find("biophysics"); biophysics && biophysics->is_string() && hoc::is_hoc(biophysics->text()))
        options.precision = morphology::Precision::eight_digits;
    auto const key = build.reading_key + read_morphology_options(build, object, options);
    auto const axon = read_axon(plan, object, build.diagnostics);
    if ((file != nullptr) == (stylized != nullptr)) {
        error(build.diagnostics, "config-missing", object.node(),
              fmt::format("{} needs either 'morphology' (a file) or 'stylized' (a list of sections)", object.what()));
        return nullptr;
    }
    auto const errors = build.diagnostics.count(Severity::error);
    Morphology shape;
    shape.format = "stylized";
    SectionReader reader(plan, shape, build.diagnostics);
    if (stylized) {
        reader.read(*stylized, object.what() + ".stylized", Hang::on_first);
        if (build.diagnostics.count(Severity::error) > errors) return nullptr;
        if (axon.stub) shape = morphology::replace_axon(shape, *axon.stub, build.diagnostics);
    } else {
        auto const read = read_file(build, object, axon, options, key);
        if (!read || (!axon.none && !axon.sections && !more)) return read;
        shape = *read;
    }
    if (axon.none || axon.sections) shape = morphology::without_axon(shape, build.diagnostics);
    if (axon.sections) reader.read(*axon.sections, object.what() + ".replace_axon", Hang::in_a_row);
    if (more) reader.read(*more, object.what() + ".add_sections", Hang::must_say);
    if (build.diagnostics.count(Severity::error) > errors) return nullptr;
    return std::make_shared<Morphology const>(std::move(shape));
}

}  // namespace rall::io
