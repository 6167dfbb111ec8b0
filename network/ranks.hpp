// What ranks tell one another while they simulate: spikes once an epoch, and to rank 0 the samples.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/communicator.hpp"
#include "base/core_queue.hpp"
#include "solver/lowering/lower.hpp"

namespace rall::network {

/// Where the time of a rank went, s.
struct RankSeconds {
    double compute = 0;   ///< its own part, and until it had a core for it
    double exchange = 0;  ///< on the way of spikes and samples
    double coupling = 0;  ///< on the way, and until the slowest of a step came, of what cells see of one another at every step
    double waiting = 0;   ///< at the end of epochs: until the slowest came, for a core where there are fewer than ranks, and with samples for rank 0, or it for others
};

/// What a rank sends to all once an epoch in any case, with room for the spikes of most epochs.
struct Letter {
    double in_epoch;     ///< s, since the epoch's begin
    double in_exchange;  ///< s with a core, between the last one and its answers
    std::uint64_t n;     ///< spikes
    int wish;
    std::array<solver::SpikeOut, 16> first;
};

/// Spikes of all ranks, one after the other. False, and nothing done, where one had more than its letter holds.
bool take_spikes(std::span<Letter const> letters, std::vector<solver::SpikeOut>& spikes);

class Ranks {
public:
    Ranks(Communicator const& all, solver::Lowered const& lowered);

    Communicator const& all() const { return all_; }
    RankSeconds const& seconds() const { return seconds_; }
    /// From here on time counts.
    void begin() { last_ = Clock::now(), seconds_ = {}, in_exchange_ = with_core_ = coupling_ = 0; }
    /// An epoch begins.
    void begin_epoch() { epoch_ = Clock::now(); }
    /// How long the last epoch was under way at its last exchange, s: of the slowest rank, the same on all.
    double epoch_seconds() const { return epoch_seconds_; }

    /// What this rank asks of all from its next exchange on, and the greatest that any has asked for in the last one.
    void ask(int wish) { wish_ = wish; }
    int asked() const { return asked_; }

    /// Puts all ranks' spikes into the place of this one's. `coupling`: s so far, RankSeconds.
    void exchange(std::vector<solver::SpikeOut>& spikes, double coupling);

    /// Some probes' samples of an epoch.
    struct Taken {
        int probe;
        std::int64_t rows;
    };
    /// Brings samples to rank 0, where put(k, table) is called for each of `taken`: rows of all sites, one after the other.
    template <class Put>
    void samples(std::vector<Taken> const& taken, double const* mine, std::vector<std::size_t> const& sites, Put const& put) {
        auto const sent = send(taken, mine);
        if (!all_.is_first()) return;
        std::vector<std::size_t> next(sent.size(), 0);
        std::vector<double> table;
        for (std::size_t k = 0; k < taken.size(); ++k) {
            auto const [probe, rows] = taken[k];
            auto const width = sites[k];
            table.resize(static_cast<std::size_t>(rows) * width);
            for (std::size_t rank = 0; rank < sent.size(); ++rank)
                for (auto const& column : columns_[rank][static_cast<std::size_t>(probe)]) {
                    double const* from = rank == 0 ? mine + column.first : sent[rank].data() + next[rank];
                    next[rank] += static_cast<std::size_t>(rows) * column.sites.size();
                    for (std::int64_t r = 0; r < rows; ++r)
                        for (int const site : column.sites) table[static_cast<std::size_t>(r) * width + static_cast<std::size_t>(site)] = *from++;
                }
            put(k, table.data());
        }
    }

private:
    using Clock = std::chrono::steady_clock;
    std::vector<std::vector<double>> send(std::vector<Taken> const& taken, double const* mine);
    double lap();

    Communicator const& all_;
    std::vector<std::vector<std::vector<solver::ProbeColumns>>> columns_;  ///< per rank (of others only on rank 0) and probe
    Clock::time_point last_ = Clock::now(), epoch_ = last_;
    CoreQueue queue_;
    double epoch_seconds_ = 0, coupling_ = 0;
    double in_exchange_ = 0, with_core_ = 0;  ///< s, the last one; of it not in the queue for a core
    int wish_ = 0, asked_ = 0;
    RankSeconds seconds_;
};

}  // namespace rall::network
