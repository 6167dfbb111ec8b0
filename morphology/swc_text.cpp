// From the bytes of an SWC file to its rows.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "morphology/finish.hpp"
#include "morphology/swc_points.hpp"

namespace rall::morphology::swc {
namespace {

constexpr double widest_radius = 500;  ///< um; the squid's giant axon has 250
constexpr double thinnest_radius = 0.025;  ///< um, of the thickest point of a file: no cell is as thin everywhere
constexpr int largest_type = 1'000'000;

bool is_separator(char c) { return c == ' ' || c == '\t' || c == ',' || c == ';' || c == '\v' || c == '\f'; }

struct Field {
    std::string_view text;
    int column;  ///< from 1
};

constexpr int n_fields = 7;
constexpr std::array<char const*, n_fields> field_names = {"the point's number", "the type",           "x", "y", "z",
                                                           "the radius",         "the parent's number"};

/// The first seven fields, and how many there are in all (up to a comment).
struct Fields {
    std::array<Field, n_fields> items;
    int count = 0;
};

Fields split(std::string_view line) {
    Fields fields;
    std::size_t i = 0;
    while (i < line.size()) {
        while (i < line.size() && is_separator(line[i])) ++i;
        if (i == line.size() || line[i] == '#') break;
        std::size_t const begin = i;
        while (i < line.size() && !is_separator(line[i]) && line[i] != '#') ++i;
        if (fields.count < n_fields)
            fields.items[static_cast<std::size_t>(fields.count)] = {line.substr(begin, i - begin),
                                                                    static_cast<int>(begin) + 1};
        ++fields.count;
    }
    return fields;
}

bool to_number(std::string_view text, double& value) {
    if (text.starts_with('+')) text.remove_prefix(1);
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc::result_out_of_range) value = std::strtod(std::string(text).c_str(), nullptr);  // inf or 0
    return error != std::errc::invalid_argument && end == text.data() + text.size();
}

enum class IntegerError { none, fraction, too_large };

/// The exact value of an integer of up to 64 bits, also where it is written with a decimal point or an exponent (a double
/// would round what is above 2^53). `text` is a finite number.
IntegerError to_integer(std::string_view text, std::int64_t& value) {
    bool const negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    auto const e = std::min(text.find_first_of("eE"), text.size());
    auto const point = std::min(text.find('.'), e);
    std::string digits(text.substr(0, point));
    if (point < e) digits += text.substr(point + 1, e - point - 1);
    auto const first = digits.find_first_not_of('0');
    if (first == std::string::npos) return value = 0, IntegerError::none;
    long power = 0;  // of ten, at the last digit
    if (e < text.size()) {
        auto const exponent = text.substr(e + (text.substr(e + 1).starts_with('+') ? 2 : 1));
        auto const result = std::from_chars(exponent.data(), exponent.data() + exponent.size(), power);
        if (result.ec != std::errc{}) power = exponent.starts_with('-') ? -1'000'000'000 : 1'000'000'000;
    }
    power -= static_cast<long>(point < e ? e - point - 1 : 0);
    auto const last = digits.find_last_not_of('0');
    power += static_cast<long>(digits.size() - 1 - last);
    digits = (negative ? "-" : "") + digits.substr(first, last - first + 1);
    if (power < 0) return IntegerError::fraction;
    if (power > 18) return IntegerError::too_large;
    digits.append(static_cast<std::size_t>(power), '0');
    auto const result = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return result.ec == std::errc{} ? IntegerError::none : IntegerError::too_large;
}

/// Lines whatever their ends: LF, CR LF, or CR alone.
class Lines {
public:
    explicit Lines(std::string_view text) : rest_(text) {}
    bool next(std::string_view& line) {
        if (rest_.empty()) return false;
        ++number_;
        std::size_t const end = rest_.find_first_of("\r\n");
        if (end == std::string_view::npos) {
            line = rest_;
            rest_ = {};
            return true;
        }
        line = rest_.substr(0, end);
        bool const crlf = rest_.substr(end, 2) == "\r\n";
        if (rest_[end] == '\r' && !crlf && !lone_cr_) lone_cr_ = number_;
        rest_.remove_prefix(end + (crlf ? 2 : 1));
        return true;
    }
    int number() const { return number_; }
    int lone_cr() const { return lone_cr_; }  ///< first line that ends in CR alone, or 0

private:
    std::string_view rest_;
    int number_ = 0;
    int lone_cr_ = 0;
};

/// What a file that is no SWC most probably is.
std::string guess(std::string_view text) {
    auto const first = text.find_first_not_of(" \t\r\n");
    auto const head = first == std::string_view::npos ? std::string_view{} : text.substr(first, 4096);
    auto const contains = [&](std::string_view word) { return head.find(word) != std::string_view::npos; };
    if (text.starts_with("\x89HDF")) return "it is an HDF5 file";
    if (text.starts_with("\x1f\x8b")) return "it is compressed with gzip: unpack it first";
    if (text.starts_with("PK\x03\x04")) return "it is a zip archive: unpack it first";
    if (contains({"\0", 1})) return "it is a binary file";
    if (head.starts_with("<"))
        return contains("neuroml") || contains("NeuroML")
                   ? "it looks like NeuroML"
                   : "it looks like XML or HTML (a web page saved instead of the file?)";
    if (head.starts_with("(") || head.starts_with(";"))
        return "it looks like Neurolucida ASC: give it the extension .asc";
    if (head.starts_with("{") || head.starts_with("[")) return "it looks like JSON";
    if (contains("pt3dadd") || contains("create ")) return "it looks like NEURON's hoc";
    return "its first line of data has no seven numbers";
}

/// Turns the fields of one line into a row, or says what is wrong with it.
class RowReader {
public:
    explicit RowReader(Reader const& reader) : reader_(reader) {}

