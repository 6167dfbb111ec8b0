// Sections given by numbers instead of traced points: cells without a reconstruction, and what is added to one or put in the
// place of its axon.
#pragma once

#include "morphology/morphology.hpp"
#include "morphology/section_index.hpp"

namespace rall::morphology {

/// A cylinder, a frustum, or the 3-D points of NEURON's pt3dadd.
struct StylizedSection {
    int type = dend_type;
    double length = 0, diam = 0;  ///< um, both > 0; unused where there are points
    int parent = -1;              ///< index of an earlier section of the cell
    double parent_x = 1;
    double diam_1 = 0;               ///< um, at the 1-end; 0: `diam` there, too
    std::vector<Point> points = {};  ///< none, or at least two with a way between them
    std::string name = {};           ///< empty: as name_sections has it
    std::string region = {};         ///< as in Section
};

/// Adds sections behind those of a morphology. Cylinders have exactly the areas and resistances of NEURON's sections set by L and
/// diam, the others those of its 3-D points (in single precision, as NEURON keeps them).
/// Throws InputError ("stylized-section") for sizes that are not positive, parents that do not come earlier, and names given
/// twice.
void add_sections(Morphology& morphology, std::vector<StylizedSection> const& sections);
/// The same with the names of the morphology at hand, for those who add one at a time.
void add_sections(Morphology& morphology, std::vector<StylizedSection> const& sections, SectionIndex& names);

/// A morphology of such sections alone.
Morphology stylized(std::vector<StylizedSection> const& sections);

/// How Allen's models replace the axon of a reconstruction by two cylinders of 30 um length, axon[0] and axon[1] at axon[0](1), drawn where NEURON's
/// define_shape draws them.
enum class AxonStub {
    perisomatic,           ///< 1 um diameter, at soma[0](0.5)
    all_active,            ///< mean diameters of the first and the last axon section, at soma[0](1)
    perisomatic_directed,  ///< as these, but drawn from the end of the soma along the main axis of the last axon section and the middle of the
    all_active_directed    ///< soma, which potentials outside of cells depend on
};

/// All axon sections go, the stub comes instead. Reports what was removed. Throws InputError ("axon-not-replaceable") when
/// there is no soma, another region hangs on the axon, or there is no axon whose diameter or direction the stub could have.
Morphology replace_axon(Morphology const& morphology, AxonStub stub, Diagnostics& diagnostics);

/// All axon sections go. Reports what was removed. Throws InputError ("axon-not-replaceable") when another region hangs on the
/// axon, or nothing else is there.
Morphology without_axon(Morphology const& morphology, Diagnostics& diagnostics);

}  // namespace rall::morphology
