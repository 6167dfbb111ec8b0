#include "mechanisms/catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <span>

#include "base/text.hpp"
#include "mechanisms/description.hpp"
#include "mechanisms/kernel_cache.hpp"
#include "nmodl_lite/codegen/text.hpp"
#include "nmodl_lite/nmodl.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall {
namespace fs = std::filesystem;

/// A translated .mod file; `findings` has errors, and the description is missing, if it could not be understood.
struct Catalogue::UserFile {
    fs::path file;
    bool composed = false;  // from another language; it has no TABLEs
    nmodl::Translated translated;
    Diagnostics findings;
    std::unique_ptr<Description> description;
};

namespace {

/// The source of a kernel library for mechanisms whose headers lie beside it.
std::string kernel_source(std::vector<std::string> const& names, KernelOptions const& options) {
    std::string text = "// Written by Rall.\n", structs;
    if (options.single_precision) text += "#define RALL_SINGLE_PRECISION\n";
    for (auto const& name : names) {
        text += fmt::format("#include \"{}\"\n", nmodl::header_name(name));
        structs += ", rall::mechanism::" + nmodl::cpp_name(name);
    }
    text += "#include \"library-key.hpp\"\n#include \"solver/kernel_library.hpp\"\n\n";
    return text + fmt::format("RALL_KERNEL_LIBRARY(RALL_KERNEL_KEY{})\n", structs);
}

bool comes_with_neuron(std::string const& name) {
    static std::set<std::string> const known{"pas",      "hh",       "IClamp",  "SEClamp", "VClamp",
                                             "ExpSyn",   "Exp2Syn",  "NetStim", "APCount", "AlphaSynapse",
                                             "IntFire1", "IntFire2", "IntFire4"};
    return known.contains(name);
}

bool has_global(MechanismInfo const& info, std::string_view name) {
    return std::any_of(info.variables, info.variables + info.n_variables,
                       [&](VariableInfo const& x) { return x.role == Role::global && name == x.name; });
}

bool has_table(nmodl::Program const& program) {
    bool found = false;
    for (auto const& block : program.blocks)
        nmodl::each_statement(block.body, [&](nmodl::Statement const& s) {
            found = found || std::holds_alternative<nmodl::Table>(s.what);
        });
    return found;
}

Diagnostic as_warning(Diagnostic found, std::string const& name) {
    if (found.severity == Severity::error) {
        found.severity = Severity::warning;
        found.message += fmt::format("; mechanism {} is left out", name);
    }
    return found;
}

}  // namespace

Catalogue::Catalogue() {
    auto const* builtin = rall_kernel_library();
    for (int i = 0; i < builtin->n_mechanisms; ++i) mechanisms_[builtin->mechanisms[i]->name] = builtin->mechanisms[i];
}

Catalogue::~Catalogue() = default;

void Catalogue::add_directory(fs::path const& directory, Diagnostics& found, OnProgress const& on_progress) {
    std::error_code code;
    if (!directories_.insert(fs::weakly_canonical(directory, code)).second) return;
    std::vector<fs::path> files;
    for (auto const& entry : fs::directory_iterator(directory, code))
        if (entry.path().extension() == ".mod") files.push_back(entry.path());
    if (code)
        throw InputError("mechanism-dir-missing", {directory.string()},
                         "cannot read this directory of mechanisms: " + code.message(),
                         "check mechanism_dirs; relative names count from the file that holds them");
    if (files.empty())
        found.warning("mechanism-dir-empty", {directory.string()}, "no .mod file is in this directory",
                      "check mechanism_dirs");
    std::sort(files.begin(), files.end());
    Steps steps(on_progress, "reading mechanisms", files.size());
    for (auto const& file : files) {
        add_file(file, found);
        steps.made();
    }
}

void Catalogue::add_file(fs::path const& file, Diagnostics& found) {
    auto const start = std::chrono::steady_clock::now();
    auto user = std::make_unique<UserFile>();
    user->file = file;
    user->translated = nmodl::translate_file(file, user->findings);
    translate_seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    add(std::move(user), found);
}

void Catalogue::add(nmodl::Composed const& composed, Diagnostics& found) {
    if (!composed_.insert(composed.text).second) return;
    auto const start = std::chrono::steady_clock::now();
    auto user = std::make_unique<UserFile>();
    user->file = composed.file;
    user->composed = true;
    user->translated = nmodl::translate(composed, user->findings);
    translate_seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    add(std::move(user), found);
}

void Catalogue::replace(fs::path const& file, Diagnostics& found) {
    auto user = std::make_unique<UserFile>();
    user->file = file;
    user->translated = nmodl::translate_file(file, user->findings);
    user->findings.throw_if_errors();
    auto const& name = user->translated.name;
    auto const former = files_.find(name);
    if (former == files_.end() && !mechanisms_.contains(name)) {
        std::vector<std::string> names;
        for (auto const& [known, info] : mechanisms_) names.push_back(known);
        throw InputError("mechanism-unknown", {file.string()}, fmt::format("this is the mechanism {}, of which there is none to be replaced", name),
                         did_you_mean(name, names) + "; a file replaces what has its SUFFIX");
    }
    found.note("mechanism-replaced", {file.string()},
               fmt::format("{} of this file takes the place of {}", name, former == files_.end() ? "the built-in one" : former->second->file.string()));
    files_.erase(name);
    mechanisms_.erase(name);
    add(std::move(user), found);
}

