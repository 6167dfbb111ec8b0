#include "solver/lowering/curve_tables.hpp"

namespace rall::solver {

static std::vector<std::size_t> begins(KernelLibrary const& library, std::vector<char> const& used) {
    constexpr std::size_t line = 8;  // doubles: each table begins with a cache line
    std::vector<std::size_t> begin{0};
    for (std::size_t k = 0; k < used.size(); ++k)
        begin.push_back(begin.back() +
                        (used[k] ? (static_cast<std::size_t>(library.curve_doubles[k]) + line - 1) / line * line : 0));
    return begin;
}

CurveTables::CurveTables(KernelLibrary const& library, std::vector<char> const& used)
    : begin_(begins(library, used)),
      is_taken_(used.size(), 0),
      memory_("rall::curves", begin_.back() * sizeof(double)) {
    memory_.drop_host();
}

double* CurveTables::table(std::size_t k) const {
    return begin_[k] < begin_[k + 1] ? memory_.device_as<double>() + begin_[k] : nullptr;
}

bool CurveTables::is_first(std::size_t k) {
    bool const first = table(k) && !is_taken_[k];
    is_taken_[k] = true;
    return first;
}

}  // namespace rall::solver
