// Reads one JSON object key by key and complains about what is wrong or left over.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics.hpp"
#include "io/text/json.hpp"
#include "io/text/keys.hpp"

namespace rall::io {

/// Reads one JSON object. A getter that finds something wrong adds an error and returns its fallback, so that reading goes
/// on; defaults that were filled in are collected. What may stand under a key is in a table (io/schema/schema.hpp); only of objects whose keys are names
/// of other things, or of no kind that has one, getters say it themselves.
class Object {
public:
    /// `what` names the object in messages: "run", "cells.ca1". A node that is no object is an error; it reads as empty.
    Object(Node const& node, std::string what, Diagnostics& diagnostics, Keys const& keys);
    Object(Node const& node, std::string what, Diagnostics& diagnostics);

    /// What kind of object it is shows when some of it is read: the table of that kind, which has the keys of the one before.
    void become(Keys const& keys) { keys_ = &keys; }
    /// From now on a number may also be written as text, "1.2e-4".
    Object& with_numbers_as_text() { return numbers_as_text_ = true, *this; }

    std::string const& what() const { return what_; }
    Node const& node() const { return *node_; }
    /// The row of a key; null without a table.
    Key const* row(std::string_view key) const { return keys_ ? &keys_->at(key) : nullptr; }

    Node const* find(std::string_view key);      ///< null when missing
    Node const& at(std::string_view key);        ///< where to point at: the object itself when missing
    Node const* required(std::string_view key);  ///< missing is an error
    bool has(std::string_view key) const { return given(key) != nullptr; }

    /// As the table has it: where it is required, missing is an error; else the default is taken, which is noted (but of flags and choices).
    double number(std::string_view key);
    double number(std::string_view key, double standard);  ///< a default that hangs on other things
    std::int64_t integer(std::string_view key);
    bool flag(std::string_view key);
    std::string text(std::string_view key);
    std::string choice(std::string_view key);
    /// In the range of the table.
    std::optional<double> optional_number(std::string_view key);
    std::vector<double> numbers(std::string_view key);
    /// In a range that hangs on other things.
    std::optional<double> optional_number(std::string_view key, Range range);
    std::vector<double> numbers(std::string_view key, Range range);
    std::int64_t integer(std::string_view key, std::int64_t fallback, std::int64_t low, std::int64_t high);
    /// One of `choices`; the first is the default.
    std::string choice(std::string_view key, std::vector<std::string> const& choices);

    std::optional<std::string> optional_text(std::string_view key);
    std::string required_text(std::string_view key);
    /// A string or a list of strings; missing gives an empty list.
    std::vector<Node const*> texts(std::string_view key);

    /// A key that is understood and changes nothing here: a note says so if it is given. (What changes nothing anywhere, the table says.)
    void ignore(std::string_view key, std::string const& why);
    /// Says that a default was taken, in the note of `finish`.
    void assumed(std::string_view key, std::string const& value);
    /// Reports keys that are unknown or belong elsewhere, those that are required and missing, and the defaults as one note.
    void finish();

private:
    Node const* given(std::string_view key) const;
    bool holds(Condition const& condition) const;
    bool belongs(Key const& key) const;
    bool asked(Key const& key) const;
    std::vector<Node const*> check_table(std::vector<std::string>& known);
    std::vector<Node const*> check_asked(std::vector<std::string>& known) const;
    std::string name_of(Node const& node) const;  ///< of a member, or of an element of a list that is one
    void wrong_type(Node const& node, std::string_view expected);
    std::optional<double> checked(Node const& node, Range range);
    Node const* node_;
    bool numbers_as_text_ = false;
    std::string what_;
    Diagnostics* diagnostics_;
    Keys const* keys_ = nullptr;
    std::vector<std::string> known_, missing_;
    std::string assumed_;
};

}  // namespace rall::io
