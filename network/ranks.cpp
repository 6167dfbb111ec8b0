#include "network/ranks.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace rall::network {

bool take_spikes(std::span<Letter const> letters, std::vector<solver::SpikeOut>& spikes) {
    std::size_t total = 0;
    for (auto const& letter : letters) {
        if (letter.n > letter.first.size()) return false;
        total += letter.n;
    }
    spikes.clear();
    spikes.reserve(total);
    for (auto const& letter : letters) spikes.insert(spikes.end(), letter.first.begin(), letter.first.begin() + static_cast<std::ptrdiff_t>(letter.n));
    return true;
}

Ranks::Ranks(Communicator const& all, solver::Lowered const& lowered) : all_(all), columns_(static_cast<std::size_t>(all.size())) {
    columns_[static_cast<std::size_t>(all.rank())] = lowered.probe_columns();
    if (all.is_alone()) return;
    std::vector<int> told;  // per probe: parts, and of each how many sites, and these
    for (auto const& probe : lowered.probe_columns()) {
        told.push_back(static_cast<int>(probe.size()));
        for (auto const& column : probe) {
            told.push_back(static_cast<int>(column.sites.size()));
            told.insert(told.end(), column.sites.begin(), column.sites.end());
        }
    }
    all.gather_to_first(std::as_bytes(std::span(told)), [&](int from, std::vector<std::byte>&& bytes) {
        std::vector<int> numbers(bytes.size() / sizeof(int));
        if (!bytes.empty()) std::memcpy(numbers.data(), bytes.data(), bytes.size());
        auto const* at = numbers.data();
        for (std::size_t p = 0; p < lowered.probe_columns().size(); ++p) {
            auto& columns = columns_[static_cast<std::size_t>(from)].emplace_back();
            for (int parts = *at++; parts > 0; --parts) {
                int const n = *at++;
                columns.push_back({0, {at, at + n}, 0});
                at += n;
            }
        }
    });
}

/// s, since it was last called.
double Ranks::lap() {
    auto const now = Clock::now();
    return std::chrono::duration<double>(now - std::exchange(last_, now)).count();
}

/// The rank that comes last to an exchange waits for nobody: what the quickest spends there, having a core, is the exchange's price. What another
/// spends beyond it, it waited: for that one's epoch, or for a core. How long each was there, the next letters tell, so that no clocks of two machines
/// are compared.
void Ranks::exchange(std::vector<solver::SpikeOut>& spikes, double coupling) {
    auto const in_epoch = std::chrono::duration<double>(Clock::now() - epoch_).count();
    if (all_.is_alone()) {
        epoch_seconds_ = in_epoch;
        asked_ = wish_;
        seconds_.compute += lap();
        return;
    }
    coupling -= std::exchange(coupling_, coupling);
    seconds_.compute += lap() - coupling;
    seconds_.coupling += coupling;
    double const queued = queue_.seconds();
    Letter mine{in_epoch, with_core_, spikes.size(), wish_, {}};
    std::copy_n(spikes.begin(), std::min(spikes.size(), mine.first.size()), mine.first.begin());
    std::vector<Letter> letters;
    all_.gather_to_all(mine, letters);
    double quickest = with_core_;
    epoch_seconds_ = 0;
    asked_ = 0;
    std::vector<std::size_t> counts;
    for (auto const& letter : letters) {
        quickest = std::min(quickest, letter.in_exchange);
        epoch_seconds_ = std::max(epoch_seconds_, letter.in_epoch);
        asked_ = std::max(asked_, letter.wish);
        counts.push_back(letter.n);
    }
    if (!take_spikes(letters, spikes)) spikes = all_.gather_lists_to_all(std::span<solver::SpikeOut const>(spikes), std::move(counts));
    seconds_.waiting += in_exchange_ - quickest;
    seconds_.exchange -= in_exchange_ - quickest;
    in_exchange_ = lap();
    with_core_ = std::max(0.0, in_exchange_ - (queue_.seconds() - queued));
    seconds_.exchange += in_exchange_;
}

std::vector<std::vector<double>> Ranks::send(std::vector<Taken> const& taken, double const* mine) {
    std::vector<std::vector<double>> sent(columns_.size());
    if (all_.is_alone()) return sent;
    seconds_.compute += lap();
    std::vector<double> own;
    if (!all_.is_first())
        for (auto const& [probe, rows] : taken)
            for (auto const& column : columns_[static_cast<std::size_t>(all_.rank())][static_cast<std::size_t>(probe)]) {
                auto const* const from = mine + column.first;
                own.insert(own.end(), from, from + static_cast<std::size_t>(rows) * column.sites.size());
            }
    double const waited = all_.gather_to_first(std::as_bytes(std::span(own)), [&](int from, std::vector<std::byte>&& bytes) {
        auto& numbers = sent[static_cast<std::size_t>(from)];
        numbers.resize(bytes.size() / sizeof(double));
        if (!bytes.empty()) std::memcpy(numbers.data(), bytes.data(), bytes.size());
    });
    seconds_.waiting += waited;
    seconds_.exchange += lap() - waited;
    return sent;
}

}  // namespace rall::network
