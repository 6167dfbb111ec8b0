#include "io/schema/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "io/schema/tables.hpp"

namespace rall::io {
namespace {

using nlohmann::ordered_json;

/// All objects of all files, by name.
ordered_json const& objects() {
    static auto const all = [] {
        auto all = ordered_json::object();
        for (auto const text : schema_tables()) all.update(ordered_json::parse(text));
        return all;
    }();
    return all;
}

ordered_json const& object_of(std::string const& name) {
    auto const found = objects().find(name);
    if (found == objects().end()) throw std::logic_error(fmt::format("io/schema has no table '{}'", name));
    return *found;
}

/// Keys of an object, those of the one that it is a kind of first.
ordered_json rows_of(std::string const& name) {
    auto const& object = object_of(name);
    auto rows = object.contains("of") ? rows_of(object["of"]) : ordered_json::object();
    if (object.contains("keys"))
        for (auto const& [key, row] : object["keys"].items()) rows[key] = row;
    return rows;
}

/// Lists that an object has under a key, and those it is a kind of.
std::vector<ordered_json> lists_of(std::string const& name, char const* key) {
    auto const& object = object_of(name);
    auto lists = object.contains("of") ? lists_of(object["of"], key) : std::vector<ordered_json>{};
    if (object.contains(key)) lists.insert(lists.end(), object[key].begin(), object[key].end());
    return lists;
}

/// "with" of a key: one condition, or a list of which one must hold.
std::vector<ordered_json> conditions_of(ordered_json const& row) {
    if (!row.contains("with")) return {};
    if (row["with"].is_object()) return {row["with"]};
    return {row["with"].begin(), row["with"].end()};
}

Scalar scalar_of(ordered_json const& value) {
    if (value.is_boolean()) return value.get<bool>();
    if (value.is_number_integer()) return value.get<std::int64_t>();
    if (value.is_number()) return value.get<double>();
    if (value.is_string()) return value.get<std::string>();
    return value.is_null() ? Scalar() : value.is_array() ? Scalar(Scalar::Array{}) : Scalar(Scalar::Object{});
}

Key key_of(std::string const& name, ordered_json const& row) {
    Key key{name};
    key.other_name = row.value("also", "");
    key.units = row.value("unit", "");
    key.range.low = row.value("minimum", row.value("exclusiveMinimum", key.range.low));
    key.range.with_low = !row.contains("exclusiveMinimum");
    key.range.high = row.value("maximum", key.range.high);
    key.choices = row.value("choices", key.choices);
    if (row.contains("default")) key.standard = scalar_of(row["default"]);
    key.required = row.value("required", false);
    for (auto const& one : conditions_of(row)) {
        auto& condition = key.with.emplace_back();
        for (auto const& [other, value] : one.items()) {
            std::vector<Scalar> values;
            std::ranges::transform(value, std::back_inserter(values), scalar_of);
            if (value.is_boolean()) condition.emplace_back(other, value.get<bool>());
            else condition.emplace_back(other, std::move(values));
        }
    }
    key.no_effect = row.value("no_effect", "");
    return key;
}

std::string variant_prefix(std::string const& object) { return object + "."; }

std::map<std::string, Keys, std::less<>> const& tables() {
    static auto const all = [] {
        std::map<std::string, Keys, std::less<>> all;
        for (auto const& [name, object] : objects().items()) {
            if (object.contains("schema") || object.contains("entries")) continue;
            auto const rows = rows_of(name);
            std::vector<Key> keys;
            for (auto const& [key, row] : rows.items()) keys.push_back(key_of(key, row));
            all.emplace(name, Keys(name, std::move(keys)));
        }
        return all;
    }();
    return all;
}

}  // namespace

Keys const& keys_of(std::string_view object) {
    auto const found = tables().find(object);
    if (found == tables().end()) throw std::logic_error(fmt::format("io/schema has no table '{}'", object));
    return found->second;
}

std::string units_of(std::string_view key) {
    std::string units;
    for (auto const& [name, keys] : tables()) {
        auto const* row = keys.find(key);
        if (!row || !row->no_effect.empty()) continue;
        if (row->units.empty() || (!units.empty() && units != row->units)) return {};
        units = row->units;
    }
    return units;
}

std::vector<std::string> variants_of(std::string const& object) {
    auto const prefix = variant_prefix(object);
    std::vector<std::string> variants;
    for (auto const& [name, other] : objects().items())
        if (name.starts_with(prefix)) variants.push_back(name.substr(prefix.size()));
    return variants;
}

namespace {

/// Markdown without its links and quotes of code.
std::string plain(std::string const& text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '`') continue;
        auto const middle = text[i] == '[' ? text.find("](", i) : text.npos;
        auto const end = middle == text.npos ? text.npos : text.find(')', middle);
        if (end == text.npos || text.find_first_of("[]", i + 1) != middle) {
            result += text[i];
            continue;
        }
        result += text.substr(i + 1, middle - i - 1);
        i = end;
    }
    return result;
}

