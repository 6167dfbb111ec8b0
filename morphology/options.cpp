#include "morphology/options.hpp"

#include <charconv>
#include <cmath>
#include <functional>

#include "base/diagnostics.hpp"
#include "base/text.hpp"

namespace rall::morphology {
namespace {

/// One row of the table: the values that an option takes, and what each does to the options.
struct Row {
    std::string name;
    std::vector<std::pair<std::string, std::function<void(SwcOptions&)>>> values;
    std::string help;
    std::function<void(SwcOptions&, double)> number = {};  ///< takes a positive number as well
};

template <class T>
auto put(T SwcOptions::*member, T value) {
    return [=](SwcOptions& options) { options.*member = value; };
}

std::vector<Row> const& rows() {
    using S = SwcOptions;
    static std::vector<Row> const table = {
        {"reading",
         {{"neuron", put(&S::reading, Reading::neuron)}, {"arbor", put(&S::reading, Reading::arbor)}},
         "how points become sections: NEURON's Import3d, or Arbor's frusta"},
        {"unit",
         {{"um", put(&S::unit, Unit::um)}, {"nm", put(&S::unit, Unit::nm)}},
         "the unit of coordinates and radii in the file"},
        {"strict",
         {{"no", put(&S::strict, false)}, {"yes", put(&S::strict, true)}},
         "whether departures from the letter of the format are errors"},
        {"order",
         {{"sort", put(&S::order, Order::sort)}, {"reject", put(&S::order, Order::reject)}},
         "points listed before their parents, or ids that do not ascend"},
        {"trees",
         {{"attach", put(&S::trees, Trees::attach)},
          {"first", put(&S::trees, Trees::first)},
          {"largest", put(&S::trees, Trees::largest)},
          {"reject", put(&S::trees, Trees::reject)}},
         "several roots: hang the others on the first section as Import3d does, or keep one tree"},
        {"no-soma",
         {{"keep", put(&S::no_soma, NoSoma::keep)}, {"reject", put(&S::no_soma, NoSoma::reject)}},
         "a file without points of type 1"},
        {"contour-soma",
         {{"auto", put(&S::contour_soma, SomaShape::automatic)},
          {"neuron", put(&S::contour_soma, SomaShape::neuron)},
          {"cylinder", put(&S::contour_soma, SomaShape::cylinder)},
          {"reject", put(&S::contour_soma, SomaShape::reject)}},
         "a soma drawn as an outline: as Import3d reads it, or a cylinder of its size; auto: as Import3d, unless an "
         "SWC "
         "file gives it no radius"},
        {"contour-axis",
         {{"neuron-8", put(&S::contour_axis, ContourAxis::neuron_8)}, {"neuron-9", put(&S::contour_axis, ContourAxis::neuron_9)}},
         "an outline of ASC becomes a cable from one end of its major axis to the other: which end is first, as in NEURON 8 or as in NEURON 9"},
        {"three-point-soma",
         {{"sphere", put(&S::three_point_soma, ThreePointSoma::sphere)},
          {"as-written", put(&S::three_point_soma, ThreePointSoma::as_written)}},
         "NeuroMorpho's three points for a sphere: one cylinder with L = diam, or two branches"},
        {"soma-order",
         {{"together", put(&S::soma_order, SomaOrder::together)},
          {"as-written", put(&S::soma_order, SomaOrder::as_written)}},
         "points of the soma that stand behind neurites: read with the soma, or as sections of their own as Import3d "
         "does"},
        {"zero-radius",
         {{"keep", put(&S::zero_radius, ZeroRadius::keep)},
          {"neighbours", put(&S::zero_radius, ZeroRadius::neighbours)},
          {"reject", put(&S::zero_radius, ZeroRadius::reject)}},
         "points of radius 0: keep them as NEURON does, take the radius of the next point, or a radius in um",
         [](S& options, double value) {
             options.zero_radius = ZeroRadius::fixed;
             options.fixed_radius = value;
         }},
        {"negative-radius",
         {{"magnitude", put(&S::negative_radius, NegativeRadius::magnitude)},
          {"neighbours", put(&S::negative_radius, NegativeRadius::neighbours)},
          {"reject", put(&S::negative_radius, NegativeRadius::reject)}},
         "points of negative radius: take the magnitude as NEURON does, or the radius of the next point"},
        {"duplicates",
         {{"keep", put(&S::duplicates, Duplicates::keep)},
          {"drop", put(&S::duplicates, Duplicates::drop)},
          {"reject", put(&S::duplicates, Duplicates::reject)}},
         "points at the position of their parent"},
        {"empty-sections",
         {{"drop", put(&S::empty_sections, EmptySections::drop)},
          {"reject", put(&S::empty_sections, EmptySections::reject)}},
         "sections of two equal points: leave them out as Import3d does"},
        {"custom-types",
         {{"keep", put(&S::custom_types, CustomTypes::keep)},
          {"dend", put(&S::custom_types, CustomTypes::dend)},
          {"reject", put(&S::custom_types, CustomTypes::reject)}},
         "types other than 1 to 4: regions of their own (dend_7), or dendrite"},
        {"precision",
         {{"single", put(&S::precision, Precision::single)}, {"full", put(&S::precision, Precision::full)}, {"eight-digits", put(&S::precision, Precision::eight_digits)}},
         "NEURON stores coordinates and diameters in single precision, of cells of hoc templates after rounding them to eight digits"},
    };
    return table;
}

std::vector<std::string> value_names(Row const& row) {
    std::vector<std::string> names;
    for (auto const& [name, apply] : row.values) names.push_back(name);
    if (row.number) names.push_back("<um>");
    return names;
}

}  // namespace

std::vector<OptionInfo> option_table() {
    std::vector<OptionInfo> table;
    for (auto const& row : rows()) table.push_back({row.name, value_names(row), row.help});
    return table;
}

void set_option(SwcOptions& options, std::string_view name, std::string_view value) {
    std::vector<std::string> known;
    for (auto const& row : rows()) {
        known.push_back(row.name);
        if (row.name != name) continue;
        for (auto const& [word, apply] : row.values)
            if (word == value) return apply(options);
        double number = 0;
        auto const [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
        if (row.number && error == std::errc{} && end == value.data() + value.size() && number > 0 &&
            std::isfinite(number))
            return row.number(options, number);
        throw InputError("unknown-value", {}, "'" + std::string(value) + "' is not a value of the option " + row.name,
                         did_you_mean(value, value_names(row)));
    }
    throw InputError("unknown-option", {}, "reconstructions have no option '" + std::string(name) + "'",
                     did_you_mean(name, known));
}

}  // namespace rall::morphology
