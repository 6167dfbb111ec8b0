#include "io/results/hdf5.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <new>

namespace rall::io::h5 {
namespace {

/// The library writes what is open when the program ends, whatever has become of it, unless told not to before anything else.
[[maybe_unused]] bool const ends_quietly = H5dont_atexit() >= 0;

/// It prints its error stack unless told not to; our exceptions say what matters.
void be_quiet() {
    static bool const quiet = H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr) >= 0;
    static_cast<void>(quiet);
}

/// The library does not look at every answer when it asks for memory: before it begins with something there must be enough.
void need_room() {
    constexpr std::size_t enough = 8 << 20;  // bytes
    void* const room = ::mmap(nullptr, enough, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (room == MAP_FAILED) throw std::bad_alloc();
    ::munmap(room, enough);
}

Handle dataspace(std::vector<hsize_t> const& shape) {
    need_room();
    if (shape.empty()) return {H5Screate(H5S_SCALAR), H5Sclose};
    return {H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr), H5Sclose};
}

/// Creation properties without times.
Handle properties(hid_t kind) {
    Handle list(H5Pcreate(kind), H5Pclose);
    H5Pset_obj_track_times(list, false);
    return list;
}

Handle intermediate_groups() {
    Handle list(H5Pcreate(H5P_LINK_CREATE), H5Pclose);
    H5Pset_create_intermediate_group(list, 1);
    return list;
}

}  // namespace

bool gave_up = false;

void check(bool good, std::string const& what) {
    if (good) return;
    gave_up = true;
    throw MachineError("HDF5 failed to " + what + ": is there enough memory?");
}

NewFile::NewFile(std::filesystem::path const& path, Use use) : fate_(std::make_shared<Fate>(Fate{path})) {
    be_quiet();
    need_room();
    auto const creation = properties(H5P_FILE_CREATE);
    Handle const access(driver_properties(fate_, use), H5Pclose);
    file_ = Handle(use == Use::make ? H5Fcreate(path.c_str(), H5F_ACC_EXCL, creation, access)
                                    : H5Fopen(path.c_str(), H5F_ACC_RDWR, access),
                   H5Fclose);
    check();
    h5::check(file_.valid(), (use == Use::make ? "create " : "open ") + path.string());
}

NewFile::NewFile(std::filesystem::path const& path) : NewFile(path, Use::make) {}

NewFile::NewFile(std::filesystem::path const& path, std::filesystem::path const& other)
    : NewFile((std::filesystem::copy_file(other, path), path), Use::change) {}

NewFile::~NewFile() { fate_->abandoned = true; }

void NewFile::check() const {
    if (fate_->error) cannot_write(fate_->path, fate_->error);
}

void NewFile::flush() {
    auto const good = H5Fflush(file_, H5F_SCOPE_GLOBAL) >= 0;
    check();
    h5::check(good, "write " + fate_->path.string());
}

void NewFile::finish() {
    flush();
    auto const good = H5Fclose(file_.release()) >= 0;
    check();
    h5::check(good, "close " + fate_->path.string());
}

Handle create_group(hid_t parent, std::string const& name) {
    auto const creation = properties(H5P_GROUP_CREATE);
    auto const links = intermediate_groups();
    Handle group(H5Gcreate2(parent, name.c_str(), links, creation, H5P_DEFAULT), H5Gclose);
    check(group.valid(), "create the group " + name);
    return group;
}

Handle create_dataset(hid_t parent, std::string const& name, hid_t type, std::vector<hsize_t> const& shape) {
    auto const creation = properties(H5P_DATASET_CREATE);
    auto const space = dataspace(shape);
    Handle dataset(H5Dcreate2(parent, name.c_str(), type, space, H5P_DEFAULT, creation, H5P_DEFAULT), H5Dclose);
    check(dataset.valid(), "create " + name);
    return dataset;
}

Handle create_growing(hid_t parent, std::string const& name, hid_t type, hsize_t columns, hsize_t chunk) {
    auto const creation = properties(H5P_DATASET_CREATE);
    hsize_t const chunks[] = {chunk, columns}, none[] = {0, columns}, most[] = {H5S_UNLIMITED, columns};
    H5Pset_chunk(creation, 2, chunks);
    Handle const space(H5Screate_simple(2, none, most), H5Sclose);
    Handle dataset(H5Dcreate2(parent, name.c_str(), type, space, H5P_DEFAULT, creation, H5P_DEFAULT), H5Dclose);
    check(dataset.valid(), "create " + name);
    return dataset;
}

