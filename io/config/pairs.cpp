#include "io/config/pairs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "io/schema/schema.hpp"
#include "io/text/object.hpp"
#include "io/text/paths.hpp"

namespace rall::io {

std::optional<Pairs> Pairs::read(Node const& node, std::string const& what, Diagnostics& diagnostics) {
    Pairs pairs;
    pairs.node_ = &node;
    pairs.what_ = what;
    auto const errors = diagnostics.count(Severity::error);
    Object object(node, what, diagnostics, keys_of("pairs"));
    if (!object.has("csv")) {
        object.required("source"), object.required("target");
        pairs.source_ = object.numbers("source"), pairs.target_ = object.numbers("target");
        object.finish();
        if (diagnostics.count(Severity::error) > errors) return std::nullopt;
        if (pairs.source_.size() != pairs.target_.size()) {
            error(diagnostics, "count", node,
                  fmt::format("{} has {} sources and {} targets", what, pairs.source_.size(), pairs.target_.size()),
                  "expected as many of one as of the other: the first source is connected with the first target, and so on");
            return std::nullopt;
        }
        return pairs;
    }
    object.required_text("csv");
    object.finish();
    if (diagnostics.count(Severity::error) > errors) return std::nullopt;
    auto const path = file_beside(node.at("csv"), diagnostics);
    if (!path) return std::nullopt;
    try {
        pairs.table_.emplace(*path);
    } catch (InputError const& failure) {
        adopt(diagnostics, failure, node);
        return std::nullopt;
    }
    auto const& names = pairs.table_->names();
    for (char const* name : {"source", "target", "weight", "delay"}) {
        auto const at = static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
        bool const needed = pairs.columns_.size() < 2;
        if (at == names.size() && !needed) continue;
        if (at == names.size()) {
            error(diagnostics, "csv-column", node.at("csv"), fmt::format("{} has no column '{}'", path->string(), name),
                  "expected source and target: numbers of those that the entry names, from 0");
            return std::nullopt;
        }
        if (name == std::string_view("weight")) pairs.weight_ = pairs.columns_.size();
        if (name == std::string_view("delay")) pairs.delay_ = pairs.columns_.size();
        pairs.columns_.push_back(at);
    }
    return pairs;
}

bool Pairs::for_each(std::int64_t n, std::int64_t m, Diagnostics& diagnostics,
                     std::function<void(Pair const&)> const& connect) const {
    auto const is_number_of = [](double value, std::int64_t end) {
        return value >= 0 && value < static_cast<double>(end) && value == std::floor(value);
    };
    // Connects a pair, or says what is wrong with it.
    auto const give = [&](double source, double target, std::optional<double> weight,
                          std::optional<double> delay) -> std::string {
        if (!is_number_of(source, n)) return fmt::format("source {} is none of the {} sources, counted from 0", source, n);
        if (!is_number_of(target, m)) return fmt::format("target {} is none of the {} targets, counted from 0", target, m);
        if (delay && *delay < 0) return fmt::format("delay is {} ms; expected 0 or more", *delay);
        connect({static_cast<std::int64_t>(source), static_cast<std::int64_t>(target), weight, delay});
        return {};
    };
    if (!table_) {
        for (std::size_t k = 0; k < source_.size(); ++k)
            if (auto const wrong = give(source_[k], target_[k], {}, {}); !wrong.empty()) {
                error(diagnostics, "pair", node_->find("source")->children[k], fmt::format("{}: {}", what_, wrong));
                return false;
            }
        return true;
    }
    try {
        table_->for_each_row(columns_, [&](std::int64_t line, std::span<double const> row) {
            auto const at = [&](std::size_t place) { return place > 0 ? std::optional(row[place]) : std::nullopt; };
            if (auto const wrong = give(row[0], row[1], at(weight_), at(delay_)); !wrong.empty())
                throw InputError("pair", {table_->path().string(), static_cast<int>(line), 0}, wrong);
        });
        return true;
    } catch (InputError const& failure) {
        adopt(diagnostics, failure, *node_);
        return false;
    }
}

}  // namespace rall::io
