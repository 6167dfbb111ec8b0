#include "io/results/hdf5_checked.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace rall::io::h5 {
namespace {

constexpr std::uint64_t mib = 1 << 20;
constexpr std::uint64_t small = 64 * mib;           // bytes that any file may claim to hold
constexpr std::uint64_t largest_chunk = 256 * mib;  // HDF5 reads a chunk as a whole
constexpr std::size_t longest_text = 1 << 16, most_members = 100'000;

/// What HDF5 says of its last failure, where it began. Throws std::bad_alloc where it lacked memory.
std::string cause() {
    struct Found {
        std::string text;
        bool memory = false;
    } found;
    auto const take = [](unsigned, H5E_error2_t const* error, void* into) {
        auto& result = *static_cast<Found*>(into);
        if (result.text.empty() && error->desc) result.text = error->desc;
        result.memory = result.memory || error->maj_num == H5E_RESOURCE || error->min_num == H5E_CANTALLOC;
        return herr_t{0};
    };
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take, &found);
    if (found.memory) throw std::bad_alloc();
    return found.text.empty() ? "" : " (HDF5: " + found.text + ")";
}

[[noreturn]] void fail(std::string const& what) { throw Refused(what + cause()); }

/// a * b, or the largest number where that is larger.
std::uint64_t product(std::uint64_t a, std::uint64_t b) {
    std::uint64_t result = 0;
    return __builtin_mul_overflow(a, b, &result) ? ~std::uint64_t{0} : result;
}

/// Of a dataspace; one without extent is refused.
std::vector<std::uint64_t> dimensions_of(hid_t space, std::string const& what) {
    auto const kind = H5Sget_simple_extent_type(space);
    if (kind == H5S_NULL) throw Refused(what + " holds nothing");
    int const rank = H5Sget_simple_extent_ndims(space);
    if ((kind != H5S_SIMPLE && kind != H5S_SCALAR) || rank < 0) fail(what + " has no shape");
    std::vector<hsize_t> dimensions(static_cast<std::size_t>(rank));
    if (rank > 0 && H5Sget_simple_extent_dims(space, dimensions.data(), nullptr) < 0) fail(what + " has no shape");
    return {dimensions.begin(), dimensions.end()};
}

std::uint64_t elements_of(std::vector<std::uint64_t> const& dimensions) {
    // A dimension of 0 makes the product 0 however large the others are.
    if (std::ranges::find(dimensions, 0u) != dimensions.end()) return 0;
    std::uint64_t n = 1;
    for (auto const d : dimensions) n = product(n, d);
    return n;
}

char const* name_of(H5T_class_t kind) {
    switch (kind) {
        case H5T_INTEGER:
            return "integers";
        case H5T_FLOAT:
            return "numbers with a fraction";
        case H5T_STRING:
            return "texts";
        case H5T_ENUM:
            return "names (an enumeration)";
        case H5T_COMPOUND:
            return "records";
        case H5T_REFERENCE:
            return "references";
        case H5T_ARRAY:
        case H5T_VLEN:
            return "lists";
        default:
            return "something else";
    }
}

/// Properties of access that lead to no other file. Of the links in a path, and of data sets.
Handle access_properties(hid_t kind) {
    Handle list(H5Pcreate(kind), H5Pclose);
    H5Pset_elink_cb(
        list, [](char const*, char const*, char const*, char const*, unsigned*, hid_t, void*) { return herr_t{-1}; },
        nullptr);
    return list;
}

std::string text_of(hid_t attribute, hid_t type, std::string const& what) {
    auto const size = H5Tget_size(type);
    if (H5Tis_variable_str(type) > 0) {
        char* text = nullptr;
        if (H5Aread(attribute, type, &text) < 0) fail(what + " cannot be read");
        if (!text) return {};
        std::string const result(text, ::strnlen(text, longest_text + 1));
        H5free_memory(text);
        if (result.size() > longest_text) throw Refused(fmt::format("{} is longer than {} bytes", what, longest_text));
        return result;
    }
    if (size > longest_text)
        throw Refused(fmt::format("{} has {} bytes; expected at most {}", what, size, longest_text));
    std::string text(size, '\0');
    if (H5Aread(attribute, type, text.data()) < 0) fail(what + " cannot be read");
    return text.substr(0, text.find('\0'));
}

