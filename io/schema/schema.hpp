// What configs, biophysics, sweeps, protocols and circuits may say: the tables of their objects, io/schema/*.json. Readers check by them
// (io/text/json.hpp), `rall schema` makes JSON Schema of them, and docs/site/keys.py the tables of the documentation.
//
// A file holds objects by name. Of an object: "keys" (below); "of", another one whose keys it has too; "entries", the kind of object that all its
// members are, under any name; "variants", the key whose value v makes it an object NAME.v; "one_of", "at_least_one" and "at_most_one", lists of keys of
// which so many are given. What is no object is "schema", in words of JSON Schema. Of a key: "type", one or several of
//     number  integer  boolean  string  choice (of "choices")  null  object  list  any  none (a key that is told to be unsupported)
//     numbers (a list)  strings (one or a list)  values (a number, a list, or a column of a CSV file)  expression (likewise, or a formula)
//     {NAME}: what this file, or another one, calls so   [NAME]: a list of these
// "minimum", "exclusiveMinimum", "maximum" of its numbers, "length" of lists, "unit", "default" (or "otherwise", in words), "required", "also" (another
// name), "with" (what other keys must be: one of a list, true for given, false for not given), "no_effect" (why), "description" (Markdown).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "io/text/keys.hpp"

namespace rall::io {

/// The keys of an object: "run", "input.linear". Throws std::logic_error where no table has this name.
Keys const& keys_of(std::string_view object);
/// What the key "variants" of an object may be, in the order of the file.
std::vector<std::string> variants_of(std::string const& object);

/// The unit of keys of this name; empty where they differ in it, or have none.
std::string units_of(std::string_view key);

/// Kinds of files that have a schema.
inline constexpr char const* schemas[] = {"config", "biophysics", "sweep", "protocol", "circuit"};
/// The JSON Schema (draft 2020-12) of one of them.
nlohmann::ordered_json schema_of(std::string const& kind);

}  // namespace rall::io
