#include "io/results/checkpoint.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>
#include <string_view>

#include "base/file.hpp"
#include "base/input_file.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"
#include "io/results/hdf5.hpp"
#include "io/results/hdf5_read.hpp"

namespace rall::io {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view format = "1", ending = "\nrall checkpoint, checksum ";
constexpr std::size_t digest_digits = 64, tail_bytes = ending.size() + digest_digits + 1;

/// Eight lanes of 64-bit words, each mixed with what came before by a multiplication (Fowler, Noll & Vo) and a shift, at the speed of memory. Each
/// step is one to one: a change inside of one word is always seen, any other but once in 2^64.
class Lanes {
public:
    /// `bytes`: a multiple of 64 in all calls but the last.
    void add(std::string_view bytes) {
        for (; bytes.size() >= sizeof lane_; bytes.remove_prefix(sizeof lane_)) mix(bytes.data());
        if (bytes.empty()) return;
        char last[sizeof lane_] = {};
        std::memcpy(last, bytes.data(), bytes.size());
        mix(last);
    }
    std::string_view state() const { return {reinterpret_cast<char const*>(lane_), sizeof lane_}; }

private:
    void mix(char const* block) {
        std::uint64_t words[8];
        std::memcpy(words, block, sizeof words);
        for (int k = 0; k < 8; ++k) {
            lane_[k] = (lane_[k] ^ words[k]) * 0x9e3779b97f4a7c15u;
            lane_[k] ^= lane_[k] >> 32;
        }
    }
    std::uint64_t lane_[8] = {1, 2, 3, 4, 5, 6, 7, 8};
};

/// Of the first `bytes` of a file: the SHA-256 of what the lanes came to, and of how many bytes there are.
std::string digest_of(fs::path const& path, std::uint64_t bytes) {
    constexpr std::uint64_t at_once = 1 << 20;
    InputFile file(path);
    Lanes lanes;
    for (std::uint64_t left = bytes; left > 0;) {
        std::string part;
        while (part.size() < std::min(left, at_once)) {
            auto const more = file.read(std::min(left, at_once) - part.size());
            if (more.empty()) throw InputError("checkpoint-damaged", {path.string()}, "this checkpoint is shorter than it was");
            part += more;
        }
        lanes.add(part);
        left -= part.size();
    }
    return sha256(fmt::format("{} {}", bytes, lanes.state()));
}

/// The last bytes of a file, and how many come before.
std::pair<std::string, std::uint64_t> tail_of(fs::path const& path) {
    auto const size = InputFile(path).size();
    if (size < tail_bytes) return {};
    Descriptor const file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::string tail(tail_bytes, '\0');
    if (::pread(file, tail.data(), tail_bytes, static_cast<off_t>(size - tail_bytes)) != static_cast<ssize_t>(tail_bytes)) return {};
    return {tail, size - tail_bytes};
}

bool ends_like_one(std::string const& tail) { return tail.starts_with(ending) && tail.ends_with('\n'); }

/// Is the file what was written?
bool is_whole(fs::path const& path) {
    auto const [tail, bytes] = tail_of(path);
    return ends_like_one(tail) && tail.substr(ending.size(), digest_digits) == digest_of(path, bytes);
}

void write_lists(h5::NewFile const& file, model::Snapshot const& snapshot) {
    std::set<std::string> groups;
    auto const put = [&](std::string const& name, auto const& values) {
        auto const group = name.substr(0, name.rfind('/'));
        if (groups.insert(group).second) h5::create_group(file, group);
        h5::write(file, name, values);
    };
    std::vector<std::string> numbers, counts;
    for (auto const& [name, values] : snapshot.numbers) put(name, values), numbers.push_back(name);
    for (auto const& [name, values] : snapshot.counts) put(name, values), counts.push_back(name);
    h5::write_texts(file, "checkpoint/numbers", numbers);
    h5::write_texts(file, "checkpoint/counts", counts);
}

constexpr char separator = '\t';

std::vector<std::string> lines_of(std::map<std::string, std::string> const& map) {
    std::vector<std::string> lines;
    for (auto const& [key, value] : map) lines.push_back(key + separator + value);
    return lines;
}

std::map<std::string, std::string> map_of(std::vector<std::string> const& lines) {
    std::map<std::string, std::string> map;
    for (auto const& line : lines) {
        auto const end = std::min(line.find(separator), line.size());
        map.emplace(line.substr(0, end), line.substr(std::min(end + 1, line.size())));
    }
    return map;
}

void write_all_of_it(fs::path const& path, Checkpoint const& checkpoint) {
    h5::NewFile file(path);
    {
        auto const about = h5::create_group(file, "checkpoint");
        auto const t = checkpoint.t();
        h5::write_attribute(about, "format", std::string(format));
        h5::write_attribute(about, "program", checkpoint.program);
        h5::write_attribute(about, "fingerprint", checkpoint.origin.fingerprint());
        h5::write_attribute(about, "output_dir", checkpoint.output_dir);
        h5::write_attribute(about, "step", H5T_NATIVE_INT64, {}, &checkpoint.snapshot.step);
        h5::write_attribute(about, "t", H5T_NATIVE_DOUBLE, {}, &t);
        h5::write_attribute(about, "dt", H5T_NATIVE_DOUBLE, {}, &checkpoint.dt);
        h5::write_texts(about, "config", lines_of(checkpoint.origin.config));
        h5::write_texts(about, "files", lines_of(checkpoint.origin.files));
        h5::write(about, "time", std::vector<double>{t, checkpoint.dt});
        write_lists(file, checkpoint.snapshot);
    }
    file.finish();
}

/// Behind the end that HDF5 knows of.
std::uint64_t seal(fs::path const& path) {
    auto const bytes = fs::file_size(path);
    auto const tail = fmt::format("{}{}\n", ending, digest_of(path, bytes));
    Descriptor file(::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
    if (!file.valid()) cannot_write(path, errno);
    if (int const error = write_all(file, tail)) cannot_write(path, error);
    if (int const error = file.close()) cannot_write(path, error);
    sync(path);
    return bytes + tail.size();
}

fs::path folder_of(fs::path const& path) { return path.has_parent_path() ? path.parent_path() : fs::path("."); }
fs::path aside_of(fs::path const& path) { return folder_of(path) / ("." + path.filename().string() + ".writing"); }

/// What to do instead, where one before it is whole.
std::string advice_about(fs::path const& path) {
    auto const before = previous_of(path);
    std::error_code code;
    try {
        if (fs::is_regular_file(before, code) && is_whole(before))
            return fmt::format("the checkpoint before it is whole: --restart {}", before.string());
    } catch (InputError const&) {
    }
    return "run the config from its begin";
}

void entries_of(Node const& node, std::string const& path, int depth, std::map<std::string, std::string>& into);

/// The text of a value, whatever is in it.
void write_value(Node const& node, std::string& text) {
    if (node.children.empty()) {
        text += node.scalar.dump();
        return;
    }
    text += node.is_object() ? '{' : '[';
    for (auto const& child : node.children) {
        text += child.key;
        text += ':';
        write_value(child, text);
        text += ',';
    }
    text += node.is_object() ? '}' : ']';
}

void entries_of(Node const& node, std::string const& path, int depth, std::map<std::string, std::string>& into) {
    static std::set<std::string> const free{"run.tstop", "run.save", "run.restore", "output.output_dir", "manifest"};
    if (free.contains(path)) return;
    bool const goes_on = node.is_object() && !node.children.empty() && depth > 0;
    if (goes_on) {
        for (auto const& child : node.children) entries_of(child, path.empty() ? child.key : path + "." + child.key, depth - 1, into);
        return;
    }
    constexpr std::size_t longest = 200;
    std::string text;
    write_value(node, text);
    auto key = path;
    std::ranges::replace(key, separator, ' ');
    into[key] = text.size() > longest ? "sha256 " + sha256(text) : text;
}

}  // namespace

std::string Origin::fingerprint() const {
    Hash hash;
    for (auto const* map : {&config, &files})
        for (auto const& [key, value] : *map) hash.add(key), hash.add(value);
    return fmt::format("{:016x}", hash.value);
}

std::string Origin::difference(Origin const& other) const {
    constexpr std::size_t most = 5;
    std::vector<std::string> found;
    auto const shown = [](std::string const& value) { return value.starts_with("sha256 ") ? std::string("something else") : value; };
    auto const compare = [&](auto const& here, auto const& there, auto const& only_here, auto const& only_there, auto const& both) {
        for (auto const& [key, value] : here)
            if (auto const at = there.find(key); at == there.end()) found.push_back(only_here(key));
            else if (at->second != value) found.push_back(both(key, value, at->second));
        for (auto const& [key, value] : there)
            if (!here.contains(key)) found.push_back(only_there(key));
    };
    compare(
        config, other.config, [](auto const& key) { return fmt::format("{} is no longer given", key); },
        [](auto const& key) { return fmt::format("{} was not given", key); },
        [&](auto const& key, auto const& was, auto const& is) { return fmt::format("{} is {}, and was {}", key, shown(is), shown(was)); });
    compare(
        files, other.files, [](auto const& name) { return fmt::format("the file {} is not read any more", name); },
        [](auto const& name) { return fmt::format("the file {} was not read", name); },
        [](auto const& name, auto const&, auto const&) { return fmt::format("the file {} has changed", name); });
    auto const more = found.size() > most ? fmt::format("; and {} more", found.size() - most) : "";
    if (found.size() > most) found.resize(most);
    return fmt::format("{}{}", fmt::join(found, "; "), more);
}

Origin origin_of(Node const& config, fs::path const& file, std::map<std::string, std::string> const& options, InputRecord const& inputs) {
    Origin origin;
    constexpr std::size_t most = 2000;  // entries
    for (int const depth : {64, 3, 2, 1}) {
        origin.config.clear();
        entries_of(config, "", depth, origin.config);
        if (origin.config.size() <= most) break;
    }
    for (auto const& [name, value] : options) origin.config[name] = value;
    std::error_code code;
    auto const itself = fs::weakly_canonical(file, code).string();
    std::map<std::string, std::multiset<std::string>> files;  // several may have one name
    for (auto const& [path, content] : inputs.files())
        if (path != itself) files[fs::path(path).filename().string()].insert(fmt::format("{:016x}", content));
    for (auto const& [name, contents] : files) origin.files[name] = fmt::format("{}", fmt::join(contents, " "));
    return origin;
}

fs::path previous_of(fs::path const& path) {
    return path.parent_path() / (path.stem().string() + ".previous" + path.extension().string());
}

void try_checkpoint(fs::path const& path) {
    auto const aside = aside_of(path);
    std::error_code code;
    if (fs::is_directory(fs::symlink_status(path, code))) cannot_write(path, EISDIR);
    fs::create_directories(folder_of(path), code);
    ::unlink(aside.c_str());
    write_new_file(aside, "");
    if (::unlink(aside.c_str()) != 0) cannot_write(aside, errno);
}

std::uint64_t write_checkpoint(fs::path const& path, Checkpoint const& checkpoint) {
    auto const folder = folder_of(path), aside = aside_of(path), kept = folder / ("." + path.filename().string() + ".previous");
    auto const clear = [&] {
        ::unlink(aside.c_str());
        ::unlink(h5::journal_of(aside).c_str());
    };
    clear();
    try {
        write_all_of_it(aside, checkpoint);
        auto const bytes = seal(aside);
        // The one before gets its second name first, so that at any moment one stands under `path`.
        ::unlink(kept.c_str());
        if (::link(path.c_str(), kept.c_str()) == 0) {
            if (::rename(kept.c_str(), previous_of(path).c_str()) != 0) cannot_write(previous_of(path), errno);
            ::unlink(kept.c_str());  // of two names of one file the renaming leaves both
        } else if (errno != ENOENT && ::rename(path.c_str(), previous_of(path).c_str()) != 0) {
            cannot_write(previous_of(path), errno);
        }
        if (::rename(aside.c_str(), path.c_str()) != 0) cannot_write(path, errno);
        sync_directory(folder);
        return bytes;
    } catch (...) {
        clear();
        throw;
    }
}

bool is_checkpoint(fs::path const& path) { return ends_like_one(tail_of(path).first); }

Checkpoint read_checkpoint(fs::path const& path) {
    std::error_code code;
    if (!fs::exists(path, code))
        throw InputError("no-checkpoint", {path.string()}, "there is no such checkpoint", advice_about(path));
    auto const [tail, bytes] = tail_of(path);
    if (!ends_like_one(tail))
        throw InputError("no-checkpoint", {path.string()}, "this is no checkpoint, or its end is missing", advice_about(path));
    if (tail.substr(ending.size(), digest_digits) != digest_of(path, bytes))
        throw InputError("checkpoint-damaged", {path.string()}, "this checkpoint is damaged: its checksum is not that of what is in it", advice_about(path));
    h5::Input const file(path);
    auto const attribute = [&](char const* name) { return file.text_attribute("/checkpoint", name); };
    if (attribute("format") != format)
        throw InputError("checkpoint-format", {path.string()},
                         fmt::format("this checkpoint has the format {}, made by Rall {}; expected {}", attribute("format"), attribute("program"), format),
                         "restart with the program that made it");
    Checkpoint checkpoint;
    checkpoint.program = attribute("program");
    checkpoint.output_dir = attribute("output_dir");
    checkpoint.origin.config = map_of(file.texts("/checkpoint/config"));
    checkpoint.origin.files = map_of(file.texts("/checkpoint/files"));
    auto const time = file.numbers("/checkpoint/time");
    if (time.size() != 2) throw file.unreadable("'/checkpoint/time' is not [t, dt]");
    checkpoint.dt = time[1];
    checkpoint.snapshot.step = std::stoll("0" + attribute("step"));
    for (auto const& name : file.texts("/checkpoint/numbers")) checkpoint.snapshot.numbers[name] = file.numbers("/" + name);
    for (auto const& name : file.texts("/checkpoint/counts")) checkpoint.snapshot.counts[name] = file.ids("/" + name);
    return checkpoint;
}

}  // namespace rall::io
