#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/text.hpp"
#include "io/text/paths.hpp"
#include "sweep/csv.hpp"
#include "sweep/features.hpp"
#include "sweep/table.hpp"

#ifndef RALL_VERSION
#error "RALL_VERSION is part of a sweep's fingerprint"
#endif

namespace rall::sweep {
namespace {

/// 64-bit FNV-1a.
struct Hash {
    std::uint64_t value = 14695981039346656037ull;
    void add(std::string_view text) {
        for (char const c : text) value = (value ^ static_cast<unsigned char>(c)) * 1099511628211ull;
        value = (value ^ 0xff) * 1099511628211ull;  // no letter of UTF-8: an end
    }
};

/// Adds the files and directories of .mod files that strings of a config name.
void add_named_files(Hash& hash, io::Node const& node, io::Paths const& config_paths) {
    if (node.is_string() && !node.text().empty() && node.text().size() < 1000) {
        Diagnostics ignored;
        auto const beside = std::filesystem::path(node.document->file()).parent_path() / node.text();
        for (auto const& path : {config_paths.resolve(node, ignored), beside}) {
            std::error_code code;
            if (std::filesystem::is_regular_file(path, code)) {
                hash.add(read_file(path));
            } else if (std::filesystem::is_directory(path, code)) {
                std::map<std::string, std::string> mods;  // in order of name
                for (auto const& entry : std::filesystem::directory_iterator(path, code))
                    if (entry.path().extension() == ".mod") mods[entry.path().filename()] = read_file(entry.path());
                for (auto const& [name, text] : mods) hash.add(name), hash.add(text);
            }
        }
    }
    for (auto const& child : node.children)
        if (child.key != "output" && child.key != "output_dir") add_named_files(hash, child, config_paths);
}

std::string line_of(std::size_t member, Row const& row) {
    auto line =
        fmt::format("{},{},{}", member, row.status == Status::finished ? "finished" : "diverged", row.diverged_at);
    for (double const x : row.features) line += fmt::format(",{}", x);
    return line + '\n';
}

double number(std::string const& text) {
    double value = std::numeric_limits<double>::quiet_NaN();
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::string failed(std::filesystem::path const& path) {
    return fmt::format("cannot write {}: {}", path.string(), std::strerror(errno));
}

}  // namespace

std::uint64_t fingerprint(Description const& description) {
    Hash hash;
    hash.add(RALL_VERSION);
    for (auto const& feature : features) hash.add(feature.name);
    for (auto const& file : description.files) hash.add(read_file(file));
    hash.add(read_file(description.document->file()));
    Diagnostics ignored;
    auto const& base = description.base;
    io::Paths const paths(base.file.parent_path(), base.root.find("manifest"), ignored);
    add_named_files(hash, base.root, paths);
    return hash.value;
}

Journal::Journal(std::filesystem::path path, std::uint64_t fingerprint, bool restart) : path_(std::move(path)) {
    file_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (file_ < 0) throw MachineError(failed(path_));
    if (::flock(file_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        throw MachineError(fmt::format("another rall sweep is at work in {}", path_.parent_path().string()));
    auto const header = fmt::format("rall sweep {:016x}\n", fingerprint);
    auto const text = restart ? std::string() : read_file(path_);
    if (!header.starts_with(text.substr(0, header.size())))
        throw InputError("sweep-other", {path_.string(), 1, 0},
                         "the finished members here belong to another sweep, or its files have changed since",
                         "--restart throws them away; --output-dir DIR keeps them and puts these elsewhere");
    auto const end = text.rfind('\n') + 1;  // 0 if there is none
    if (::ftruncate(file_, static_cast<off_t>(end)) != 0 || ::lseek(file_, 0, SEEK_END) < 0)
        throw MachineError(failed(path_));
    if (end == 0) write(header);
    for (std::size_t at = std::min(end, header.size()); at < end;) {
        auto const stop = text.find('\n', at);
        auto const fields = split_csv(std::string_view(text).substr(at, stop - at));
        at = stop + 1;
        if (fields.size() != features.size() + 3) continue;
        Row row{fields[1] == "diverged" ? Status::diverged : Status::finished, number(fields[2]), {}};
        for (std::size_t k = 3; k < fields.size(); ++k) row.features.push_back(number(fields[k]));
        rows_[static_cast<std::size_t>(number(fields[0]))] = std::move(row);
    }
}

Journal::~Journal() {
    if (file_ >= 0) ::close(file_);
}

void Journal::write(std::string const& text) {
    for (std::size_t done = 0; done < text.size();) {
        auto const n = ::write(file_, text.data() + done, text.size() - done);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) throw MachineError(failed(path_));
        done += static_cast<std::size_t>(n);
    }
    if (::fsync(file_) != 0) throw MachineError(failed(path_));
}

void Journal::add(Rows const& rows) {
    std::string text;
    for (auto const& [member, row] : rows) text += line_of(member, row);
    write(text);
    rows_.insert(rows.begin(), rows.end());
}

}  // namespace rall::sweep
