// The workbench of build_group(): what is known about a group while it is laid out. Private to solver/.
#pragma once

#include <map>

#include "solver/lowering/group_builder.hpp"

namespace rall::solver {

/// One instance of a mechanism.
struct Who {
    int node;
    int slot;         ///< index into Parts::slots, -1 for an artificial cell
    int compartment;  ///< of the cell
    model::PointRef point{-1, -1};
    bool filler = false;  ///< an instance without area, where branches join
};

struct Parts {
    struct Slot {
        int cell;
        TypePlan const* plan;
        std::vector<int> position;                           ///< node of the cell's tree -> node of the group
        std::vector<std::vector<std::uint8_t>> own_ion_use;  ///< when point processes add to TypePlan::ion_use
    };
    struct Instances {
        std::vector<Who> who;
        std::vector<char> observed;  ///< per element: a probe or a POINTER looks at it; empty when none does
        bool ordered = false;        ///< instances see one another's changes through POINTERs or a concentration
        bool in_turn = false;        ///< ... a concentration that several of them set in one compartment
        int size() const { return static_cast<int>(who.size()); }
        void add(Who const& w) { who.push_back(w); }
    };
    /// A compartment where an ion variable changes, or a probe looks at one.
    struct IonSite {
        int ion, node, slot, compartment;
    };

    Parts(Blueprint const& b, GroupContent const& c)
        : blueprint(b),
          content(c),
          mechanisms(b.mechanisms.size()),
          varied(b.mechanisms.size()),
          summed(b.ions.size()),
          moves(b.ions.size()) {
        out.layout.mechanisms.resize(b.mechanisms.size());
    }

    void lay_nodes();
    bool are_alike() const;
    void set_side_by_side(Levels& levels);
    void place_density();
    void place_points();
    void note_ion_use();
    void find_probed();
    void find_pointed();
    void lay_elements();
    void lay_instances();
    void lay_passive();
    std::vector<int> active_nodes() const;
    int constant_level(std::vector<int> const& active);
    void lay_places();
    void lay_diffusion();
    void lay_ions();
    void lay_slopes();
    void lay_states();
    void lay_states(bool (*is_state)(MechanismInfo const&, VariableInfo const&));
    void lay_events();
    void lay_probes();
    void lay_mirrors();
    void lay_pointers();
    void lay_vectors();
    void lay_order();
    void remember_looks();
    std::vector<int> order_of(int mechanism) const;  ///< of the instances, by place in the cell

    BuiltGroup::TreeSlices put_tree(Levels const& levels);
    Slice<double> put_nodes(std::vector<double> values, double spare = 0);  ///< with room behind the last for vectors
    int spare_node() const;
    int instance_of(model::PointRef point) const;  ///< -1 where it lies in another group
    double initial_value(int mechanism, int variable, int element_of_variable, Who const& who) const;
    std::vector<double> table(MechanismInfo const& info, VariableInfo const& x) const;
    int number_on_cell(int mechanism, Who const& who) const;
    bool has_channels(int mechanism) const;  ///< some instance consists of single channels
    std::uint8_t ion_use(int ion, int slot, int compartment) const;
    /// Value at t = 0 of a reversal potential (mV) or concentration (mM).
    double ion_value(int ion, IonField field, int slot, int compartment) const;
    bool moving(int ion, IonField field) const;
    /// Does a variable change in time, so that each instance needs its own?
    bool needs_array(int mechanism, VariableInfo const& x) const;
    int element_of(int mechanism, int element, int instance) const;  ///< of the group's block
    int slope_of(int mechanism, int element, int instance) const;    ///< of the group's block, -1 without

    Blueprint const& blueprint;
    GroupContent const& content;
    BuiltGroup out;
    int n_nodes = 0;
    std::vector<int> slot_of_node;
    std::vector<int> place_by_level;  ///< per node; empty where nodes are ordered by level
    std::vector<Slot> slots;
    std::vector<Instances> mechanisms;
    std::vector<std::vector<PaintedPlan const*>> painted_of;  ///< per mechanism and slot; null where it is not
    std::vector<std::vector<model::CellParameter const*>> varied;  ///< per mechanism: its parameters that differ between cells
    std::vector<char> summed;         ///< per ion: somebody reads its total current in this group
    std::vector<std::uint8_t> moves;  ///< per ion: which of its fields change in this group (IonUse bits)

    /// What one column of a probe shows, or a POINTER points to.
    struct Look {
        enum class At { v, membrane, ion, mechanism, mirror } at;
        int node = 0;
        int ion = 0;
        IonField field = IonField::none;
        int mechanism = 0, element = 0, instance = 0;
        Slice<double> const* mirrors = nullptr;  ///< of which it is number `instance`
    };
    /// `asker` ("report 'v'") is for messages; `variable` and `owner` are as in model::Probe.
    Look look(std::string const& asker, std::string const& variable, std::string const& owner, model::Site const& site,
              int slot);
    void note(Look const& look);                             ///< that what it shows must have an element of its own
    template <class F>
    void each_look(F const& f) const {
        for (auto const& [probe, columns] : looks)
            for (auto const& [site, look] : columns) f(look);
        for (auto const& [from, instances] : pointed)
            for (auto const& [instance, look] : instances) f(look);
        for (auto const* shown : {&shown_at_begin, &shown_after_solve})
            for (auto const& look : *shown) f(look);
    }
    int element_of(Look const& look) const;                  ///< of the group's block, once everything is laid
    std::map<int, std::vector<std::pair<int, Look>>> looks;  ///< per probe: site and what it shows, in order of columns
    std::map<std::pair<int, int>, std::map<int, Look>> pointed;  ///< (mechanism, element), instance -> its target
    std::vector<Look> shown_at_begin, shown_after_solve;         ///< what other groups look at
    std::map<std::pair<int, int>, int> probed_ions;              ///< (ion, node) -> ion site, filled by lay_ions
    std::map<int, int> membrane_sites;                           ///< node -> membrane site, filled by lay_probes
    Slice<double> site_reversal, site_inner, site_outer, site_current;
    std::vector<std::vector<int>> slope_elements;  ///< per mechanism: ion currents whose slopes are wanted
};

}  // namespace rall::solver