std::string name_of_value(hid_t attribute, hid_t type, std::string const& what) {
    char value[8] = {}, name[256] = {};
    if (H5Tget_size(type) > sizeof value) throw Refused(what + " is an enumeration of numbers of more than 8 bytes");
    if (H5Aread(attribute, type, value) < 0) fail(what + " cannot be read");
    if (H5Tenum_nameof(type, value, name, sizeof name) < 0) fail(what + " is a value without a name");
    name[sizeof name - 1] = '\0';
    return name;
}

}  // namespace

std::uint64_t most_bytes(std::uint64_t size) {
    auto const pages = static_cast<std::uint64_t>(std::max(0L, ::sysconf(_SC_PHYS_PAGES)));
    auto const memory = product(pages, static_cast<std::uint64_t>(std::max(0L, ::sysconf(_SC_PAGESIZE)))) / 2;
    return std::min(std::max(small, product(size, 1100)), std::max(small, memory));
}

/// An open data set of numbers.
struct CheckedFile::Table {
    std::string path;
    Handle data, space;
    H5T_class_t kind;
    bool has_sign;
    std::vector<std::uint64_t> dimensions;
};

CheckedFile::CheckedFile(std::shared_ptr<Fate> const& fate, std::function<void(std::uint64_t)> before_work)
    : before_work_(std::move(before_work)) {
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);  // our own messages say what matters
    before_work_(0);
    Handle const access(driver_properties(fate, Use::read), H5Pclose);
    file_ = Handle(H5Fopen(fate->path.c_str(), H5F_ACC_RDONLY, access), H5Fclose);
    hsize_t size = 0;
    if (!file_.valid() || H5Fget_filesize(file_, &size) < 0) fail("this is no HDF5 file, or it is damaged");
    size_ = size;
    before_work_(size_);
}

bool CheckedFile::exists(std::string const& path) {
    auto const access = access_properties(H5P_LINK_ACCESS);
    for (auto slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
        auto const part = path.substr(0, slash);
        H5L_info_t link;
        auto const found = H5Lexists(file_, part.c_str(), access);
        if (found == 0) return false;
        if (found < 0 || H5Lget_info(file_, part.c_str(), &link, access) < 0)
            fail(fmt::format("'{}' cannot be looked up", part));
        if (link.type != H5L_TYPE_HARD && link.type != H5L_TYPE_SOFT)
            throw Refused(fmt::format("'{}' is a link to another file; expected everything in this one", part));
        if (link.type == H5L_TYPE_SOFT && H5Oexists_by_name(file_, part.c_str(), access) <= 0)
            throw Refused(fmt::format("'{}' is a link that leads nowhere, in a circle or to another file", part));
        if (slash == std::string::npos) return true;
        Handle const group(H5Oopen(file_, part.c_str(), access), H5Oclose);
        if (!group.valid() || H5Iget_type(group) != H5I_GROUP) fail(fmt::format("expected a group '{}'", part));
    }
}

std::vector<std::string> CheckedFile::members(std::string const& path) {
    auto const access = access_properties(H5P_GROUP_ACCESS);
    Handle const group(path == "/" || exists(path) ? H5Gopen2(file_, path.c_str(), access) : -1, H5Gclose);
    if (!group.valid()) throw Refused(fmt::format("expected a group '{}'", path));
    std::vector<std::string> names;
    auto const add = [](hid_t, char const* name, H5L_info_t const*, void* into) {
        auto& list = *static_cast<std::vector<std::string>*>(into);
        list.emplace_back(name);
        return static_cast<herr_t>(list.size() > most_members);
    };
    auto const stopped = H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, nullptr, add, &names);
    if (stopped < 0) fail(fmt::format("what is in '{}' cannot be listed", path));
    if (stopped > 0) throw Refused(fmt::format("'{}' has more than {} members", path, most_members));
    return names;
}

