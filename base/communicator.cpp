#include "base/communicator.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <thread>
#include <utility>

#include "base/diagnostics.hpp"

#ifdef RALL_MPI
#define OMPI_SKIP_MPICXX 1
#define MPICH_SKIP_MPICXX 1
#include <mpi.h>
#endif

namespace rall {
namespace {

/// How many processes the launcher says it has started together, by the names that Open MPI, MPICH and its kin, and others give it;
/// 0 without a launcher.
int launched() {
    for (auto const* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "MPI_LOCALNRANKS", "MV2_COMM_WORLD_SIZE", "PALS_SIZE"})
        if (char const* const text = std::getenv(name)) return std::max(1, std::atoi(text));
    for (auto const* name : {"PMIX_RANK", "PMI_RANK", "PALS_RANKID", "ALPS_APP_PE"})
        if (std::getenv(name)) return 1;
    return 0;
}

/// Bytes that one call of MPI, which counts by an int, carries of a rank.
constexpr std::size_t most_bytes = std::size_t{1} << 28;

}  // namespace

Communicator::Communicator(Communicator&& other) noexcept
    : rank_(other.rank_), size_(other.size_), on_this_machine_(other.on_this_machine_), started_(std::exchange(other.started_, false)) {}

Communicator const& Communicator::or_alone(Communicator const* given) {
    static Communicator const alone;
    return given ? *given : alone;
}

/// Message of the rank that fails comes first; another that fails as well says no more than the first seconds allow.
void Communicator::wait_to_speak() const {
    if (rank_ > 0) std::this_thread::sleep_for(std::chrono::milliseconds(500 + std::min(50 * rank_, 3000)));
}

#ifdef RALL_MPI

Communicator Communicator::of_launcher(int* argc, char*** argv) {
    Communicator all;
    int const expected = launched();
    if (expected == 0) return all;
    int level = 0;
    MPI_Init_thread(argc, argv, MPI_THREAD_SERIALIZED, &level);
    all.started_ = true;
    MPI_Comm_rank(MPI_COMM_WORLD, &all.rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &all.size_);
    if (all.size_ > 1 && level < MPI_THREAD_SERIALIZED)
        throw UsageError("this MPI (" + library() + ") cannot be called by more than one thread, which is MPI_THREAD_SERIALIZED: take one that can");
    if (all.size_ == 1 && expected > 1)
        throw UsageError(std::to_string(expected) + " processes were started together, but by another MPI than this program was built with (" + library() +
                         "): take the mpirun that belongs to it");
    MPI_Comm here = MPI_COMM_NULL;
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, all.rank_, MPI_INFO_NULL, &here);
    MPI_Comm_size(here, &all.on_this_machine_);
    MPI_Comm_free(&here);
    return all;
}

Communicator::~Communicator() {
    if (started_ && std::uncaught_exceptions() == 0) MPI_Finalize();
}

double Communicator::least(double value) const {
    if (size_ > 1) MPI_Allreduce(MPI_IN_PLACE, &value, 1, MPI_DOUBLE, MPI_MIN, MPI_COMM_WORLD);
    return value;
}

