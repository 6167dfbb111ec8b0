// VERBATIM: what the C in a file means is said in NMODL, before names are resolved, so that all that follows sees NMODL only.
#include "nmodl_lite/c/verbatim.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "nmodl_lite/c/translate.hpp"
#include "nmodl_lite/c/unreached.hpp"
#include "nmodl_lite/c/world.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/lexer.hpp"
#include "nmodl_lite/syntax/printer.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

bool holds_verbatim(Block const& block) {
    bool found = false;
    each_statement(block.body, [&](Statement const& s) { found = found || std::holds_alternative<Verbatim>(s.what); });
    return found;
}

class Pass {
public:
    Pass(Program& program, Diagnostics& found) : program_(program), found_(found), world_(program, found) {}

    void run() {
        leave_out_what_an_if_hides();
        std::erase_if(program_.blocks, [](Block const& b) {
            bool const never_runs = b.kind == BlockKind::destructor || b.kind == BlockKind::terminal;
            return b.kind == BlockKind::verbatim || (never_runs && holds_verbatim(b));
        });
        leave_out_what_only_hoc_calls();
        auto const pointers_in_c = names_in_c();
        for (auto& block : program_.blocks) {
            called_from_nmodl(block);
            if (!holds_verbatim(block)) continue;
            if (is_helper(block)) with_c_.insert(block.name);
            try {
                auto copy = block;
                CTranslator(world_).block(copy);
                block = std::move(copy);
            } catch (NotUnderstood const& problem) {
                if (is_helper(block)) failed_.emplace(block.name, problem);
                else refuse(problem);
                CTranslator(world_).give_up(block);
            }
        }
        world_.finish();
        judge_what_is_left_out();
        drop_pointers(pointers_in_c);
    }

private:
    void refuse(NotUnderstood const& problem) {
        found_.add(at_source(program_, Severity::error, problem.at, "nmodl-verbatim",
                             "VERBATIM is not understood: " + std::string(problem.what()) + " stands in the way",
                             problem.advice.empty() ? "say in NMODL what the C code does" : problem.advice));
    }

    /// FUNCTIONs and PROCEDUREs between the #if of one VERBATIM at file level and the #endif of another.
    void leave_out_what_an_if_hides() {
        Preprocessor preprocessor;
        std::erase_if(program_.blocks, [&](Block const& block) {
            if (block.kind != BlockKind::verbatim) return is_helper(block) && !preprocessor.active();
            for (auto const& s : block.body) words(std::get<Verbatim>(s.what), s.at, preprocessor);
            return false;
        });
    }

    /// The names that a block might call: in NMODL and in its C, where a word may be anything.
    std::set<std::string> words(Block const& block) {
        std::set<std::string> all;
        auto preprocessor = fresh_preprocessor();
        each_statement(block.body, [&](Statement const& s) {
            if (auto const* solve = std::get_if<Solve>(&s.what)) all.insert(solve->block);
            if (auto const* verbatim = std::get_if<Verbatim>(&s.what)) all.merge(words(*verbatim, s.at, preprocessor));
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

    /// Definitions in a block count when it is translated.
    Preprocessor fresh_preprocessor() {
        auto copy = world_.preprocessor();
        copy.end_branches();
        return copy;
    }

    static std::set<std::string> words(Verbatim const& verbatim, Position at, Preprocessor& preprocessor) {
        std::set<std::string> all;
        try {
            for (auto const& token : preprocessor.tokens(verbatim.text, at))
                if (token.kind == CTokenKind::name) all.insert(token.text);
        } catch (NotUnderstood const&) {  // said when it is translated
        }
        return all;
    }

    std::set<std::string> names_in_c() {
        std::set<std::string> all;
        for (auto const& block : program_.blocks) {
            auto preprocessor = fresh_preprocessor();
            each_statement(block.body, [&](Statement const& s) {
                if (auto const* verbatim = std::get_if<Verbatim>(&s.what))
                    all.merge(words(*verbatim, s.at, preprocessor));
            });
        }
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
        for (auto const& block : program_.blocks)
            if (is_helper(block) && out.contains(block.name)) only_hoc_calls(block);
        std::erase_if(program_.blocks, [&](Block const& b) { return is_helper(b) && out.contains(b.name); });
    }

    void only_hoc_calls(Block const& block) {
        if (hoc_only_.empty()) first_hoc_only_ = block.at;
        hoc_only_.insert(block.name);
    }

    /// The blocks and statements that were not understood are errors where they may run.
    void judge_what_is_left_out() {
        Reached const reached(program_);
        for (auto const& [name, problem] : failed_)
            if (reached.helpers().contains(name)) refuse(problem);
        std::vector<LeftOut const*> in_constructor;
        for (auto const& what : world_.left_out()) {
            if (world_.block(what.block) && !reached.helpers().contains(what.block)) continue;
            if (reached.is_missed(what)) refuse(what.problem);
            else if (what.condition) tell(what);
            else in_constructor.push_back(&what);
        }
        if (!in_constructor.empty()) {
            auto const n = in_constructor.size();
            tell(in_constructor[0]->problem,
                 n == 1 ? "a statement of CONSTRUCTOR is left out: nothing reads what it sets"
                        : std::to_string(n) + " statements of CONSTRUCTOR are left out: nothing reads what they set");
        }
        for (bool changed = true; changed;) {
            std::set<std::string> called;
            for (auto const& block : program_.blocks) called.merge(words(block));
            auto const idle = [&](Block const& b) {
                return is_helper(b) && with_c_.contains(b.name) && !called.contains(b.name);
            };
            changed = false;
            for (auto const& block : program_.blocks)
                if (idle(block)) only_hoc_calls(block), changed = true;
            std::erase_if(program_.blocks, idle);
        }
        if (hoc_only_.empty()) return;
        bool const several = hoc_only_.size() > 1;
        found_.add(at_source(program_, Severity::warning, first_hoc_only_, "nmodl-hoc-only",
                             enumerate({hoc_only_.begin(), hoc_only_.end()}) + (several ? " are" : " is") + " left out",
                             "only hoc could call " + std::string(several ? "them" : "it") +
                                 "; what such code sets belongs into the config"));
    }

    void tell(LeftOut const& what) {
        tell(what.problem, "this C is left out: it would run only where " + std::string(what.taken ? "" : "not ") +
                               to_nmodl(what.condition) + ", and nothing here makes that so");
    }

    void tell(NotUnderstood const& problem, std::string const& what) {
        found_.add(at_source(program_, Severity::warning, problem.at, "nmodl-verbatim-left-out", what,
                             std::string("not understood is ") + problem.what()));
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
    std::set<std::string> with_c_, hoc_only_;  // FUNCTIONs and PROCEDUREs that hold C; left out
    Position first_hoc_only_;
    std::map<std::string, NotUnderstood> failed_;  // FUNCTIONs and PROCEDUREs that were not understood
};

}  // namespace

void translate_verbatim(Program& program, Diagnostics& found) {
    if (std::ranges::any_of(program.blocks, holds_verbatim)) Pass(program, found).run();
}

}  // namespace rall::nmodl
