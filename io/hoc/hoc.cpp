#include "io/hoc/hoc.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>

#include "base/text.hpp"
#include "io/hoc/machine.hpp"
#include "io/hoc/program.hpp"

namespace rall::io::hoc {
namespace {

constexpr std::size_t most_files = 100;

/// Files of NEURON itself. What templates use of them is known here.
bool is_library(std::string const& name) {
    return name == "stdrun.hoc" || name == "import3d.hoc" || name == "stdlib.hoc" || name == "nrngui.hoc" || name == "stdgui.hoc";
}

/// The file names of load_file("...") statements at the top level.
void loaded(Tree const& tree, std::vector<std::pair<std::string, Place>>& files) {
    if (tree.kind == Kind::class_ || tree.kind == Kind::procedure) return;
    if (tree.kind == Kind::link && tree.text == "load_file" && !tree.children.empty() && !tree.children.back().children.empty() &&
        tree.children.back().children.back().kind == Kind::text)
        files.emplace_back(tree.children.back().children.back().text, tree.where);
    for (auto const& child : tree.children) loaded(child, files);
}

/// Names that are looked at anywhere but as what a plain = gives a value to.
void names_read(Tree const& tree, std::set<std::string>& names) {
    bool const assigned = tree.kind == Kind::assign && tree.text == "=";
    if (tree.kind == Kind::link) names.insert(tree.text);
    for (std::size_t i = 0; i < tree.children.size(); ++i)
        if (auto const& child = tree.children[i]; assigned && i == 0 && child.children.size() == 1) {
            for (auto const& part : child.children[0].children) names_read(part, names);  // an index, or a place
        } else {
            names_read(child, names);
        }
}

/// The names in a text "a;b;c" that a variable is given at the top level.
void find_needed(Tree const& tree, std::string const& variable, std::vector<std::string>& names) {
    if (tree.kind == Kind::class_ || tree.kind == Kind::procedure) return;
    if (tree.kind == Kind::assign && tree.children[0].children[0].text == variable && tree.children[1].kind == Kind::text) {
        names.clear();
        auto const& text = tree.children[1].text;
        for (std::size_t at = 0; at < text.size();) {
            auto const end = std::min(text.find(';', at), text.size());
            if (end > at) names.push_back(text.substr(at, end - at));
            at = end + 1;
        }
    }
    for (auto const& child : tree.children) find_needed(child, variable, names);
}

class Reading {
public:
    explicit Reading(Program& program) : program_(program) {}

    void read(std::filesystem::path const& path, Place const* by) {
        std::error_code code;
        auto const known = std::filesystem::weakly_canonical(path, code);
        if (!files_.insert(code ? path : known).second) return;
        if (files_.size() > most_files) fail(*by, "hoc-too-large", fmt::format("more than {} files are loaded", most_files));
        std::string text;
        try {
            text = to_utf8(read_file(path));
        } catch (InputError const& failure) {
            if (!by) throw;
            fail(*by, "file-missing", fmt::format("{} cannot be read", path.string()), "files that are loaded lie beside the template, or belong to NEURON's library");
        }
        auto& document = program_.documents.emplace_back(Document::foreign(std::move(text), path.string()));
        auto tree = parse(*document);
        std::vector<std::pair<std::string, Place>> others;
        loaded(tree, others);
        for (auto const& [name, where] : others)
            if (!is_library(name)) read_beside(path, name, where);
        names_read(tree, program_.read);
        program_.files.push_back(std::move(tree));  // after what it loads
    }

private:
    void read_beside(std::filesystem::path const& path, std::string const& name, Place const& where) {
        std::filesystem::path const other = name;
        if (other.is_absolute() || std::ranges::find(other, "..") != other.end())
            fail(where, "file-missing", fmt::format("'{}' is not read: files that are loaded lie in the directory of the template", to_utf8(name)));
        read(path.parent_path() / other, &where);
    }

    Program& program_;
    std::set<std::filesystem::path> files_;
};

bool makes_sections(Tree const& template_) {
    return std::ranges::any_of(template_.children[0].children, [](Tree const& part) { return part.kind == Kind::create; });
}

/// Values of compartments as a node: one number where all are the same.
void give(Node& node, std::vector<double> const& values) {
    if (std::ranges::all_of(values, [&](double x) { return x == values.front(); })) {
        node.scalar = values.front();
        return;
    }
    node.scalar = Scalar::Array{};
    for (double const x : values) {
        Node number = node;
        number.children.clear();
        number.scalar = x;
        node.children.push_back(std::move(number));
    }
}

Node object_at(Place const& where, std::string key) {
    auto node = node_at(where, std::move(key));
    node.scalar = Scalar::Object{};
    return node;
}

/// Sections that agree in all but values that vary inside of them, as an entry of "regions".
class Painter {
public:
    Painter(Sections const& sections, Vocabulary const& vocabulary, std::vector<int> const& order, morphology::Morphology const& shape, Tree const& template_)
        : sections_(sections), vocabulary_(vocabulary), order_(order), shape_(shape), template_(template_) {}