CheckedFile::Table CheckedFile::open(std::string const& path, bool of_texts) {
    auto const what = fmt::format("'{}'", path);
    auto const access = access_properties(H5P_DATASET_ACCESS);
    auto const expected = fmt::format("expected a data set {}", what);
    if (!exists(path)) throw Refused(expected);
    {
        Handle const object(H5Oopen(file_, path.c_str(), access), H5Oclose);
        if (!object.valid()) fail(expected + ", which cannot be opened");
        if (H5Iget_type(object) != H5I_DATASET) throw Refused(expected + "; it is none");
    }
    Table table{path, {H5Dopen2(file_, path.c_str(), access), H5Dclose}, {}, H5T_NO_CLASS, false, {}};
    if (!table.data.valid()) fail(expected + ", which cannot be opened");
    Handle const creation(H5Dget_create_plist(table.data), H5Pclose);
    auto const layout = H5Pget_layout(creation);
    if (layout == H5D_VIRTUAL || H5Pget_external_count(creation) != 0)
        throw Refused(what + " keeps its values in other files; expected them in this one");

    Handle const type(H5Dget_type(table.data), H5Tclose);
    table.kind = H5Tget_class(type);
    auto const bytes = H5Tget_size(type);
    bool const fits = of_texts ? table.kind == H5T_STRING : table.kind == H5T_INTEGER || table.kind == H5T_FLOAT;
    if (!fits)
        throw Refused(fmt::format("{} holds {}; expected {}", what, name_of(table.kind), of_texts ? "texts" : "numbers"));
    if (of_texts && bytes > longest_text)
        throw Refused(fmt::format("{} holds texts of {} bytes; expected at most {}", what, bytes, longest_text));
    if (bytes == 0 || (!of_texts && bytes > 16)) throw Refused(fmt::format("{} holds numbers of {} bytes", what, bytes));
    table.has_sign = table.kind == H5T_INTEGER && H5Tget_sign(type) != H5T_SGN_NONE;

    table.space = Handle(H5Dget_space(table.data), H5Sclose);
    table.dimensions = dimensions_of(table.space, what);
    if (table.dimensions.size() > 2)
        throw Refused(fmt::format("{} has {} dimensions; expected one or two", what, table.dimensions.size()));
    auto const claimed = product(elements_of(table.dimensions), bytes);
    if (claimed > std::max(small, product(size_, 1100)))
        throw Refused(fmt::format("{} claims to be of {} values, more than a file of {} bytes can hold", what,
                                  fmt::join(table.dimensions, " x "), size_));
    if (layout != H5D_CHUNKED) return table;

    std::vector<hsize_t> chunk(table.dimensions.size());
    if (H5Pget_chunk(creation, static_cast<int>(chunk.size()), chunk.data()) != static_cast<int>(chunk.size()))
        fail(what + " has damaged chunks");
    std::uint64_t size = bytes;
    for (auto const n : chunk) size = product(size, n);
    if (size == 0 || size > largest_chunk)
        throw Refused(fmt::format("{} is stored in chunks of {} values; expected at most {} MiB each", what,
                                  fmt::join(chunk, " x "), largest_chunk / mib));
    // So that a chunk, of which a few rows are read at a time, is not unpacked each time.
    H5Pset_chunk_cache(access, 521, std::max<std::size_t>(mib, size), 1);
    table.data = Handle();
    table.data = Handle(H5Dopen2(file_, path.c_str(), access), H5Dclose);
    if (!table.data.valid()) fail(expected + ", which cannot be opened");
    return table;
}

bool CheckedFile::is_text(std::string const& path) {
    auto const access = access_properties(H5P_DATASET_ACCESS);
    Handle const data(exists(path) ? H5Dopen2(file_, path.c_str(), access) : -1, H5Dclose);
    if (!data.valid()) fail(fmt::format("expected a data set '{}'", path));
    Handle const type(H5Dget_type(data), H5Tclose);
    return H5Tget_class(type) == H5T_STRING;
}

std::vector<std::uint64_t> CheckedFile::shape(std::string const& path) { return open(path).dimensions; }

/// An attribute that is one value; none where there is no such attribute.
struct CheckedFile::Attribute {
    std::string what;
    Handle attribute, type;
};

