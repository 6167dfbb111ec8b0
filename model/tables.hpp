// FUNCTION_TABLEs as kernels read them (mechanisms/table.hpp).
#pragma once

#include <vector>

#include "model/model.hpp"

namespace rall::model {

/// The numbers of a table for a function of `n_args` arguments. Throws InputError ("table-shape") when they do not make one.
std::vector<double> table_numbers(FunctionTable const& table, int n_args);

}  // namespace rall::model
