#include "io/sonata/section_places.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "io/sonata/network.hpp"
#include "morphology/region.hpp"

namespace rall::io::sonata {

std::vector<int> sections_by_id(morphology::Cable const& cable, bool axon_replaced) {
    struct Key {
        int region, number, section;
        auto operator<=>(Key const&) const = default;
    };
    std::vector<Key> keys;
    for (std::size_t i = 0; i < cable.sections.size(); ++i) {
        auto const& section = cable.sections[i];
        auto const open = section.name.find('[');
        int const number = open == std::string::npos ? 0 : std::atoi(section.name.c_str() + open + 1);
        int const region = section.type <= 0 ? 1000 : section.type == morphology::axon_type && axon_replaced ? 999 : section.type;
        keys.push_back({region, number, static_cast<int>(i)});
    }
    std::ranges::sort(keys);
    std::vector<int> order;
    for (auto const& key : keys) order.push_back(key.section);
    return order;
}

std::vector<int> sections_by_number(std::vector<int> const& numbers) {
    std::vector<int> order;
    for (std::size_t section = 0; section < numbers.size(); ++section) {
        if (numbers[section] < 0) continue;
        auto const number = static_cast<std::size_t>(numbers[section]);
        if (order.size() <= number) order.resize(number + 1, -1);
        order[number] = static_cast<int>(section);
    }
    return order;
}

std::vector<int> ids_of_sections(std::vector<int> const& by_id, std::size_t sections) {
    std::vector<int> ids(sections, -1);
    for (std::size_t id = 0; id < by_id.size(); ++id)
        if (by_id[id] >= 0) ids[static_cast<std::size_t>(by_id[id])] = static_cast<int>(id);
    auto next = static_cast<int>(by_id.size());
    for (int& id : ids)
        if (id < 0) id = next++;
    return ids;
}

std::vector<int> const& SectionPlaces::order(int cell) {
    auto const type = static_cast<std::size_t>(build_->model.cells[static_cast<std::size_t>(cell)].type);
    auto& order = orders_[type];
    if (order.empty()) order = network_->section_order(*build_->model.types[type].cable, static_cast<int>(type));
    return order;
}

int SectionPlaces::section(int cell, double number) {
    auto const& sections = order(cell);
    if (!(number >= 0) || number != std::floor(number) || !(number < static_cast<double>(sections.size()))) return -1;
    return sections[static_cast<std::size_t>(number)];
}

int SectionPlaces::compartment(int cell, int section, double x) {
    auto const type = static_cast<std::size_t>(build_->model.cells[static_cast<std::size_t>(cell)].type);
    auto& cable = build_->model.types[type].cable;
    if ((x > 0 && x < 1) || !build_->config.nodes_at_ends) return morphology::compartment(*cable, {section, x});
    auto const [slot, fresh] = ends_[type].try_emplace({section, x == 1}, 0);
    if (fresh) slot->second = morphology::keep_node(cable, {section, x});
    return slot->second;
}

}  // namespace rall::io::sonata
