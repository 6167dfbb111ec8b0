#include "nmodl_lite/codegen/row.hpp"

#include <algorithm>

#include "nmodl_lite/codegen/signature.hpp"

namespace rall::nmodl {

std::string cpp_row(Mechanism const& mechanism, KernelFunction function, Pieces const& pieces) {
    auto const n = pieces.pieces.size();
    std::string text = "    static constexpr int n = " + std::to_string(n) + ", n_kept = " + std::to_string(std::max(1, pieces.n_kept)) +
                       ", n_rates = " + std::to_string(std::max(1, pieces.n_rates)) + ", stretch = " + std::to_string(pieces.stretch) + ";\n\n";
    auto const parameters = parameter_list(parameters_of(function, Part::of_row, mechanism), 0),
               arguments = arguments_of_piece(function, Part::of_row, mechanism);
    text += "    template <int k>\n    static constexpr bool together = ";
    for (std::size_t k = 0; k < n; ++k)
        if (pieces.together[k]) text += "k == " + std::to_string(k) + " || ";
    text += "false;\n\n    template <int k, int apart>\n    RALL_FUNCTION static auto piece(" + parameters + ") {\n";
    for (std::size_t k = 0; k < n; ++k)
        text += "        if constexpr (k == " + std::to_string(k) + ") return piece_" + std::to_string(k) + "<apart>(" + arguments + ");\n";
    text += "    }\n\n";
    if (pieces.by_stages) return text;
    return text + "    template <int k>\n    [[gnu::cold]] RALL_PIECE static auto alone(" + parameters + ") {\n        return piece<k, 1>(" + arguments +
           ");\n    }\n\n";
}

}  // namespace rall::nmodl