    Node biophysics() {
        std::map<std::string, std::vector<std::size_t>> groups;
        for (std::size_t k = 0; k < order_.size(); ++k) groups[signature(sections_[order_[k]])].push_back(k);
        auto result = object_at(template_.where, {});
        auto regions = object_at(template_.where, "regions");
        for (auto const& [text, members] : groups) regions.append(region(members));
        result.append(std::move(regions));
        return result;
    }

private:
    static bool varies(std::vector<double> const& values) {
        return std::ranges::any_of(values, [&](double x) { return x != values.front(); });
    }
    std::string signature(SectionState const& section) const {
        auto text = fmt::format("{:.17g}", section.Ra);
        for (auto const& [name, where] : section.mechanisms) text += " " + name;
        for (auto const& [name, setting] : section.settings)
            if (name != "v") text += fmt::format(" {}={}", name, position_dependent(name) ? "*" : fmt::format("{:.17g}", setting.values.front()));
        return text;
    }
    /// Does some section of the cell have this variable with values that vary?
    bool position_dependent(std::string const& name) const {
        auto const [slot, fresh] = varying_.try_emplace(name, false);
        if (fresh) {
            std::map<std::string, double> first;  // by region: constants that differ between regions stay constants
            for (int const i : order_)
                if (auto const found = sections_[i].settings.find(name); found != sections_[i].settings.end()) {
                    auto const base = sections_[i].name.substr(0, sections_[i].name.find('['));
                    auto const [one, is_new] = first.try_emplace(base, found->second.values.front());
                    slot->second = slot->second || varies(found->second.values) || one->second != found->second.values.front();
                }
        }
        return slot->second;
    }

    std::string where(std::vector<std::size_t> const& members) const {
        if (members.size() == order_.size()) return "all";
        auto const region = morphology::region_of(shape_.sections[members.front()]);
        auto const in_region = [&](morphology::Section const& section) { return morphology::region_of(section) == region; };
        if (static_cast<std::size_t>(std::ranges::count_if(shape_.sections, in_region)) == members.size() &&
            std::ranges::all_of(members, [&](std::size_t k) { return in_region(shape_.sections[k]); }))
            return region;
        std::vector<std::string> names;
        for (auto const k : members) names.push_back(shape_.sections[k].name.ends_with(']') ? shape_.sections[k].name : shape_.sections[k].name + "[0]");
        return fmt::format("{}", fmt::join(names, ","));
    }

    Node region(std::vector<std::size_t> const& members) const {
        auto const& first = sections_[order_[members.front()]];
        auto result = object_at(first.where, where(members));
        auto Ra = node_at(first.Ra_where, "Ra");
        Ra.scalar = first.Ra;
        result.append(std::move(Ra));
        std::map<std::string, Node> mechanisms, ions;
        for (auto const& [name, place] : first.mechanisms) mechanisms.emplace(name, object_at(place, name));
        for (auto const& [name, setting] : first.settings) {
            if (name == "v") continue;
            std::vector<double> values;
            for (auto const k : members) {
                auto const& own = sections_[order_[k]].settings.at(name).values;
                values.insert(values.end(), own.begin(), own.end());
            }
            auto const& meaning = *vocabulary_.range(name);
            static std::map<IonField, char const*> const fields{{IonField::reversal, "e"}, {IonField::inner, "i"}, {IonField::outer, "o"}};
            auto value = node_at(setting.where, meaning.variable ? meaning.variable->name : meaning.ion.empty() ? name : fields.at(meaning.field));
            give(value, values);
            if (meaning.mechanism) mechanisms.at(meaning.mechanism->name).append(std::move(value));
            else if (meaning.ion.empty()) result.append(std::move(value));
            else ions.try_emplace(meaning.ion, object_at(setting.where, meaning.ion)).first->second.append(std::move(value));
        }
        for (auto const& [key, entries] : {std::pair{"mechanisms", &mechanisms}, std::pair{"ions", &ions}}) {
            auto list = object_at(first.where, key);
            for (auto& [name, entry] : *entries) list.append(entry);
            if (!entries->empty()) result.append(std::move(list));
        }
        return result;
    }

