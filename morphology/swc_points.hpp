// Inside the SWC reader: the points of a file and the passes over them (text -> points -> checked, mended tree -> sections).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics.hpp"
#include "morphology/morphology.hpp"
#include "morphology/options.hpp"

namespace rall::morphology::swc {

inline constexpr int most_errors = 10;  ///< of one kind that are shown before the rest is only counted

/// One line of the file.
struct Row {
    std::int64_t id = 0;
    int type = 0;
    double x = 0, y = 0, z = 0, radius = 0;  ///< um
    std::int64_t parent_id = -1;
    int parent = -1;  ///< index of the parent's row, once linked; -1 for a root
    int line = 0;
};

/// Collects the lines of one kind of anomaly: a flood becomes a single diagnostic with the first line and the count.
class Tally {
public:
    void hit(int line) {
        if (count_++ == 0) first_ = line;
    }
    int count() const { return count_; }
    int first() const { return first_; }
    explicit operator bool() const { return count_ > 0; }

private:
    int count_ = 0;
    int first_ = 0;
};

/// "1 point has" + rest, or "7213 points have" + rest + "; the first is here".
std::string counted(Tally const& tally, char const* singular, char const* plural, std::string const& rest);

/// What the passes share.
struct Reader {
    std::string file;
    SwcOptions const& options;
    Diagnostics& diagnostics;

    Location at(int line, int column = 0) const { return {file, line, column}; }
    /// A finding that an option turns into an error.
    void report(bool error, std::string code, int line, std::string message, std::string advice) const {
        diagnostics.add({error ? Severity::error : Severity::warning,
                         std::move(code),
                         at(line),
                         std::move(message),
                         std::move(advice),
                         {}});
    }
    /// Throws all findings of the file if one of them is an error.
    void stop_if_errors() const { diagnostics.throw_if_errors(); }
};

/// Splits and converts the lines. Throws InputError when there is no point, or a line cannot be understood.
std::vector<Row> parse(std::string_view text, Reader const& reader);

/// Links parents, refuses cycles and missing parents, orders parents before children, and keeps the trees asked for.
std::vector<Row> link(std::vector<Row> rows, Reader const& reader);

/// Radii, duplicate points, types, and outlines of somata, as the options say.
std::vector<Row> mend(std::vector<Row> rows, Reader const& reader);

/// Puts the points of each soma, which may stand behind neurites in the file, together behind its first point.
std::vector<Row> gather_soma(std::vector<Row> const& rows);

/// Sections by the rules of Import3d (fills Morphology::sections and soma_reading).
void sections_neuron(std::vector<Row> const& rows, Reader const& reader, Morphology& morphology);

/// Sections of Arbor's reading: each parent-child pair is a frustum.
void sections_arbor(std::vector<Row> const& rows, Reader const& reader, Morphology& morphology);

}  // namespace rall::morphology::swc