    bool read(std::string_view line, int number, Fields const& fields, Row& row) {
        line_ = line;
        row.line = number;
        double rounded = 0;  // the integers are read again, exactly
        std::array<double*, n_fields> const target = {&rounded, &rounded,    &row.x,  &row.y,
                                                      &row.z,   &row.radius, &rounded};
        for (std::size_t i = 0; i < n_fields; ++i) {
            auto const& field = fields.items[i];
            if (!to_number(field.text, *target[i]))
                return fail("swc-not-a-number", number, field.column,
                            "'" + printable(field.text, 40) + "' is not a number; expected " + field_names[i]);
            bool const is_integer = target[i] == &rounded;
            if (is_integer ? field.text.find_first_of("nN") != std::string_view::npos : !(std::abs(*target[i]) < 1e30))
                return fail("swc-not-finite", number, field.column,
                            std::string(field_names[i]) + " is '" + printable(field.text, 40) +
                                "'; a finite number below 1e30 was expected");
        }
        std::int64_t type = 0;
        for (auto const& [i, value] : {std::pair{0u, &row.id}, {1u, &type}, {6u, &row.parent_id}}) {
            auto const& field = fields.items[i];
            auto error = to_integer(field.text, *value);
            if (i == 1 && (type < -largest_type || type > largest_type)) error = IntegerError::too_large;
            auto const found = std::string(field_names[i]) + " is '" + printable(field.text, 40) + "'; ";
            if (error == IntegerError::fraction)
                return fail("swc-not-an-integer", number, field.column, found + "an integer was expected");
            if (error == IntegerError::too_large)
                return fail("swc-integer-too-large", number, field.column,
                            found + (i == 1 ? "types go up to " + std::to_string(largest_type)
                                            : "an integer of at most 64 bits was expected, between -2^63 and 2^63 - 1"),
                            i == 1 ? "" : "give the points smaller numbers");
            if (field.text.find_first_of(".eE") != std::string_view::npos) float_ids.hit(number);
        }
        row.type = static_cast<int>(type);
        for (double* value : {&row.x, &row.y, &row.z, &row.radius}) {
            if (reader_.options.unit == Unit::nm) *value *= 1e-3;  // um
            // Rounded first, as NEURON reads: what is computed from these is rounded again.
            if (reader_.options.precision != Precision::full) *value = static_cast<float>(*value);
        }
        if (row.radius > widest_radius) wide.hit(number);
        if (row.radius > thickest.radius) thickest = {row.radius, number};
        return true;
    }

    bool fail(char const* code, int number, int column, std::string message, std::string advice = {}) {
        if (++errors_ <= most_errors)
            reader_.diagnostics.add({Severity::error, code, reader_.at(number, column), std::move(message),
                                     std::move(advice), printable(line_, 200)});
        return false;
    }

    void set_line(std::string_view line) { line_ = line; }
    int errors() const { return errors_; }
    Tally float_ids, wide;
    struct {
        double radius = 0;  ///< um
        int line = 0;
    } thickest;

private:
    Reader const& reader_;
    std::string_view line_;
    int errors_ = 0;
};

bool has_decimal_commas(std::string_view line) {
    for (std::size_t i = 1; i + 1 < line.size(); ++i)
        if (line[i] == ',' && std::isdigit(static_cast<unsigned char>(line[i - 1])) &&
            std::isdigit(static_cast<unsigned char>(line[i + 1])))
            return line.find_first_of(" \t;") != std::string_view::npos;
    return false;
}

}  // namespace

std::string counted(Tally const& tally, char const* singular, char const* plural, std::string const& rest) {
    if (tally.count() == 1) return std::string("1 ") + singular + rest;
    return std::to_string(tally.count()) + " " + plural + rest + "; the first is here";
}

