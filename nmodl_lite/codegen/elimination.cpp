#include "nmodl_lite/codegen/elimination.hpp"

#include <utility>

namespace rall::nmodl {

std::vector<std::string> cpp_elimination(Elimination const& elimination, std::string const& numbers) {
    std::vector<std::string> lines{"{", "    static constexpr std::uint16_t program[] = {"};
    std::string table;
    for (int const number : *elimination.program) {
        if (table.size() > 100) lines.push_back("        " + std::exchange(table, {}));
        table += (table.empty() ? "" : " ") + std::to_string(number) + ",";
    }
    table.back() = '}';
    lines.push_back("        " + table + ";");
    lines.push_back(std::string("    elimination::") + (elimination.back ? "substitute" : "eliminate") +
                    "(program, elimination::" + numbers + ");");
    lines.emplace_back("}");
    return lines;
}

}  // namespace rall::nmodl