std::optional<CheckedFile::Attribute> CheckedFile::open_attribute(std::string const& path, std::string const& name) {
    auto const access = access_properties(H5P_LINK_ACCESS);
    auto const what = fmt::format("the attribute '{}' of '{}'", name, path);
    Handle const object(exists(path) ? H5Oopen(file_, path.c_str(), access) : -1, H5Oclose);
    if (!object.valid()) fail(fmt::format("expected '{}', which cannot be opened", path));
    auto const found = H5Aexists(object, name.c_str());
    if (found == 0) return {};
    Handle attribute(found > 0 ? H5Aopen(object, name.c_str(), H5P_DEFAULT) : -1, H5Aclose);
    if (!attribute.valid()) fail(what + " cannot be opened");
    Handle const space(H5Aget_space(attribute), H5Sclose);
    auto const dimensions = dimensions_of(space, what);
    if (elements_of(dimensions) != 1)
        throw Refused(fmt::format("{} is an array of {} values; expected one", what, fmt::join(dimensions, " x ")));
    Handle type(H5Aget_type(attribute), H5Tclose);
    return Attribute{what, std::move(attribute), std::move(type)};
}

std::string CheckedFile::text_attribute(std::string const& path, std::string const& name) {
    auto const opened = open_attribute(path, name);
    if (!opened) return {};
    auto const& [what, attribute, type] = *opened;
    auto const kind = H5Tget_class(type);
    if (kind == H5T_STRING) return text_of(attribute, type, what);
    if (kind == H5T_ENUM) return name_of_value(attribute, type, what);
    if (kind == H5T_INTEGER && H5Tget_size(type) <= 8) {
        std::int64_t value = 0;
        if (H5Aread(attribute, H5T_NATIVE_INT64, &value) < 0) fail(what + " cannot be read");
        return fmt::format("{}", value);
    }
    throw Refused(fmt::format("{} holds {}; expected a text", what, name_of(kind)));
}

std::vector<double> CheckedFile::number_attribute(std::string const& path, std::string const& name) {
    auto const opened = open_attribute(path, name);
    if (!opened) return {};
    auto const kind = H5Tget_class(opened->type);
    if (kind != H5T_INTEGER && kind != H5T_FLOAT) throw Refused(fmt::format("{} holds {}; expected a number", opened->what, name_of(kind)));
    std::vector<double> value(1);
    if (H5Tget_size(opened->type) > 16 || H5Aread(opened->attribute, H5T_NATIVE_DOUBLE, value.data()) < 0) fail(opened->what + " cannot be read");
    return value;
}

void CheckedFile::count(std::string const& path, std::uint64_t rows, std::uint64_t columns) {
    // Data sets of one file may be one and the same under many names: what counts is all that is read.
    auto const bytes = product(product(rows, columns), 8);
    auto const most = most_bytes(size_);
    if (bytes > most - std::min(most, read_))
        throw Refused(
            fmt::format("'{}' holds {} values, with which more than {} MiB would be read from a file of {} bytes", path,
                        product(rows, columns), most / mib, size_));
    read_ += bytes;
    before_work_(size_ + read_);
}

template <class T>
void CheckedFile::read(Table const& table, hid_t type, Rows wanted, std::uint64_t first, std::uint64_t columns,
                       Sink<T> const& sink) {
    auto const& d = table.dimensions;
    std::uint64_t const all = d.empty() ? 1 : d[0], from = std::min(wanted.first, all);
    auto const rows = std::min(wanted.count, all - from);
    count(table.path, rows, columns);
    if (rows == 0 || columns == 0) return;
    std::uint64_t const at_once = std::max<std::uint64_t>(1, (1 << 17) / columns);
    std::vector<T> values(std::min(rows, at_once) * columns);
    for (std::uint64_t row = 0; row < rows; row += at_once) {
        auto const n = std::min(at_once, rows - row);
        hsize_t const start[] = {from + row, first}, extent[] = {n, columns}, size[] = {n * columns};
        Handle const memory(H5Screate_simple(1, size, nullptr), H5Sclose);
        bool const selected = table.dimensions.empty() ||
                              H5Sselect_hyperslab(table.space, H5S_SELECT_SET, start, nullptr, extent, nullptr) >= 0;
        if (!selected || H5Dread(table.data, type, memory, table.space, H5P_DEFAULT, values.data()) < 0)
            fail(fmt::format("the values of '{}' cannot be read", table.path));
        sink(values.data(), size[0]);
    }
}

