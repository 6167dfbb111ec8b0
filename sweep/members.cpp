// How values become members: all combinations, side by side, a Latin hypercube (McKay, Beckman & Conover 1979), or rows of a file.
#include <numeric>

#include "base/random.hpp"
#include "base/whole.hpp"
#include "sweep/description.hpp"

namespace rall::sweep {
namespace {

random::Stream stream(std::uint64_t seed, char const* purpose, std::size_t parameter) {
    return {seed, random::purpose(purpose), parameter, 0, 0};
}

/// Fisher and Yates' shuffle.
std::vector<std::uint32_t> permutation(std::size_t n, random::Stream draw) {
    std::vector<std::uint32_t> order(n);
    std::iota(order.begin(), order.end(), 0u);
    for (std::size_t i = n; i > 1; --i)
        std::swap(order[i - 1], order[truncated<std::size_t>(draw.uniform() * static_cast<double>(i))]);
    return order;
}

}  // namespace

Members::Members(Description const& d) : description_(d) {
    switch (d.combine) {
        case Combine::grid:
            for (auto const& p : d.parameters) n_ *= p.values.size();
            break;
        case Combine::list:
        case Combine::csv:
            n_ = d.parameters.front().values.size();
            break;
        case Combine::latin_hypercube:
            n_ = static_cast<std::size_t>(d.members);
            for (std::size_t p = 0; p < d.parameters.size(); ++p)
                strata_.push_back(permutation(n_, stream(d.seed, "sweep strata", p)));
    }
}

std::vector<double> Members::values(std::size_t member) const {
    auto const& parameters = description_.parameters;
    std::vector<double> row(parameters.size());
    for (std::size_t p = parameters.size(), rest = member; p-- > 0;) {
        auto const& parameter = parameters[p];
        if (description_.combine == Combine::grid) {
            row[p] = parameter.values[rest % parameter.values.size()];
            rest /= parameter.values.size();
        } else if (description_.combine == Combine::latin_hypercube) {
            auto draw = stream(description_.seed, "sweep place", p);
            draw.draws = member;
            row[p] = parameter.span->at((strata_[p][member] + draw.uniform()) / static_cast<double>(n_));
        } else {
            row[p] = parameter.values[member];
        }
    }
    return row;
}

}  // namespace rall::sweep
