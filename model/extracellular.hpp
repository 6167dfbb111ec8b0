// Potentials outside of cells (LFP): what the currents through membranes make of the field around them, in a medium that is infinite and
// ohmic, of one conductivity for each direction. A linear map of the currents of compartments, made once and applied to each sample.
//
// Holt, G. R. (1998), A critical reexamination of some assumptions and implications of cable theory in neurobiology (thesis, Caltech),
// appendix C; Linden, H. et al. (2014), LFPy, Front Neuroinform 7:41; Ness, T. V. et al. (2015), Neuroinformatics 13:403 (anisotropy).
// Where electrodes come too close to a compartment, and what is done then, are as in LFPykit.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "model/model.hpp"
#include "morphology/morphology.hpp"

namespace rall::model {

/// What a compartment is taken for.
enum class Source {
    line,          ///< its current leaves evenly along the straight line between its ends
    point,         ///< all of it leaves in the middle of this line
    root_as_point  ///< the compartments of the first section, the soma, are points, all others lines
};

struct Extracellular {
    std::vector<morphology::Vec3> electrodes;             ///< um
    std::array<double, 3> conductivity = {0.3, 0.3, 0.3};  ///< S/m, along x, y and z; all above 0
    Source source = Source::line;
};

/// The potential (mV) at `electrode` of 1 nA that leaves a point: 1 / (4 pi sqrt(sy sz dx^2 + sx sz dy^2 + sx sy dz^2)), which is
/// 1 / (4 pi sigma r) where all conductivities are sigma. An electrode nearer than `radius` (um) is moved away to this distance, along x if
/// it lies on the point.
double point_source(morphology::Vec3 const& point, double radius, morphology::Vec3 const& electrode,
                    std::array<double, 3> const& conductivity);

/// The same of 1 nA that leaves evenly along a line (Holt 1998, eq. C.13), in coordinates stretched by sqrt(sy sz), sqrt(sx sz), sqrt(sx sy).
/// An electrode nearer than `radius` is moved away to this distance: where all conductivities are alike, at right angles from the axis, which
/// goes on beyond the ends; else from the nearest point of the line. A line without length is a point.
double line_source(morphology::Vec3 const& begin, morphology::Vec3 const& end, double radius,
                   morphology::Vec3 const& electrode, std::array<double, 3> const& conductivity);

/// Where a point of a cell's cable lies, um.
morphology::Vec3 placed(morphology::Vec3 const& point, Placement const& placement);

/// From currents of the sites of a probe (nA, outward) to potentials of electrodes (mV). Each potential is summed in the order of the sites.
class PotentialMap {
public:
    /// `probe`: of i_membrane at compartments.
    PotentialMap(Model const& model, Probe const& probe, Extracellular const& field);
    /// Rows of sites to rows of electrodes. Valid until the next call.
    std::vector<double> const& apply(double const* currents, std::int64_t rows);

private:
    std::size_t electrodes_;
    std::vector<std::size_t> row_;  ///< of `weights_`, per site: cells of one type share theirs where they lie in one place
    std::vector<double> weights_;   ///< mV/nA, electrodes side by side
    std::vector<double> potentials_;
};

}  // namespace rall::model
