// Small models for tests of solver and network: cables made by numbers, without files.
#pragma once

#include <random>

#include "model/model.hpp"
#include "morphology/cable.hpp"

namespace testing {

/// A random tree of sections, some attached inside or at the 0-end of their parents, with uneven compartments.
inline std::shared_ptr<rall::morphology::Cable const> random_cable(unsigned seed, int n_sections, int max_nseg = 7) {
    using rall::morphology::Attachment;
    std::mt19937 engine(seed);
    auto const uniform = [&](double a, double b) { return std::uniform_real_distribution<>(a, b)(engine); };
    auto const below = [&](int n) { return std::uniform_int_distribution<>(0, n - 1)(engine); };
    auto cable = std::make_shared<rall::morphology::Cable>();
    for (int s = 0; s < n_sections; ++s) {
        rall::morphology::CableSection section;
        section.name = s == 0 ? "soma[0]" : "dend[" + std::to_string(s - 1) + "]";
        section.type = s == 0 ? 1 : 3;
        section.nseg = 1 + below(max_nseg);
        section.first = static_cast<int>(cable->compartments.size());
        section.L = uniform(5, 60) * section.nseg;
        if (s > 0) {
            section.parent = below(s);
            auto const& parent = cable->sections[section.parent];
            switch (below(5)) {
                case 0:
                    section.parent_x = 0;
                    section.attachment = parent.parent < 0 ? Attachment{Attachment::At::zero_end, section.parent, -1}
                                                           : parent.attachment;
                    break;
                case 1:
                    section.parent_x = 0.5;
                    section.attachment = {Attachment::At::compartment, section.parent, parent.first + parent.nseg / 2};
                    break;
                default:
                    section.parent_x = 1;
                    section.attachment = {Attachment::At::one_end, section.parent, -1};
            }
        }
        for (int k = 0; k < section.nseg; ++k) {
            rall::morphology::Compartment c;
            c.section = s;
            c.x = (k + 0.5) / section.nseg;
            c.diam = s == 0 ? uniform(10, 20) : uniform(0.5, 3);
            double const length = section.L / section.nseg, radius = c.diam / 2;
            c.area = 2 * M_PI * radius * length;
            c.volume = M_PI * radius * radius * length;
            c.r_left = length / 2 / (M_PI * radius * radius) * uniform(0.8, 1.2);
            c.r_right = length / 2 / (M_PI * radius * radius) * uniform(0.8, 1.2);
            cable->compartments.push_back(c);
        }
        cable->sections.push_back(section);
    }
    return cable;
}

inline std::vector<int> all_compartments(rall::morphology::Cable const& cable) {
    std::vector<int> all(cable.compartments.size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<int>(i);
    return all;
}

inline rall::model::CellType cell_type(std::shared_ptr<rall::morphology::Cable const> cable,
                                       std::vector<std::string> const& everywhere) {
    rall::model::CellType type;
    type.name = "cell";
    type.Ra = 100;
    type.cable = cable;
    for (auto const& mechanism : everywhere) type.mechanisms.push_back({mechanism, all_compartments(*cable), {}});
    return type;
}

}  // namespace testing
