#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/text.hpp"
#include "base/whole.hpp"
#include "sweep/csv.hpp"
#include "sweep/features.hpp"
#include "sweep/table.hpp"

#ifndef RALL_VERSION
#error "RALL_VERSION is part of a sweep's fingerprint"
#endif

namespace rall::sweep {
namespace {

/// What ends a line: a number of the line and the sweep.
std::string checksum(std::string_view line, std::uint64_t fingerprint) {
    Hash hash;
    hash.add(fmt::format("{}", fingerprint));
    hash.add(line);
    return fmt::format(",{:016x}", hash.value);
}

std::string line_of(std::size_t member, Row const& row, std::uint64_t fingerprint) {
    auto line =
        fmt::format("{},{},{}", member, row.status == Status::finished ? "finished" : "diverged", row.diverged_at);
    for (double const x : row.features) line += fmt::format(",{}", x);
    line += ',' + row.trace;
    return line + checksum(line, fingerprint) + '\n';
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

std::uint64_t fingerprint(InputRecord const& inputs) {
    Hash hash;
    hash.add(RALL_VERSION);
    for (auto const& feature : features) hash.add(feature.name);
    hash.add(fmt::format("{}", inputs.fingerprint()));
    return hash.value;
}

Journal::Journal(std::filesystem::path path, std::uint64_t fingerprint, bool restart, Diagnostics& diagnostics)
    : path_(std::move(path)), fingerprint_(fingerprint) {
    file_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (file_ < 0) throw MachineError(failed(path_));
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
    int line_number = 1;
    for (std::size_t at = std::min(end, header.size()); at < end;) {
        auto const stop = text.find('\n', at);
        auto const line = std::string_view(text).substr(at, stop - at);
        at = stop + 1;
        ++line_number;
        auto const content = line.substr(0, std::min(line.rfind(','), line.size()));
        auto const fields = split_csv(content);
        if (line.substr(content.size()) != checksum(content, fingerprint) || fields.size() != features.size() + 4) {
            diagnostics.warning("sweep-damaged", {path_.string(), line_number, 0},
                                "this row is not as it was written; its member runs again");
            continue;
        }
        Row row{fields[1] == "diverged" ? Status::diverged : Status::finished, number(fields[2]), {}};
        for (std::size_t k = 3; k + 1 < fields.size(); ++k) row.features.push_back(number(fields[k]));
        row.trace = fields.back();
        rows_[truncated<std::size_t>(number(fields[0]))] = std::move(row);
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
    for (auto const& [member, row] : rows) text += line_of(member, row, fingerprint_);
    write(text);
    rows_.insert(rows.begin(), rows.end());
}

}  // namespace rall::sweep