ordered_json require(std::string const& key) { return {{"required", ordered_json::array({key})}}; }

/// Makes the definitions of a schema; each is made once somebody refers to it.
class Writer {
public:
    ordered_json write(std::string const& root, std::string const& title) {
        ordered_json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", title}, {"$ref", refer(root)}};
        auto definitions = ordered_json::object();
        for (std::size_t i = 0; i < names_.size(); ++i) {
            auto const name = names_[i];
            definitions[name] = definition(name);
        }
        schema["$defs"] = std::move(definitions);
        return schema;
    }

private:
    std::string refer(std::string const& name) {
        object_of(name);
        if (std::ranges::find(names_, name) == names_.end()) names_.push_back(name);
        return "#/$defs/" + name;
    }
    ordered_json reference(std::string const& name) { return {{"$ref", refer(name)}}; }

    /// A schema as a table has it, whose references are names of tables.
    ordered_json resolved(ordered_json const& raw) {
        if (!raw.is_structured()) return raw;
        auto result = raw;
        for (auto const& [key, value] : raw.items()) {
            if (key == "$ref") result["$ref"] = refer(value);
            else if (raw.is_object()) result[key] = resolved(value);
        }
        if (raw.is_array())
            for (auto& value : result) value = resolved(value);
        return result;
    }

    ordered_json definition(std::string const& name) {
        auto const& object = object_of(name);
        if (object.contains("schema")) return resolved(object["schema"]);
        ordered_json schema{{"type", "object"}};
        if (object.contains("title")) schema["title"] = plain(object["title"]);
        if (object.contains("entries")) {
            schema["additionalProperties"] = reference(object["entries"]);
            return schema;
        }
        auto properties = ordered_json::object(), required = ordered_json::array(), all = ordered_json::array();
        auto const rows = rows_of(name);
        for (auto const& [key, row] : rows.items()) {
            properties[key] = property(row);
            auto const other = row.value("also", "");
            if (!other.empty()) {
                properties[other] = property(row);
                auto const either = ordered_json::array({require(key), require(other)});
                if (row.value("required", false)) all.push_back({{"oneOf", either}});
                else all.push_back({{"not", {{"allOf", either}}}});
            } else if (row.contains("with")) {
                ordered_json rule{{"if", condition(row, rows)}, {"else", {{"properties", {{key, false}}}}}};
                if (row.value("required", false)) rule["then"] = require(key);
                all.push_back(std::move(rule));
            } else if (row.value("required", false)) {
                required.push_back(key);
            }
        }
        for (auto const& keys : lists_of(name, "one_of")) all.push_back({{"oneOf", each(keys)}});
        for (auto const& keys : lists_of(name, "at_least_one")) all.push_back({{"anyOf", each(keys)}});
        for (auto const& keys : lists_of(name, "at_most_one"))
            for (std::size_t i = 0; i < keys.size(); ++i)
                for (std::size_t k = 0; k < i; ++k) all.push_back({{"not", {{"required", {keys[k], keys[i]}}}}});
        for (auto const& extra : lists_of(name, "extra")) all.push_back(resolved(extra));
        if (object.contains("variants")) add_variants(name, object["variants"], properties, all);
        schema["properties"] = std::move(properties);
        if (!required.empty()) schema["required"] = std::move(required);
        if (!all.empty()) schema["allOf"] = std::move(all);
        if (!object.contains("variants")) schema["additionalProperties"] = false;
        return schema;
    }

