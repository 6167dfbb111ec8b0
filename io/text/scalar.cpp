#include "io/text/scalar.hpp"

#include <nlohmann/json.hpp>

namespace rall::io {

double Scalar::number() const {
    if (auto const* whole = std::get_if<std::int64_t>(&value_)) return static_cast<double>(*whole);
    if (auto const* whole = std::get_if<std::uint64_t>(&value_)) return static_cast<double>(*whole);
    return std::get<double>(value_);
}

std::int64_t Scalar::integer() const {
    if (auto const* whole = std::get_if<std::int64_t>(&value_)) return *whole;
    if (auto const* whole = std::get_if<std::uint64_t>(&value_)) return static_cast<std::int64_t>(*whole);
    return static_cast<std::int64_t>(std::get<double>(value_));
}

char const* Scalar::type_name() const { return nlohmann::json(*this).type_name(); }

std::string Scalar::dump() const { return nlohmann::json(*this).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace); }

}  // namespace rall::io
