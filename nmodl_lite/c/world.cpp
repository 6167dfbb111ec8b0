#include "nmodl_lite/c/world.hpp"

#include <algorithm>
#include <filesystem>

#include "base/text.hpp"
#include "nmodl_lite/analysis/builtins.hpp"
#include "nmodl_lite/c/parser.hpp"
#include "nmodl_lite/c/translate.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/lexer.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

CWorld::CWorld(Program& program, Diagnostics& found)
    : program_(program),
      found_(found),
      preprocessor_([this](Position at, std::string const& name) { return header(at, name); }) {
    variables_ = {"v", "t", "dt", "celsius", "area", "diam"};
    for (auto const* list :
         {&program.parameters, &program.assigned, &program.states, &program.constants, &program.locals})
        for (auto const& d : *list) {
            variables_.insert(d.name);
            if (d.size) arrays_.insert(d.name);
        }
    for (auto const& d : program.defines) variables_.insert(d.name);
    for (auto const& unit : program.units)
        if (unit.constant) variables_.insert(unit.name);
    for (auto const& neuron : program.neuron) {
        for (auto const& ion : neuron.ions)
            for (auto const* list : {&ion.read, &ion.write})
                for (auto const& named : *list) variables_.insert(named.name);
        for (auto const* list : {&neuron.nonspecific, &neuron.electrode})
            for (auto const& named : *list) variables_.insert(named.name);
        for (auto const* list : {&neuron.pointer, &neuron.bbcore_pointer})
            for (auto const& named : *list) pointers_.insert(named.name);
    }
    for (auto const& pointer : pointers_) variables_.erase(pointer);

    // What stands at file level is C of its own.
    std::vector<CFunction> functions;
    std::vector<CVariable> variables;
    for (auto const& block : program.blocks) {
        if (block.kind != BlockKind::verbatim) continue;
        for (auto const& s : block.body) {
            auto at = s.at;
            at.column += static_cast<int>(std::string_view("VERBATIM").size());
            try {
                CParser parser(preprocessor_.tokens(std::get<Verbatim>(s.what).text, at), types_);
                parser.file(functions, variables);
                types_ = parser.types();
            } catch (NotUnderstood const&) {  // it is told where something uses what stands there
            }
        }
    }
    for (auto& function : functions) functions_.try_emplace(function.name, function);
    for (auto& variable : variables) file_variables_.try_emplace(variable.name, variable);
}

bool CWorld::is_taken(std::string const& name) const {
    return is_variable(name) || is_pointer(name) || block(name) || function(name) || find_builtin(name) ||
           is_library_function(name);
}

Block const* CWorld::block(std::string const& name) const {
    auto const found = std::ranges::find_if(program_.blocks, [&](Block const& b) {
        return b.name == name &&
               (b.kind == BlockKind::function || b.kind == BlockKind::procedure || b.kind == BlockKind::function_table);
    });
    return found == program_.blocks.end() ? nullptr : &*found;
}

CFunction const* CWorld::function(std::string const& name) const {
    auto const found = functions_.find(name);
    return found == functions_.end() ? nullptr : &found->second;
}

CVariable const* CWorld::variable(std::string const& name) const {
    auto const found = file_variables_.find(name);
    return found == file_variables_.end() ? nullptr : &found->second;
}

/// A header of the model: beside the file that includes it, or in the folder above, as nrnivmodl compiles a folder of .mod files.
std::optional<Header> CWorld::header(Position at, std::string const& name) {
    auto const beside = std::filesystem::path(program_.sources[static_cast<std::size_t>(at.source)].file).parent_path();
    std::error_code none;
    for (auto const& path : {beside / name, beside / ".." / name}) {
        if (!std::filesystem::is_regular_file(path, none)) continue;
        auto const text = read_file(path);
        auto const known = std::ranges::find(program_.sources, path.string(), &Source::file);
        auto const source = static_cast<int>(known - program_.sources.begin());
        if (known == program_.sources.end()) program_.sources.push_back({path.string(), split_lines(text)});
        return Header{text, {source, 1, 1}};
    }
    return std::nullopt;
}

/// The ASSIGNED variable of what stands at a place in C, made when it is asked for the first time.
std::string const& CWorld::declared(std::string const& wanted, Expr const& size, Position at, bool& fresh) {
    auto const place = std::to_string(at.source) + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
    auto const [known, added] = kept_.try_emplace(place, wanted);
    fresh = added;
    if (!added) return known->second;
    for (int i = 1; is_taken(known->second); ++i) known->second = wanted + "_" + std::to_string(i);
    Declaration declaration;
    declaration.name = known->second;
    declaration.at = at;
    declaration.size = size;
    program_.assigned.push_back(declaration);
    variables_.insert(known->second);
    say_once(
        Severity::note, at, "nmodl-static-variable",
        std::string("the static ") + (size ? "array" : "variable") + " '" + wanted + "' becomes one of each instance",
        "in NEURON all instances share it; that differs only where one reads what another has written");
    return known->second;
}

