// The tables of curves (solver/step/curves.hpp): one for each mechanism that has such, for all groups.
#pragma once

#include <vector>

#include "mechanisms/library.hpp"
#include "solver/step/memory.hpp"

namespace rall::solver {

class CurveTables {
public:
    /// Room for those of the mechanisms that are `used`; they are filled when the model is initialised.
    CurveTables(KernelLibrary const& library, std::vector<char> const& used);

    /// Of mechanism number k, in device memory; null where it has none.
    double* table(std::size_t k) const;
    /// True once for each table: who asks first fills it.
    bool is_first(std::size_t k);
    std::size_t bytes() const { return memory_.size(); }

private:
    std::vector<std::size_t> begin_;  // [mechanisms + 1] doubles
    std::vector<char> is_taken_;
    DeviceMemory memory_;
};

}  // namespace rall::solver
