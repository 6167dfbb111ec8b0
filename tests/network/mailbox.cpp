// Events wait in buckets and come out in order, whatever the order in which they came.
#include "network/mailbox.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <random>
#include <tuple>

using namespace rall;

namespace {

auto key(solver::Delivery const& event) { return std::tuple(event.time, event.sent, event.order, event.rank, event.instance, event.connection); }

}  // namespace

TEST_CASE("events leave a mailbox by time, when they were sent and order, however late they are due and however often it is looked at") {
    constexpr int epoch = 4;  // ms; a bucket is an epoch, a step 1 ms
    for (unsigned seed = 0; seed < 50; ++seed) {
        std::mt19937 random(seed);
        auto const below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
        network::Mailbox mailbox(2 + below(5));
        std::vector<solver::Delivery> waiting, out;
        std::uint32_t number = 0;
        for (double now = 0; now < 400;) {
            for (int k = below(below(4) == 0 ? 60 : 6); k > 0; --k) {
                // Some at one time, some far beyond the ring, some in the epoch that is being dealt with.
                double const delay = below(4) == 0 ? below(200) : below(4) == 0 ? 0.25 * below(8) : epoch + 0.5 * below(20);
                solver::Delivery const event{now + delay, now, {number++ * 7919u % 10007u}, static_cast<std::uint32_t>(below(3)), static_cast<std::uint32_t>(below(2)), below(2), 0, false};
                mailbox.put(static_cast<std::int64_t>(event.time) / epoch, event);
                waiting.push_back(event);
            }
            std::ranges::sort(waiting, {}, key);
            CHECK(mailbox.next() == (waiting.empty() ? std::numeric_limits<double>::infinity() : waiting[0].time));
            now += 1 + below(epoch);
            out.clear();
            mailbox.take(static_cast<std::int64_t>(now) / epoch, [&](auto const& event) { return event.time <= now; }, out);
            auto const expected = std::ranges::count_if(waiting, [&](auto const& event) { return event.time <= now; });
            REQUIRE(static_cast<std::ptrdiff_t>(out.size()) == expected);
            for (std::size_t k = 0; k < out.size(); ++k) CHECK(key(out[k]) == key(waiting[k]));
            waiting.erase(waiting.begin(), waiting.begin() + expected);
        }
    }
}

TEST_CASE("a bucket is sorted however its events lie in time") {
    std::mt19937 random(1);
    std::uniform_real_distribution<double> uniform(0, 1);
    double const spreads[] = {0, 1e-300, 1e-12, 1, 1e300};
    for (double const spread : spreads)
        for (int const n : {1, 2, 16, 17, 40, 5000})
            for (bool const lonely : {false, true}) {  // one far behind all others, so that these share a slice
                network::Mailbox mailbox;
                std::vector<solver::Delivery> sent, out;
                for (std::uint32_t k = 0; k < static_cast<std::uint32_t>(n); ++k) {
                    double const time = k == 0 && lonely ? 1e301 : 3 + spread * uniform(random);
                    sent.push_back({k % 3 == 1 ? sent.back().time : time, 0, {k * 7919u % 10007u}, 2 - k % 2, 0, 0, 0, false});
                    mailbox.put(0, sent.back());
                }
                mailbox.take(0, [](auto const&) { return true; }, out);
                std::ranges::sort(sent, {}, key);
                REQUIRE(out.size() == sent.size());
                CHECK(std::ranges::equal(out, sent, {}, key, key));
                CHECK(mailbox.next() == std::numeric_limits<double>::infinity());
            }
}
