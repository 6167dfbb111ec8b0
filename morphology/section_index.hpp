// Sections by their names, for those who look many of them up.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

namespace rall::morphology {

/// Finds what Morphology::find and Cable::find find: "dend" and "dend[0]" are the same section.
class SectionIndex {
public:
    SectionIndex() = default;
    /// Of all that have a `name`, in their order.
    template <class Sections>
    explicit SectionIndex(Sections const& sections) {
        for (auto const& section : sections) add(section.name);
    }
    /// The next section; one without a name counts, and is not found.
    void add(std::string_view name) {
        if (!name.empty()) numbers_.try_emplace(std::string(bare(name)), n_);
        ++n_;
    }
    int find(std::string_view name) const {
        auto const found = numbers_.find(std::string(bare(name)));
        return found == numbers_.end() ? -1 : found->second;
    }

private:
    static std::string_view bare(std::string_view name) {
        return name.substr(0, name.size() - (name.ends_with("[0]") ? 3 : 0));
    }
    std::unordered_map<std::string, int> numbers_;
    int n_ = 0;
};

}  // namespace rall::morphology
