// A place in a config by the names that lead to it: "cells.ca1.biophysics.regions.soma.mechanisms.hh.gnabar".
#pragma once

#include <string>
#include <vector>

#include "io/text/json.hpp"

namespace rall::sweep {

/// Names are joined by dots; an entry of a list is named by its number or by what it holds: "connections[2].weight",
/// "genome[section=soma,name=gbar_NaTs].value". Names may hold dots and brackets themselves ("dend[3]"): the longest that
/// exists counts.
class Path {
public:
    /// Finds the place in `root`. All but the last name must exist; the last one may be new, and the config's reader then says
    /// whether it means anything. Errors at `where`: "sweep-path" (a name that is not there), "sweep-not-a-value".
    Path(std::string text, io::Node const& root, io::Node const& where, Diagnostics& diagnostics);

    std::string const& text() const { return text_; }
    /// The value in a tree of the same shape; null where the last name is new.
    io::Node const* in(io::Node const& root) const;
    /// Puts a value there; `value` keeps the place in the file it was written in, for complaints.
    void set(io::Node& root, io::Node value) const;
    /// What tells it from other places of the same config.
    std::pair<std::vector<std::size_t>, std::string> place() const { return {steps_, fresh_}; }

private:
    std::string text_;
    std::vector<std::size_t> steps_;  ///< which child, level by level
    std::string fresh_;               ///< a new name at the end
};

}  // namespace rall::sweep
