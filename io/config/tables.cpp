// The values of FUNCTION_TABLEs, in "conditions": one table for all instances of a mechanism, as in NEURON.
#include "model/tables.hpp"

#include <fmt/format.h>

#include "io/config/build.hpp"

namespace rall::io {
namespace {

/// Numbers of a list, lists inside it included, in order; `n` receives the lengths of the list and of its first member.
void flatten(Build& build, Node const& node, std::size_t depth, model::FunctionTable& table) {
    if (table.n.size() <= depth) table.n.push_back(static_cast<int>(node.children.size()));
    for (auto const& child : node.children) {
        if (child.is_array()) flatten(build, child, depth + 1, table);
        else if (child.is_number()) table.values.push_back(child.number());
        else error(build.diagnostics, "config-type", child, "a table holds numbers");
        if (child.is_array() && static_cast<int>(child.children.size()) != table.n[depth + 1])
            error(build.diagnostics, "table-shape", child,
                  fmt::format("the rows of a table are equally long: expected {} values, found {}", table.n[depth + 1],
                              child.children.size()));
    }
}

/// A number, or one per argument.
std::vector<double> ends(Object& object, char const* key) {
    auto const* node = object.find(key);
    if (node && node->is_number()) return {node->number()};
    return node ? object.numbers(key) : std::vector<double>{};
}

}  // namespace

std::optional<model::FunctionTable> read_table(Build& build, Node const& node, std::string const& what, int n_args) {
    model::FunctionTable table;
    auto const errors = build.diagnostics.count(Severity::error);
    if (node.is_number()) {
        table.values = {node.number()};
        return table;
    }
    Object object(node, what, build.diagnostics, keys_of("function_table"));
    auto const* values = object.required("values");
    if (values && !values->is_array())
        error(build.diagnostics, "config-type", *values, what + ".values: expected a list");
    else if (values) flatten(build, *values, 0, table);
    if (object.has("x")) {
        table.x = object.numbers("x");
    } else {
        table.from = ends(object, "from");
        table.to = ends(object, "to");
        if (table.from.size() != table.n.size() || table.to.size() != table.n.size())
            error(build.diagnostics, "table-shape", node,
                  fmt::format("{}: expected 'from' and 'to' for each argument, or 'x'", what));
    }
    object.finish();
    if (build.diagnostics.count(Severity::error) > errors) return std::nullopt;
    try {
        model::table_numbers(table, n_args);
    } catch (InputError const& failure) {
        adopt(build.diagnostics, failure, node);
        return std::nullopt;
    }
    return table;
}

void require_tables(Build& build, Node const& where) {
    for (auto const& name : build.model.mechanism_names()) {
        auto const found = build.mechanisms.find(name);
        if (found == build.mechanisms.end()) continue;
        auto const& info = *found->second;
        auto const given = build.model.tables.find(name);
        for (int i = 0; i < info.n_variables; ++i) {
            std::string const table = info.variables[i].name;
            if (info.variables[i].role == Role::table &&
                (given == build.model.tables.end() || !given->second.contains(table)))
                error(build.diagnostics, "table-unbound", where,
                      fmt::format("FUNCTION_TABLE {} of {} has no values", table, name),
                      fmt::format("give them as conditions.mechanisms.{}.{}", name, table));
        }
    }
}

}  // namespace rall::io
