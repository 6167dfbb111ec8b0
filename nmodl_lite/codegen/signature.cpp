#include "nmodl_lite/codegen/signature.hpp"

#include "nmodl_lite/codegen/expression.hpp"

namespace rall::nmodl {

Parameters parameters_of(KernelFunction function, Part part, Mechanism const& mechanism) {
    using enum KernelFunction;
    std::string const plain = "[[maybe_unused]] double";
    bool const network = function == receive || function == connect;
    Parameters all;
    if (function == relax) {
        all = {{"[[maybe_unused]] kernel::Instance const&", "instance"}, {plain, cpp_name(mechanism.gamma)}};
    } else {
        all = {{"[[maybe_unused]] kernel::Context const&", "context"},
               {"[[maybe_unused]] Common const&", "common"},
               {function == current || is_of_states(function) ? "[[maybe_unused]] auto const&" : "[[maybe_unused]] kernel::Instance const&", "instance"}};
        if (function != next_discontinuity) all.emplace_back(function == state ? "[[maybe_unused]] real" : plain, cpp_name("v"));
    }
    if (network) all.emplace_back(plain + "*", "args");
    if (function == receive) all.emplace_back(plain, cpp_name(mechanism.flag));
    if (part != Part::whole) all.emplace_back(plain + "*", "kept");
    else if (function == diffusion) all.emplace_back("kernel::Diffusion*", "out");
    else if (function == transitions || function == curves) all.emplace_back("double*", "out");
    else if (function == state_on_curves) all.emplace_back("[[maybe_unused]] double const*", "curve");
    if (part == Part::of_row) all.emplace_back("[[maybe_unused]] real*", "rates");
    if (function == initial || network) all.emplace_back("[[maybe_unused]] Events&", "events");
    return all;
}

std::string parameter_list(Parameters const& parameters, std::size_t column) {
    std::string text;
    for (auto const& [type, name] : parameters) {
        auto const word = type + " " + name;
        bool const wraps = !text.empty() && column + word.size() > 110;
        if (wraps) column = 8;
        text += text.empty() ? word : (wraps ? ",\n        " : ", ") + word;
        column += word.size() + 2;
    }
    return text;
}

std::string arguments_of_piece(KernelFunction function, Part part, Mechanism const& mechanism) {
    std::string text;
    for (auto const& [type, name] : parameters_of(function, part, mechanism)) text += (text.empty() ? "" : ", ") + name;
    return text;
}

}  // namespace rall::nmodl
