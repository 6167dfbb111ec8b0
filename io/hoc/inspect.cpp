#include "io/hoc/inspect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "io/hoc/hoc.hpp"
#include "io/hoc/program.hpp"

namespace rall::io::hoc {
namespace {

using nlohmann::json;

std::string name_of(Tree const& path) { return path.kind == Kind::path ? path.children.back().text : std::string(); }

class Summary {
public:
    explicit Summary(Tree const& template_) { walk(template_, {}); }
    json regions = json::object();

private:
    json& region(std::string const& name) {
        auto& entry = regions[name];
        if (entry.is_null()) entry = {{"mechanisms", json::array()}, {"parameters", json::object()}, {"distributions", json::object()}};
        return entry;
    }

    /// `where`: the list or section that statements are about.
    void walk(Tree const& tree, std::string const& where) {
        auto inside = where;
        if (tree.kind == Kind::procedure) inside.clear();
        if (tree.kind == Kind::loop_list || tree.kind == Kind::in_section) inside = name_of(tree.children[0]);
        if (tree.kind == Kind::loop_all) inside = "all";
        if (tree.kind == Kind::insert && !where.empty()) {
            auto& list = region(where)["mechanisms"];
            if (std::find(list.begin(), list.end(), tree.text) == list.end()) list.push_back(tree.text);
        }
        if (tree.kind == Kind::assign && tree.text == "=" && !where.empty() && tree.children[0].children.size() == 1) {
            auto const name = name_of(tree.children[0]);
            if (is_parameter(name)) region(where)["parameters"][name] = value_of(tree.children[1]);
        }
        // distribute_distance(apical, "gbar_Ih", "0.1*%g") and its kind
        if (tree.kind == Kind::arguments && tree.children.size() >= 3 && tree.children[0].kind == Kind::path && tree.children[1].kind == Kind::text &&
            tree.children[2].kind == Kind::text)
            region(name_of(tree.children[0]))["distributions"][tree.children[1].text] = tree.children[2].text;
        for (auto const& child : tree.children) walk(child, inside);
    }
    static bool is_parameter(std::string const& name) {
        return name == "Ra" || name == "cm" || (name.size() > 1 && name[0] == 'e' && name.find('_') == name.npos) || name.find('_', 1) != name.npos;
    }
    static json value_of(Tree const& tree) {
        if (tree.kind == Kind::number) return tree.number;
        if (tree.kind == Kind::unary && tree.text == "-" && tree.children[0].kind == Kind::number) return -tree.children[0].number;
        return nullptr;
    }
};

}  // namespace

json inspect(std::filesystem::path const& file) {
    auto const program = read(file, {});
    return {{"file", file.string()}, {"kind", "hoc"}, {"template", program->cell}, {"regions", Summary(*program->tree).regions}};
}

std::string to_text(json const& description) {
    auto text = fmt::format("{}: template of cells {}\n", description["file"].get<std::string>(), description["template"].get<std::string>());
    for (auto const& [name, region] : description["regions"].items()) {
        text += fmt::format("\n{}", name);
        for (auto const& mechanism : region["mechanisms"]) text += " " + mechanism.get<std::string>();
        text += "\n";
        for (auto const& [parameter, value] : region["parameters"].items()) text += fmt::format("  {:24}{}\n", parameter, value.is_null() ? "computed" : value.dump());
        for (auto const& [parameter, value] : region["distributions"].items()) text += fmt::format("  {:24}{}\n", parameter, value.get<std::string>());
    }
    return text;
}

}  // namespace rall::io::hoc
