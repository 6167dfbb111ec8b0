// VERBATIM: what the C in a file means is said in NMODL, before names are resolved, so that all that follows sees NMODL only.
#include "nmodl_lite/c/verbatim.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "nmodl_lite/c/translate.hpp"
#include "nmodl_lite/c/world.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/lexer.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

bool is_helper(Block const& block) { return block.kind == BlockKind::function || block.kind == BlockKind::procedure; }

bool holds_verbatim(Block const& block) {
    bool found = false;
    each_statement(block.body, [&](Statement const& s) { found = found || std::holds_alternative<Verbatim>(s.what); });
    return found;
}

class Pass {
public:
    Pass(Program& program, Diagnostics& found) : program_(program), found_(found), world_(program, found) {}

    void run() {
        std::erase_if(program_.blocks, [](Block const& b) {
            bool const never_runs = b.kind == BlockKind::destructor || b.kind == BlockKind::terminal;
            return b.kind == BlockKind::verbatim || (never_runs && holds_verbatim(b));
        });
        leave_out_what_only_hoc_calls();
        auto const pointers_in_c = names_in_c();
        for (auto& block : program_.blocks) {
            called_from_nmodl(block);
            if (!holds_verbatim(block)) continue;
            try {
                CTranslator(world_).block(block);
            } catch (NotUnderstood const& problem) {
                refuse(problem);
                block.body.clear();
            }
        }
        world_.finish();
        drop_pointers(pointers_in_c);
    }

private:
    void refuse(NotUnderstood const& problem) {
        found_.add(at_source(program_, Severity::error, problem.at, "nmodl-verbatim",
                             "VERBATIM is not understood: " + std::string(problem.what()) + " stands in the way",
                             problem.advice.empty() ? "say in NMODL what the C code does" : problem.advice));
    }

    /// The names that a block might call: in NMODL and in its C, where a word may be anything.
    std::set<std::string> words(Block const& block) {
        std::set<std::string> all;
        each_statement(block.body, [&](Statement const& s) {
            if (auto const* solve = std::get_if<Solve>(&s.what)) all.insert(solve->block);
            if (auto const* verbatim = std::get_if<Verbatim>(&s.what)) all.merge(words(*verbatim, s.at));
            each_expression(s, [&](Expr const& e) {
                visit(e, [&](Expr const& node) {
                    if (node->op == Op::call) all.insert(node->name);
                });
            });
        });
        for (auto it = all.begin(); it != all.end();
             ++it)  // also through functions of file level; insertion keeps `it`
            if (auto const* function = world_.function(*it); function && seen_.insert(*it).second)
                for (auto const& token : function->body)
                    if (token.kind == CTokenKind::name) all.insert(token.text);
        return all;
    }

    std::set<std::string> words(Verbatim const& verbatim, Position at) {
        std::set<std::string> all;
        try {
            auto copy = world_.preprocessor();  // definitions in a block count when it is translated
            for (auto const& token : copy.tokens(verbatim.text, at))
                if (token.kind == CTokenKind::name) all.insert(token.text);
        } catch (NotUnderstood const&) {  // said when it is translated
        }
        return all;
    }

    std::set<std::string> names_in_c() {
        std::set<std::string> all;
        for (auto const& block : program_.blocks)
            each_statement(block.body, [&](Statement const& s) {
                if (auto const* verbatim = std::get_if<Verbatim>(&s.what)) all.merge(words(*verbatim, s.at));
            });
        all.insert(left_out_words_.begin(), left_out_words_.end());
        return all;
    }

