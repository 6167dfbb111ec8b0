// VECTORs of a group: the numbers that the model gives each instance, behind one another. A list that all instances have, and that none
// of them changes, lies there once.
#include "solver/lowering/group_parts.hpp"

namespace rall::solver {

void Parts::lay_vectors() {
    for (int k = 0; k < blueprint.mechanisms.size(); ++k) {
        auto const& info = blueprint.mechanisms[k];
        auto const& m = mechanisms[k];
        if (m.size() == 0) continue;
        for (int variable = 0, element = 0; variable < info.n_variables; element += info.variables[variable++].size) {
            auto const& x = info.variables[variable];
            if (x.role != Role::vector) continue;
            std::vector<double> numbers, begins, sizes;
            std::map<std::vector<double> const*, double> shared;  ///< where such a list begins
            for (auto const& who : m.who) {
                begins.push_back(static_cast<double>(numbers.size()));
                sizes.push_back(0);
                if (who.point.set >= 0 && !who.filler) {
                    auto const& given = blueprint.model.points[who.point.set].vectors;
                    if (auto const found = given.find(x.name); found != given.end()) {
                        bool const common = found->second.size() == 1;
                        auto const& own = found->second[common ? 0 : who.point.index];
                        sizes.back() = static_cast<double>(own.size());
                        auto const [known, fresh] = shared.try_emplace(&own, begins.back());
                        if (fresh || x.value != 0) numbers.insert(numbers.end(), own.begin(), own.end());
                        else begins.back() = known->second;
                    }
                }
            }
            auto const laid = out.arena.put(numbers);
            auto const& slices = out.layout.mechanisms[k].element;
            auto* const place = out.arena.at(slices[element]);
            auto* const size = out.arena.at(slices[element + 1]);
            for (int i = 0; i < m.size(); ++i) {
                place[i] = begins[i] + Arena::element(laid) - Arena::element(slices[element]);
                size[i] = sizes[i];
            }
        }
    }
}

}  // namespace rall::solver
