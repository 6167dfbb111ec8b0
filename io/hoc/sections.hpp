// The sections of a cell while a template builds it: shape, compartments, mechanisms, and what was given to each compartment. Values keep the places
// in the file that they come from.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "io/hoc/syntax.hpp"
#include "mechanisms/info.hpp"
#include "morphology/cable.hpp"

namespace rall::io::hoc {

/// What a name of a range variable means.
struct RangeName {
    MechanismInfo const* mechanism = nullptr;  ///< null for v, cm, diam and variables of ions
    VariableInfo const* variable = nullptr;
    std::string ion = {};
    IonField field = IonField::none;
};

/// Mechanisms that templates may insert, and the names of their variables in hoc: "gbar_Ih", "ek".
class Vocabulary {
public:
    explicit Vocabulary(std::map<std::string, MechanismInfo const*> const& mechanisms);

    MechanismInfo const* density(std::string const& name) const;  ///< null where there is no density mechanism of this name
    RangeName const* range(std::string const& name) const;       ///< null where it is none
    std::vector<std::string> const& densities() const { return densities_; }
    std::vector<std::string> range_names() const;

private:
    std::map<std::string, MechanismInfo const*> mechanisms_;
    std::map<std::string, RangeName> ranges_;
    std::vector<std::string> densities_;
};

/// What compartments of a section have for one range variable.
struct Setting {
    std::vector<double> values;
    Place where;
};

struct SectionState {
    std::string name;       ///< "dend[3]"
    std::string full_name;  ///< "Cell[0].dend[3]"
    bool alive = true;
    int traced = -1;  ///< index into the reconstruction's sections; -1: of L and diam
    int parent = -1;
    double parent_x = 0;
    double L = 100;                       ///< um, without 3-D points
    std::vector<double> diam = {500};     ///< um, of each compartment, without 3-D points
    int nseg = 1;
    double Ra = 35.4;  ///< ohm cm
    Place Ra_where;
    Place where;       ///< where it was created
    std::map<std::string, Place> mechanisms = {};
    std::map<std::string, Setting> settings = {};  ///< by the name in hoc
};

class Sections {
public:
    Sections(Vocabulary const& vocabulary, morphology::Morphology const& reconstruction)
        : vocabulary_(&vocabulary), reconstruction_(&reconstruction) {}

    int create(std::string name, std::string owner, Place const& where);
    void trace(int section, int reconstructed);  ///< gives it the 3-D points of a section of the reconstruction
    void remove(int section);
    void connect(int child, int parent, double x, Place const& where);
    void set_nseg(int section, double nseg, Place const& where);
    void set_length(int section, double L, Place const& where);
    void insert(int section, std::string const& mechanism, Place const& where);

    SectionState const& operator[](int section) const { return sections_[static_cast<std::size_t>(section)]; }
    int size() const { return static_cast<int>(sections_.size()); }
    void set_Ra(int section, double Ra, Place const& where);

    double length(int section);  ///< um
    double area(int section, double x);
    /// Where distances are measured from.
    void set_origin(int section, double x);
    double distance(int section, double x, Place const& where);

    /// A range variable at x. Errors: "hoc-not-inserted", "hoc-unset".
    double range(int section, std::string const& name, double x, Place const& where);
    /// Gives it to the compartment at x, or to all.
    void set_range(int section, std::string const& name, std::optional<double> x, double value, Place const& where);
    /// Gives the compartments with centres from x0 to x1 values on a straight line.
    void set_interval(int section, std::string const& name, double x0, double x1, double y0, double y1, Place const& where);

    /// Sections that are there as a shape, parents before children; which they are.
    morphology::Morphology shape(std::vector<int>& order) const;
    /// Work done since the last call, in compartments.
    double work() { return std::exchange(work_, 0); }

private:
    SectionState& at(int section) { return sections_[static_cast<std::size_t>(section)]; }
    int segment(int section, double x, Place const& where) const;
    morphology::Cable const& cable();
    std::vector<morphology::Compartment> const& compartments(int section);
    double standard(int section, std::string const& name, Place const& where) const;
    void changed() { cable_.reset(); }

    Vocabulary const* vocabulary_;
    morphology::Morphology const* reconstruction_;
    std::vector<SectionState> sections_;
    std::set<std::string> names_;  ///< of those that are there, with their index
    int origin_ = -1;
    double origin_x_ = 0;
    std::optional<morphology::Cable> cable_;  ///< what is there now, cut; none where something has changed
    std::vector<int> cable_index_;            ///< of each section
    std::vector<double> lengths_;                ///< of the reconstruction's sections, um
    std::vector<morphology::Compartment> cut_;   ///< of the section that was looked at last
    int cut_section_ = -1;
    double work_ = 0;
};

}  // namespace rall::io::hoc
