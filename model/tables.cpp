#include "model/tables.hpp"

#include <algorithm>

#include "base/diagnostics.hpp"
#include "mechanisms/table.hpp"

namespace rall::model {

namespace {

[[noreturn]] void wrong(std::string const& what) {
    throw InputError("table-shape", {}, "the values of a FUNCTION_TABLE make no table: " + what);
}

}  // namespace

std::vector<double> table_numbers(FunctionTable const& table, int n_args) {
    auto const axes = static_cast<std::size_t>(n_args);
    std::vector<double> numbers;
    if (table.n.empty()) {  // one value for all arguments: a grid of two equal ones
        if (table.values.size() != 1) wrong("expected one value, or how many there are");
        for (int k = 0; k < n_args; ++k) numbers.insert(numbers.end(), {2, 0, 0});
        numbers.insert(numbers.end(), std::size_t{1} << axes, table.values[0]);
        return numbers;
    }
    if (table.n.size() != axes)
        wrong("it has " + std::to_string(table.n.size()) + " arguments, the function " + std::to_string(n_args));
    std::size_t count = 1;
    for (int const n : table.n) count *= static_cast<std::size_t>(std::max(n, 0));
    if (count != table.values.size())
        wrong("expected " + std::to_string(count) + " values, found " + std::to_string(table.values.size()));
    if (!table.x.empty()) {
        if (axes != 1 || table.x.size() != table.values.size()) wrong("every value of one argument needs its own");
        if (!std::ranges::is_sorted(table.x)) wrong("arguments must ascend");
        numbers = {-static_cast<double>(table.x.size()), 0, 0};
        numbers.insert(numbers.end(), table.x.begin(), table.x.end());
    } else {
        for (std::size_t k = 0; k < axes; ++k) {
            if (table.n[k] < 2) wrong("an argument needs at least two values");
            if (!(table.from[k] < table.to[k])) wrong("the first argument must be below the last");
            numbers.insert(numbers.end(), {static_cast<double>(table.n[k]), table.from[k],
                                           (table.n[k] - 1) / (table.to[k] - table.from[k])});
        }
    }
    numbers.insert(numbers.end(), table.values.begin(), table.values.end());
    return numbers;
}

}  // namespace rall::model
