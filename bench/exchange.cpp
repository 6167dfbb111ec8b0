// One rank's part of the exchange of spikes among many: its own code, with spikes of all the others that are made up, and a network that is LogP's.
//
//     exchange RANKS CELLS CONNECTIONS RATE DELAY EPOCHS      cells of a rank, connections onto each, Hz, ms
//
// All that a rank of so many keeps of a model is there: every cell and what spikes, as each rank has read it; compartments, synapses and connections of its
// own alone. Prints one JSON object: seconds of the processor per epoch to unpack the letters, to put spikes on their way and to take the events that are due, each the median;
// what the letters take on their way (LogP, Culler et al. 1993, doi 10.1145/155332.155333: an all-gather by recursive doubling); bytes of the rank.
#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "base/pages.hpp"
#include "base/runtime.hpp"
#include "io/simulation.hpp"
#include "mechanisms/catalogue.hpp"
#include "network/exchange.hpp"
#include "network/ranks.hpp"
#include "network/shares.hpp"

using namespace rall;

namespace {

/// A cluster's: latency of a message, what sender and receiver do for one, both s, and s per byte.
constexpr double latency = 1.5e-6, overhead = 0.5e-6, per_byte = 1e-10;

/// Recursive doubling: the k-th message of each carries what 2^k ranks have.
double all_gather(int ranks, double bytes) {
    return std::ceil(std::log2(ranks)) * (latency + 2 * overhead) + (ranks - 1) * bytes * per_byte;
}

double median(std::vector<double> values) {
    auto const middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// Of the processor, s: what else the machine does counts for nothing.
class Clock {
public:
    double lap() {
        auto const before = last_;
        return (last_ = now()) - before;
    }

private:
    static double now() {
        timespec time{};
        ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
    }
    double last_ = now();
};

struct Wanted {
    int ranks, cells, connections;
    double rate, delay;
    int epochs;
};

/// The cells as a config has them, each with one synapse.
std::filesystem::path write_config(Wanted const& wanted) {
    auto const file = std::filesystem::temp_directory_path() / fmt::format("rall_exchange_{}.json", wanted.ranks);
    std::ofstream(file) << fmt::format(R"json({{"cells": {{"c": {{"count": {}, "stylized": [{{"name": "soma", "L": 20, "diam": 20}}],
        "biophysics": {{"regions": {{"all": {{"mechanisms": {{"pas": {{}}}}}}}}}}}}}},
        "synapses": {{"s": {{"mechanism": "ExpSyn", "cells": "c", "location": "soma(0.5)"}}}},
        "run": {{"tstop": 1000, "dt": 0.025}}, "conditions": {{"celsius": 6.3, "v_init": -65}}}})json",
                                       static_cast<std::int64_t>(wanted.ranks) * wanted.cells);
    return file;
}

void run(Wanted const& wanted) {
    Catalogue catalogue;
    Diagnostics diagnostics;
    auto const file = write_config(wanted);
    auto config = io::read_simulation(file, [&](MechanismSources const&) { return catalogue.mechanisms(); }, diagnostics);
    std::filesystem::remove(file);
    auto const& model = config.model;
    auto const read = held_memory();
    auto const describe = [&](std::string const& name) { return catalogue.mechanisms().at(name); };
    auto const shares = network::share_out(model, describe, wanted.ranks, diagnostics);
    auto const portion = shares.portion(0);

    std::mt19937_64 random(1);
    auto const n = static_cast<std::int64_t>(model.cells.size());
    std::uniform_int_distribution<std::uint32_t> any(0, static_cast<std::uint32_t>(n - 1));
    std::uniform_real_distribution<double> more(1, 3);
    std::vector<model::Connection> connections;
    for (std::int64_t cell = 0; cell < n; ++cell)
        for (int k = 0; portion.has(static_cast<int>(cell)) && k < wanted.connections; ++k)
            connections.push_back({any(random), static_cast<std::uint32_t>(cell), 1e-4, wanted.delay * more(random)});
    auto const kernels = catalogue.library(model.mechanism_names());
    auto const steps = static_cast<int>(std::lround(wanted.delay / model.dt));
    solver::Lowered const lowered(model, std::move(connections), *kernels.library, {0, steps, {}, portion, nullptr}, diagnostics);
    network::Exchange exchange(model, lowered, steps, 3 * wanted.delay);

    std::poisson_distribution<int> count(wanted.cells * wanted.rate * wanted.delay / 1000);
    std::uniform_int_distribution<int> step(1, steps);
    std::vector<double> unpacking, sending, taking;
    double spikes_in_all = 0, events_in_all = 0;
    int longer = 0;
    for (int epoch = 0; epoch < wanted.epochs; ++epoch) {
        std::vector<network::Letter> letters(static_cast<std::size_t>(wanted.ranks));
        std::vector<std::vector<solver::SpikeOut>> lists(letters.size());
        for (std::size_t rank = 0; rank < letters.size(); ++rank) {
            letters[rank].n = static_cast<std::uint64_t>(count(random));
            for (std::size_t k = 0; k < letters[rank].n; ++k) {
                solver::SpikeOut const spike{(static_cast<double>(epoch) * steps + step(random)) * model.dt, static_cast<int>(any(random))};
                lists[rank].push_back(spike);
                if (k < letters[rank].first.size()) letters[rank].first[k] = spike;
            }
        }
        std::vector<solver::SpikeOut> spikes;
        Clock clock;
        if (!network::take_spikes(letters, spikes)) {  // they come in one list then
            ++longer;
            for (auto const& list : lists) spikes.insert(spikes.end(), list.begin(), list.end());
            clock.lap();
        }
        unpacking.push_back(clock.lap());
        spikes_in_all += static_cast<double>(spikes.size());
        exchange.send(std::move(spikes));
        exchange.end_instant();
        sending.push_back(clock.lap());
        for (auto const& list : exchange.due_before((epoch + 2) * static_cast<std::int64_t>(steps))) events_in_all += static_cast<double>(list.size());
        taking.push_back(clock.lap());
        if (exchange.has_much_to_forget()) exchange.forget(static_cast<double>(epoch) * wanted.delay, epoch * static_cast<std::int64_t>(steps));
    }
    double const of_lists = static_cast<double>(longer) / wanted.epochs * all_gather(wanted.ranks, spikes_in_all / wanted.epochs / wanted.ranks * sizeof(solver::SpikeOut));
    fmt::print(R"({{"ranks": {}, "cells": {}, "connections_of_rank": {}, "letter_bytes": {}, "spikes_of_epoch": {:.1f}, "events_of_epoch": {:.1f}, "lists_of_epoch": {:.3f}, )"
               R"("unpack_s": {:.3g}, "send_s": {:.3g}, "take_s": {:.3g}, "way_s": {:.3g}, "held_after_reading": {}, "peak": {}}})"
               "\n",
               wanted.ranks, n, lowered.connections().size(), sizeof(network::Letter), spikes_in_all / wanted.epochs, events_in_all / wanted.epochs,
               static_cast<double>(longer) / wanted.epochs, median(unpacking), median(sending), median(taking),
               all_gather(wanted.ranks, sizeof(network::Letter)) + of_lists, static_cast<std::int64_t>(read), static_cast<std::int64_t>(peak_memory()));
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 7) {
        fmt::print(stderr, "usage: exchange RANKS CELLS CONNECTIONS RATE DELAY EPOCHS\n");
        return 2;
    }
    Runtime const runtime(1);
    run({std::atoi(argv[1]), std::atoi(argv[2]), std::atoi(argv[3]), std::atof(argv[4]), std::atof(argv[5]), std::atoi(argv[6])});
}
