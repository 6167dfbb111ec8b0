#include "io/results/hdf5_driver.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <string>
#include <string_view>

#include "base/text.hpp"
#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#endif

namespace rall::io::h5 {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t page_size = 4096;
using Page = std::array<char, page_size>;

int write_at(int file, std::uint64_t at, char const* bytes, std::size_t size) {
    while (size > 0) {
        auto const n = ::pwrite(file, bytes, size, static_cast<off_t>(at));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return n < 0 ? errno : ENOSPC;
        bytes += n, at += static_cast<std::uint64_t>(n), size -= static_cast<std::size_t>(n);
    }
    return 0;
}

/// What lies beyond the end of the file reads as zeros.
int read_at(int file, std::uint64_t at, char* bytes, std::size_t size) {
    while (size > 0) {
        auto const n = ::pread(file, bytes, size, static_cast<off_t>(at));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return errno;
        if (n == 0) {
            std::memset(bytes, 0, size);
            return 0;
        }
        bytes += n, at += static_cast<std::uint64_t>(n), size -= static_cast<std::size_t>(n);
    }
    return 0;
}

/// Fowler, Noll and Vo's FNV-1a: tells a journal that was cut off, nothing more.
std::uint64_t checksum(std::string_view bytes) {
    std::uint64_t hash = 14695981039346656037u;
    for (char const c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
    return hash;
}

/// A file that HDF5 has open. The first member is HDF5's own part, as its interface wants it.
struct File {
    H5FD_t hdf5{};
    std::shared_ptr<Fate> fate;
    Descriptor file;
    haddr_t allocated = 0;  ///< end of what HDF5 has given away ("EOA")
    haddr_t end = 0;        ///< end of what was written ("EOF")
    std::map<std::uint64_t, Page> pages;  ///< by their number in the file
    bool is_copy = false;    ///< one that nobody reads before it is complete, and that is made anew if it is not
    bool committed = false;  ///< has the file been flushed before?

    static File& of(H5FD_t* file) { return *reinterpret_cast<File*>(file); }
    static File const& of(H5FD_t const* file) { return *reinterpret_cast<File const*>(file); }

    void fail(int error) {
        if (error && !fate->error) fate->error = error;
    }

    /// The part of [at, at + size) in each page that it touches, as (page, place in the page, place in the range, bytes).
    template <class F>
    static void for_pages(std::uint64_t at, std::size_t size, F&& f) {
        for (std::size_t done = 0; done < size;) {
            auto const inside = (at + done) % page_size, n = std::min<std::size_t>(page_size - inside, size - done);
            f((at + done) / page_size, inside, done, n);
            done += n;
        }
    }

    /// After a failure everything stays here, so that HDF5 finds what it wrote until it has closed the file.
    void write(bool data, haddr_t at, char const* bytes, std::size_t size) {
        end = std::max<haddr_t>(end, at + size);
        if (data && fate->good()) fail(write_at(file, at, bytes, size));
        data = data && fate->good();
        for_pages(at, size, [&](std::uint64_t number, std::size_t inside, std::size_t done, std::size_t n) {
            auto page = pages.find(number);
            if (page == pages.end()) {
                if (data) return;
                page = pages.emplace(number, Page{}).first;
                fail(read_at(file, number * page_size, page->second.data(), page_size));
            }
            std::memcpy(page->second.data() + inside, bytes + done, n);
        });
    }

    int read(haddr_t at, char* bytes, std::size_t size) {
        // The system is not asked for places that no file has.
        std::size_t const there = at < end ? std::min<haddr_t>(size, end - at) : 0;
        if (int const error = read_at(file, at, bytes, there)) return error;
        std::memset(bytes + there, 0, size - there);
        if (!pages.empty())
            for_pages(at, size, [&](std::uint64_t number, std::size_t inside, std::size_t done, std::size_t n) {
                if (auto const page = pages.find(number); page != pages.end())
                    std::memcpy(bytes + done, page->second.data() + inside, n);
            });
        return 0;
    }

    /// Bytes of a page that belong to the file.
    std::size_t length(std::uint64_t number) const {
        auto const from = number * page_size;
        return from >= end ? 0 : std::min<std::size_t>(page_size, end - from);
    }

    void commit() {
        if (!fate->good() || pages.empty()) return;
        auto const path = journal_of(fate->path);
        bool const journaled = committed && !is_copy;
        if (journaled) write_journal(path);
        // For whoever opens the file in this instant: first where it ends (the superblock), then its parts, deep ones first, so that none is
        // spoken of before it is there. HDF5 allots them from the front: an index lies behind the data set whose size it serves.
        constexpr std::size_t superblock = 96;  // bytes, of the format's version 0
        if (::ftruncate(file, static_cast<off_t>(end)) != 0) fail(errno);
        if (auto const first = pages.find(0); first != pages.end() && fate->good())
            fail(write_at(file, 0, first->second.data(), std::min(superblock, length(0))));
        for (auto page = pages.rbegin(); page != pages.rend(); ++page) {
            if (!fate->good()) return;
            fail(write_at(file, page->first * page_size, page->second.data(), length(page->first)));
        }
        if (journaled && ::unlink(path.c_str()) != 0) fail(errno);
        if (fate->good()) pages.clear();
        committed = true;
    }

    void write_journal(fs::path const& path) {
        std::string journal;
        for (auto const& [number, page] : pages) {
            std::uint64_t const head[] = {number * page_size, length(number)};
            journal.append(reinterpret_cast<char const*>(head), sizeof head);
            journal.append(page.data(), head[1]);
        }
        auto const sum = checksum(journal);
        journal.append(reinterpret_cast<char const*>(&sum), sizeof sum);
        Descriptor out(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
        fail(out.valid() ? write_all(out, journal) : errno);
        if (fate->good()) fail(out.close());
    }
};

/// HDF5 looks for files that it has open already; each of ours is new.
int compare(H5FD_t const* a, H5FD_t const* b) { return a < b ? -1 : a > b; }

herr_t query(H5FD_t const*, unsigned long* flags) {
    *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
             H5FD_FEAT_AGGREGATE_SMALLDATA;
    return 0;
}

haddr_t get_eoa(H5FD_t const* file, H5FD_mem_t) { return File::of(file).allocated; }
herr_t set_eoa(H5FD_t* file, H5FD_mem_t, haddr_t at) {
    File::of(file).allocated = at;
    return 0;
}
haddr_t get_eof(H5FD_t const* file, H5FD_mem_t) { return File::of(file).end; }

herr_t read(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t at, std::size_t size, void* bytes) {
    auto& f = File::of(file);
    int const error = f.read(at, static_cast<char*>(bytes), size);
    f.fail(error);
    return error ? -1 : 0;
}

herr_t write(H5FD_t* file, H5FD_mem_t type, hid_t, haddr_t at, std::size_t size, void const* bytes) try {
    File::of(file).write(type == H5FD_MEM_DRAW, at, static_cast<char const*>(bytes), size);
    return 0;
} catch (std::bad_alloc const&) {
    File::of(file).fail(ENOMEM);
    return 0;
}

herr_t flush(H5FD_t* file, hid_t, hbool_t) try {
    File::of(file).commit();
    return 0;
} catch (std::bad_alloc const&) {
    File::of(file).fail(ENOMEM);
    return 0;
}

herr_t close(H5FD_t* file) {
    auto* f = &File::of(file);
    flush(file, 0, true);
    f->fail(f->file.close());
    delete f;
    return 0;
}

herr_t truncate(H5FD_t* file, hid_t, hbool_t) {
    auto& f = File::of(file);
    if (f.end != f.allocated) {
        if (f.fate->good() && ::ftruncate(f.file, static_cast<off_t>(f.allocated)) != 0) f.fail(errno);
        f.end = f.allocated;
    }
    return 0;
}

herr_t no_lock(H5FD_t*, hbool_t) { return 0; }
herr_t no_unlock(H5FD_t*) { return 0; }

/// The fate travels through HDF5's property lists, which copy and free it.
using Shared = std::shared_ptr<Fate>;
void* copy_fate(void const* fate) { return new (std::nothrow) Shared(*static_cast<Shared const*>(fate)); }
herr_t free_fate(void* fate) {
    delete static_cast<Shared*>(fate);
    return 0;
}
void* get_fate(H5FD_t* file) { return copy_fate(&File::of(file).fate); }

template <Use use>
H5FD_t* open(char const*, unsigned flags, hid_t access, haddr_t) {
    // HDF5 first tries whether a new file is there; it must not be.
    if (use == Use::make && !(flags & H5F_ACC_CREAT)) return nullptr;
    auto const* fate = static_cast<Shared const*>(H5Pget_driver_info(access));
    if (!fate) return nullptr;
    auto* file = new (std::nothrow) File;
    if (!file) return nullptr;
    file->fate = *fate;
    constexpr int how = use == Use::make     ? O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW
                        : use == Use::change ? O_RDWR | O_NOFOLLOW
                                             : O_RDONLY | O_NONBLOCK | O_NOCTTY;
    struct stat status {};
    file->file = Descriptor(::open((*fate)->path.c_str(), how | O_CLOEXEC, 0666));
    if (!file->file.valid() || ::fstat(file->file, &status) != 0) {
        file->fail(errno);
        delete file;
        return nullptr;
    }
    file->end = static_cast<haddr_t>(status.st_size);
    file->is_copy = use == Use::change;
    return &file->hdf5;
}

template <Use use>
hid_t driver() {
    static hid_t const registered = [] {
        static H5FD_class_t c{};
#if H5_VERSION_GE(1, 13, 0)
        c.version = H5FD_CLASS_VERSION;
        c.value = 5371 + static_cast<int>(use);  // no other driver's
#endif
        c.name = use == Use::make ? "rall make" : use == Use::change ? "rall change" : "rall read";
        c.maxaddr = (haddr_t{1} << 62) - 1;
        c.fc_degree = H5F_CLOSE_STRONG;  // the file is closed when its closing has answered, whatever is open in it
        c.fapl_size = sizeof(Shared);
        c.fapl_get = get_fate;
        c.fapl_copy = copy_fate;
        c.fapl_free = free_fate;
        c.open = open<use>;
        c.close = close;
        c.cmp = compare;
        c.query = query;
        c.get_eoa = get_eoa;
        c.set_eoa = set_eoa;
        c.get_eof = get_eof;
        c.read = read;
        c.write = write;
        c.flush = flush;
        c.truncate = truncate;
        c.lock = no_lock;
        c.unlock = no_unlock;
        H5FD_mem_t const map[] = H5FD_FLMAP_DICHOTOMY;
        std::copy(std::begin(map), std::end(map), c.fl_map);
        return H5FDregister(&c);
    }();
    return registered;
}

}  // namespace

hid_t driver_properties(std::shared_ptr<Fate> const& fate, Use use) {
    hid_t const access = H5Pcreate(H5P_FILE_ACCESS);
    hid_t const which = use == Use::make     ? driver<Use::make>()
                        : use == Use::change ? driver<Use::change>()
                                             : driver<Use::read>();
    if (access >= 0 && H5Pset_driver(access, which, &fate) < 0) return -1;
    return access;
}

fs::path journal_of(fs::path const& file) { return file.string() + ".journal"; }

void replay_journal(fs::path const& path) {
    auto const journal = journal_of(path);
    std::error_code code;
    if (!fs::is_regular_file(fs::symlink_status(journal, code))) return;
    auto const text = read_file(journal);
    std::uint64_t sum = 0;
    if (text.size() >= sizeof sum) {
        std::memcpy(&sum, text.data() + text.size() - sizeof sum, sizeof sum);
        auto const pages = std::string_view(text).substr(0, text.size() - sizeof sum);
        if (sum == checksum(pages)) {
            Descriptor file(::open(path.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC));
            if (!file.valid()) cannot_write(path, errno);
            std::uint64_t head[2];
            for (std::size_t at = 0; at + sizeof head <= pages.size(); at += sizeof head + head[1]) {
                std::memcpy(head, pages.data() + at, sizeof head);
                if (head[1] > pages.size() - at - sizeof head) break;
                if (int const error = write_at(file, head[0], pages.data() + at + sizeof head, head[1]))
                    cannot_write(path, error);
            }
            if (::fsync(file) != 0) cannot_write(path, errno);
        }
    }
    if (::unlink(journal.c_str()) != 0) cannot_write(journal, errno);
}

}  // namespace rall::io::h5
