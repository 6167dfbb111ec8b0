// What is checked of an HDF5 file before it is read. The input tells how to make one that HDF5 itself finds good: objects, types, shapes,
// layouts, links and attributes of every kind under the names that are looked for.
#include <cstdint>
#include <memory>
#include <new>

#include "io/results/hdf5_checked.hpp"
#include "tests/fuzz/on_disk.hpp"

using namespace rall;
using io::h5::Handle;

namespace {

char const* const names[] = {"a", "a/b", "a/c", "a/d", "a/d/e"};

/// Choices, from the bytes of the input; 0 when they are used up.
class Maker {
public:
    Maker(std::uint8_t const* data, std::size_t size) : data_(data), end_(data + size) {}

    void file(std::filesystem::path const& path) {
        Handle const file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose);
        for (auto const* name : names) {
            switch (pick(8)) {
                case 0:
                    break;
                case 1:
                case 2: {
                    Handle const group(H5Gcreate2(file, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose);
                    if (group.valid()) attribute(group);
                    break;
                }
                case 3:
                    H5Lcreate_soft(names[pick(5)], file, name, H5P_DEFAULT, H5P_DEFAULT);
                    break;
                case 4:
                    H5Lcreate_external(pick(2) ? "fuzz.h5" : "none.h5", names[pick(5)], file, name, H5P_DEFAULT,
                                       H5P_DEFAULT);
                    break;
                case 5:
                    H5Lcreate_hard(file, names[pick(5)], file, name, H5P_DEFAULT, H5P_DEFAULT);
                    break;
                default:
                    dataset(file, name);
            }
        }
    }

private:
    unsigned pick(unsigned n) { return data_ == end_ ? 0 : *data_++ % n; }

    Handle type(int depth = 0) {
        hid_t const plain[] = {H5T_IEEE_F64LE,     H5T_STD_U64LE, H5T_STD_I64BE,  H5T_IEEE_F32BE, H5T_STD_U8LE,
                               H5T_NATIVE_LDOUBLE, H5T_STD_B16LE, H5T_UNIX_D32LE, H5T_STD_REF_OBJ};
        auto const which = pick(depth > 2 ? 9 : 17);
        if (which < 9) return {H5Tcopy(plain[which]), H5Tclose};
        if (which == 9) return {H5Tcreate(H5T_OPAQUE, 1 + pick(40)), H5Tclose};
        if (which == 10 || which == 11) {
            Handle text(H5Tcopy(H5T_C_S1), H5Tclose);
            H5Tset_size(text, which == 10 ? H5T_VARIABLE : pick(2) ? 1 + pick(200) : 100'000);
            return text;
        }
        if (which == 12) {
            Handle names(H5Tenum_create(pick(2) ? H5T_STD_U8LE : H5T_STD_I64LE), H5Tclose);
            for (std::int64_t value = 0; value < 3; ++value)
                H5Tenum_insert(names, std::string(1 + pick(255), static_cast<char>('a' + value)).c_str(), &value);
            return names;
        }
        if (which == 13) {
            auto const part = type(depth + 1);
            Handle record(H5Tcreate(H5T_COMPOUND, H5Tget_size(part) + 8), H5Tclose);
            H5Tinsert(record, "part", 8, part);
            return record;
        }
        if (which == 14) return {H5Tvlen_create(type(depth + 1)), H5Tclose};
        if (which == 15) {
            hsize_t const dims[] = {1 + pick(9), 1 + pick(9)};
            return {H5Tarray_create2(type(depth + 1), 1 + pick(2), dims), H5Tclose};
        }
        Handle odd(H5Tcopy(pick(2) ? H5T_STD_U64LE : H5T_IEEE_F64LE), H5Tclose);  // of a precision of its own
        H5Tset_precision(odd, 1 + pick(64));
        return odd;
    }

    Handle space() {
        if (pick(8) == 0) return {H5Screate(pick(2) ? H5S_NULL : H5S_SCALAR), H5Sclose};
        hsize_t dims[4], most[4];
        int const rank = 1 + static_cast<int>(pick(4));
        bool const grows = pick(2);
        for (int i = 0; i < rank; ++i) {
            dims[i] = pick(6) == 0 ? hsize_t{1} << (40 + pick(23)) : pick(200);
            most[i] = H5S_UNLIMITED;
        }
        return {H5Screate_simple(rank, dims, grows ? most : nullptr), H5Sclose};
    }

    void attribute(hid_t object) {
        if (pick(2)) return;
        auto const kind = type();
        auto const extent = space();
        Handle const made(H5Acreate2(object, "x", kind, extent, H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
        std::string const bytes(1 << 16, static_cast<char>(pick(4)));
        auto const is_plain = H5Tdetect_class(kind, H5T_VLEN) <= 0 && H5Tis_variable_str(kind) <= 0 &&
                              H5Tdetect_class(kind, H5T_STRING) <= 0;
        auto const n = H5Sget_simple_extent_npoints(extent);
        if (made.valid() && is_plain && n > 0 && static_cast<std::size_t>(n) < bytes.size() / H5Tget_size(kind))
            H5Awrite(made, kind, bytes.data());
    }

    void dataset(hid_t file, char const* name) {
        auto const kind = type();
        auto const extent = space();
        Handle const creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
        int const rank = H5Sget_simple_extent_ndims(extent);
        hsize_t chunk[4];
        switch (pick(5)) {
            case 0:
                H5Pset_layout(creation, H5D_COMPACT);
                break;
            case 1:
                H5Pset_external(creation, "values.bin", 0, H5F_UNLIMITED);
                break;
            case 2: {
                Handle const source(H5Screate_simple(1, (chunk[0] = 4, chunk), nullptr), H5Sclose);
                H5Pset_virtual(creation, extent, pick(2) ? "." : "none.h5", names[pick(5)], source);
                break;
            }
            case 3:
                for (auto& n : chunk) n = pick(4) == 0 ? 1u << (16 + pick(14)) : 1 + pick(50);
                if (rank > 0) H5Pset_chunk(creation, rank, chunk);
                if (pick(2)) H5Pset_deflate(creation, 1);
                break;
            default:
                break;
        }
        Handle const made(H5Dcreate2(file, name, kind, extent, H5P_DEFAULT, creation, H5P_DEFAULT), H5Dclose);
        if (made.valid()) attribute(made);
    }

    std::uint8_t const *data_, *end_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    auto const path = fuzz::folder() / "fuzz.h5";
    Maker(data, size).file(path);
    std::size_t taken = 0;
    auto const attempt = [](auto read) {
        try {
            read();
        } catch (io::h5::Refused const&) {
        } catch (std::bad_alloc const&) {
        }
    };
    attempt([&] {
        io::h5::CheckedFile file(std::make_shared<io::h5::Fate>(io::h5::Fate{path}), [](std::uint64_t) {});
        for (std::string const name : {"/a", "/a/b", "/a/c", "/a/d", "/a/d/e"}) {
            attempt([&] { file.exists(name); });
            attempt([&] { file.members(name); });
            attempt([&] { file.shape(name); });
            attempt([&] { file.text_attribute(name, "x"); });
            attempt([&] { file.numbers(name, {}, [&](double const*, std::size_t n) { taken += n; }); });
            attempt([&] { file.ids(name, {}, [&](std::uint64_t const*, std::size_t n) { taken += n; }); });
            attempt([&] { file.texts(name, [&](char const*, std::size_t n) { taken += n; }); });
            attempt([&] { file.columns(name, 0, 1, [&](double const*, std::size_t n) { taken += n; }); });
        }
    });
    return taken > (std::size_t{1} << 30);
}
