// Findings about a user's input: what, where, and what to do. Every reader in Rall reports through these types,
// so that messages look alike whether they come from an SWC file, a config or a mechanism.
#pragma once

#include <array>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace rall {

/// A place in a text file. Lines and columns count from 1; 0 means unknown.
struct Location {
    std::string file;
    int line = 0;
    int column = 0;
};

/// "cell.swc:12:3", "cell.swc:12", "cell.swc" or "" as far as the place is known.
std::string to_string(Location const& where);

enum class Severity { note, warning, error };
char const* to_string(Severity severity);

/// One finding. `code` is a short stable name in kebab-case ("swc-radius-not-positive") that tests and programs can rely on;
/// `message` says what was found and what was expected, `advice` what was done about it or what the user can do.
struct Diagnostic {
    Severity severity = Severity::note;
    std::string code;
    Location where;
    std::string message;
    std::string advice;
    std::string source_line;  ///< the offending line, shown with a caret under `where.column`; may be empty
};

/// As a compiler prints it: "file:line:column: error: message [code]", the line with a caret, then the advice.
std::string to_string(Diagnostic const& diagnostic);

/// An ordered collection of findings.
class Diagnostics {
public:
    void add(Diagnostic diagnostic) {
        ++counts_[static_cast<std::size_t>(diagnostic.severity)];
        items_.push_back(std::move(diagnostic));
    }
    void note(std::string code, Location where, std::string message, std::string advice = {});
    void warning(std::string code, Location where, std::string message, std::string advice = {});
    void error(std::string code, Location where, std::string message, std::string advice = {});
    void append(Diagnostics const& other);
    void sort_by_place();  ///< by line and column; files and findings of one place stay in their order

    std::vector<Diagnostic> const& items() const { return items_; }
    bool empty() const { return items_.empty(); }
    std::size_t count(Severity severity) const { return counts_[static_cast<std::size_t>(severity)]; }
    bool has_errors() const { return count(Severity::error) > 0; }

    /// Throws InputError carrying all findings if one of them is an error.
    void throw_if_errors() const;

private:
    std::vector<Diagnostic> items_;
    std::array<std::size_t, 3> counts_{};  // by severity
};

/// All findings, one under the other; after fifty errors of a file the number of its others.
std::string to_string(Diagnostics const& diagnostics);

/// The model or its data is wrong (exit code 1). what() is the printed form of the diagnostics.
class InputError : public std::runtime_error {
public:
    explicit InputError(Diagnostics diagnostics);
    explicit InputError(Diagnostic diagnostic);
    InputError(std::string code, Location where, std::string message, std::string advice = {});
    Diagnostics const& diagnostics() const { return diagnostics_; }

private:
    Diagnostics diagnostics_;
};

/// The command line is wrong (exit code 2).
class UsageError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The machine failed us: disk, memory, compiler (exit code 3).
class MachineError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

}  // namespace rall
