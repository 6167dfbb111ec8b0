// C text to tokens, as the C preprocessor would leave them: comments gone, #define replaced, #if decided. What NEURON's own
// headers define is known here: the C is read as NEURON 8.2 without CoreNEURON reads it.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "nmodl_lite/c/syntax.hpp"

namespace rall::nmodl {

/// A header of the model's own: its text, and where that begins.
struct Header {
    std::string text;
    Position at;
};

class Preprocessor {
public:
    /// What `#include "name"` at a place of the C brings; nothing where there is no such file.
    using FindHeader = std::function<std::optional<Header>(Position, std::string const& name)>;

    explicit Preprocessor(FindHeader find_header = {});

    /// The tokens of a text whose first character stands at `at`; its definitions stay known for what follows, and an #if that it
    /// does not end goes on there. Throws NotUnderstood for what is no C.
    std::vector<CToken> tokens(std::string_view text, Position at);

    /// Does what follows count, or does an #if hide it?
    bool active() const;

    /// What follows stands in no #if.
    void end_branches() { branches_.clear(); }

    /// The tokens that a name stands for; null when it is no macro without parameters.
    std::vector<CToken> const* meaning(std::string const& name) const;

private:
    struct Macro {
        bool has_parameters = false;
        std::vector<std::string> parameters;
        std::vector<CToken> tokens;
    };

    void read(std::string_view text, Position at, std::vector<CToken>& out);
    void include(std::vector<CToken> const& line, std::vector<CToken>& out);
    void directive(std::vector<CToken> const& line);
    bool condition(std::vector<CToken> const& line, Position at);
    void define(std::vector<CToken> const& line);
    void expand(std::vector<CToken> const& in, std::set<std::string> const& within, std::vector<CToken>& out) const;

    FindHeader find_header_;
    std::set<int> included_;  // headers, by the source that they are; once is enough
    std::map<std::string, Macro> macros_;
    mutable int work_ = 0;  // tokens looked at, limited because macros of macros can grow beyond all bounds
    struct Branch {
        bool outside;  // whether what surrounds the #if counts
        bool taken;    // whether one of its branches was taken
        bool active;
    };
    std::vector<Branch> branches_;
};

}  // namespace rall::nmodl
