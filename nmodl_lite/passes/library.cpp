// Functions of NEURON's library that are best said in NMODL; a mechanism that calls one gets it as if its file held it.
#include <algorithm>
#include <array>

#include "nmodl_lite/analysis/builtins.hpp"
#include "nmodl_lite/passes/passes.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/parser.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

struct LibraryFunction {
    std::string_view name;
    std::string_view text;  // of a FUNCTION with this name and "_": NEURON keeps the name itself for its own
};

constexpr std::array<LibraryFunction, 2> library{{
    // Current density of an ion of valence z through a permeability of 1 cm/s, by Goldman, Hodgkin and Katz (Hille, Ion
    // Channels of Excitable Membranes, 2001, ch. 14): mA/cm2 for mV and mM. F and R by the SI of 2019. Close to 0 mV
    // x/(exp(x) - 1) takes its first two terms, as in NEURON.
    {"nrn_ghk", R"(
FUNCTION nrn_ghk_(v (mV), inside (mM), outside (mM), z) (mA/cm2) {
    LOCAL x, in, out
    x = z*v*96485.33212331001/(1000*8.31446261815324*(celsius + 273.15))
    if (fabs(x) < 1e-4) {
        out = 1 - x/2
        in = 1 + x/2
    } else {
        out = x/(exp(x) - 1)
        in = -x/(exp(-x) - 1)
    }
    nrn_ghk_ = 0.001*z*96485.33212331001*(inside*in - outside*out)
}
)"},
    // The normal distribution's density. NEURON's pi has nine digits here.
    {"gauss", R"(
FUNCTION gauss_(x, mean, sd) {
    gauss_ = exp(-((x - mean)/sd)^2/2)/(sd*sqrt(2*3.14159265))
}
)"},
}};

}  // namespace

bool is_library_function(std::string const& name) {
    return std::ranges::find(library, name, &LibraryFunction::name) != library.end();
}

void add_library_functions(Program& program, Diagnostics& found) {
    std::set<std::string> called;
    for (auto const& block : program.blocks)
        each_expression(block.body, [&](Expr const& e) {
            visit(e, [&](Expr const& node) {
                if (node->op == Op::call) called.insert(node->name);
            });
        });
    for (auto const& block : program.blocks) called.erase(block.name);  // the file's own takes precedence
    for (auto const& function : library) {
        if (!called.contains(std::string(function.name))) continue;
        for (auto& block : program.blocks)
            rewrite_expressions(block.body, [&](Expr const& e) {
                return rewrite(e, [&](Expr const& node) {
                    bool const here = node->op == Op::call && node->name == function.name;
                    return here ? call(node->name + "_", node->args, node->at) : node;
                });
            });
        Parser(program, found).file(function.text, "library of NMODL functions");
    }
}

}  // namespace rall::nmodl
