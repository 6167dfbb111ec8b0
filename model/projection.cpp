#include "model/projection.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <mutex>
#include <numeric>

#include "base/binomial.hpp"
#include "base/hypergeometric.hpp"
#include "base/parallel.hpp"
#include "base/runtime.hpp"
#include "model/extracellular.hpp"
#include "model/model.hpp"
#include "morphology/cable.hpp"

namespace rall::model {
namespace {

/// Targets are dealt with in blocks of so many, each with random numbers of its own: what is asked for begins in any of them.
constexpr std::uint32_t block_size = 8192;
/// A block has its draws to itself; nothing draws more often in one.
constexpr int draws_of_block = 30;  // bits

std::uint64_t first_draw(std::uint32_t block) { return std::uint64_t{block} << draws_of_block; }

constexpr auto for_rule = random::purpose("connection rule"), for_totals = random::purpose("connection totals"),
               for_partners = random::purpose("connection partners"), for_weights = random::purpose("connection weights"),
               for_delays = random::purpose("connection delays");

random::Stream of_purpose(random::Stream stream, std::uint32_t purpose, std::int64_t source) {
    stream.purpose = purpose;
    stream.instance = static_cast<std::uint32_t>(source);
    stream.draws = 0;
    return stream;
}

/// The 32-bit words of a stream, all four of each draw.
class Words {
public:
    explicit Words(random::Stream const& stream) : stream_(stream) {}
    /// One of 0 .. n - 1, n being at most block_size: each has the same chance but for 2^-19 of it.
    std::uint32_t below(std::uint32_t n) {
        if (left_ == 0) words_ = stream_.next(), left_ = 4;
        return static_cast<std::uint32_t>(std::uint64_t{words_.v[--left_]} * n >> 32);
    }

private:
    random::Stream stream_;
    random::Stream::Block words_ = {};
    std::size_t left_ = 0;
};

/// How many of ascending numbers lie in [first, last).
std::int64_t count_in(std::vector<std::uint32_t> const& numbers, std::uint64_t first, std::uint64_t last) {
    return std::ranges::lower_bound(numbers, last) - std::ranges::lower_bound(numbers, first);
}

/// A set of the targets of a block.
class Marks {
public:
    bool has(std::uint32_t k) const { return words_[k / 64] >> (k % 64) & 1; }
    void add(std::uint32_t k) { words_[k / 64] |= std::uint64_t{1} << (k % 64); }
    /// f(k) for what is in the set, ascending.
    template <class F>
    void each(F const& f) const {
        for (std::uint32_t w = 0; w < block_size / 64; ++w)
            for (auto bits = words_[w]; bits != 0; bits &= bits - 1) f(w * 64 + static_cast<std::uint32_t>(std::countr_zero(bits)));
    }
    /// Takes out those of `others`, and puts in all below n that were not in either.
    void turn_over(Marks const& others, std::uint32_t n) {
        for (std::uint32_t w = 0; w < block_size / 64; ++w) {
            auto const inside = n >= (w + 1) * 64 ? ~std::uint64_t{0} : n <= w * 64 ? 0 : (std::uint64_t{1} << n % 64) - 1;
            words_[w] = ~(words_[w] | others.words_[w]) & inside;
        }
    }

private:
    std::uint64_t words_[block_size / 64] = {};
};

}  // namespace

std::int64_t Projection::n_sources() const {
    std::int64_t n = 0;
    for (auto const& run : sources) n += run.n;
    return n;
}

void Projection::add_source(std::uint32_t source) {
    if (!sources.empty() && source == sources.back().first + sources.back().n) ++sources.back().n;
    else sources.push_back({source, 1});
}

char const* must_be_stored(MechanismInfo const& mechanism) {
    return mechanism.has_connect          ? "its NET_RECEIVE has an INITIAL block"
           : mechanism.visits_connections ? "it uses FOR_NETCONS"
           : mechanism.changes_arguments  ? "its NET_RECEIVE changes its arguments"
           : !mechanism.has_receive       ? "it has no NET_RECEIVE"
                                          : nullptr;
}

Rows::Rows(Model const& model, Projection const& projection) : model_(model), projection_(projection) {
    auto const& p = projection_;
    auto const& set = model.points[static_cast<std::size_t>(p.set)];
    auto const cell_of = [&](std::uint32_t k) { return set.cell[static_cast<std::size_t>(p.first) + k]; };
    std::int64_t before = 0;
    for (auto const& run : p.sources) before_run_.push_back(before), before += run.n;
    auto const n = static_cast<std::uint32_t>(p.n_targets);
    bool const draws = p.kind > Projection::Kind::one_to_one;
    bool const sorted = std::is_sorted(set.cell.begin() + p.first, set.cell.begin() + p.first + p.n_targets);
    if (draws && !p.autapses && !sorted) {
        by_cell_.resize(n);
        std::iota(by_cell_.begin(), by_cell_.end(), 0);
        std::ranges::stable_sort(by_cell_, {}, cell_of);
    }
    if (p.p_of_distance || p.weight.of_distance || p.delay.of_distance)
        for (std::uint32_t k = 0; k < n; ++k)
            place_of_target_.push_back(place_of(cell_of(k), set.compartment[static_cast<std::size_t>(p.first) + k]));
    if (p.kind == Projection::Kind::fixed_total_number) spread_total();
}

morphology::Vec3 Rows::place_of(int cell, int compartment) const {
    auto const& at = model_.cells[static_cast<std::size_t>(cell)];
    auto const& cable = *model_.types[static_cast<std::size_t>(at.type)].cable;
    return placed(cable.compartments[static_cast<std::size_t>(compartment)].centre, at.placement);
}

std::uint32_t Rows::source_at(std::int64_t number) const {
    auto const run = std::ranges::upper_bound(before_run_, number) - before_run_.begin() - 1;
    return projection_.sources[static_cast<std::size_t>(run)].first + static_cast<std::uint32_t>(number - before_run_[static_cast<std::size_t>(run)]);
}

/// Targets on the cell of the source, ascending.
void Rows::find_excluded(std::uint32_t source, std::vector<std::uint32_t>& excluded) const {
    excluded.clear();
    auto const& p = projection_;
    if (p.autapses) return;
    auto const& set = model_.points[static_cast<std::size_t>(p.set)];
    auto const& origin = model_.sources[source].origin;
    int cell = -1;
    if (auto const* place = std::get_if<ThresholdSource>(&origin)) {
        cell = place->cell;
    } else if (auto const* point = std::get_if<PointRef>(&origin)) {
        cell = model_.points[static_cast<std::size_t>(point->set)].cell[static_cast<std::size_t>(point->index)];
        if (cell < 0 && point->set == p.set && point->index >= p.first && point->index < p.first + p.n_targets)
            excluded.push_back(static_cast<std::uint32_t>(point->index - p.first));
    }
    if (cell < 0) return;
    auto const first = set.cell.begin() + p.first, last = first + p.n_targets;
    if (by_cell_.empty()) {
        auto const [begin, end] = std::equal_range(first, last, cell);
        for (auto k = begin; k != end; ++k) excluded.push_back(static_cast<std::uint32_t>(k - first));
    } else {
        auto const cell_of = [&](std::uint32_t k) { return first[k]; };
        excluded.assign(std::ranges::lower_bound(by_cell_, cell, {}, cell_of), std::ranges::upper_bound(by_cell_, cell, {}, cell_of));
    }
}

/// How many of all connections come from each source: pairs that may be are as likely, so that halves share by what they have of these.
void Rows::spread_total() {
    auto const n = projection_.n_sources();
    std::vector<double> before(static_cast<std::size_t>(n) + 1, 0);  // pairs of the sources before each
    std::vector<std::uint32_t> excluded;
    std::int64_t number = 0;
    for (auto const& run : projection_.sources)
        for (std::uint32_t k = 0; k < run.n; ++k, ++number) {
            find_excluded(run.first + k, excluded);
            before[static_cast<std::size_t>(number) + 1] =
                before[static_cast<std::size_t>(number)] + static_cast<double>(projection_.n_targets) - static_cast<double>(excluded.size());
        }
    number_of_source_.assign(static_cast<std::size_t>(n), 0);
    auto stream = of_purpose(projection_.stream, for_totals, 0);
    auto const share = [&](auto const& self, std::uint64_t node, std::int64_t first, std::int64_t last, double k) -> void {
        if (k == 0) return;
        if (last - first == 1) {
            number_of_source_[static_cast<std::size_t>(first)] = static_cast<std::uint32_t>(k);
            return;
        }
        auto const middle = first + (last - first) / 2;
        double const all = before[static_cast<std::size_t>(last)] - before[static_cast<std::size_t>(first)],
                     left = before[static_cast<std::size_t>(middle)] - before[static_cast<std::size_t>(first)];
        stream.draws = node << 14;
        double const of_left = projection_.multapses ? random::binomial(stream, k, left / all) : random::hypergeometric(stream, k, left, all);
        self(self, 2 * node, first, middle, of_left);
        self(self, 2 * node + 1, middle, last, k - of_left);
    };
    if (n > 0) share(share, 1, 0, n, static_cast<double>(projection_.number));
}

/// `number` targets of all: so many of each block that holds some of [first, last).
void Rows::spread(random::Stream stream, std::int64_t number, std::uint32_t first, std::uint32_t last, Row& row) const {
    auto const n = static_cast<std::uint32_t>(projection_.n_targets);
    auto const partners = of_purpose(stream, for_partners, stream.instance);
    auto const allowed = [&](std::uint32_t block, std::uint32_t end) {
        auto const from = std::min<std::uint64_t>(n, std::uint64_t{block} * block_size), to = std::min<std::uint64_t>(n, std::uint64_t{end} * block_size);
        return static_cast<double>(static_cast<std::int64_t>(to - from) - count_in(row.excluded, from, to));
    };
    auto const share = [&](auto const& self, std::uint64_t node, std::uint32_t begin, std::uint32_t end, double k) -> void {
        if (k == 0 || begin * block_size >= last || std::uint64_t{end} * block_size <= first) return;
        if (end - begin == 1) return pick(partners, begin, static_cast<std::int64_t>(k), row);
        auto const middle = begin + (end - begin) / 2;
        double const all = allowed(begin, end), left = allowed(begin, middle);
        stream.draws = node << draws_of_block / 2;
        double const of_left = projection_.multapses ? random::binomial(stream, k, left / all) : random::hypergeometric(stream, k, left, all);
        self(self, 2 * node, begin, middle, of_left);
        self(self, 2 * node + 1, middle, end, k - of_left);
    };
    share(share, 1, 0, (n + block_size - 1) / block_size, static_cast<double>(number));
}

/// `number` targets of a block.
void Rows::pick(random::Stream stream, std::uint32_t block, std::int64_t number, Row& row) const {
    auto const begin = block * block_size, n = std::min(block_size, static_cast<std::uint32_t>(projection_.n_targets) - begin);
    stream.draws = first_draw(block);
    Words words(stream);
    auto const n_excluded = static_cast<std::uint32_t>(count_in(row.excluded, begin, begin + n));
    auto const is_excluded = [&](std::uint32_t k) { return n_excluded > 0 && std::ranges::binary_search(row.excluded, begin + k); };
    auto const take = [&](std::uint32_t k) { row.target.push_back(begin + k); };
    constexpr std::int64_t few = 24;  // that are looked through faster than the whole set
    row.picked.clear();
    if (number <= few) {
        while (static_cast<std::int64_t>(row.picked.size()) < number) {
            auto const k = static_cast<std::uint16_t>(words.below(n));
            bool const again = !projection_.multapses && std::ranges::find(row.picked, k) != row.picked.end();
            if (!again && !is_excluded(k)) row.picked.push_back(k);
        }
        std::ranges::sort(row.picked);
        for (auto const k : row.picked) take(k);
        return;
    }
    if (projection_.multapses) {  // those that come again wait apart
        Marks marks;
        for (std::int64_t drawn = 0; drawn < number;) {
            auto const k = words.below(n);
            if (is_excluded(k)) continue;
            if (marks.has(k)) row.picked.push_back(static_cast<std::uint16_t>(k));
            else marks.add(k);
            ++drawn;
        }
        std::ranges::sort(row.picked);
        auto again = row.picked.begin();
        marks.each([&](std::uint32_t k) {
            for (take(k); again != row.picked.end() && *again == k; ++again) take(k);
        });
        return;
    }
    // More than half is what is left after the rest was drawn, so that few draws are in vain.
    auto const allowed = n - n_excluded;
    bool const rest = 2 * number > allowed;
    auto const wanted = rest ? allowed - number : number;
    Marks marks, excluded;
    for (auto k = std::ranges::lower_bound(row.excluded, begin); k != row.excluded.end() && *k < begin + n; ++k) excluded.add(*k - begin);
    for (std::int64_t drawn = 0; drawn < wanted;) {
        auto const k = words.below(n);
        if (excluded.has(k) || marks.has(k)) continue;
        marks.add(k);
        ++drawn;
    }
    if (rest) marks.turn_over(excluded, n);
    marks.each(take);
}

/// From one success to the next there is a geometric number of failures: as many draws as connections. A block begins afresh, which
/// changes nothing for what has no memory.
void Rows::skip(random::Stream stream, std::uint32_t first, std::uint32_t last, Row& row) const {
    if (projection_.p <= 0) return;
    double const scale = 1 / std::log1p(-projection_.p);  // 0 for p = 1
    for (auto block = first / block_size; block * block_size < last; ++block) {
        auto const begin = block * block_size, n = std::min(block_size, static_cast<std::uint32_t>(projection_.n_targets) - begin);
        auto excluded = std::ranges::lower_bound(row.excluded, begin);
        stream.draws = first_draw(block);
        for (std::int64_t k = -1;;) {
            double const skipped = math::floor(math::log(stream.uniform()) * scale);
            if (skipped >= static_cast<double>(n) - 1 - static_cast<double>(k)) break;
            k += 1 + static_cast<std::int64_t>(skipped);
            auto const target = begin + static_cast<std::uint32_t>(k);
            while (excluded != row.excluded.end() && *excluded < target) ++excluded;
            if (excluded != row.excluded.end() && *excluded == target) continue;
            row.target.push_back(target);
        }
    }
}

/// A draw for each pair.
void Rows::draw_each(random::Stream stream, std::uint32_t source, std::uint32_t first, std::uint32_t last, Row& row) const {
    for (auto k = first; k < last; ++k) row.target.push_back(k);
    find_distances(source, row, row.distance);
    projection_.p_of_distance->evaluate(row.distance);
    row.target.clear();
    for (auto k = first; k < last; ++k) {
        stream.draws = k;
        if (!(stream.uniform() < row.distance[k - first]) || std::ranges::binary_search(row.excluded, k)) continue;
        row.target.push_back(k);
    }
}

void Rows::find_distances(std::uint32_t source, Row const& row, std::vector<double>& distance) const {
    auto const& from = std::get<ThresholdSource>(model_.sources[source].origin);
    auto const a = place_of(from.cell, from.compartment);
    distance.clear();
    for (auto const k : row.target) {
        auto const& b = place_of_target_[k];
        distance.push_back(std::hypot(a.x - b.x, a.y - b.y, a.z - b.z));
    }
}

/// Where weights and delays are in their streams: where partners are drawn block by block, connections count in theirs.
void Rows::number_all(Row& row) const {
    bool const by_block = projection_.kind > Projection::Kind::one_to_one && !projection_.p_of_distance;
    auto block = static_cast<std::uint32_t>(-1);
    std::uint64_t next = 0;
    for (auto const k : row.target) {
        if (by_block && k / block_size != block) block = k / block_size, next = first_draw(block);
        row.number.push_back(by_block ? next++ : k);
    }
}

/// Leaves those to targets in [first, last).
void Rows::cut(std::uint32_t first, std::uint32_t last, Row& row) const {
    auto const begin = std::ranges::lower_bound(row.target, first) - row.target.begin(),
               end = std::ranges::lower_bound(row.target, last) - row.target.begin();
    row.target.erase(row.target.begin() + end, row.target.end());
    row.target.erase(row.target.begin(), row.target.begin() + begin);
    if (row.number.empty()) return;
    row.number.erase(row.number.begin() + end, row.number.end());
    row.number.erase(row.number.begin(), row.number.begin() + begin);
}

void Rows::add_values(random::Stream const& stream, std::uint32_t source, Row& row) const {
    auto const add = [&](Quantity const& quantity, std::uint32_t purpose, std::vector<double>& values) {
        values.clear();
        if (quantity.of_distance) {
            find_distances(source, row, values);
            quantity.of_distance->evaluate(values);
        } else if (quantity.drawn) {
            auto const own = of_purpose(stream, purpose, stream.instance);
            for (auto const number : row.number) values.push_back(quantity.drawn->draw(own, number));
        }
    };
    add(projection_.weight, for_weights, row.weight);
    add(projection_.delay, for_delays, row.delay);
}

void Rows::make(std::int64_t number, std::uint32_t first, std::uint32_t last, Row& row) const {
    auto const& p = projection_;
    row.target.clear(), row.number.clear(), row.weight.clear(), row.delay.clear();
    if (first >= last) return;
    auto const source = source_at(number);
    auto const stream = of_purpose(p.stream, for_rule, number);
    using enum Projection::Kind;
    if (p.kind > one_to_one) find_excluded(source, row.excluded);
    switch (p.kind) {
        case all_to_all:
            for (auto k = first; k < last; ++k) row.target.push_back(k);
            break;
        case one_to_one:
            if (auto const k = static_cast<std::uint32_t>((number + p.shift) % p.n_targets); k >= first && k < last)
                row.target.push_back(k);
            break;
        case pairwise_bernoulli:
            if (p.p_of_distance) draw_each(stream, source, first, last, row);
            else skip(stream, first, last, row);
            break;
        case fixed_outdegree:
            spread(stream, p.number, first, last, row);
            break;
        case fixed_total_number:
            spread(stream, number_of_source_[static_cast<std::size_t>(number)], first, last, row);
            break;
    }
    if (p.weight.drawn || p.delay.drawn) number_all(row);
    cut(first, last, row);
    add_values(stream, source, row);
}

std::size_t Rows::bytes() const {
    return before_run_.size() * sizeof(std::int64_t) + (number_of_source_.size() + by_cell_.size()) * sizeof(std::uint32_t) + place_of_target_.size() * sizeof(morphology::Vec3);
}

void measure(Model const& model, Projection& p) {
    auto const n = static_cast<double>(p.n_sources()), m = static_cast<double>(p.n_targets);
    auto const number = static_cast<double>(p.number);
    using enum Projection::Kind;
    p.expected = p.kind == all_to_all           ? n * m
                 : p.kind == one_to_one         ? n
                 : p.kind == pairwise_bernoulli ? n * m * p.p
                 : p.kind == fixed_outdegree    ? n * number
                                                : number;
    auto const& delay = p.delay;
    p.shortest_delay = delay.drawn ? delay.drawn->low : delay.value;
    p.longest_delay = delay.drawn ? delay.drawn->high : delay.value;
    bool const bounded = !delay.of_distance && p.longest_delay < std::numeric_limits<double>::max();
    if (bounded && !p.p_of_distance) return;

    Rows const rows(model, p);
    std::mutex guard;
    double shortest = std::numeric_limits<double>::infinity(), longest = 0;
    std::size_t made = 0;
    constexpr std::int64_t at_once = 64;
    in_parallel(static_cast<int>((p.n_sources() + at_once - 1) / at_once), host_threads(), [&](int part) {
        Row row;
        for (auto k = part * at_once; k < std::min(p.n_sources(), (part + 1) * at_once); ++k) {
            rows.make(k, row);
            std::lock_guard const lock(guard);
            made += row.size();
            for (double const d : row.delay) shortest = std::min(shortest, d), longest = std::max(longest, d);
        }
    });
    if (p.p_of_distance) p.expected = static_cast<double>(made);
    if (bounded) return;
    p.shortest_delay = shortest;  // infinite where there are no connections
    p.longest_delay = longest;
}

}  // namespace rall::model
