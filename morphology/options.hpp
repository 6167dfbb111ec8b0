// What a reader does with each anomaly of a reconstruction. The defaults do what NEURON's Import3d does; every diagnostic
// names the option that chooses otherwise. The table in options.cpp gives names and values for command lines and configs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rall::morphology {

enum class Reading {
    neuron,  ///< NEURON's Import3d
    arbor    ///< every parent-child pair is a frustum, also between soma and neurite
};
enum class Order { sort, reject };  ///< children listed before their parents, or ids out of order
enum class Trees {
    attach,
    first,
    largest,
    reject
};                                   ///< more than one root: as Import3d, which hangs the others on the first
enum class NoSoma { keep, reject };  ///< no point of type 1
enum class SomaShape {
    automatic,
    neuron,
    cylinder,
    reject
};  ///< a soma traced as an outline: as Import3d (automatic: unless it has no radius), or a cylinder of its size
enum class ContourAxis { neuron_8, neuron_9 };  ///< which end of an outline's major axis comes first: where its computed direction
                                               ///< begins, or with the largest component of the direction positive
enum class ThreePointSoma { sphere, as_written };  ///< NeuroMorpho's convention for a spherical soma
enum class SomaOrder {
    together,
    as_written
};  ///< points of the soma behind neurites in the file: Import3d makes sections of them
enum class ZeroRadius { keep, neighbours, fixed, reject };  ///< radius 0
enum class NegativeRadius { magnitude, neighbours, reject };
enum class Duplicates { keep, drop, reject };   ///< a point at its parent's position
enum class EmptySections { drop, reject };      ///< sections of one point, or of two equal points
enum class CustomTypes { keep, dend, reject };  ///< types other than 1..4
enum class Precision {
    single,
    full,
    eight_digits
};  ///< NEURON stores coordinates in single precision; of what Import3d fills into an object of a hoc template it writes eight digits first

enum class Unit { um, nm };  ///< of lengths in the file; electron microscopy is often in nm

struct SwcOptions {
    Reading reading = Reading::neuron;
    Unit unit = Unit::um;
    bool strict =
        false;  ///< departures from the letter of the format (commas, CR, float ids, extra columns) are errors
    Order order = Order::sort;
    Trees trees = Trees::attach;
    NoSoma no_soma = NoSoma::keep;
    SomaShape contour_soma = SomaShape::automatic;
    ContourAxis contour_axis = ContourAxis::neuron_8;
    ThreePointSoma three_point_soma = ThreePointSoma::sphere;
    SomaOrder soma_order = SomaOrder::together;
    ZeroRadius zero_radius = ZeroRadius::keep;
    double fixed_radius = 0;  ///< um, for ZeroRadius::fixed
    NegativeRadius negative_radius = NegativeRadius::magnitude;
    Duplicates duplicates = Duplicates::keep;
    EmptySections empty_sections = EmptySections::drop;
    CustomTypes custom_types = CustomTypes::keep;
    Precision precision = Precision::single;
};

/// An option as users write it: "zero-radius=neighbours".
struct OptionInfo {
    std::string name;
    std::vector<std::string> values;  ///< the default first; "<um>" stands for a positive number
    std::string help;
};
std::vector<OptionInfo> option_table();

/// Sets one option by name. Throws InputError ("unknown-option", "unknown-value") with a "did you mean".
void set_option(SwcOptions& options, std::string_view name, std::string_view value);

}  // namespace rall::morphology
