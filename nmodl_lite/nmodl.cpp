#include "nmodl_lite/nmodl.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "nmodl_lite/passes.hpp"

namespace rall::nmodl {

namespace {

struct Pass {
    char const* name;
    void (*run)(Program&, Symbols const&, std::vector<Method>&, Diagnostics&);
};

constexpr Pass passes[] = {
    {"fold", [](Program& p, Symbols const& s, std::vector<Method>&, Diagnostics&) { fold(p, s); }},
    {"solve", [](Program& p, Symbols const& s, std::vector<Method>& m, Diagnostics& d) { solve(p, s, m, d); }},
    {"inline", [](Program& p, Symbols const& s, std::vector<Method>&, Diagnostics& d) { inline_calls(p, s, d); }},
    {"simplify", [](Program& p, Symbols const& s, std::vector<Method>&, Diagnostics&) { fold(p, s); }},
};

/// Runs the passes up to and including `last` ("" for all) on a checked program.
Symbols run_passes(Program& program, std::string const& last, std::vector<Method>& methods, Diagnostics& found) {
    auto const before = found.count(Severity::error);
    auto const symbols = resolve(program, found);
    report_unsupported(program, found);
    check_names(program, symbols, found);
    for (auto const& pass : passes) {
        if (found.count(Severity::error) > before) break;
        pass.run(program, symbols, methods, found);
        if (last == pass.name) break;
    }
    return symbols;
}

}  // namespace

Mechanism check(Program const& program, Diagnostics& found) {
    auto const before = found.count(Severity::error);
    Program work = program;
    std::vector<Method> methods;
    auto const symbols = run_passes(work, "", methods, found);
    if (found.count(Severity::error) > before) {  // as far as it is understood
        Program declarations = work;
        declarations.blocks.clear();
        return assemble(declarations, symbols, std::move(methods), found);
    }
    return assemble(work, symbols, std::move(methods), found);
}

std::vector<std::string> pass_names() {
    std::vector<std::string> names{"parse"};
    for (auto const& pass : passes) names.emplace_back(pass.name);
    names.emplace_back("cpp");
    return names;
}

std::string show(Program const& program, std::string const& pass, Diagnostics& found) {
    auto const names = pass_names();
    if (std::ranges::find(names, pass) == names.end())
        throw UsageError("there is no pass '" + pass + "'; " + did_you_mean(pass, names));
    if (pass == "cpp") {
        auto const before = found.count(Severity::error);
        auto const mechanism = check(program, found);
        return found.count(Severity::error) > before ? std::string() : generate_cpp(mechanism);
    }
    Program work = program;
    if (pass != "parse") {
        std::vector<Method> methods;
        run_passes(work, pass, methods, found);
    }
    return to_nmodl(work);
}

Translated translate_file(std::filesystem::path const& path, Diagnostics& found) {
    auto const text = read_file(path);
    Diagnostics own;
    auto const program = parse(text, path.string(), own);
    Translated result;
    result.mechanism = check(program, own);
    result.name = result.mechanism.name;
    if (!own.has_errors()) result.cpp = generate_cpp(result.mechanism);
    found.append(own);
    return result;
}

}  // namespace rall::nmodl
