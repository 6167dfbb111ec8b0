#include "solver/lowering/neighbours.hpp"

namespace rall::solver {

Neighbours::Neighbours(std::vector<Neighbour> const& neighbours, DeviceMemory& board, int board_size)
    : board_(board), board_size_(board_size), at_begin_(way(neighbours, &Neighbour::at_begin)), after_solve_(way(neighbours, &Neighbour::after_solve)) {}

Neighbours::Way Neighbours::way(std::vector<Neighbour> const& neighbours, Traded Neighbour::*what) const {
    std::vector<StandingExchange::Partner> partners;
    std::vector<int> shown, seen;
    for (auto const& neighbour : neighbours) {
        auto const& traded = neighbour.*what;
        partners.push_back({neighbour.rank, traded.shown.size(), traded.seen.size()});
        shown.insert(shown.end(), traded.shown.begin(), traded.shown.end());
        seen.insert(seen.end(), traded.seen.begin(), traded.seen.end());
    }
    return {StandingExchange(partners), std::move(shown), std::move(seen)};
}

void Neighbours::trade(std::int64_t step, bool after_solve) {
    auto& way = after_solve ? after_solve_ : at_begin_;
    if (way.shown.empty() && way.seen.empty()) return;
    auto const begun = std::chrono::steady_clock::now();
    board_.to_host();
    double* const board = board_.host_as<double>() + (step & 1) * board_size_;
    for (std::size_t k = 0; k < way.shown.size(); ++k) way.exchange.sent()[k] = board[way.shown[k]];
    way.exchange.run();
    for (std::size_t k = 0; k < way.seen.size(); ++k) board[way.seen[k]] = way.exchange.received()[k];
    board_.to_device();
    seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

}  // namespace rall::solver
