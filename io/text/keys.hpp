// Which keys an object of a JSON file may have, and what may stand there: a table, read from io/schema. Objects are checked by it (io/text/json.hpp).
#pragma once

#include <concepts>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "io/text/scalar.hpp"

namespace rall::io {

/// Which numbers are allowed.
struct Range {
    double low = -std::numeric_limits<double>::infinity();
    bool with_low = true;  ///< `low` itself is allowed
    double high = std::numeric_limits<double>::infinity();
};
inline constexpr Range any_number{};
inline constexpr Range positive{0, false};
inline constexpr Range not_negative{0, true};

/// What another key of the object must be: given or not, or else one of a list of values.
struct Other {
    Other(std::string key, std::same_as<bool> auto given) : key(std::move(key)), given(given) {}
    Other(std::string key, std::vector<Scalar> values) : key(std::move(key)), values(std::move(values)) {}

    std::string key;
    std::optional<bool> given;
    std::vector<Scalar> values;
};
using Condition = std::vector<Other>;  ///< all must hold

/// A row of the table.
struct Key {
    std::string name;
    std::string other_name = {};            ///< that may stand in its place
    std::string units = {};
    Range range = {};                       ///< of its number, or numbers
    std::vector<std::string> choices = {};  ///< of its text
    Scalar standard = {};                   ///< what it is when not given; null where that is not one value
    bool required = false;
    std::vector<Condition> with = {};       ///< it is there only where one of these holds; always without any
    std::string no_effect = {};             ///< why it changes nothing
};

class Keys {
public:
    Keys(std::string name, std::vector<Key> rows);

    std::string const& name() const { return name_; }
    std::vector<Key> const& rows() const { return rows_; }
    /// By either name; null where there is none.
    Key const* find(std::string_view key) const;
    /// The same where the program asks: throws std::logic_error, since a key that is read and stands in no table is known to nobody.
    Key const& at(std::string_view key) const;

private:
    std::string name_;
    std::vector<Key> rows_;
    std::vector<std::pair<std::string, std::size_t>> by_name_;  ///< ascending
};

}  // namespace rall::io
