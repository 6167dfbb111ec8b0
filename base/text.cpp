#include "base/text.hpp"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <numeric>
#include <utility>

#include "base/diagnostics.hpp"
#include "base/input_file.hpp"
#include "base/inputs.hpp"

namespace rall {

std::string read_file(std::filesystem::path const& path) {
    constexpr std::uint64_t most = std::uint64_t{4} << 30;  // bytes
    InputFile file(path);
    if (file.size() <= most)
        if (auto text = file.read(most + 1); text.size() <= most) {
            note_input(path, text);
            return text;
        }
    throw InputError("file-not-readable", {path.string()}, "cannot read this file: it is larger than 4 GiB",
                     "no text that is read here is as large");
}

std::string to_utf8(std::string_view text) {
    /// Bytes of the letter that begins at i; 0 if none does.
    auto letter = [&](std::size_t i) -> std::size_t {
        auto const byte = static_cast<unsigned char>(text[i]);
        std::size_t const length = byte < 0x80   ? 1
                                   : byte < 0xC2 ? 0
                                   : byte < 0xE0 ? 2
                                   : byte < 0xF0 ? 3
                                   : byte < 0xF5 ? 4
                                                 : 0;
        if (i + length > text.size()) return 0;
        for (std::size_t k = 1; k < length; ++k)
            if ((static_cast<unsigned char>(text[i + k]) & 0xC0) != 0x80) return 0;
        if (length < 3) return length;
        auto const second =
            static_cast<unsigned char>(text[i + 1]);  // no long forms, surrogates, or letters past 0x10FFFF
        bool const valid = !(byte == 0xE0 && second < 0xA0) && !(byte == 0xED && second > 0x9F) &&
                           !(byte == 0xF0 && second < 0x90) && !(byte == 0xF4 && second > 0x8F);
        return valid ? length : 0;
    };
    std::string result;
    result.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        if (auto const length = letter(i); length > 0) {
            result += text.substr(i, length);
            i += length;
        } else {
            auto const byte = static_cast<unsigned char>(text[i++]);
            result += {static_cast<char>(0xC0 | byte >> 6), static_cast<char>(0x80 | (byte & 0x3F))};
        }
    }
    return result;
}

int edit_distance(std::string_view a, std::string_view b) {
    auto const lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
    std::vector<int> row(b.size() + 1), above, higher;  // this row of the table and the two before it
    std::iota(row.begin(), row.end(), 0);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        higher = std::exchange(above, row);
        row[0] = static_cast<int>(i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (lower(a[i - 1]) != lower(b[j - 1]))});
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]))
                row[j] = std::min(row[j], higher[j - 2] + 1);
        }
    }
    return row.back();
}

std::vector<std::string> near_matches(std::string_view word, std::vector<std::string> const& candidates) {
    // Nobody misspells a name that long, nor finds it among so many; and to compare them would take time.
    constexpr std::size_t longest = 100, most = 2000;
    if (word.size() > longest || candidates.size() > most) return {};
    int const limit = std::max<int>(1, static_cast<int>(word.size()) / 3);
    std::vector<std::pair<int, std::string>> ranked;
    for (auto const& candidate : candidates) {
        if (candidate.size() > 2 * longest) continue;
        int const distance = edit_distance(word, candidate);
        if (distance <= limit) ranked.emplace_back(distance, candidate);
    }
    std::sort(ranked.begin(), ranked.end());
    std::vector<std::string> best;
    for (auto const& [distance, name] : ranked)
        if (best.size() < 3 && std::find(best.begin(), best.end(), name) == best.end()) best.push_back(name);
    return best;
}

std::string did_you_mean(std::string_view word, std::vector<std::string> const& candidates) {
    if (auto const near = near_matches(word, candidates); !near.empty()) return "did you mean '" + near.front() + "'?";
    if (candidates.empty()) return {};
    constexpr std::size_t shown = 12;
    std::string text = "known: ";
    for (std::size_t i = 0; i < std::min(shown, candidates.size()); ++i) text += (i ? ", " : "") + candidates[i];
    if (candidates.size() > shown) text += " and " + std::to_string(candidates.size() - shown) + " more";
    return text;
}

std::pair<std::string, int> split_index(std::string const& name) {
    auto const open = name.rfind('[');
    if (open == std::string::npos || open == 0 || !name.ends_with(']')) return {name, -1};
    int index = -1;
    auto const* const last = name.data() + name.size() - 1;
    auto const [end, code] = std::from_chars(name.data() + open + 1, last, index);
    if (code != std::errc() || end != last || index < 0) return {name, -1};
    return {name.substr(0, open), index};
}

std::string enumerate(std::vector<std::string> const& words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i)
        text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
    return text;
}

}  // namespace rall
