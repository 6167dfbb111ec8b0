#include "nmodl_lite/codegen/common.hpp"

#include "nmodl_lite/codegen/function.hpp"
#include "nmodl_lite/syntax/expression.hpp"

namespace rall::nmodl {

std::string cpp_common(Mechanism const& mechanism) {
    CppNames names;
    std::set<std::string> used;
    std::string fields, values;
    for (auto const& shared : mechanism.common) {
        used.merge(variables_of(shared.value));
        fields += "        double " + names.of(shared.name) + ";\n";
        values += (values.empty() ? "" : ",\n                ") + to_cpp(shared.value, names, {});
    }
    std::string text = "    struct Common {" + (fields.empty() ? "" : "\n" + fields + "    ") + "};\n\n";
    text +=
        "    RALL_FUNCTION static Common common([[maybe_unused]] kernel::Context const& context,\n"
        "        [[maybe_unused]] kernel::Variable const* variables) {\n";
    for (auto const& variable : used) {
        auto const* global = mechanism.find(variable);
        text +=
            "        double const " + names.of(variable) + " = " +
            (global ? "variables[element::" + element_name(*global) + "].data[0]" : "context." + variable) +
            ";\n";
    }
    return text + "        return {" + values + "};\n    }\n\n";
}

}  // namespace rall::nmodl