std::string CWorld::keep(std::string const& wanted, double start, Position at) {
    bool fresh = false;
    auto const& own = declared(wanted, nullptr, at, fresh);
    if (fresh && start != 0) starts_.push_back({at, Assign{name(own, at), number(start, at), false}});
    return own;
}

std::string CWorld::keep_array(std::string const& wanted, Expr const& size, Position at) {
    bool fresh = false;
    auto const& own = declared(wanted, size, at, fresh);
    arrays_.insert(own);
    return own;
}

void CWorld::vector(std::string const& holder, Position at) {
    vectors_.insert(holder);
    say_once(
        Severity::note, at, "nmodl-vector", "'" + holder + "' is a VECTOR: numbers that the config gives each instance",
        "as \"vectors\": {\"" + holder + "\": [...]} where the instances are described, instead of the hoc Vector");
}

void CWorld::stream(std::string const& pointer, std::string const& drawn, Position at) {
    streams_.insert(pointer);
    say_once(Severity::note, at, "nmodl-random-stream",
             "'" + pointer + "' is each instance's own stream of random numbers, " + drawn,
             "what hoc would hand over is not needed: streams follow from run.random_seed, the cell and the instance");
}

Expr CWorld::known_value(std::string const& text, Position at) {
    if (auto const* macro = preprocessor_.meaning(text)) {
        auto tokens = *macro;
        for (auto& token : tokens) token.at = at;
        auto const value = tokens.empty() ? std::nullopt : constant_value(CParser(tokens, types_).whole_expression());
        return value ? number(*value, at) : nullptr;
    }
    auto const* known = variable(text);
    if (!known || !known->sizes.empty() || !(known->type.is_real() || known->type.is_integer())) return nullptr;
    auto const start = known->value ? constant_value(known->value) : 0.0;
    return start ? name(keep(text, *start, known->at), at) : nullptr;
}

void CWorld::translate(CFunction const& function) {
    if (!translated_.insert(function.name).second) return;
    try {
        added_.push_back(CTranslator(*this).function(function));
    } catch (NotUnderstood const&) {
        translated_.erase(function.name);  // told again wherever else it is called
        throw;
    }
}

void CWorld::say_once(Severity severity, Position at, std::string const& code, std::string message,
                      std::string advice) {
    if (said_.insert(message).second)
        found_.add(at_source(program_, severity, at, code, std::move(message), std::move(advice)));
}

void CWorld::finish() {
    for (auto& neuron : program_.neuron)
        for (auto* list : {&neuron.pointer, &neuron.bbcore_pointer}) {
            for (auto const& named : *list)
                if (streams_.contains(named.name)) neuron.random.push_back(named);
            std::erase_if(*list, [&](Name const& named) { return streams_.contains(named.name); });
        }
    for (auto* list : {&program_.parameters, &program_.assigned})
        std::erase_if(*list, [&](Declaration const& d) { return streams_.contains(d.name); });
    declare_vectors();
    program_.blocks.insert(program_.blocks.end(), added_.begin(), added_.end());
    if (starts_.empty()) return;
    Block start;
    start.kind = BlockKind::constructor;
    start.at = starts_.front().at;
    start.body = std::move(starts_);
    program_.blocks.insert(program_.blocks.begin(), std::move(start));
}

/// Those that something asks; they are no variables then.
void CWorld::declare_vectors() {
    std::set<std::string> used;
    for (auto const* blocks : {&program_.blocks, &added_})
        for (auto const& block : *blocks)
            each_expression(block.body, [&](Expr const& e) {
                visit(e, [&](Expr const& node) {
                    if (names_storage(node) && vectors_.contains(node->args[0]->name)) used.insert(node->args[0]->name);
                });
            });
    if (used.empty()) return;
    for (auto* list : {&program_.parameters, &program_.assigned})
        std::erase_if(*list, [&](Declaration const& d) { return used.contains(d.name); });
    for (auto& neuron : program_.neuron)
        for (auto* list : {&neuron.pointer, &neuron.bbcore_pointer, &neuron.range, &neuron.global})
            std::erase_if(*list, [&](Name const& named) { return used.contains(named.name); });
    if (program_.neuron.empty()) program_.neuron.emplace_back();
    for (auto const& vector : used) program_.neuron[0].vector.push_back({vector, program_.neuron[0].at});
}

}  // namespace rall::nmodl
