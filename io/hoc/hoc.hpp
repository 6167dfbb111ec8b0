// Templates of cells in hoc, as BluePyOpt and the Blue Brain Project write them: what a template does to a reconstruction becomes a shape and
// biophysics in the form of a biophysics file (docs/sonata.md). Its procedures are run, on sections only: nothing else of hoc is there, and whatever
// is not known is an error that names the line.
//
//     auto const program = hoc::read("cADpyr.hoc", "cADpyr");
//     hoc::Vocabulary const vocabulary(mechanisms);
//     hoc::Cell const cell = hoc::instantiate(program, vocabulary, reconstruction, {}, found);
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostics.hpp"
#include "io/hoc/sections.hpp"
#include "io/text/json.hpp"
#include "morphology/morphology.hpp"

namespace rall::io::hoc {

/// A file with a template and what it loads, parsed.
struct Program;

struct Cell {
    std::shared_ptr<morphology::Morphology const> morphology;  ///< with what the template replaced
    std::vector<int> nseg;                                     ///< of each section
    /// By which edges of circuits know each section: what the template wrote into v(0.0001), or where it wrote nothing the section's number in the
    /// reconstruction; -1 of one that has none.
    std::vector<int> numbers;
    std::shared_ptr<Node const> biophysics;  ///< an object of a biophysics file, without what cuts sections; its places are in the program's files
    std::optional<double> celsius, v_init;
};

/// Is it a name that means hoc?
bool is_hoc(std::filesystem::path const& file);

/// Reads a file and those that it loads from its directory. `name`: the template that is meant; empty: the one called as the file, else the only one that
/// makes sections. Throws InputError: "file-not-readable", "hoc-syntax", "hoc-unsupported", "hoc-depth", "hoc-template".
std::shared_ptr<Program const> read(std::filesystem::path const& file, std::string const& name);

/// Attributes of a cell that the template is made with, behind the name of the morphology, as neurodamus has it: what the text
/// NAME_NeededAttributes = "AIS_scaler;..." beside the template lists.
std::vector<std::string> const& needed_attributes(Program const& program);

/// Runs the template with a reconstruction, and numbers for the needed attributes. Throws InputError ("hoc-unknown" and others) at the first line that cannot be followed; notes go to `found`.
Cell instantiate(std::shared_ptr<Program const> const& program, Vocabulary const& vocabulary, morphology::Morphology const& reconstruction,
                 std::vector<double> const& attributes, Diagnostics& found);

}  // namespace rall::io::hoc
