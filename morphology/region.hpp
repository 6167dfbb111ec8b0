// Naming parts of a neuron. A region expression is a list of terms separated by commas:
//
//     all                    every section
//     soma axon dend apic dend_7      by region (somatic, axonal, basal, apical mean the same)
//     dend[3]                one section; dend[0] and a section called dend are the same
//     trunk                  where no region is called so: all sections called trunk, trunk[0], trunk[1], ...
//     dend[3](0.5)  soma(0.5)  apic(1)      places: x from 0 to 1 on every section that the name means
//     apic@300               every place of the region at 300 um path distance from the origin (Cable::origin_*)
//     apic@100:300           the compartments whose centres are from 100 to 300 um away (both included)
//
// Errors are InputErrors ("region-syntax", "region-unknown", "place-range", "place-empty", "place-ambiguous").
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "morphology/cable.hpp"

namespace rall::morphology {

/// Sections that an expression of names means, ascending. Distances and places are errors here.
std::vector<int> sections(Morphology const& morphology, std::string_view expression, Location const& where = {});
std::vector<int> sections(Cable const& cable, std::string_view expression, Location const& where = {});

/// Places of an expression whose terms are places (`soma(0.5)`, `apic@300`), in order of the terms. "place-empty" if none.
std::vector<Place> places(Cable const& cable, std::string_view expression, Location const& where = {});

/// The single place of an expression; "place-ambiguous" if it means several.
Place place(Cable const& cable, std::string_view expression, Location const& where = {});

/// Where something goes for which no place is given: the middle of soma[0], or of the first section where there is no soma.
Place default_place(Cable const& cable);

/// The compartment a place lies in, as NEURON: int(x * nseg), x = 1 in the last one. (keep_node has nodes at the ends.)
int compartment(Cable const& cable, Place const& place);

/// Compartments that any expression means, ascending, each once. "place-empty" if none.
std::vector<int> compartments(Cable const& cable, std::string_view expression, Location const& where = {});

/// "dend[3](0.5)".
std::string to_string(Cable const& cable, Place const& place);

}  // namespace rall::morphology
