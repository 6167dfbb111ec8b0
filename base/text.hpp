// Small helpers for text that users typed: reading files whole, and guessing what a misspelt name meant.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rall {

/// One of 0 to 9, whatever the locale.
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The bytes of a file. Throws InputError ("file-not-readable") naming the file and the system's reason.
std::string read_file(std::filesystem::path const& path);

/// The text with every byte that belongs to no UTF-8 letter taken for Latin-1, as old files have it.
std::string to_utf8(std::string_view text);

/// Levenshtein distance, letters compared without case; two neighbours that changed places count once.
int edit_distance(std::string_view a, std::string_view b);

/// The candidates that `word` most probably meant, best first: at most three, none further away than a third of its length
/// (at least one letter). Empty when nothing is near.
std::vector<std::string> near_matches(std::string_view word, std::vector<std::string> const& candidates);

/// "did you mean 'Ra'?" for a near match, else "known: a, b, c" (at most twelve, then a count); empty without candidates.
std::string did_you_mean(std::string_view word, std::vector<std::string> const& candidates);

/// "ring[3]" -> {"ring", 3}; a name that ends in no index in brackets -> {name, -1}.
std::pair<std::string, int> split_index(std::string const& name);

/// "a, b and c".
std::string enumerate(std::vector<std::string> const& words);

}  // namespace rall
