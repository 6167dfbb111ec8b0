#include "io/config/biophysics.hpp"

#include <fmt/format.h>

#include "io/schema/schema.hpp"

namespace rall::io {
namespace {

using morphology::CutRule;

CutRule fixed(double nseg) { return {CutRule::By::nseg, nseg}; }

RegionSetting read_region(Node const& node, std::string const& what, Diagnostics& diagnostics) {
    RegionSetting region{node.key, &node, {}, {}, {}, {}};
    Object object(node, what, diagnostics, keys_of("region"));
    if (auto const* cm = object.find("cm")) {
        if (!cm->is_number() || object.optional_number("cm"))
            region.cm.emplace(*cm, what + ".cm", diagnostics);
    }
    region.Ra = object.optional_number("Ra");
    if (auto const* mechanisms = object.find("mechanisms")) {
        Object list(*mechanisms, what + ".mechanisms", diagnostics);
        for (auto const& mechanism : mechanisms->children)
            region.mechanisms.push_back({mechanism.key, &mechanism,
                                         given_parameters(&mechanism, list.what() + "." + mechanism.key, diagnostics)});
    }
    if (auto const* ions = object.find("ions")) region.ions = read_ions(*ions, what + ".ions", diagnostics);
    if (auto const* stochastic = object.find("stochastic"))
        region.stochastic = read_stochastic(*stochastic, what + ".stochastic", diagnostics);
    object.finish();
    return region;
}

}  // namespace

void read_compartments(Object& object, Biophysics& result, Diagnostics& diagnostics) {
    std::vector<std::string> given;
    for (auto const* key : {"d_lambda", "nseg", "dL"})
        if (object.has(key)) given.emplace_back(key);
    if (given.size() > 1)
        error(diagnostics, "config-conflict", object.at(given[1]),
              fmt::format("'{}' and '{}' both say how sections are cut; expected one of them", given[0], given[1]));
    if (auto const value = object.optional_number("d_lambda"))
        result.rule = CutRule{CutRule::By::d_lambda, *value};
    if (auto const value = object.optional_number("dL"))
        result.rule = CutRule{CutRule::By::per_length, 2 * *value};
    auto const* nseg = object.find("nseg");
    if (nseg && nseg->is_object()) {
        Object regions(*nseg, object.what() + ".nseg", diagnostics);
        for (auto const& child : nseg->children)
            result.rule_overrides.emplace_back(child.key,
                                               fixed(static_cast<double>(regions.integer(child.key, 1, 1, 32767))));
        result.rule = fixed(1);
        for (auto const& [region, rule] : result.rule_overrides)
            if (region == "all") return;
        complain(diagnostics, Severity::note, "config-defaults", *nseg,
                 "sections that nseg does not name have 1 compartment");
    } else if (nseg) {
        result.rule = fixed(static_cast<double>(object.integer("nseg")));
    }
}

std::vector<IonSetting> read_ions(Node const& node, std::string const& what, Diagnostics& diagnostics) {
    std::vector<IonSetting> settings;
    Object object(node, what, diagnostics);
    if (!node.is_object()) return settings;
    for (auto const& ion : node.children) {
        Object fields(ion, what + "." + ion.key, diagnostics, keys_of("ion"));
        for (auto const& [key, field] :
             {std::pair{"e", IonField::reversal}, std::pair{"i", IonField::inner}, std::pair{"o", IonField::outer}})
            if (auto const* value = fields.find(key)) {
                if (value->is_number()) fields.optional_number(key);
                settings.push_back({ion.key, field, Expression(*value, what + "." + ion.key + "." + key, diagnostics)});
            }
        fields.finish();
    }
    return settings;
}

std::vector<std::filesystem::path> read_mechanism_dirs(Object& object, std::filesystem::path const& directory,
                                                       Diagnostics& diagnostics) {
    std::vector<std::filesystem::path> directories;
    for (auto const* node : object.texts("mechanism_dirs")) {
        auto const path = (directory / node->text()).lexically_normal();
        std::error_code code;
        if (std::filesystem::is_directory(path, code)) directories.push_back(path);
        else
            error(diagnostics, "mechanism-dir", *node, fmt::format("there is no directory {}", path.string()),
                  "relative names start from the file that names them");
    }
    return directories;
}

Biophysics read_biophysics(Node const& node, std::filesystem::path const& directory, std::string const& what,
                           Diagnostics& diagnostics) {
    if (node.find("genome") || node.find("passive")) return read_allen_fit(node, diagnostics);
    Biophysics result;
    result.where = &node;
    Object object(node, what, diagnostics, keys_of("painting"));
    // Ions of the file as a whole come first, so that a region can say otherwise.
    if (auto const* ions = object.find("ions"))
        result.regions.push_back({"all", ions, {}, {}, {}, read_ions(*ions, what + ".ions", diagnostics)});
    if (auto const* regions = object.required("regions")) {
        Object list(*regions, what + ".regions", diagnostics);
        for (auto const& region : regions->children)
            result.regions.push_back(read_region(region, what + ".regions." + region.key, diagnostics));
    }
    read_compartments(object, result, diagnostics);
    if (object.optional_text("origin")) result.origin = object.find("origin");
    result.pointers = object.find("pointers");
    result.mechanism_dirs = read_mechanism_dirs(object, directory, diagnostics);
    object.finish();
    return result;
}

Biophysics read_biophysics(neuroml::Cell const& cell, Mechanisms const& mechanisms, std::string const& what, Diagnostics& diagnostics) {
    auto const node = std::make_shared<Node const>(neuroml::biophysics(cell, mechanisms, diagnostics));
    auto result = read_biophysics(*node, {}, what, diagnostics);
    // Nodes have their places in the files of the cell's library.
    result.owner = std::make_shared<std::pair<std::shared_ptr<Node const>, std::shared_ptr<neuroml::Library const>>>(node, cell.library);
    result.v_init = cell.v_init;
    return result;
}

Biophysics read_biophysics(hoc::Cell const& cell, std::string const& what, Diagnostics& diagnostics) {
    auto result = read_biophysics(*cell.biophysics, {}, what, diagnostics);
    result.owner = cell.biophysics;
    result.rule = fixed(1);
    auto const& sections = cell.morphology->sections;
    for (std::size_t i = 0; i < sections.size(); ++i)
        result.rule_overrides.emplace_back(sections[i].name.ends_with(']') ? sections[i].name : sections[i].name + "[0]", fixed(cell.nseg[i]));
    result.celsius = cell.celsius;
    result.v_init = cell.v_init;
    return result;
}

Biophysics read_biophysics_file(std::filesystem::path const& path, Diagnostics& diagnostics) {
    std::shared_ptr<Document const> document = Document::read(path);
    auto result = read_biophysics(document->root(), path.parent_path(), "biophysics", diagnostics);
    result.owner = std::move(document);
    return result;
}

}  // namespace rall::io
