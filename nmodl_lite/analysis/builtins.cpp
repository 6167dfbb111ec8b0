#include "nmodl_lite/analysis/builtins.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace rall::nmodl {

namespace {

using enum BuiltinKind;

constexpr Builtin table[] = {
    {"exp", math, 1, 1, "exp"},
    {"expm1", math, 1, 1, "expm1"},
    {"exprelr", math, 1, 1, "exprelr"},
    {"log", math, 1, 1, "log"},
    {"log10", math, 1, 1, "log10"},
    {"pow", math, 2, 2, "pow"},
    {"sqrt", math, 1, 1, "sqrt"},
    {"fabs", math, 1, 1, "fabs"},
    {"abs", math, 1, 1, "abs"},
    {"sin", math, 1, 1, "sin"},
    {"cos", math, 1, 1, "cos"},
    {"tan", math, 1, 1, "tan"},
    {"asin", math, 1, 1, "asin"},
    {"acos", math, 1, 1, "acos"},
    {"atan", math, 1, 1, "atan"},
    {"atan2", math, 2, 2, "atan2"},
    {"sinh", math, 1, 1, "sinh"},
    {"cosh", math, 1, 1, "cosh"},
    {"tanh", math, 1, 1, "tanh"},
    {"ceil", math, 1, 1, "ceil"},
    {"floor", math, 1, 1, "floor"},
    {"fmod", math, 2, 2, "fmod"},
    {"round", math, 1, 1, "round"},
    {"erf", math, 1, 1, "erf"},
    {"erfc", math, 1, 1, "erfc"},
    {"fmin", math, 2, 2, "fmin"},
    {"fmax", math, 2, 2, "fmax"},
    {"random_ipick", random, 1, 1, nullptr},
    {"random_dpick", random, 1, 1, nullptr},
    {"random_setseq", random, 2, 2, nullptr},
    {"random_setids", random, 4, 4, nullptr},
    {"random_uniform", random, 1, 3, nullptr},
    {"random_normal", random, 1, 3, nullptr},
    {"random_negexp", random, 1, 2, nullptr},
    {"random_poisson", random, 2, 2, nullptr},
    {"vector_size", vector, 1, 1, "size"},
    {"vector_value", vector, 2, 2, "value"},
    {"vector_store", vector, 3, 3, "store"},
    {"net_send", event, 2, 2, nullptr},
    {"net_event", event, 1, 1, nullptr},
    {"net_move", event, 1, 1, nullptr},
    {"at_time", rewritten, 1, 1, nullptr},
    {"state_discontinuity", rewritten, 2, 2, nullptr},
    {"nrn_pointing", rewritten, 1, 1, nullptr},
    {"printf", ignored, 1, 100, nullptr},
};

}  // namespace

Builtin const* find_builtin(std::string const& name) {
    auto const* found = std::ranges::find_if(table, [&](Builtin const& b) { return name == b.name; });
    return found == std::end(table) ? nullptr : found;
}

std::vector<std::string> builtin_names() {
    std::vector<std::string> names;
    for (auto const& b : table) names.emplace_back(b.name);
    return names;
}

}  // namespace rall::nmodl
