// SONATA compartment reports: /report/<population>/data, a table of samples by elements, and the mapping of its columns to
// places in cells. SONATA stores values in single precision, and libsonata reads no other; h5py reads both.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "io/results/hdf5.hpp"
#include "io/results/populations.hpp"
#include "model/extracellular.hpp"
#include "model/model.hpp"

namespace rall::io {

/// The populations of all cells described inline, of what only sends spikes, and of the electrodes of potentials outside of cells.
inline constexpr char const *cell_population = "cells", *generator_population = "generators",
                            *electrode_population = "electrodes";

/// What the columns of a report are: elements of node i are index_pointers[i] .. index_pointers[i + 1] - 1.
struct ReportMapping {
    std::vector<std::uint64_t> node_ids, index_pointers;
    std::vector<std::uint32_t>
        element_ids;                 ///< section, as edges of the circuit number it or in the order of the cell's sections, or instance of a synapse entry
    std::vector<float> element_pos;  ///< 0..1 along the section
};


/// "cell[3] soma[0](0.5)", or "soma[0](0.5)" where there is one cell; of a synapse "cell[3] dend[0](0.5) syn[7]". As the data set
/// mapping/column_names has them, in the order of the columns.
std::string column_name(model::Model const& model, model::Site const& site);

/// What a report has columns of.
struct ReportColumns {
    std::string population;
    ReportMapping mapping;
    std::vector<std::string> names;
    std::vector<morphology::Vec3> positions = {};  ///< um, of electrodes: the data set mapping/positions
    std::size_t first = 0;                         ///< where in a row of samples they begin
};
/// Ids of sections in circuits, of types of the model where they are not the order of the cell's sections: by section.
using SectionIds = std::map<int, std::vector<int>>;

/// Sites by their populations, in the order of names; those of one population follow one another. Of a synapse that has a `synapseID` that is its
/// element id.
std::vector<ReportColumns> columns_of(model::Model const& model, std::vector<model::Site> const& sites,
                                      std::vector<NodePopulation> const& populations, SectionIds const& section_ids = {});
/// Electrodes, each a node of its own: "electrode[3] (10, -20, 0)".
ReportColumns columns_of(model::Extracellular const& field);

enum class Precision { float32, float64 };

/// A report while it is written. The bytes of the complete file depend on the samples alone, not on how they came in pieces.
class ReportWriter {
public:
    /// `sampling` counts steps of `step` ms; a table for each of `populations`. Throws MachineError.
    ReportWriter(std::filesystem::path const& path, std::vector<ReportColumns> const& populations, model::Sampling const& sampling,
                 double step, std::string const& units, Precision precision);
    /// Adds `rows` samples of all columns, row by row.
    void append(double const* values, std::int64_t rows);
    /// What was appended can be read from the file, while more is written.
    void flush();
    /// The file is complete. A run that ended early has fewer samples than its report wanted; the file says until when
    /// they go.
    void finish();

private:
    void write(std::size_t rows);
    model::Sampling sampling_;
    double dt_;
    h5::NewFile file_;
    struct Table {
        h5::Handle data, time;
        std::size_t first, columns;
    };
    std::vector<Table> tables_;
    std::size_t columns_ = 0, chunk_;  ///< of a row
    std::uint64_t written_ = 0;
    std::vector<double> waiting_;
};

/// Takes the samples after `until` (ms) off the report of a population that was not finished, in a copy that then takes its place.
/// Throws MachineError.
void cut_report(std::filesystem::path const& path, std::string const& population, double until);

/// A population of a report file as it stands there. Throws InputError.
struct ReportInfo {
    std::string population;
    std::string units;
    double start = 0, stop = 0, dt = 0;  ///< ms
    std::uint64_t samples = 0, elements = 0;
    ReportMapping mapping;
};
std::vector<ReportInfo> read_report(std::filesystem::path const& path);

/// Hands the first `samples` of a population's samples to `take`, a few million values at a time. Throws InputError where there are fewer.
void read_report_rows(std::filesystem::path const& path, std::string const& population, std::uint64_t samples,
                      std::function<void(double const* values, std::int64_t rows)> const& take);

/// The first `count` columns, each a series over time.
std::vector<std::vector<double>> read_report_columns(std::filesystem::path const& path, std::string const& population,
                                                     std::uint64_t count);

}  // namespace rall::io
