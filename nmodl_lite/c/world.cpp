#include "nmodl_lite/c/world.hpp"

#include <algorithm>

#include "nmodl_lite/analysis/builtins.hpp"
#include "nmodl_lite/c/parser.hpp"
#include "nmodl_lite/c/translate.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/lexer.hpp"

namespace rall::nmodl {

CWorld::CWorld(Program& program, Diagnostics& found) : program_(program), found_(found) {
    variables_ = {"v", "t", "dt", "celsius", "area", "diam"};
    for (auto const* list :
         {&program.parameters, &program.assigned, &program.states, &program.constants, &program.locals})
        for (auto const& d : *list) variables_.insert(d.name);
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

std::string CWorld::keep(std::string const& wanted, double start, Position at) {
    auto const place = std::to_string(at.source) + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
    auto const [known, fresh] = kept_.try_emplace(place, wanted);
    if (!fresh) return known->second;
    for (int i = 1; is_taken(known->second); ++i) known->second = wanted + "_" + std::to_string(i);
    Declaration declaration;
    declaration.name = known->second;
    declaration.at = at;
    program_.assigned.push_back(declaration);
    if (start != 0) starts_.push_back({at, Assign{name(known->second, at), number(start, at), false}});
    variables_.insert(known->second);
    say_once(Severity::note, at, "nmodl-static-variable",
             "the static variable '" + wanted + "' becomes one of each instance",
             "in NEURON all instances share it; that differs only where one reads what another has written");
    return known->second;
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
    added_.push_back(CTranslator(*this).function(function));
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
    program_.blocks.insert(program_.blocks.end(), added_.begin(), added_.end());
    if (starts_.empty()) return;
    Block start;
    start.kind = BlockKind::constructor;
    start.at = starts_.front().at;
    start.body = std::move(starts_);
    program_.blocks.insert(program_.blocks.begin(), std::move(start));
}

}  // namespace rall::nmodl