std::vector<Row> parse(std::string_view text, Reader const& reader) {
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);  // byte order mark
    if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff"))
        throw InputError("swc-not-swc", reader.at(1), "this file is UTF-16 text; SWC is plain text",
                         "convert it, for example with iconv -f UTF-16 -t UTF-8");
    std::vector<Row> rows;
    RowReader row_reader(reader);
    Tally separators, extra_fields, not_ascii, not_utf8;
    Lines lines(text);
    std::string_view line;
    while (lines.next(line)) {
        int const number = lines.number();
        for (char const c : line)
            if (static_cast<unsigned char>(c) >= 0x80) {
                (is_utf8(line) ? not_ascii : not_utf8).hit(number);
                break;
            }
        std::size_t const first = line.find_first_not_of(" \t\v\f");
        if (first == std::string_view::npos || line[first] == '#') continue;
        auto const fields = split(line);
        if (fields.count == 0) continue;
        row_reader.set_line(line);
        double ignored = 0;
        if (rows.empty() && row_reader.errors() == 0 && (fields.count < 2 || !to_number(fields.items[0].text, ignored)))
            throw InputError(
                Diagnostic{Severity::error, "swc-not-swc", reader.at(number), "this file is not SWC: " + guess(text),
                           "SWC has seven numbers on a line: id type x y z radius parent; comments start with #",
                           line.find('\0') == std::string_view::npos ? printable(line, 120) : ""});
        if (fields.count != n_fields && has_decimal_commas(line)) {
            row_reader.fail("swc-decimal-comma", number, 0, "this line has decimal commas", "write decimal points");
            continue;
        }
        if (fields.count < n_fields) {
            row_reader.fail("swc-too-few-fields", number, 0,
                            "only " + std::to_string(fields.count) + " of 7 fields: id type x y z radius parent",
                            "complete the line, or remove it together with the points that hang on it");
            continue;
        }
        if (fields.count > n_fields) extra_fields.hit(number);
        if (line.find_first_of(",;") != std::string_view::npos) separators.hit(number);
        Row row;
        if (row_reader.read(line, number, fields, row)) rows.push_back(row);
    }
    bool const strict = reader.options.strict;
    auto const dialect = [&](Tally const& tally, char const* code, std::string message, std::string done) {
        if (!tally) return;
        done += strict ? "; strict=no accepts it" : "; strict=yes makes this an error";
        reader.diagnostics.add({strict ? Severity::error : Severity::note,
                                code,
                                reader.at(tally.first()),
                                std::move(message),
                                std::move(done),
                                {}});
    };
    dialect(separators, "swc-separators",
            counted(separators, "line has", "lines have", " commas or semicolons between the numbers"),
            "they are read like blanks");
    dialect(extra_fields, "swc-extra-fields",
            counted(extra_fields, "line has", "lines have", " more than seven fields"),
            "what follows the seventh is left out");
    dialect(row_reader.float_ids, "swc-float-integers",
            counted(row_reader.float_ids, "integer is", "integers are", " written with a decimal point or exponent"),
            "the value is taken");
    dialect(not_ascii, "swc-not-ascii", counted(not_ascii, "line has", "lines have", " letters outside ASCII (UTF-8)"),
            "they stand in comments and are passed over");
    dialect(not_utf8, "swc-not-utf8",
            counted(not_utf8, "line has", "lines have", " bytes that are neither ASCII nor UTF-8"),
            "they stand in comments and are passed over");
    Tally mac;
    if (lines.lone_cr()) mac.hit(lines.lone_cr());
    dialect(mac, "swc-cr-line-ends", "lines end with CR alone, as on old Macintosh computers",
            "they are read as lines");

    if (row_reader.wide)
        reader.report(false, "swc-unit", row_reader.wide.first(),
                      counted(row_reader.wide, "point has", "points have", " a radius above 500 um"),
                      "taken as um; if the file is in nm, as electron microscopy often is, unit=nm reads it so");
    if (auto const [radius, line] = row_reader.thickest; radius > 0 && radius < thinnest_radius)
        reader.report(false, "swc-unit", line, fmt::format("no point has a radius above {:.3g} um", radius), "taken as um; if the file is in mm or m, multiply its lengths by 1000 or 1e6");
    if (row_reader.errors() > most_errors)
        reader.diagnostics.error(
            "swc-more-errors", reader.at(0),
            "and " + std::to_string(row_reader.errors() - most_errors) + " more lines that cannot be read");
    reader.stop_if_errors();
    if (rows.empty())
        throw InputError("swc-no-points", reader.at(0),
                         text.empty() ? "this file is empty" : "this file has no points, only comments or blank lines",
                         "SWC has seven numbers on a line: id type x y z radius parent");
    if (rows.size() > static_cast<std::size_t>(std::numeric_limits<int>::max() / 4))
        throw InputError("swc-too-large", reader.at(0), "this file has more points than can be numbered");
    return rows;
}

}  // namespace rall::morphology::swc
