// FUNCTION_TABLE: a function of one or two arguments whose values the model gives. Between them it is linear, beyond the first and
// last it stays what it was there, as in NEURON.
//
// A table in memory: for each argument three numbers (how many values n, the first argument, (n - 1) / (last - first)), then the
// values, those of the last argument side by side. Where arguments are not equally spaced, n is negative and the -n
// arguments stand before the values.
#pragma once

#include "base/function.hpp"

namespace rall::kernel {

inline constexpr int table_axis = 3;  ///< numbers that describe one argument

/// Where an argument falls: the value before it, and how far it is on the way to the next.
struct TablePlace {
    int i;
    double part;
};

RALL_FUNCTION TablePlace table_place(double const* axis, double x) {
    double const last = axis[0] - 1, p = (x - axis[1]) * axis[2];
    double const clamped = p > 0 ? (p < last ? p : last) : 0;
    int const i = static_cast<int>(clamped < last - 1 ? clamped : last - 1);
    return {i, clamped - i};
}

/// Halves the number of candidates until one is left: the last argument of the table that is not above x.
RALL_FUNCTION double lookup_unequal(double const* table, double x) {
    int const n = static_cast<int>(-table[0]);
    double const *const given = table + table_axis, *const values = given + n;
    int i = 0;
    for (int left = n; left > 1;) {
        int const half = left / 2;
        i += given[i + half] <= x ? half : 0;
        left -= half;
    }
    if (i == n - 1 || x <= given[i]) return values[i];
    return values[i] + (x - given[i]) / (given[i + 1] - given[i]) * (values[i + 1] - values[i]);
}

RALL_FUNCTION double lookup(double const* table, double x) {
    if (table[0] < 0) return lookup_unequal(table, x);
    TablePlace const at = table_place(table, x);
    double const* const values = table + table_axis + at.i;
    return values[0] + at.part * (values[1] - values[0]);
}

RALL_FUNCTION double lookup(double const* table, double x, double y) {
    TablePlace const row = table_place(table, x), column = table_place(table + table_axis, y);
    int const n = static_cast<int>(table[table_axis]);
    double const* const values = table + 2 * table_axis + row.i * n + column.i;
    double const low = values[0] + column.part * (values[1] - values[0]);
    double const high = values[n] + column.part * (values[n + 1] - values[n]);
    return low + row.part * (high - low);
}

}  // namespace rall::kernel
