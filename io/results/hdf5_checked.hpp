// What is read of an HDF5 file, with every look at it checked first: that links stay in the file, that a data set is of numbers, how
// large it is and whether a file of this size can hold it. Where the system refuses what HDF5 asks of it, HDF5 finds less than there is, and
// says so in many ways, a plain "no" among them: whoever asks looks at the fate of the file before taking any answer. HDF5 itself may still crash, loop or ask for gigabytes where a file is
// damaged; so this runs in a process of its own (hdf5_read.hpp).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "io/results/hdf5.hpp"

namespace rall::io::h5 {

/// What is wrong with the file, for people; its name is left to who catches it.
struct Refused : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Bytes of values that are taken from a file of `size` bytes: no compression gains more than a thousandfold, and they must fit into half
/// of the memory of this machine.
std::uint64_t most_bytes(std::uint64_t size);

/// Which values of a list are meant: as many of `count` as there are from `first` on.
struct Rows {
    std::uint64_t first = 0, count = ~std::uint64_t{0};
};

/// Takes the next values of a data set, in order.
template <class T>
using Sink = std::function<void(T const* values, std::size_t count)>;

/// All functions throw Refused, and std::bad_alloc where the memory that this process may have does not suffice.
class CheckedFile {
public:
    /// `fate` has the path, and will have the first error of the system: neither an answer nor what is thrown counts from then on.
    /// `before_work` is told of the bytes of the file, and, whenever values are asked for, of these with those of all values: both
    /// take time.
    CheckedFile(std::shared_ptr<Fate> const& fate, std::function<void(std::uint64_t bytes)> before_work);

    /// Whether there is an object under this name.
    bool exists(std::string const& path);
    /// The names in a group, in order.
    std::vector<std::string> members(std::string const& path);
    /// Whether a data set holds texts.
    bool is_text(std::string const& path);
    /// Of a data set of numbers.
    std::vector<std::uint64_t> shape(std::string const& path);
    /// An attribute that is one text, one value of an enumeration (its name) or one integer; "" when there is none.
    std::string text_attribute(std::string const& path, std::string const& name);
    /// An attribute that is one number; nothing when there is none.
    std::vector<double> number_attribute(std::string const& path, std::string const& name);

    /// Values of a list, those of `rows`.
    void numbers(std::string const& path, Rows rows, Sink<double> const& sink);
    /// Integers, none of them negative.
    void ids(std::string const& path, Rows rows, Sink<std::uint64_t> const& sink);
    /// A list of texts, each of at most 64 KiB, one after the other with a NUL behind each.
    void texts(std::string const& path, Sink<char> const& sink);
    /// Columns [first, first + count) of a table, row by row.
    void columns(std::string const& path, std::uint64_t first, std::uint64_t count, Sink<double> const& sink);
    /// Rows of a table.
    void rows(std::string const& path, Rows rows, Sink<double> const& sink);

private:
    struct Table;
    struct Attribute;
    std::optional<Attribute> open_attribute(std::string const& path, std::string const& name);
    Table open(std::string const& path, bool of_texts = false);
    void count(std::string const& path, std::uint64_t rows, std::uint64_t columns);
    template <class T>
    void read(Table const& table, hid_t type, Rows rows, std::uint64_t first, std::uint64_t columns, Sink<T> const& sink);

    std::function<void(std::uint64_t)> before_work_;
    std::uint64_t size_ = 0, read_ = 0;
    Handle file_;
};

}  // namespace rall::io::h5
