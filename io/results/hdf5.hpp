// HDF5 as values that close themselves, and writing (reading: hdf5_read.hpp). Files written here hold no times of writing: equal data give equal bytes.
#pragma once

#include <hdf5.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostics.hpp"
#include "io/results/hdf5_driver.hpp"

namespace rall::io::h5 {

/// Set when the library failed to write: it is not made to live on after that, not even to close what is open.
extern bool gave_up;

/// An HDF5 identifier of any kind and how to close it.
class Handle {
public:
    Handle() = default;
    Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
    Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
    Handle& operator=(Handle&& other) noexcept {
        std::swap(id_, other.id_);
        std::swap(close_, other.close_);
        return *this;
    }
    ~Handle() {
        if (id_ >= 0 && !gave_up) close_(id_);
    }
    operator hid_t() const { return id_; }
    bool valid() const { return id_ >= 0; }
    hid_t release() { return std::exchange(id_, -1); }

private:
    hid_t id_ = -1;
    herr_t (*close_)(hid_t) = nullptr;
};

template <class T>
hid_t type_of();
template <>
inline hid_t type_of<double>() {
    return H5T_NATIVE_DOUBLE;
}
template <>
inline hid_t type_of<float>() {
    return H5T_NATIVE_FLOAT;
}
template <>
inline hid_t type_of<std::uint64_t>() {
    return H5T_NATIVE_UINT64;
}
template <>
inline hid_t type_of<std::uint32_t>() {
    return H5T_NATIVE_UINT32;
}
template <>
inline hid_t type_of<std::uint8_t>() {
    return H5T_NATIVE_UINT8;
}

/// Throws MachineError saying what could not be done when a library call has failed.
void check(bool good, std::string const& what);

// Writing. All throw MachineError.

/// A file that is written, in a folder that is brought to the disk as a whole. It is complete when finish() returns; without it nobody may
/// use what lies there.
class NewFile {
public:
    /// Refuses what exists already.
    explicit NewFile(std::filesystem::path const& path);
    /// Begins as a copy of another, one of ours.
    NewFile(std::filesystem::path const& path, std::filesystem::path const& other);
    NewFile(NewFile const&) = delete;
    NewFile& operator=(NewFile const&) = delete;
    ~NewFile();
    operator hid_t() const { return file_; }
    /// Has all that was written so far reached the system? Throws MachineError with path and cause if not.
    void check() const;
    /// From now on all that was written so far is read from the file, while more is written.
    void flush();
    void finish();

private:
    NewFile(std::filesystem::path const& path, Use use);
    std::shared_ptr<Fate> fate_;
    Handle file_;
};

Handle create_group(hid_t parent, std::string const& name);  ///< "a/b" makes both
Handle create_dataset(hid_t parent, std::string const& name, hid_t type, std::vector<hsize_t> const& shape);
/// Grows along its first dimension, in chunks of `chunk` rows.
Handle create_growing(hid_t parent, std::string const& name, hid_t type, hsize_t columns, hsize_t chunk);
Handle create_growing(hid_t parent, std::string const& name, hid_t type);  ///< a list
void append(hid_t dataset, hsize_t at, hsize_t count, hid_t type, void const* values);
void append_rows(hid_t dataset, hsize_t at, hsize_t rows, hsize_t columns, double const* values);
void write_attribute(hid_t object, std::string const& name, std::string const& text);
void write_attribute(hid_t object, std::string const& name, hid_t type, std::vector<hsize_t> const& shape,
                     void const* value);
/// The two attributes every SONATA file has.
void mark_sonata(hid_t file);

template <class T>
Handle write(hid_t parent, std::string const& name, std::vector<T> const& values) {
    auto dataset = create_dataset(parent, name, type_of<T>(), {values.size()});
    check(values.empty() || H5Dwrite(dataset, type_of<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) >= 0,
          "write " + name);
    return dataset;
}

/// A short data set that lies in the file's metadata, so that its values change together with the sizes of others when it is flushed.
Handle write_compact(hid_t parent, std::string const& name, std::vector<double> const& values);
/// Other values for a data set that exists.
void overwrite(hid_t dataset, std::vector<double> const& values);

/// A list of UTF-8 texts.
Handle write_texts(hid_t parent, std::string const& name, std::vector<std::string> const& texts);

}  // namespace rall::io::h5
