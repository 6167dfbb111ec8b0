// What the entries of "inputs" share: the electrodes of one of them, and values for these.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "io/config/build.hpp"
#include "io/text/series.hpp"

namespace rall::io {

/// An entry of "inputs" that places a mechanism: one electrode per cell and place.
class Input {
public:
    /// Reads "node_set", and "location" or BMTK's "section_name", "section_index" and "section_dist".
    Input(Build& build, Object& object);

    Object& object;
    Build& build;

    std::size_t size() const { return set_.cell.size(); }

    /// The number for all, the list or the column of one for each electrode that a key gives. An error without any unless there is a default.
    model::Values values(std::string_view key);
    /// The same in a range, and with a default, that hang on other things.
    model::Values values(std::string_view key, Range range, std::optional<double> standard);
    bool has(std::string_view key) const { return object.has(key); }

    /// What the cells of the electrodes say of themselves in "cells" ("threshold_current"), per electrode. An error that says what
    /// is missing where one says nothing ("input-cell-value").
    model::Values of_cells(char const* key);
    /// Percent of that.
    model::Values percent(std::string_view percent, char const* key);

    /// "delay" and "duration" as `del` and `dur`.
    void window();
    /// "random_seed" as `seed`.
    void seed();

    void set(std::string const& parameter, model::Values values) {
        set_.parameters.insert_or_assign(parameter, std::move(values));
    }
    /// Numbers that a stream draws as NEURON's Random does of these ids; `cells` names the cell of each electrode.
    void stream(std::string const& name, model::StreamIds ids) { set_.streams[name] = std::move(ids); }
    std::vector<int> const& cells() const { return set_.cell; }
    void vectors(std::string const& name, std::vector<std::vector<double>> lists) {
        set_.vectors[name] = std::move(lists);
    }
    /// Adds the electrodes to the model, with this mechanism, unless something is wrong with the entry. An entry that makes several sets tells
    /// them apart by `suffix`.
    void place(std::string const& mechanism, std::string const& suffix = {});

private:
    Node const* read_location();
    void read_electrode();
    model::PointSet set_;
    std::size_t errors_;
    Node section_ = {};  ///< a location made of BMTK's keys
};

/// f of each electrode's values.
template <class F>
model::Values combine(F f, model::Values const& a, model::Values const& b) {
    if (a.uniform() && b.uniform()) return f(a[0], b[0]);
    std::vector<double> all(std::max(a.size(), b.size()));
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = f(a[i], b[i]);
    return all;
}

// clamps.cpp
void add_iclamp(Input& input);

/// Modules of inputs: how an entry becomes a mechanism. noise_inputs.cpp and play_inputs.cpp add theirs to those of inputs.cpp.
using AddInput = void (*)(Input&);
struct InputModule {
    char const* name;
    AddInput add;
};
std::vector<InputModule> noise_modules();
std::vector<InputModule> play_modules();

}  // namespace rall::io