Handle create_growing(hid_t parent, std::string const& name, hid_t type) {
    auto const creation = properties(H5P_DATASET_CREATE);
    hsize_t const chunk[] = {1 << 14}, none[] = {0}, most[] = {H5S_UNLIMITED};
    H5Pset_chunk(creation, 1, chunk);
    Handle const space(H5Screate_simple(1, none, most), H5Sclose);
    Handle dataset(H5Dcreate2(parent, name.c_str(), type, space, H5P_DEFAULT, creation, H5P_DEFAULT), H5Dclose);
    check(dataset.valid(), "create " + name);
    return dataset;
}

void append(hid_t dataset, hsize_t at, hsize_t count, hid_t type, void const* values) {
    hsize_t const size = at + count;
    check(H5Dset_extent(dataset, &size) >= 0, "grow a list");
    if (count == 0) return;
    Handle const space(H5Dget_space(dataset), H5Sclose);
    Handle const memory = dataspace({count});
    H5Sselect_hyperslab(space, H5S_SELECT_SET, &at, nullptr, &count, nullptr);
    check(H5Dwrite(dataset, type, memory, space, H5P_DEFAULT, values) >= 0, "write a list");
}

void append_rows(hid_t dataset, hsize_t at, hsize_t rows, hsize_t columns, double const* values) {
    hsize_t const size[] = {at + rows, columns}, start[] = {at, 0}, count[] = {rows, columns};
    check(H5Dset_extent(dataset, size) >= 0, "grow a report");
    Handle const space(H5Dget_space(dataset), H5Sclose);
    Handle const memory = dataspace({rows, columns});
    H5Sselect_hyperslab(space, H5S_SELECT_SET, start, nullptr, count, nullptr);
    check(H5Dwrite(dataset, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, values) >= 0, "write samples of a report");
}

void write_attribute(hid_t object, std::string const& name, hid_t type, std::vector<hsize_t> const& shape,
                     void const* value) {
    auto const space = dataspace(shape);
    Handle const attribute(H5Acreate2(object, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
    check(attribute.valid() && H5Awrite(attribute, type, value) >= 0, "write the attribute " + name);
}

void write_attribute(hid_t object, std::string const& name, std::string const& text) {
    // Of variable length, as h5py makes them: it reads others as bytes.
    Handle const type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, H5T_CSET_UTF8);
    auto const* value = text.c_str();
    write_attribute(object, name, type, {}, &value);
}

Handle write_compact(hid_t parent, std::string const& name, std::vector<double> const& values) {
    auto const creation = properties(H5P_DATASET_CREATE);
    H5Pset_layout(creation, H5D_COMPACT);
    auto const space = dataspace({values.size()});
    Handle dataset(H5Dcreate2(parent, name.c_str(), H5T_IEEE_F64LE, space, H5P_DEFAULT, creation, H5P_DEFAULT), H5Dclose);
    check(dataset.valid(), "create " + name);
    overwrite(dataset, values);
    return dataset;
}

void overwrite(hid_t dataset, std::vector<double> const& values) {
    check(H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) >= 0, "write a data set");
}

Handle write_texts(hid_t parent, std::string const& name, std::vector<std::string> const& texts) {
    Handle const type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, H5T_CSET_UTF8);
    std::vector<char const*> pointers;
    for (auto const& text : texts) pointers.push_back(text.c_str());
    auto dataset = create_dataset(parent, name, type, {texts.size()});
    check(texts.empty() || H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, pointers.data()) >= 0,
          "write " + name);
    return dataset;
}

void mark_sonata(hid_t file) {
    std::uint32_t const magic = 0x0A7A, version[] = {0, 1};
    write_attribute(file, "magic", H5T_STD_U32LE, {}, &magic);
    write_attribute(file, "version", H5T_STD_U32LE, {2}, version);
}

}  // namespace rall::io::h5
