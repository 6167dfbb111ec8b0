// Names for what the passes introduce: never one that the program uses already.
#pragma once

#include <map>
#include <set>
#include <string>
#include <unordered_set>

#include "nmodl_lite/analysis/symbols.hpp"
#include "nmodl_lite/syntax/ast.hpp"

namespace rall::nmodl {

class FreshNames {
public:
    FreshNames() = default;
    explicit FreshNames(std::set<std::string> const& used) : used_(used.begin(), used.end()) {}
    explicit FreshNames(std::unordered_set<std::string> used) : used_(std::move(used)) {}

    /// `wanted`, or with a number behind it where that is taken.
    std::string operator()(std::string const& wanted) {
        if (used_.insert(wanted).second) return wanted;
        for (int& i = last_[wanted];;)
            if (auto name = wanted + "_" + std::to_string(++i); used_.insert(name).second) return name;
    }

private:
    std::unordered_set<std::string> used_;
    std::map<std::string, int> last_;  // the number given last, so that thousands of names take no time
};

/// Every name that the program declares: variables, blocks, arguments, LOCALs, loop indices.
std::set<std::string> declared_names(Program const& program, Symbols const& symbols);

}  // namespace rall::nmodl
