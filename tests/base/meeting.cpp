#include "base/meeting.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <thread>
#include <vector>

TEST_CASE("threads that meet see what the others have done, agree whether to go on, and nobody is left asleep") {
    constexpr int n = 4, rounds = 1000;
    for (bool const patient : {true, false}) {  // those who are late let the others fall asleep
        rall::Meeting meeting(n);
        std::vector<int> done(n, 0);
        std::atomic<int> wrong{0};
        auto const work = [&](int me) {
            for (int round = 0; round < rounds; ++round) {
                if (!patient && (round + me) % 7 == 0) std::this_thread::sleep_for(std::chrono::microseconds(round % 150));
                done[static_cast<std::size_t>(me)] = round;
                bool const all = meeting.agree(round % 5 != me);
                wrong += all != (round % 5 >= n);
                for (int const other : done) wrong += other != round;
                wrong += !meeting.agree(true);
            }
        };
        {
            std::vector<std::jthread> threads;
            for (int k = 0; k < n; ++k) threads.emplace_back(work, k);
        }
        CHECK(wrong == 0);
    }
}
