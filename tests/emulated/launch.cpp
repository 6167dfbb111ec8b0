// Teams of an emulated device. By RALL_LANES:
//     forward, reverse, shuffled
//               one thread of a team at a time, in this order from each barrier to the next (shuffled, the default: another one each time). What
//               a thread does between two barriers is done before the next one begins, so that a result that hangs on the order changes.
//               Threads are contexts of one thread of the host, so that a barrier costs nanoseconds; to ThreadSanitizer each is a thread
//               that knows of others by barriers alone, whoever comes first. Teams come in the same order.
//     free      threads of the host and a std::barrier, two teams at a time.
// RALL_TEAM is the number of threads of a team. This file itself is not instrumented: it says what waits for what.
#include <algorithm>
#include <array>
#include <atomic>
#include <barrier>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <numeric>
#include <random>
#include <string_view>
#include <thread>
#include <vector>

#include <boost/context/fiber.hpp>
#ifdef RALL_RACED
#include <sanitizer/tsan_interface.h>
#endif

#include "solver/step/emulated_team.hpp"

namespace rall::solver {

namespace {

using Work = void (*)(void const* functor, EmulatedTeam const&);

[[noreturn]] void give_up(char const* what, char const* about) {
    std::fprintf(stderr, "emulated device: %s%s\n", what, about);
    std::abort();
}

int team_size() {
    char const* const text = std::getenv("RALL_TEAM");
    if (!text) return 5;  // no power of two: lanes of a vector on a CPU and threads do not line up
    int size = 0;
    auto const* const end = text + std::strlen(text);
    if (std::from_chars(text, end, size).ptr != end || size < 1 || size > 1024) give_up("RALL_TEAM is no number from 1 to 1024: ", text);
    return size;
}

enum class Order { free, forward, reverse, shuffled };

Order lane_order() {
    char const* const text = std::getenv("RALL_LANES");
    std::string_view const name = text ? text : "shuffled";
    if (name == "free") return Order::free;
    if (name == "forward") return Order::forward;
    if (name == "reverse") return Order::reverse;
    if (name == "shuffled") return Order::shuffled;
    give_up("RALL_LANES is none of free, forward, reverse, shuffled: ", text);
}

#ifdef RALL_RACED
/// A thread as ThreadSanitizer sees it. What was done before giving is known to who has taken.
class Identity {
public:
    void become() const { __tsan_switch_to_fiber(fiber_, __tsan_switch_to_fiber_no_sync); }
    static Identity of_this_thread() { return Identity(__tsan_get_current_fiber()); }
    Identity() : fiber_(__tsan_create_fiber(0)) {}

private:
    explicit Identity(void* fiber) : fiber_(fiber) {}
    void* fiber_;
};
void give(void* at) { __tsan_release(at); }
void take(void* at) { __tsan_acquire(at); }
#else
struct Identity {
    void become() const {}
    static Identity of_this_thread() { return {}; }
};
void give(void*) {}
void take(void*) {}
#endif

constexpr std::size_t resident = 2;  // teams at a time, so that one is seen to read what another writes

// Threads and barriers.

void run_free(int n_teams, Work work, void const* functor, int size) {
    std::atomic<int> next{0};
    struct Resident {
        explicit Resident(int size) : barrier(size) {}
        void wait() {
            give(this);
            barrier.arrive_and_wait();
            take(this);
        }
        std::barrier<> barrier;
        int team = 0;
    };
    auto const live = [&](Resident& here, int rank) {
        for (;;) {
            if (rank == 0) here.team = next++;
            here.wait();
            int const team = here.team;
            if (team >= n_teams) return;
            work(functor, EmulatedTeam(team, rank, size, [](void* r, int) { static_cast<Resident*>(r)->wait(); }, &here));
            here.wait();
        }
    };
    std::vector<std::unique_ptr<Resident>> residents;
    std::vector<std::thread> threads;
    for (std::size_t r = 0; r < resident; ++r) {
        residents.push_back(std::make_unique<Resident>(size));
        for (int rank = 0; rank < size; ++rank) threads.emplace_back(live, std::ref(*residents.back()), rank);
    }
    for (auto& thread : threads) thread.join();
}

// One thread of a team at a time.

std::vector<int> sequence(int n, Order order, std::mt19937& engine) {
    std::vector<int> ranks(static_cast<std::size_t>(n));
    std::iota(ranks.begin(), ranks.end(), 0);
    if (order == Order::reverse) std::reverse(ranks.begin(), ranks.end());
    if (order == Order::shuffled) std::shuffle(ranks.begin(), ranks.end(), engine);
    return ranks;
}

/// The threads of a team as contexts that take turns.
class Lanes {
public:
    explicit Lanes(int size) : lanes_(static_cast<std::size_t>(size)) {
        for (auto& lane : lanes_) lane.team = this;
    }

