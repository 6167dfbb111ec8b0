// Inside the readers: eigenvalues and eigenvectors of a symmetric 3 x 3 matrix, to the last digit and sign those that NEURON finds.
#pragma once

#include <array>

namespace rall::morphology {

using Matrix3 = std::array<std::array<double, 3>, 3>;

struct PrincipalAxes {
    std::array<double, 3> values;
    Matrix3 vectors;  ///< vectors[row][k] is the vector of values[k], of length 1
};

/// Householder's reduction to tridiagonal form, then QR steps with Wilkinson's shift (Golub & Van Loan, Matrix Computations, 8.3),
/// each operation in the order of the library that NEURON uses: where an outline is as long as wide, or an edge is
/// parallel to an axis, the last digits of the axes decide which points lie farthest.
PrincipalAxes principal_axes(Matrix3 const& symmetric);

}  // namespace rall::morphology