    Sections const& sections_;
    Vocabulary const& vocabulary_;
    std::vector<int> const& order_;
    morphology::Morphology const& shape_;
    Tree const& template_;
    mutable std::map<std::string, bool> varying_;
};

/// The numbers that sections have where a template gives none: those of the reconstruction, soma, axon, dend, apic, each in order; what replaced the axon
/// has those of its first sections.
void number_as_read(Sections const& sections, morphology::Morphology const& reconstruction, std::vector<int> const& order, std::vector<int>& numbers) {
    auto const key = [](int type, std::string const& name) {
        auto const open = name.find('[');
        return std::pair(type, open == std::string::npos ? 0 : std::atoi(name.c_str() + open + 1));
    };
    std::map<std::pair<int, int>, int> rank;
    for (auto const& section : reconstruction.sections) rank.emplace(key(section.type, section.name), 0);
    int next = 0;
    for (auto& [place, number] : rank) number = next++;
    for (std::size_t k = 0; k < order.size(); ++k) {
        auto const& section = sections[order[k]];
        int const type = section.traced >= 0 ? reconstruction.sections[static_cast<std::size_t>(section.traced)].type
                         : section.name.starts_with("axon") ? morphology::axon_type : 0;
        if (auto const found = rank.find(key(type, section.name)); found != rank.end()) numbers[k] = found->second;
    }
}

}  // namespace

Tree const* find_procedure(Tree const& template_, std::string const& name) {
    for (auto const& part : template_.children[0].children)
        if (part.kind == Kind::procedure && part.text == name) return &part.children[0];
    return nullptr;
}

bool is_hoc(std::filesystem::path const& file) { return file.extension() == ".hoc"; }

std::shared_ptr<Program const> read(std::filesystem::path const& file, std::string const& name) {
    auto program = std::make_shared<Program>();
    Reading(*program).read(file, nullptr);
    std::vector<Tree const*> templates, cells;
    std::vector<std::string> names;
    for (auto const& tree : program->files)
        for (auto const& part : tree.children)
            if (part.kind == Kind::class_) {
                templates.push_back(&part);
                names.push_back(part.text);
                if (makes_sections(part)) cells.push_back(&part);
            }
    auto const wanted = name.empty() ? file.stem().string() : name;
    auto const found = std::ranges::find(names, wanted);
    if (found != names.end()) program->tree = templates[static_cast<std::size_t>(found - names.begin())];
    else if (name.empty() && cells.size() == 1) program->tree = cells.front();
    else
        throw InputError("hoc-template", {file.string()},
                         templates.empty() ? std::string("this file has no template (begintemplate NAME ... endtemplate NAME)")
                                           : fmt::format("this file has no template called '{}'", wanted),
                         templates.empty() ? "" : fmt::format("it has {}", enumerate(names)));
    program->cell = program->tree->text;
    for (auto const& tree : program->files) find_needed(tree, program->cell + "_NeededAttributes", program->needed);
    return program;
}

std::vector<std::string> const& needed_attributes(Program const& program) { return program.needed; }

Cell instantiate(std::shared_ptr<Program const> const& program, Vocabulary const& vocabulary, morphology::Morphology const& reconstruction,
                 std::vector<double> const& attributes, Diagnostics& found) {
    Machine machine(*program, vocabulary, reconstruction, found);
    machine.run(attributes);
    machine.check_unread(program->read);
    Cell cell;
    std::vector<int> order;
    auto const shape = std::make_shared<morphology::Morphology>(machine.sections().shape(order));
    for (int const i : order) {
        auto const& section = machine.sections()[i];
        cell.nseg.push_back(section.nseg);
        auto const number = section.settings.find("v");
        cell.numbers.push_back(number == section.settings.end() || !(number->second.values.front() >= 0 && number->second.values.front() < 1e9)
                                   ? -1
                                   : static_cast<int>(number->second.values.front()));
    }
    if (std::ranges::all_of(cell.numbers, [](int number) { return number < 0; })) number_as_read(machine.sections(), reconstruction, order, cell.numbers);
    auto const node = std::make_shared<Node>(Painter(machine.sections(), vocabulary, order, *shape, *program->tree).biophysics());
    cell.morphology = shape;
    cell.biophysics = std::shared_ptr<Node const>(node.get(), [node, program](Node const*) {});
    cell.celsius = machine.celsius();
    cell.v_init = machine.v_init();
    return cell;
}

}  // namespace rall::io::hoc