double Communicator::most(double value) const {
    if (size_ > 1) MPI_Allreduce(MPI_IN_PLACE, &value, 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
    return value;
}

std::int64_t Communicator::sum(std::int64_t value) const {
    if (size_ > 1) MPI_Allreduce(MPI_IN_PLACE, &value, 1, MPI_INT64_T, MPI_SUM, MPI_COMM_WORLD);
    return value;
}

double Communicator::of_first(double value) const {
    if (size_ > 1) MPI_Bcast(&value, 1, MPI_DOUBLE, 0, MPI_COMM_WORLD);
    return value;
}

void Communicator::gather_bytes_to_all(void const* mine, std::size_t bytes, void* all) const {
    if (size_ == 1) std::memcpy(all, mine, bytes);
    else MPI_Allgather(mine, static_cast<int>(bytes), MPI_BYTE, all, static_cast<int>(bytes), MPI_BYTE, MPI_COMM_WORLD);
}

void Communicator::gather_lists_of_bytes(void const* mine, std::vector<std::size_t> const& bytes, std::byte* all) const {
    auto const n = static_cast<std::size_t>(size_);
    auto const own = static_cast<std::size_t>(rank_);
    if (n == 1) {
        if (bytes[0] > 0) std::memcpy(all, mine, bytes[0]);
        return;
    }
    auto const most = *std::ranges::max_element(bytes), at_once = most_bytes / n;
    std::vector<std::byte> part;
    std::vector<int> counts(n), places(n);
    for (std::size_t begin = 0; begin < most; begin += at_once) {
        int total = 0;
        for (std::size_t r = 0; r < n; ++r) {
            counts[r] = static_cast<int>(std::min(bytes[r] - std::min(bytes[r], begin), at_once));
            places[r] = total;
            total += counts[r];
        }
        auto const* const from = static_cast<std::byte const*>(mine) + std::min(bytes[own], begin);
        bool const whole = most <= at_once;
        if (!whole) part.resize(static_cast<std::size_t>(total));
        MPI_Allgatherv(from, counts[own], MPI_BYTE, whole ? all : part.data(), counts.data(), places.data(), MPI_BYTE, MPI_COMM_WORLD);
        if (whole) return;
        std::size_t place = 0;
        for (std::size_t r = 0; r < n; place += bytes[r], ++r)
            if (counts[r] > 0) std::memcpy(all + place + begin, part.data() + places[r], static_cast<std::size_t>(counts[r]));
    }
}

void Communicator::merge_bits(void* bytes, std::size_t n, bool to_all) const {
    if (size_ == 1) return;
    for (std::size_t begin = 0; begin < n; begin += most_bytes) {
        auto* const part = static_cast<std::byte*>(bytes) + begin;
        int const count = static_cast<int>(std::min(most_bytes, n - begin));
        if (to_all) MPI_Allreduce(MPI_IN_PLACE, part, count, MPI_BYTE, MPI_BOR, MPI_COMM_WORLD);
        else MPI_Reduce(rank_ == 0 ? MPI_IN_PLACE : part, part, count, MPI_BYTE, MPI_BOR, 0, MPI_COMM_WORLD);
    }
}

double Communicator::gather_to_first(std::span<std::byte const> mine, std::function<void(int, std::vector<std::byte>&&)> const& take) const {
    constexpr int tag_size = 1, tag_bytes = 2;
    double const begin_of_all = MPI_Wtime();
    if (rank_ > 0) {
        std::uint64_t const n = mine.size();
        MPI_Send(&n, 1, MPI_UINT64_T, 0, tag_size, MPI_COMM_WORLD);
        for (std::size_t begin = 0; begin < n; begin += most_bytes)
            MPI_Send(mine.data() + begin, static_cast<int>(std::min<std::size_t>(most_bytes, n - begin)), MPI_BYTE, 0, tag_bytes, MPI_COMM_WORLD);
        return MPI_Wtime() - begin_of_all;
    }
    double waited = 0;
    for (int from = 1; from < size_; ++from) {
        std::uint64_t n = 0;
        double const begin_to_wait = MPI_Wtime();
        MPI_Recv(&n, 1, MPI_UINT64_T, from, tag_size, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        waited += MPI_Wtime() - begin_to_wait;
        std::vector<std::byte> theirs(n);
        for (std::size_t begin = 0; begin < n; begin += most_bytes)
            MPI_Recv(theirs.data() + begin, static_cast<int>(std::min<std::size_t>(most_bytes, n - begin)), MPI_BYTE, from, tag_bytes, MPI_COMM_WORLD,
                     MPI_STATUS_IGNORE);
        take(from, std::move(theirs));
    }
    return waited;
}

void Communicator::end_all(int code) const {
    MPI_Abort(MPI_COMM_WORLD, code);
    std::_Exit(code);
}

struct StandingExchange::Requests {
    std::vector<MPI_Request> all;
    ~Requests() {
        int over = 0;
        MPI_Finalized(&over);
        if (!over)
            for (auto& request : all) MPI_Request_free(&request);
    }
};

StandingExchange::StandingExchange(std::vector<Partner> const& partners) : requests_(std::make_unique<Requests>()) {
    constexpr int tag = 3;
    std::size_t sent = 0, received = 0;
    for (auto const& partner : partners) sent += partner.sent, received += partner.received;
    sent_ = std::make_unique<std::vector<double>>(sent);
    received_ = std::make_unique<std::vector<double>>(received);
    double *to = sent_->data(), *from = received_->data();
    auto const add = [&](auto const& make, double*& where, std::size_t n, int rank) {
        if (n > 0) make(where, static_cast<int>(n), MPI_DOUBLE, rank, tag, MPI_COMM_WORLD, &requests_->all.emplace_back(MPI_REQUEST_NULL));
        where += n;
    };
    for (auto const& partner : partners) {
        add(MPI_Recv_init, from, partner.received, partner.rank);
        add(MPI_Send_init, to, partner.sent, partner.rank);
    }
}

void StandingExchange::run() {
    auto const n = static_cast<int>(requests_->all.size());
    MPI_Startall(n, requests_->all.data());
    MPI_Waitall(n, requests_->all.data(), MPI_STATUSES_IGNORE);
}

std::string Communicator::library() {
    char text[MPI_MAX_LIBRARY_VERSION_STRING];
    int length = 0;
    MPI_Get_library_version(text, &length);
    std::string const all(text, static_cast<std::size_t>(length));
    return all.substr(0, all.find_first_of(",\n"));
}

#else

Communicator Communicator::of_launcher(int*, char***) {
    if (int const n = launched(); n > 1)
        throw UsageError(std::to_string(n) + " processes were started together, but this program was built without MPI: build it with RALL_MPI=ON, or start one");
    return {};
}

Communicator::~Communicator() = default;
double Communicator::least(double value) const { return value; }
double Communicator::most(double value) const { return value; }
std::int64_t Communicator::sum(std::int64_t value) const { return value; }
double Communicator::of_first(double value) const { return value; }
void Communicator::gather_bytes_to_all(void const* mine, std::size_t bytes, void* all) const { std::memcpy(all, mine, bytes); }
void Communicator::gather_lists_of_bytes(void const* mine, std::vector<std::size_t> const& bytes, std::byte* all) const {
    if (bytes[0] > 0) std::memcpy(all, mine, bytes[0]);
}
void Communicator::merge_bits(void*, std::size_t, bool) const {}
double Communicator::gather_to_first(std::span<std::byte const>, std::function<void(int, std::vector<std::byte>&&)> const&) const { return 0; }
void Communicator::end_all(int code) const { std::_Exit(code); }
std::string Communicator::library() { return "none"; }

struct StandingExchange::Requests {};
StandingExchange::StandingExchange(std::vector<Partner> const&)
    : sent_(std::make_unique<std::vector<double>>()), received_(std::make_unique<std::vector<double>>()) {}
void StandingExchange::run() {}

#endif

StandingExchange::~StandingExchange() = default;
StandingExchange::StandingExchange(StandingExchange&&) noexcept = default;

}  // namespace rall
