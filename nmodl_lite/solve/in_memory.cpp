#include "nmodl_lite/solve/in_memory.hpp"

#include <algorithm>

#include "nmodl_lite/syntax/expression.hpp"

namespace rall::nmodl {

InMemory::InMemory(Columns rows, std::vector<std::size_t> order)
    : rows_(std::move(rows)), order_(std::move(order)), replaced_(rows_.size()), balance_(false) {
    find_program();
}

InMemory::InMemory(Columns rows, std::vector<std::size_t> order, std::vector<bool> replaced)
    : rows_(std::move(rows)), order_(std::move(order)), replaced_(std::move(replaced)), balance_(true) {
    find_program();
}

void InMemory::find_program() {
    auto const n = rows_.size();
    for (std::size_t i = 0; i < n; ++i) rows_[i].insert(i);
    auto const given = rows_;
    turn_.resize(n);
    for (std::size_t at = 0; at < n; ++at) turn_[order_[at]] = at;
    fill_in();
    find_places();

    std::vector<int> clear{nowhere_};
    for (std::size_t i = 0; i < n; ++i)
        for (auto const& [j, place] : place_[i])
            if (!given[i].contains(j)) clear.push_back(place);
    forward_ = {balance_ ? 0 : 1, static_cast<int>(clear.size())};
    forward_.insert(forward_.end(), clear.begin(), clear.end());
    auto const eliminated = static_cast<std::size_t>(std::ranges::count_if(order_, [&](auto k) { return is_eliminated(k); }));
    forward_.push_back(static_cast<int>(eliminated));
    back_.push_back(static_cast<int>(eliminated));
    for (std::size_t at = 0; at < eliminated; ++at) eliminate(order_[at]);
    for (std::size_t at = eliminated; at-- > 0;) substitute(order_[at]);
}

/// An unknown that is eliminated brings those of its row into all other rows that have it.
void InMemory::fill_in() {
    for (auto const k : order_) {
        if (!is_eliminated(k)) break;
        for (auto const i : rows_with(k))
            for (auto const j : rows_[k])
                if (turn_[j] > turn_[k]) rows_[i].insert(j);
    }
}

/// What is left of a row when its unknown is eliminated lies side by side, its right side behind it.
void InMemory::find_places() {
    place_.resize(rows_.size());
    right_.resize(rows_.size());
    nowhere_ = size_++;
    for (auto const k : order_) {
        for (auto const j : later_in(k)) place_[k][j] = size_++;
        right_[k] = size_++;
        for (auto const j : rows_[k])
            if (turn_[j] <= turn_[k]) place_[k][j] = size_++;
    }
}

std::vector<std::size_t> InMemory::rows_with(std::size_t k) const {
    std::vector<std::size_t> found;
    for (auto at = turn_[k] + 1; at < order_.size(); ++at)
        if (rows_[order_[at]].contains(k)) found.push_back(order_[at]);
    return found;
}

std::vector<std::size_t> InMemory::later_in(std::size_t k) const {
    std::vector<std::size_t> found;
    for (auto const j : rows_[k])
        if (turn_[j] > turn_[k]) found.push_back(j);
    std::ranges::sort(found, {}, [&](std::size_t j) { return turn_[j]; });
    return found;
}

void InMemory::eliminate(std::size_t k) {
    auto const later = later_in(k);
    auto const others = rows_with(k);
    int const length = static_cast<int>(later.size()) + 1;
    auto const put = [&](auto... numbers) { (forward_.push_back(static_cast<int>(numbers)), ...); };
    put(right_[k] - length + 1, length);
    std::vector<int> summed{place_[k][k]};
    for (auto const i : others)
        if (balance_ && is_eliminated(i)) summed.push_back(place_[i][k]);
    put(summed.size());
    forward_.insert(forward_.end(), summed.begin(), summed.end());
    put(others.size() + (balance_ ? 1 : 0));
    if (balance_) {  // what is lost of k is lost of those that feed it
        put(place_[k][k]);
        for (auto const j : later) put(is_eliminated(j) ? place_[j][j] : nowhere_);
        put(nowhere_);
    }
    for (auto const i : others) {
        put(place_[i][k]);
        for (auto const j : later) put(balance_ && is_eliminated(i) && i == j ? nowhere_ : place_[i][j]);
        put(right_[i]);
    }
    operations_ += length * (2 + static_cast<int>(others.size()));
}

void InMemory::substitute(std::size_t k) {
    auto const later = later_in(k);
    int const length = static_cast<int>(later.size()) + 1;
    back_.push_back(right_[k] - length + 1);
    back_.push_back(length);
    for (auto const j : later) back_.push_back(right_[j]);
}

Expr InMemory::at(Expr const& array, int place) { return element(array->name, number(place), array->at); }

Statement InMemory::eliminated(Expr const& array) const {
    return {array->at, Elimination{array, std::make_shared<std::vector<int> const>(forward_), false}};
}

Statement InMemory::substituted(Expr const& array) const {
    return {array->at, Elimination{array, std::make_shared<std::vector<int> const>(back_), true}};
}

}  // namespace rall::nmodl
