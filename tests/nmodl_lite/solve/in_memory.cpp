// Systems of equations that are eliminated by a table.
#include "nmodl_lite/solve/in_memory.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>

#include "base/elimination.hpp"
#include "nmodl_lite/syntax/expression.hpp"

namespace rall::nmodl::test {

namespace {

using Matrix = std::vector<std::map<std::size_t, double>>;

InMemory::Columns columns_of(Matrix const& matrix) {
    InMemory::Columns columns(matrix.size());
    for (std::size_t i = 0; i < matrix.size(); ++i)
        for (auto const& [j, value] : matrix[i]) columns[i].insert(j);
    return columns;
}

struct Memory {
    InMemory const& system;
    Expr array = name("m");
    std::vector<double> values;

    explicit Memory(InMemory const& s) : system(s), values(static_cast<std::size_t>(s.size()), std::nan("")) {}

    double& at(Expr const& element) { return values[static_cast<std::size_t>(element->args[0]->value)]; }

    void run(Statement const& statement) {
        auto const& e = std::get<Elimination>(statement.what);
        elimination::Numbers const numbers{values.data()};
        if (e.back) elimination::substitute(e.program->data(), numbers);
        else elimination::eliminate(e.program->data(), numbers);
    }
};

std::vector<std::size_t> some_order(std::size_t n, std::mt19937& random) {
    std::vector<std::size_t> order(n);
    for (std::size_t i = 0; i < n; ++i) order[i] = i;
    std::shuffle(order.begin(), order.end(), random);
    return order;
}

}  // namespace

TEST_CASE("a sparse matrix is eliminated in memory, in any order") {
    std::mt19937 random(7);
    std::uniform_real_distribution<double> value(-1, 1);
    for (std::size_t const n : {1UL, 2UL, 9UL, 40UL}) {
        Matrix matrix(n);
        std::vector<double> right;
        for (std::size_t i = 0; i < n; ++i) {
            matrix[i][i] = 6 + value(random);
            for (int k = 0; k < 4; ++k) matrix[i].try_emplace(random() % n, value(random));
            right.push_back(value(random));
        }
        InMemory const system(columns_of(matrix), some_order(n, random));
        Memory memory(system);
        for (std::size_t i = 0; i < n; ++i) {
            for (auto const& [j, entry] : matrix[i]) memory.at(system.entry(memory.array, i, j)) = entry;
            memory.at(system.right(memory.array, i)) = -right[i];
        }
        memory.run(system.eliminated(memory.array));
        memory.run(system.substituted(memory.array));
        for (std::size_t i = 0; i < n; ++i) {
            double sum = 0;
            for (auto const& [j, entry] : matrix[i]) sum += entry * memory.at(system.right(memory.array, j));
            CHECK(sum == doctest::Approx(right[i]).epsilon(1e-12));
        }
    }
}

TEST_CASE("a balance in memory keeps its sum however stiff it is, and no unknown becomes negative") {
    std::mt19937 random(11);
    std::uniform_real_distribution<double> exponent(-12, 12);
    std::size_t const n = 30, sum = 17;  // the row of this one says what all come to
    Matrix flow(n);                      // flow[i][k]: from k to i
    std::vector<double> loss(n, 1e-9), right(n, 1e-9 / n);
    for (std::size_t k = 0; k < n; ++k)
        for (std::size_t const i : {(k + 1) % n, (k + 7) % n}) {
            double const rate = std::pow(10, exponent(random));
            if (i == sum) loss[k] += rate;  // what goes there leaves the balance
            else flow[i][k] = rate;
        }
    auto columns = columns_of(flow);
    for (std::size_t j = 0; j < n; ++j) columns[sum].insert(j);
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < n; ++i)
        if (i != sum) order.push_back(i);
    order.push_back(sum);
    std::vector<bool> replaced(n, false);
    replaced[sum] = true;
    InMemory const system(columns, order, replaced);
    Memory memory(system);
    for (std::size_t i = 0; i < n; ++i) {
        if (i == sum) continue;
        for (auto const& [j, rate] : flow[i]) memory.at(system.entry(memory.array, i, j)) = rate;
        memory.at(system.entry(memory.array, i, i)) = loss[i];
        memory.at(system.right(memory.array, i)) = right[i];
    }
    for (std::size_t j = 0; j < n; ++j) memory.at(system.entry(memory.array, sum, j)) = 1;
    memory.at(system.right(memory.array, sum)) = -1;  // all together 1
    memory.run(system.eliminated(memory.array));
    auto const last = system.right(memory.array, sum);
    memory.at(last) = -memory.at(last) / memory.at(system.entry(memory.array, sum, sum));
    memory.run(system.substituted(memory.array));
    double total = 0;
    for (std::size_t j = 0; j < n; ++j) {
        CHECK(memory.at(system.right(memory.array, j)) >= 0);
        total += memory.at(system.right(memory.array, j));
    }
    CHECK(total == doctest::Approx(1).epsilon(1e-12));
}

}  // namespace rall::nmodl::test