    void run(int team, Order order, std::mt19937& engine, Work work, void const* functor) {
        auto const self = Identity::of_this_thread();
        int rank = 0;
        for (auto& lane : lanes_) {
            lane.context = Fiber(std::allocator_arg, Stack{lane.stack.get()}, [this, &lane, team, rank, work, functor](Fiber&& between) {
                lane.between = std::move(between);
                take(&met_[lane.meetings & 1]);
                work(functor, EmulatedTeam(team, rank, static_cast<int>(lanes_.size()), wait, &lane));
                give(&met_[++lane.meetings & 1]);
                return std::move(lane.between);
            });
            ++rank;
        }
        give(&met_[lanes_[0].meetings & 1]);
        for (std::size_t ended = 0; ended == 0;) {
            for (int const turn : sequence(rank, order, engine)) {
                auto& lane = lanes_[static_cast<std::size_t>(turn)];
                lane.identity.become();
                lane.context = std::move(lane.context).resume();
                self.become();
                ended += !lane.context;
            }
            if (ended != 0 && ended != lanes_.size()) give_up("a thread waits at a barrier to which another does not come", "");
        }
    }
    /// Whoever launched knows of what was done.
    void end() { take(&met_[lanes_[0].meetings & 1]); }

private:
    using Fiber = boost::context::fiber;
    static constexpr std::size_t stack_size = 1 << 20;

    struct Lane {
        Fiber context, between;
        std::unique_ptr<char[]> stack{new char[stack_size]};  // pages are taken when they are used
        Identity identity;
        Lanes* team = nullptr;
        unsigned meetings = 0;  // barriers so far
    };
    /// The stack of a lane serves one team after the other.
    struct Stack {
        char* first;
        boost::context::stack_context allocate() const {
            boost::context::stack_context stack;
            stack.size = stack_size;
            stack.sp = first + stack_size;
            return stack;
        }
        void deallocate(boost::context::stack_context&) const {}
    };

    static void wait(void* at, int) {
        auto& lane = *static_cast<Lane*>(at);
        auto& met = lane.team->met_;
        give(&met[++lane.meetings & 1]);
        lane.between = std::move(lane.between).resume();
        take(&met[lane.meetings & 1]);
    }

    std::vector<Lane> lanes_;
    // Where lanes give and take at a barrier: by turns, since those that come first have passed the next one before others leave this one.
    std::array<char, 2> met_{};
};

}  // namespace

void launch_emulated(int n_teams, Work work, void const* functor) {
    static auto const order = lane_order();
    static int const size = team_size();
    if (order == Order::free) return run_free(n_teams, work, functor, size);
    static std::mt19937 engine(20261129);
    static std::array<std::unique_ptr<Lanes>, resident> const residents{std::make_unique<Lanes>(size), std::make_unique<Lanes>(size)};
    std::size_t next = 0;
    for (int const team : sequence(n_teams, order, engine)) residents[next++ % resident]->run(team, order, engine, work, functor);
    for (auto& lanes : residents) lanes->end();
}

}  // namespace rall::solver