void CheckedFile::numbers(std::string const& path, Rows rows, Sink<double> const& sink) {
    auto const table = open(path);
    if (table.dimensions.size() > 1) throw Refused(fmt::format("'{}' is a table; expected a list of numbers", path));
    read<double>(table, H5T_NATIVE_DOUBLE, rows, 0, 1, sink);
}

void CheckedFile::ids(std::string const& path, Rows rows, Sink<std::uint64_t> const& sink) {
    auto const table = open(path);
    if (table.dimensions.size() > 1) throw Refused(fmt::format("'{}' is a table; expected a list of numbers", path));
    if (table.kind != H5T_INTEGER)
        throw Refused(fmt::format("'{}' holds {}; expected integers", path, name_of(table.kind)));
    if (!table.has_sign) return read<std::uint64_t>(table, H5T_NATIVE_UINT64, rows, 0, 1, sink);
    std::vector<std::uint64_t> given;
    read<std::int64_t>(table, H5T_NATIVE_INT64, rows, 0, 1, [&](std::int64_t const* values, std::size_t n) {
        if (auto const* bad = std::find_if(values, values + n, [](auto v) { return v < 0; }); bad != values + n)
            throw Refused(fmt::format("'{}' holds {}; expected no negative numbers", path, *bad));
        given.assign(values, values + n);
        sink(given.data(), n);
    });
}

void CheckedFile::texts(std::string const& path, Sink<char> const& sink) {
    auto const table = open(path, true);
    if (table.dimensions.size() > 1) throw Refused(fmt::format("'{}' is a table; expected a list of texts", path));
    Handle const type(H5Dget_type(table.data), H5Tclose);
    bool const variable = H5Tis_variable_str(type) > 0;
    auto const width = variable ? sizeof(char*) : H5Tget_size(type);
    std::uint64_t const rows = table.dimensions.empty() ? 1 : table.dimensions[0];
    count(path, rows, (width + 7) / 8);
    std::uint64_t const at_once = std::max<std::uint64_t>(1, mib / width);
    std::vector<char> values(std::min(rows, at_once) * width);
    for (std::uint64_t row = 0; row < rows; row += at_once) {
        hsize_t const n[] = {std::min(at_once, rows - row)}, start[] = {row};
        Handle const memory(H5Screate_simple(1, n, nullptr), H5Sclose);
        bool const selected =
            table.dimensions.empty() || H5Sselect_hyperslab(table.space, H5S_SELECT_SET, start, nullptr, n, nullptr) >= 0;
        if (!selected || H5Dread(table.data, type, memory, table.space, H5P_DEFAULT, values.data()) < 0)
            fail(fmt::format("the texts of '{}' cannot be read", path));
        std::string packed;
        for (hsize_t i = 0; i < n[0]; ++i) {
            char const* text = values.data() + i * width;
            auto most = width;
            if (variable) std::memcpy(&text, values.data() + i * width, sizeof text), most = longest_text + 1;
            auto const length = text ? ::strnlen(text, most) : 0;
            if (length > longest_text)
                throw Refused(fmt::format("'{}' holds a text of more than {} bytes", path, longest_text));
            if (text) packed.append(text, length);
            packed += '\0';
        }
        if (variable) H5Dvlen_reclaim(type, memory, H5P_DEFAULT, values.data());
        count(path, packed.size() / 8 + 1, 1);
        sink(packed.data(), packed.size());
    }
}

void CheckedFile::columns(std::string const& path, std::uint64_t first, std::uint64_t count, Sink<double> const& sink) {
    auto const table = open(path);
    auto const width = table.dimensions.size() == 2 ? table.dimensions[1] : 0;
    if (table.dimensions.size() != 2 || first > width || count > width - first)
        throw Refused(fmt::format("'{}' is no table that wide", path));
    read<double>(table, H5T_NATIVE_DOUBLE, {}, first, count, sink);
}

void CheckedFile::rows(std::string const& path, Rows rows, Sink<double> const& sink) {
    auto const table = open(path);
    if (table.dimensions.size() != 2) throw Refused(fmt::format("'{}' is no table", path));
    read<double>(table, H5T_NATIVE_DOUBLE, rows, 0, table.dimensions[1], sink);
}

}  // namespace rall::io::h5