void Catalogue::add(MechanismSources const& sources, Diagnostics& found, OnProgress const& on_progress) {
    for (auto const& directory : sources.directories) add_directory(directory, found, on_progress);
    for (auto const& composed : sources.composed) add(composed, found);
}

void Catalogue::add(std::unique_ptr<UserFile> user, Diagnostics& found) {
    auto const& file = user->file;
    auto const name = user->translated.name.empty() ? file.stem().string() : user->translated.name;
    if (auto const other = files_.find(name); other != files_.end())
        throw InputError("mechanism-twice", {file.string()},
                         fmt::format("this is a second file for mechanism {}", name),
                         fmt::format("the first is {}: remove one of them", other->second->file.string()));
    for (auto const& finding : user->findings.items()) found.add(as_warning(finding, name));
    if (user->findings.has_errors()) {
        mechanisms_.erase(name);
    } else {
        if (mechanisms_.contains(name))
            found.note("mechanism-overrides", {file.string()},
                       fmt::format("{} is used instead of the built-in mechanism of that name", name));
        user->description = std::make_unique<Description>(user->translated.mechanism);
        mechanisms_[name] = &user->description->info();
    }
    files_[name] = std::move(user);
}

fs::path Catalogue::source(std::string const& name) const {
    auto const found = files_.find(name);
    return found == files_.end() ? fs::path() : found->second->file;
}

/// Mechanisms whose GLOBALs are EXTERNAL to others belong to the model, too.
void Catalogue::add_owners(std::vector<std::string>& names, Diagnostics& errors) const {
    for (std::size_t i = 0; i < names.size(); ++i) {
        auto const user = mechanisms_.find(names[i]);
        if (user == mechanisms_.end()) continue;
        for (auto const& x : std::span(user->second->variables, static_cast<std::size_t>(user->second->n_variables))) {
            if (x.role != Role::external) continue;
            auto const owner = std::ranges::find_if(mechanisms_, [&](auto const& entry) {
                std::string_view global;
                return owns_external(entry.second->name, x.name, global) && has_global(*entry.second, global);
            });
            if (owner == mechanisms_.end())
                errors.error("external-unknown", {source(user->first).string()},
                             fmt::format("EXTERNAL {} of {} is no GLOBAL of another mechanism that keeps its value", x.name,
                                         user->first),
                             "it is named after the variable and its mechanism, as share_ext2 for `share` of ext2");
            else if (std::ranges::find(names, owner->first) == names.end()) names.push_back(owner->first);
        }
    }
}

Kernels Catalogue::library(std::vector<std::string> names, std::function<void()> const& before_compiling,
                           KernelOptions const& options) const {
    Diagnostics errors;
    add_owners(names, errors);
    // The order in which they run. NEURON's own come first there, which matters to POINTERs; other ones by name.
    std::ranges::sort(names, {}, [](std::string const& name) { return std::pair(!comes_with_neuron(name), name); });
    names.erase(std::unique(names.begin(), names.end()), names.end());

    std::vector<std::string> known;
    for (auto const& [name, info] : mechanisms_) known.push_back(name);
    for (auto const& name : names) {
        if (mechanisms_.contains(name)) continue;
        if (auto const broken = files_.find(name); broken != files_.end()) errors.append(broken->second->findings);
        else
            errors.error("mechanism-unknown", {}, fmt::format("no mechanism is called '{}'", name),
                         did_you_mean(name, known));
    }
    errors.throw_if_errors();

    Kernels kernels;
    kernels.translate_seconds = translate_seconds_;
    auto const is_own = [&](std::string const& name) { return options.single_precision || files_.contains(name) || options.tabulated.contains(name); };
    if (std::ranges::none_of(names, is_own)) {
        kernels.library = rall_kernel_library();
        return kernels;
    }
    KernelCompiler const compiler;
    std::map<std::string, std::string> headers;  // of the user's mechanisms, and of built-in ones with a TABLE that counts
    for (auto const& name : names) {
        auto const user = files_.find(name);
        if (options.tabulated.contains(name) && !(user != files_.end() && user->second->composed)) {
            auto const file = user != files_.end() ? user->second->file
                                                   : compiler.header("mechanisms/builtin/" + name + ".mod");
            Diagnostics said_before;
            if (auto const result = nmodl::translate_file(file, said_before, true); has_table(result.program))
                headers[nmodl::header_name(name)] = result.cpp;
        }
        if (user != files_.end()) headers.try_emplace(nmodl::header_name(name), user->second->translated.cpp);
    }
    if (headers.empty() && !options.single_precision) {
        kernels.library = rall_kernel_library();
        return kernels;
    }
    for (auto const& name : names)
        if (auto& header = headers[nmodl::header_name(name)]; header.empty())
            header = read_file(compiler.header("mechanisms/builtin/" + name + ".hpp"));
    auto const entry = cached_library(compiler, kernel_source(names, options), headers, before_compiling, kernels.findings);
    kernels.library = entry.library;
    kernels.file = entry.file;
    kernels.beside_program = entry.beside_program;
    kernels.compiled = entry.compiled;
    kernels.compile_seconds = entry.seconds;
    return kernels;
}

}  // namespace rall
