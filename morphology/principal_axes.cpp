#include "morphology/principal_axes.hpp"

#include <cmath>
#include <limits>

namespace rall::morphology {
namespace {

using std::size_t;
constexpr size_t n = 3;

/// I - beta u u', which maps the entries of a column from `first` on to a multiple of the first of them.
struct Reflection {
    std::array<double, n> u{};
    double beta = 0;
    size_t first = 1;

    /// Sets itself up for a column; returns what its entry `first` becomes.
    double reflect(std::array<double, n> const& column) {
        double sum = 0;
        for (size_t i = first; i < n; ++i) {
            u[i] = column[i];
            sum += u[i] * u[i];
        }
        double const norm = std::sqrt(sum), x = u[first];
        if (norm <= 0) return x;
        beta = 1 / (norm * (norm + std::abs(x)));
        double const image = x > 0 ? -norm : norm;
        u[first] -= image;
        return image;
    }

    void apply(std::array<double, n>& v) const {
        double dot = 0;
        for (size_t i = first; i < n; ++i) dot += u[i] * v[i];
        double const scale = beta * dot;
        if (scale == 0) return;
        for (size_t i = first; i < n; ++i) v[i] += -scale * u[i];
    }
};

struct Tridiagonal {
    std::array<double, n> diagonal{};
    std::array<double, n - 1> beside{};
    Matrix3 vectors{};

    explicit Tridiagonal(Matrix3 a) {
        std::array<Reflection, n - 1> reflections;
        for (size_t k = 0; k + 1 < n; ++k) {
            auto& h = reflections[k];
            h.first = k + 1;
            a[k + 1][k] = h.reflect({a[0][k], a[1][k], a[2][k]});
            if (h.beta == 0) continue;
            std::array<double, n> w{};
            for (size_t i = h.first; i < n; ++i)
                for (size_t j = h.first; j < n; ++j) w[j] += h.u[i] * a[i][j];
            for (size_t i = h.first; i < n; ++i)
                for (size_t j = h.first; j < n; ++j) a[i][j] += -h.beta * h.u[i] * w[j];
            for (auto& row : a) h.apply(row);
        }
        for (size_t c = 0; c < n; ++c) {
            std::array<double, n> column{};
            column[c] = 1;
            for (size_t k = n - 1; k-- > 0;) reflections[k].apply(column);
            for (size_t i = 0; i < n; ++i) vectors[i][c] = column[i];
        }
        for (size_t i = 0; i < n; ++i) diagonal[i] = a[i][i];
        for (size_t i = 0; i + 1 < n; ++i) beside[i] = a[i][i + 1];
    }

    /// Turns the plane of i and i + 1.
    struct Rotation {
        double c = 1, s = 0;
        Rotation(double x, double y) {
            double const norm = std::sqrt(x * x + y * y);
            if (norm == 0) return;
            c = x / norm;
            s = -y / norm;
        }
    };
    void rotate(size_t i, Rotation const& r) {
        bool const steep = std::abs(r.c) > std::sqrt(0.5);
        double const s2 = steep ? 1 - r.c * r.c : r.s * r.s, c2 = steep ? r.c * r.c : 1 - r.s * r.s, cs = r.c * r.s;
        double const a = diagonal[i], b = diagonal[i + 1], e = beside[i];
        diagonal[i] = c2 * a + s2 * b - 2 * cs * e;
        beside[i] = cs * (a - b) + (c2 - s2) * e;
        diagonal[i + 1] = s2 * a + c2 * b + 2 * cs * e;
        for (auto& row : vectors) {
            double const x = row[i], y = row[i + 1];
            row[i] = r.c * x + -r.s * y;
            row[i + 1] = r.s * x + r.c * y;
        }
    }

    /// One QR step on rows lo .. hi: a rotation that meets the shift, and those that chase the entry it makes off the band.
    void step(size_t lo, size_t hi) {
        double const d = (diagonal[hi - 1] - diagonal[hi]) / 2, e2 = beside[hi - 1] * beside[hi - 1];
        double const shift = diagonal[hi] - e2 / (d + (d >= 0 ? 1 : -1) * std::sqrt(d * d + e2));
        Rotation r(diagonal[lo] - shift, beside[lo]);
        for (size_t i = lo; i < hi; ++i) {
            rotate(i, r);
            if (i + 1 == hi) break;
            double const off = -r.s * beside[i + 1];
            beside[i + 1] *= r.c;
            r = Rotation(beside[i], off);
            beside[i] = r.c * beside[i] - r.s * off;
        }
    }

    void diagonalise() {
        constexpr int most = 100;  // three suffice
        int steps = 0;
        for (size_t lo = 0; lo < n;) {
            size_t hi = lo;
            while (hi + 1 < n && beside[hi] != 0) ++hi;
            if (hi == lo) {
                ++lo;
                continue;
            }
            for (bool split = false; !split; split = split || ++steps > most) {
                step(lo, hi);
                for (size_t i = lo; i < hi; ++i) {
                    double const size = std::abs(diagonal[i]) + std::abs(diagonal[i + 1]);
                    if (std::abs(beside[i]) >= std::numeric_limits<double>::epsilon() * size) continue;
                    beside[i] = 0;
                    split = true;
                }
            }
            if (steps > most) return;
        }
    }
};

}  // namespace

PrincipalAxes principal_axes(Matrix3 const& symmetric) {
    Tridiagonal matrix(symmetric);
    matrix.diagonalise();
    return {matrix.diagonal, matrix.vectors};
}

}  // namespace rall::morphology
