// The files of a template, parsed. Private to io/hoc.
#pragma once

#include <deque>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "io/hoc/syntax.hpp"

namespace rall::io::hoc {

struct Program {
    std::deque<std::unique_ptr<Document const>> documents;  ///< in the order in which they are run
    std::deque<Tree> files;
    std::string cell;            ///< the template that makes the cell
    Tree const* tree = nullptr;  ///< of it
    std::set<std::string> read;  ///< names that some statement reads
    std::vector<std::string> needed;  ///< what NAME_NeededAttributes = "a;b" lists
};

/// The block of a procedure of a template; null if it has none of this name.
Tree const* find_procedure(Tree const& template_, std::string const& name);

}  // namespace rall::io::hoc
