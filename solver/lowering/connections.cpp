#include "solver/lowering/connections.hpp"

#include <algorithm>
#include <bit>
#include <numeric>
#include <tuple>

#include "base/pages.hpp"
#include "base/parallel.hpp"
#include "base/runtime.hpp"

namespace rall::solver {
namespace {

/// Of numbers with a sign bit of 0, the order of their bits is theirs; of others it is some order, which is all that is needed.
auto bits(double value) { return std::bit_cast<std::uint64_t>(value); }

/// An object, not a function, so that sorting has it inline.
constexpr auto earlier = [](model::Connection const& a, model::Connection const& b) {
    if (a.source != b.source) return a.source < b.source;
    if (a.target != b.target) return a.target < b.target;
    return std::tuple(bits(a.weight), bits(a.delay)) < std::tuple(bits(b.weight), bits(b.delay));
};

using Iterator = std::vector<model::Connection>::iterator;

/// Halves are sorted apart, where there are threads for both.
void sort(Iterator first, Iterator last, int threads) {
    constexpr std::ptrdiff_t worth_a_thread = 100'000;
    if (threads < 2 || last - first < worth_a_thread) return std::sort(first, last, earlier);
    auto const middle = first + (last - first) / 2;
    std::nth_element(first, middle, last, earlier);
    in_parallel(2, 2, [&](int half) {
        if (half == 0) sort(first, middle, threads / 2);
        else sort(middle, last, threads - threads / 2);
    });
}

/// 0, 1, ..., n - 1, sorted by `key`.
template <class Key>
std::vector<std::uint32_t> order_by(std::size_t n, Key const& key) {
    std::vector<std::uint32_t> order(n);
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return key(a) < key(b); });
    return order;
}

std::vector<std::uint32_t> inverse(std::vector<std::uint32_t> const& order) {
    std::vector<std::uint32_t> place(order.size());
    for (std::uint32_t k = 0; k < order.size(); ++k) place[order[k]] = k;
    return place;
}

}  // namespace

Connections::Connections(model::Model const& model, std::vector<model::Connection> connections,
                         Targets targets, int n_args)
    : n_args_(n_args),
      rank_(inverse(order_by(model.sources.size(), [&](auto source) { return model.sources[source].gid; }))),
      first_(model.sources.size() + 1, 0),
      targets_(std::move(targets)),
      args_("rall::arguments", connections.size() * static_cast<std::size_t>(n_args) * sizeof(double)) {
    std::vector<std::uint32_t> of_rank(rank_.size());
    for (std::uint32_t source = 0; source < of_rank.size(); ++source) of_rank[rank_[source]] = source;
    for (auto& connection : connections) {
        connection.source = rank_[connection.source];
        connection.target = targets_.place(connection.target);
        ++first_[connection.source + 1];
        longest_delay_ = std::max(longest_delay_, connection.delay);
    }
    std::partial_sum(first_.begin(), first_.end(), first_.begin());
    sort(connections.begin(), connections.end(), host_threads());

    constexpr std::size_t at_once = 1 << 16;
    auto const n = connections.size();
    auto* arg = args_.host_as<double>();
    place_.reserve(n), delay_.reserve(n);  // memory is taken when it is filled
    for (std::size_t begin = 0; begin < n; begin += at_once) {
        auto const end = std::min(n, begin + at_once);
        for (auto k = begin; k < end; ++k) {
            place_.push_back(connections[k].target);
            delay_.push_back(connections[k].delay);
            *arg = connections[k].weight;
            std::fill_n(arg + 1, n_args - 1, 0.0);
            if (auto const& source = model.sources[of_rank[connections[k].source]]; source.argument > 0 && source.argument < n_args)
                arg[source.argument] = source.value;
            arg += n_args;
        }
        give_back(&connections[begin], (end - begin) * sizeof(model::Connection));
    }
    args_.to_device();
    args_.drop_host();
}

Connections::Heard Connections::heard(std::vector<char> const& asked) const {
    auto const is_asked = [&](Targets::Run const& run) { return run.mechanism >= 0 && asked[static_cast<std::size_t>(run.mechanism)]; };
    if (std::ranges::none_of(targets_.runs(), is_asked)) return {};
    Heard heard{std::vector<std::size_t>(targets_.size() + 1, 0), {}};
    auto const of_asked = [&](auto const& f) {
        for (int source = 0; source < static_cast<int>(rank_.size()); ++source) {
            auto const* run = targets_.runs().data();
            for (auto k = first(source); k < last(source); ++k) {
                run = targets_.run_of(place_[k], run);
                if (is_asked(*run)) f(place_[k], static_cast<std::uint32_t>(k));
            }
        }
    };
    of_asked([&](std::uint32_t place, std::uint32_t) { ++heard.first[place + 1]; });
    std::partial_sum(heard.first.begin(), heard.first.end(), heard.first.begin());
    heard.connection.resize(heard.first.back());
    auto next = heard.first;
    of_asked([&](std::uint32_t place, std::uint32_t k) { heard.connection[next[place]++] = k; });
    return heard;
}

std::uint32_t Connections::first_to(std::size_t rank, std::uint32_t place) const {
    auto const at = [&](std::size_t k) { return place_.begin() + static_cast<std::ptrdiff_t>(k); };
    return static_cast<std::uint32_t>(std::lower_bound(at(first_[rank]), at(first_[rank + 1]), place) - place_.begin());
}

std::size_t Connections::rank_of(std::uint32_t connection) const {
    return static_cast<std::size_t>(std::ranges::upper_bound(first_, connection) - first_.begin()) - 1;
}

std::uint64_t Connections::digest(std::size_t rank, double const* args) const {
    std::uint64_t hash = 14695981039346656037ull;
    for (auto k = first_[rank] * static_cast<std::size_t>(n_args_), end = first_[rank + 1] * static_cast<std::size_t>(n_args_); k < end; ++k) {
        hash = (hash ^ bits(args[k])) * 0x9e3779b97f4a7c15ull;
        hash ^= hash >> 32;
    }
    return hash;
}

void Connections::note_args() {
    auto const* const args = take_args();
    noted_.resize(n_ranks());
    for (std::size_t rank = 0; rank < noted_.size(); ++rank) noted_[rank] = digest(rank, args);
    args_.drop_host();
}

std::vector<std::size_t> Connections::changed() {
    auto const* const args = take_args();
    std::vector<std::size_t> found;
    for (std::size_t rank = 0; rank < noted_.size(); ++rank)
        if (digest(rank, args) != noted_[rank]) found.push_back(rank);
    return found;
}

double* Connections::take_args() {
    args_.bring_host();
    return args_.host_as<double>();
}

void Connections::give_args() {
    args_.to_device();
    args_.drop_host();
}

std::size_t Connections::bytes() const {
    return args_.size() + place_.size() * (sizeof(std::uint32_t) + sizeof(double)) + first_.size() * sizeof(std::size_t) +
           rank_.size() * sizeof(std::uint32_t) + targets_.bytes();
}

}  // namespace rall::solver
