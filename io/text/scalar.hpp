// A value of a JSON file that holds no others. What reads configs includes this and not the library for JSON, which takes seconds to compile.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace rall::io {

class Scalar {
public:
    struct Array {
        bool operator==(Array const&) const = default;
    };
    struct Object {
        bool operator==(Object const&) const = default;
    };

    Scalar() = default;
    Scalar(std::nullptr_t) {}
    template <class T>
        requires std::is_arithmetic_v<T>
    Scalar(T value) : value_(std::in_place_type<Kept<T>>, value) {}
    Scalar(std::string text) : value_(std::move(text)) {}
    Scalar(char const* text) : value_(std::string(text)) {}
    Scalar(Array array) : value_(array) {}  ///< of arrays and objects only the type
    Scalar(Object object) : value_(object) {}

    bool is_null() const { return is<std::monostate>(); }
    bool is_boolean() const { return is<bool>(); }
    bool is_number() const { return is<double>() || is<std::int64_t>() || is<std::uint64_t>(); }
    bool is_string() const { return is<std::string>(); }
    bool is_array() const { return is<Array>(); }
    bool is_object() const { return is<Object>(); }

    // These throw std::bad_variant_access where the value is another.
    bool boolean() const { return std::get<bool>(value_); }
    double number() const;
    std::int64_t integer() const;  ///< of any number, cut
    std::string const& text() const { return std::get<std::string>(value_); }

    char const* type_name() const;  ///< "number", "string", ...
    std::string dump() const;       ///< as JSON; what is no UTF-8 is replaced

    friend bool operator==(Scalar const& a, Scalar const& b) {
        return a.value_ == b.value_ || (a.is_number() && b.is_number() && a.number() == b.number());
    }

    /// How the library for JSON, where it is included, makes a value of this.
    template <class Json>
    friend void to_json(Json& to, Scalar const& from) {
        std::visit(
            [&]<class T>(T const& value) {
                if constexpr (std::same_as<T, std::monostate>) to = nullptr;
                else if constexpr (std::same_as<T, Array>) to = Json::array();
                else if constexpr (std::same_as<T, Object>) to = Json::object();
                else to = value;
            },
            from.value_);
    }

private:
    template <class T>
    using Kept = std::conditional_t<std::same_as<T, bool>, bool, std::conditional_t<std::floating_point<T>, double, std::conditional_t<std::signed_integral<T>, std::int64_t, std::uint64_t>>>;
    template <class T>
    bool is() const {
        return std::holds_alternative<T>(value_);
    }

    std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string, Array, Object> value_;
};

}  // namespace rall::io
