// The processes ("ranks") that run one simulation together: those that mpirun or its like has started, or this one alone. All of MPI is behind it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace rall {

/// Functions are collective: all ranks call the same ones in the same order. What fails in MPI ends all ranks, by MPI's own message.
class Communicator {
public:
    /// This process alone.
    Communicator() = default;
    /// `given`, else one of this process alone.
    static Communicator const& or_alone(Communicator const* given);
    /// All that a launcher has started together with this process. One at a time, in main(). Throws UsageError where a launcher has started
    /// several that cannot find one another: this program was built without MPI, or with another one.
    static Communicator of_launcher(int* argc, char*** argv);
    /// Leaves the others in peace, unless an exception is on its way: then the end of this process ends them.
    ~Communicator();
    Communicator(Communicator&&) noexcept;
    Communicator(Communicator const&) = delete;
    Communicator& operator=(Communicator const&) = delete;

    int rank() const { return rank_; }
    int size() const { return size_; }
    bool is_first() const { return rank_ == 0; }
    bool is_alone() const { return size_ == 1; }
    /// Ranks that share this one's machine, itself among them.
    int on_this_machine() const { return on_this_machine_; }

    double least(double value) const;
    double most(double value) const;
    std::int64_t sum(std::int64_t value) const;
    bool any(bool value) const { return most(value) > 0; }
    /// What rank 0 says.
    double of_first(double value) const;

    /// One T from each rank, in their order.
    template <class T>
    void gather_to_all(T const& mine, std::vector<T>& all) const {
        static_assert(std::is_trivially_copyable_v<T>);
        all.resize(static_cast<std::size_t>(size_));
        gather_bytes_to_all(&mine, sizeof(T), all.data());
    }
    /// Lists of any length, one behind the other; `counts[rank]` are known.
    template <class T>
    std::vector<T> gather_lists_to_all(std::span<T const> mine, std::vector<std::size_t> counts) const {
        static_assert(std::is_trivially_copyable_v<T>);
        std::size_t total = 0;
        for (auto& n : counts) total += n, n *= sizeof(T);
        std::vector<T> all(total);
        gather_lists_of_bytes(mine.data(), counts, reinterpret_cast<std::byte*>(all.data()));
        return all;
    }
    template <class T>
    std::vector<T> gather_lists_to_all(std::vector<T> const& mine) const {
        std::vector<std::size_t> counts;
        gather_to_all(mine.size(), counts);
        return gather_lists_to_all(std::span<T const>(mine), std::move(counts));
    }
    /// Lists of one length of which an element is 0, in all its bits, but on one rank: makes one list of them, on all ranks or on rank 0, whose bits they are.
    template <class T>
    void merge_to_all(std::vector<T>& list) const {
        static_assert(std::is_trivially_copyable_v<T>);
        merge_bits(list.data(), list.size() * sizeof(T), true);
    }
    template <class T>
    void merge_to_first(std::vector<T>& list) const {
        static_assert(std::is_trivially_copyable_v<T>);
        merge_bits(list.data(), list.size() * sizeof(T), false);
    }
    /// Rank 0 takes the bytes of all others, one rank after the other; these go on as soon as theirs have arrived or are on the way. Returns for how
    /// long the others waited for rank 0, or it for them, s.
    double gather_to_first(std::span<std::byte const> mine, std::function<void(int rank, std::vector<std::byte>&& theirs)> const& take) const;

    /// Of the rank that something went wrong on: when it may say so. Where all find the same wrong, rank 0 does, and ends the others before.
    void wait_to_speak() const;
    /// Ends all ranks with this exit code.
    [[noreturn]] void end_all(int code) const;

    /// "Open MPI v4.1.4"; "none" in a build without.
    static std::string library();

private:
    void gather_bytes_to_all(void const* mine, std::size_t bytes, void* all) const;
    void merge_bits(void* bytes, std::size_t n, bool to_all) const;
    void gather_lists_of_bytes(void const* mine, std::vector<std::size_t> const& bytes, std::byte* all) const;

    int rank_ = 0, size_ = 1, on_this_machine_ = 1;
    bool started_ = false;  ///< MPI, by this object
};

/// Numbers that some ranks send one another over and over, always as many: buffers and requests that last.
class StandingExchange {
public:
    struct Partner {
        int rank;
        std::size_t sent, received;  ///< numbers; either may be none
    };
    /// Partners of one another make their exchanges, and run them, in the same order.
    explicit StandingExchange(std::vector<Partner> const& partners);
    ~StandingExchange();
    StandingExchange(StandingExchange&&) noexcept;

    /// Of all partners, one after the other.
    std::vector<double>& sent() { return *sent_; }
    std::vector<double> const& received() const { return *received_; }
    /// Sends, and returns once all has come. From any thread, one at a time.
    void run();

private:
    struct Requests;
    std::unique_ptr<Requests> requests_;
    std::unique_ptr<std::vector<double>> sent_, received_;  ///< that stay where they are
};

}  // namespace rall