    /// An object NAME.v for each value v of a key; what is not enabled may be anything.
    void add_variants(std::string const& name, std::string const& key, ordered_json& properties, ordered_json& all) {
        auto const variants = variants_of(name);
        properties[key]["enum"] = variants;
        for (auto const& variant : variants) {
            ordered_json is{{"properties", {{key, {{"const", variant}}}, {"enabled", {{"const", true}}}}}, {"required", ordered_json::array({key})}};
            all.push_back({{"if", std::move(is)}, {"then", reference(variant_prefix(name) + variant)}});
        }
    }

    static ordered_json each(ordered_json const& keys) {
        auto list = ordered_json::array();
        for (auto const& key : keys) list.push_back(require(key));
        return list;
    }

    /// What a key with "with" depends on.
    static ordered_json condition(ordered_json const& row, ordered_json const& rows) {
        auto any = ordered_json::array();
        for (auto const& one : conditions_of(row)) {
            auto every = ordered_json::array();
            for (auto const& [other, value] : one.items()) {
                if (value.is_boolean()) {
                    every.push_back(value.get<bool>() ? require(other) : ordered_json{{"not", require(other)}});
                    continue;
                }
                ordered_json is{{"properties", {{other, {{"enum", value}}}}}};
                auto const standard = rows[other].value("default", ordered_json());
                if (std::ranges::find(value, standard) == value.end()) is["required"] = ordered_json::array({other});
                every.push_back(std::move(is));
            }
            any.push_back(every.size() == 1 ? every[0] : ordered_json{{"allOf", every}});
        }
        return any.size() == 1 ? any[0] : ordered_json{{"anyOf", any}};
    }

    ordered_json property(ordered_json const& row) {
        auto types = ordered_json::array();
        auto const& given = row["type"];
        if (given.is_string()) add_type(given, row, types);
        else
            for (auto const& type : given) add_type(type, row, types);
        auto schema = types.size() == 1 ? types[0] : ordered_json{{"anyOf", types}};
        auto text = plain(row.value("description", ""));
        if (auto const units = row.value("unit", ""); !units.empty()) text = units + (text.empty() ? "" : ": ") + text;
        if (row.contains("no_effect")) text = "has no effect: " + row["no_effect"].get<std::string>();
        if (!text.empty()) schema["description"] = text;
        if (row.contains("default")) schema["default"] = row["default"];
        return schema;
    }

    void add_type(std::string const& type, ordered_json const& row, ordered_json& types) {
        auto const numeric = [&](char const* name) {
            ordered_json schema{{"type", name}};
            for (auto const* limit : {"minimum", "exclusiveMinimum", "maximum"})
                if (row.contains(limit)) schema[limit] = row[limit];
            return schema;
        };
        auto const list = [](ordered_json items) { return ordered_json{{"type", "array"}, {"items", std::move(items)}}; };
        ordered_json const text{{"type", "string"}};
        if (type == "number" || type == "integer") {
            types.push_back(numeric(type.c_str()));
        } else if (type == "numbers") {
            types.push_back(list(numeric("number")));
            if (row.contains("length")) types.back()["minItems"] = types.back()["maxItems"] = row["length"];
        } else if (type == "values" || type == "expression") {
            types.push_back(numeric("number"));
            if (type == "expression") types.push_back(text);
            types.push_back(list(numeric("number")));
            types.push_back(reference("column"));
        } else if (type == "strings") {
            types.push_back(text);
            types.push_back(list(text));
        } else if (type == "list of strings") {
            types.push_back(list(text));
        } else if (type == "choice") {
            types.push_back({{"enum", row["choices"]}});
        } else if (type == "list") {
            types.push_back({{"type", "array"}});
        } else if (type == "any") {
            types.push_back(ordered_json::object());
        } else if (type == "none") {
            types.push_back({{"not", ordered_json::object()}});
        } else if (type.front() == '{') {
            types.push_back(reference(type.substr(1, type.size() - 2)));
        } else if (type.front() == '[') {
            types.push_back(list(reference(type.substr(1, type.size() - 2))));
        } else {
            types.push_back({{"type", type}});
        }
    }

    std::vector<std::string> names_;
};

}  // namespace

ordered_json schema_of(std::string const& kind) {
    return Writer().write(kind == "config" ? "simulation" : kind, fmt::format("Rall: {}", kind));
}

}  // namespace rall::io
