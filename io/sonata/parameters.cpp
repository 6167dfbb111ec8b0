// "dynamics_params" and components: files that nodes and edges name.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "io/sonata/network.hpp"

namespace rall::io::sonata {

namespace {

/// What files say of themselves, and no simulator needs.
constexpr char const* descriptions[] = {"level_of_detail", "type", "sign"};

}  // namespace

Parameters const& ParameterFiles::read(std::filesystem::path const& path, Diagnostics& diagnostics) {
    auto const [slot, fresh] = files_.try_emplace(path);
    auto& file = slot->second;
    if (!fresh) return file;
    file.document = Document::read(path);
    auto const& root = file.document->root();
    if (!root.is_object()) throw InputError("config-type", root.where(), "expected an object of parameters and values");
    file.is_allen_fit = root.find("genome") || root.find("passive") || root.find("regions");
    if (file.is_allen_fit) return file;
    for (auto const& child : root.children) {
        if (child.is_number()) file.numbers[child.key] = child.number();
        else if (std::ranges::find(descriptions, child.key) == std::end(descriptions))
            error(diagnostics, "config-type", child, fmt::format("{}: expected a number", child.key));
    }
    return file;
}

std::optional<ParameterValue> parameter_of(MechanismInfo const& info, std::string const& name, Location const& where,
                                           Diagnostics& diagnostics) {
    auto const settable = [&](std::string const& wanted) {
        auto const* variable = find_variable(info, wanted);
        return variable && is_settable(*variable);
    };
    bool const intfire1 = std::string_view(info.name) == "IntFire1";
    if (settable(name)) return ParameterValue{name, intfire1 ? 1000.0 : 1.0};  // BMTK's IntFire1 is in s
    for (auto const& [other, means] : {std::pair{"erev", "e"}, {"tau1", "tau"}, {"tau_1", "tau"}})  // of synapses with one time constant
        if (name == other && settable(means)) return ParameterValue{means, 1};
    if (std::ranges::find(descriptions, name) != std::end(descriptions)) return {};
    if (name == "tau2" && settable("tau")) {
        diagnostics.note("parameter-unused", where, fmt::format("{} has one time constant, tau1: tau2 has no effect", info.name));
        return {};
    }
    std::vector<std::string> names;
    for (int i = 0; i < info.n_variables; ++i)
        if (is_settable(info.variables[i])) names.emplace_back(info.variables[i].name);
    diagnostics.error("parameter-unknown", where, fmt::format("{} has no parameter '{}'", info.name, name),
                      did_you_mean(name, names));
    return {};
}

std::pair<std::string, std::string> split_template(std::string const& text) {
    auto const colon = text.find(':');
    if (colon == std::string::npos) return {"", text};
    return {text.substr(0, colon), text.substr(colon + 1)};
}

std::string const& mechanism_of(std::string const& name, Mechanisms const& mechanisms) {
    static std::map<std::string, std::string> const names{{"exp2syn", "Exp2Syn"}, {"expsyn", "ExpSyn"}};
    auto const found = names.find(name);
    return found == names.end() || mechanisms.contains(name) ? name : found->second;
}

std::filesystem::path find_component(Components const& own, Components const& common, std::string const& directory,
                                     std::string const& name, std::vector<std::string> const& extensions,
                                     Location const& where) {
    auto const* found = own.contains(directory) ? &own.at(directory) : common.contains(directory) ? &common.at(directory) : nullptr;
    if (!found && directory == "morphologies_dir" && (own.contains("h5v1") || common.contains("h5v1")))
        throw InputError("component-missing", where, fmt::format("'{}': morphologies of the form h5v1 are not read", name),
                         "name a directory of SWC files (morphologies_dir) or of ASC files (alternate_morphologies, neurolucida-asc)");
    if (!found)
        throw InputError("component-missing", where, fmt::format("'{}' is a file of '{}', which the circuit does not name", name, directory),
                         fmt::format("\"components\": {{\"{}\": \"...\"}}", directory));
    std::error_code code;
    for (auto const& extension : extensions) {
        auto const path = (*found / (name + extension)).lexically_normal();
        if (std::filesystem::is_regular_file(path, code)) return path;
    }
    throw InputError("file-missing", where,
                     fmt::format("there is no file {}{}", (*found / name).lexically_normal().string(),
                                 extensions.size() > 1 ? ", with or without an extension" : ""),
                     fmt::format("it was looked for in '{}'", directory));
}

}  // namespace rall::io::sonata
