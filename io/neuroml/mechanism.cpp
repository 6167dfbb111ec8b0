#include "io/neuroml/mechanism.hpp"

#include <algorithm>

namespace rall::io::neuroml {

std::string suffix_of(Drive drive) {
    switch (drive) {
        case Drive::ohmic:
        case Drive::ion:
            return "";
        case Drive::nernst:
            return "_nernst";
        case Drive::ghk:
            return "_ghk";
        case Drive::ghk2:
            break;
    }
    return "_ghk2";
}

bool is_cell(std::string const& element) { return element == "cell" || element == "cell2CaPools"; }

bool is_channel(std::string const& element) {
    return element == "ionChannelHH" || element == "ionChannel" || element == "ionChannelKS" ||
           element == "ionChannelPassive" || element == "ionChannelVShift";
}

std::string strength_of(Library const&, Item const& channel, Drive drive) {
    if (drive == Drive::ghk) return "pbar";
    auto const children = channel.children();
    return (drive == Drive::ohmic || drive == Drive::ion) &&
                   std::ranges::none_of(children, [](Item const& child) { return child.name().starts_with("gate"); })
               ? "g"
               : "gbar";
}

bool reads_shift(Library const& library, Item const& channel) {
    bool found = false;
    auto const look = [&](auto const& self, Item const& item) -> void {
        for (auto const& child : item.children()) {
            auto type = type_of(child);
            for (int depth = 0; depth < 50 && !type.empty(); ++depth) {
                auto const declared = library.type(type);
                for (auto const& part : declared.children())
                    found = found || (part.name() == "Requirement" && part.attribute("name") == "vShift");
                type = declared.attribute("extends");
            }
            self(self, child);
        }
    };
    look(look, channel);
    return found;
}

bool is_concentration(Library const& library, Item const& item) {
    auto type = type_of(item);
    for (int depth = 0; depth < 50 && !type.empty(); ++depth) {
        if (type == "concentrationModel") return depth > 0;  // itself it has no equation
        type = library.type(type).attribute("extends");
    }
    return false;
}

}  // namespace rall::io::neuroml
