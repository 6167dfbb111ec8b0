// A piece of memory laid out on the host before it exists on the device: typed slices at 64-byte boundaries, and the pointers
// between them written when the final address is known.
#pragma once

#include <cstddef>
#include <cstring>
#include <type_traits>
#include <vector>

namespace rall::solver {

/// n elements of type T at a byte offset of an arena.
template <class T>
struct Slice {
    std::size_t offset = 0;
    std::size_t n = 0;
};

class Arena {
public:
    static constexpr std::size_t alignment = 64;

    /// Zero-filled room for n elements.
    template <class T>
    Slice<T> reserve(std::size_t n) {
        static_assert(std::is_trivially_copyable_v<T>);
        Slice<T> const slice{bytes_.size(), n};
        bytes_.resize((bytes_.size() + n * sizeof(T) + alignment - 1) / alignment * alignment);
        return slice;
    }
    template <class T>
    Slice<T> put(std::vector<T> const& values) {
        auto const slice = reserve<T>(values.size());
        if (!values.empty()) std::memcpy(bytes_.data() + slice.offset, values.data(), values.size() * sizeof(T));
        return slice;
    }

    /// Host memory of a slice; valid until the next reserve or put.
    template <class T>
    T* at(Slice<T> slice) {
        return reinterpret_cast<T*>(bytes_.data() + slice.offset);
    }

    /// Number of the first double of a slice, counted from the arena's begin.
    static int element(Slice<double> slice, std::size_t i = 0) {
        return static_cast<int>(slice.offset / sizeof(double) + i);
    }

    std::size_t size() const { return bytes_.size(); }
    std::byte* data() { return bytes_.data(); }

private:
    std::vector<std::byte> bytes_;
};

/// Where a slice lies once its arena stands at `base`.
template <class T>
T* resolve(std::byte* base, Slice<T> slice) {
    return reinterpret_cast<T*>(base + slice.offset);
}

}  // namespace rall::solver
