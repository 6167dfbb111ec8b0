#include "model/model.hpp"

#include <set>

namespace rall::model {

std::vector<std::string> Model::mechanism_names() const {
    std::set<std::string> names;
    for (auto const& type : types)
        for (auto const& painted : type.mechanisms) names.insert(painted.mechanism);
    for (auto const& set : points) names.insert(set.mechanism);
    return {names.begin(), names.end()};
}

}  // namespace rall::model