    /// FUNCTIONs and PROCEDUREs with C, or that call such, which nothing in the mechanism calls.
    void leave_out_what_only_hoc_calls() {
        std::map<std::string, std::set<std::string>> calls;
        std::vector<std::string> next;
        std::set<std::string> reached;
        for (auto const& block : program_.blocks) {
            seen_.clear();
            auto const called = words(block);
            if (is_helper(block)) calls[block.name] = called;
            else next.insert(next.end(), called.begin(), called.end());
        }
        while (!next.empty()) {
            auto const name = next.back();
            next.pop_back();
            if (!calls.contains(name) || !reached.insert(name).second) continue;
            next.insert(next.end(), calls[name].begin(), calls[name].end());
        }
        std::set<std::string> out;
        for (bool changed = true; changed;) {
            changed = false;
            for (auto const& block : program_.blocks) {
                if (!is_helper(block) || reached.contains(block.name) || out.contains(block.name)) continue;
                auto const& words = calls[block.name];
                if (!holds_verbatim(block) &&
                    std::ranges::none_of(words, [&](auto const& w) { return out.contains(w); }))
                    continue;
                out.insert(block.name);
                left_out_words_.insert(words.begin(), words.end());
                changed = true;
            }
        }
        if (out.empty()) return;
        auto const first =
            std::ranges::find_if(program_.blocks, [&](Block const& b) { return is_helper(b) && out.contains(b.name); });
        found_.add(at_source(program_, Severity::warning, first->at, "nmodl-hoc-only",
                             enumerate({out.begin(), out.end()}) + (out.size() > 1 ? " are" : " is") + " left out",
                             "only hoc could call " + std::string(out.size() > 1 ? "them" : "it") +
                                 "; what such code sets belongs into the config"));
        std::erase_if(program_.blocks, [&](Block const& b) { return is_helper(b) && out.contains(b.name); });
    }

    /// NMODL may call functions that VERBATIM defines, and use its macros and variables.
    void called_from_nmodl(Block& block) {
        std::set<std::string> locals;
        for (auto const& arg : block.args) locals.insert(arg.name);
        each_statement(block.body, [&](Statement const& s) {
            if (auto const* local = std::get_if<Local>(&s.what))
                for (auto const& item : local->names) locals.insert(item.name);
        });
        try {
            rewrite_expressions(block.body, [&](Expr const& e) {
                return rewrite(e, [&](Expr const& node) -> Expr {
                    if (node->op == Op::call && !world_.block(node->name))
                        if (auto const* function = world_.function(node->name)) world_.translate(*function);
                    bool const unknown = node->op == Op::name && node->args.empty() && !locals.contains(node->name) &&
                                         !world_.is_variable(node->name) && !world_.is_pointer(node->name);
                    if (!unknown) return node;
                    auto const value = world_.known_value(node->name, node->at);
                    return value ? value : node;
                });
            });
        } catch (NotUnderstood const& problem) {
            refuse(problem);
        }
    }

    /// Pointers that only C spoke of, and that no statement needs now: vectors and objects of hoc.
    void drop_pointers(std::set<std::string> const& in_c) {
        std::set<std::string> needed;
        for (auto const& block : program_.blocks)
            each_expression(block.body, [&](Expr const& e) { needed.merge(variables_of(e)); });
        auto const idle = [&](std::string const& name) {
            return !needed.contains(name) && world_.is_pointer(name) && !world_.is_stream(name) &&
                   (in_c.contains(name) || in_c.contains("_p_" + name));
        };
        for (auto* list : {&program_.parameters, &program_.assigned})
            std::erase_if(*list, [&](Declaration const& d) { return idle(d.name); });
        for (auto& neuron : program_.neuron)
            for (auto* list : {&neuron.pointer, &neuron.bbcore_pointer})
                std::erase_if(*list, [&](Name const& named) { return idle(named.name); });
    }

    Program& program_;
    Diagnostics& found_;
    CWorld world_;
    std::set<std::string> seen_, left_out_words_;
};

}  // namespace

void translate_verbatim(Program& program, Diagnostics& found) {
    if (std::ranges::any_of(program.blocks, holds_verbatim)) Pass(program, found).run();
}

}  // namespace rall::nmodl
