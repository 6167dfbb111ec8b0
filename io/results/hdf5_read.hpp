// Reading HDF5 files that anybody may have made. HDF5 has crashed on damaged files, looped, and asked for gigabytes. So a child
// process reads, which may have little memory and little time, and which can open no other file and write none; what comes
// back is plain numbers and texts. Costs a fork per file, and a copy of the values.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostics.hpp"

namespace rall::io::h5 {

/// A file that is open for reading. All functions throw InputError ("hdf5-unreadable") naming the file, what was found and what
/// was expected; after one that says that the child has ended, all do.
class Input {
public:
    static constexpr auto all = ~std::uint64_t{0};

    /// Also throws InputError ("file-not-readable"), and MachineError where no process can be started.
    explicit Input(std::filesystem::path path);
    ~Input();
    Input(Input const&) = delete;
    Input& operator=(Input const&) = delete;

    bool exists(std::string const& path) const;                       ///< a group or data set
    std::vector<std::string> members(std::string const& path) const;  ///< of a group, in order of name
    std::vector<std::uint64_t> shape(std::string const& path) const;  ///< of a data set of numbers
    bool is_text(std::string const& path) const;  ///< whether a data set holds texts
    /// One text, the name of one value of an enumeration, or one integer; "" when there is none.
    std::string text_attribute(std::string const& path, std::string const& name) const;
    /// One number; nothing when there is no such attribute.
    std::optional<double> number_attribute(std::string const& path, std::string const& name) const;

    /// Of a list: values [first, first + count), or those of them that there are.
    std::vector<double> numbers(std::string const& path, std::uint64_t first = 0, std::uint64_t count = all) const;
    /// The same of integers, none of them negative.
    std::vector<std::uint64_t> ids(std::string const& path, std::uint64_t first = 0, std::uint64_t count = all) const;
    std::vector<std::string> texts(std::string const& path) const;  ///< of fixed or variable length
    /// Columns [first, first + count) of a table, row by row.
    std::vector<double> columns(std::string const& path, std::uint64_t first, std::uint64_t count) const;
    /// Of a table: rows [first, first + count), or those of them that there are.
    std::vector<double> rows(std::string const& path, std::uint64_t first, std::uint64_t count) const;

    /// Of a SONATA file: `read` takes the name of each population and its group, in order. A file that has no group `root` is no `kind`.
    void populations(std::string const& root, std::string const& kind,
                     std::function<void(std::string const& population, std::string const& group)> const& read) const;

    InputError unreadable(std::string const& what) const;

private:
    enum class Ask : std::uint64_t { exists, is_text, members, shape, text, number, numbers, ids, texts, columns, rows };
    struct Question;
    struct Child;  // what runs in the other process
    void ask(Ask what, std::string const& path, std::string const& name = {}, std::uint64_t first = 0,
             std::uint64_t count = 0) const;
    bool yes(Ask what, std::string const& path) const;
    std::vector<std::string> list(std::string const& about) const;
    void send(void const* data, std::size_t size, std::string const& about) const;
    void receive(void* data, std::size_t size, std::string const& about) const;
    template <class T>
    std::vector<T> answer(std::string const& about, std::uint64_t expected = 0) const;
    void stop() const;
    [[noreturn]] void ended(std::string const& about) const;

    std::filesystem::path path_;
    std::uint64_t most_ = 0;  ///< bytes of any answer
    int socket_ = -1;
    mutable pid_t child_ = -1;  ///< -1 once it has ended
};

}  // namespace rall::io::h5
