#include "nmodl_lite/solve/kinetic.hpp"

#include <algorithm>
#include <functional>

#include "nmodl_lite/analysis/names.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/lexer.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

/// Every state that a COMPARTMENT or LONGITUDINAL_DIFFUSION names, array elements one by one, with the expression for it.
std::vector<std::pair<Expr, Expr>> elements_of(Compartment const& compartment, Symbols const& symbols) {
    std::vector<std::pair<Expr, Expr>> elements;
    auto const at = compartment.size->at;
    for (auto const& text : compartment.names) {
        auto const* symbol = symbols.find(text);
        if (!symbol || symbol->kind != SymbolKind::state) continue;
        for (int i = 0; i < symbol->size; ++i) {
            auto const index = number(i, at);
            auto const size = rewrite(compartment.size, [&](Expr const& node) -> Expr {
                if (node->op == Op::name && node->name == compartment.index) return index;
                bool const arithmetic = !node->args.empty() && node->op != Op::name && node->op != Op::call;
                return arithmetic ? build(node->op, node->args, node->at) : node;
            });
            elements.emplace_back(symbol->is_array ? element(text, index, at) : name(text, at), size);
        }
    }
    return elements;
}

class Converter {
public:
    Converter(Program const& program, Symbols const& symbols, FreshNames& fresh, Diagnostics& found)
        : program_(program), symbols_(symbols), fresh_(fresh), found_(found) {
        for (auto const& block : program.blocks) changing_.merge(assigned_in(block.body));
    }

    /// The equations take the place of the block; what is left is the block of what diffuses, perhaps empty.
    Block run(Block& block) {
        each_statement(block.body, [&](Statement const& s) {
            if (auto const* local = std::get_if<Local>(&s.what))
                for (auto const& item : local->names) own_.insert(item.name);
            auto const* reaction = std::get_if<Reaction>(&s.what);
            if (reaction) return;
            each_expression(s, [&](Expr const& e) {
                reads_fluxes_ = reads_fluxes_ || mentions(e, "f_flux") || mentions(e, "b_flux");
            });
        });
        each_statement(block.body, [&](Statement const& s) {
            if (auto const* compartment = std::get_if<Compartment>(&s.what)) volumes(*compartment, s.at);
        });
        auto rest = statements(block.body, true);
        if (reads_fluxes_) locals_.insert(locals_.end(), {{"f_flux", nullptr}, {"b_flux", nullptr}});
        Body body;
        if (!locals_.empty()) body.push_back({block.at, Local{locals_}});
        for (auto* part : {&head_, &rest}) body.insert(body.end(), part->begin(), part->end());
        for (auto const& key : order_) {
            auto const& item = species_.at(key);
            body.push_back({item.state->at, Assign{item.state, over_volume(item.flux, key), true}});
        }
        body.insert(body.end(), conserved_.begin(), conserved_.end());
        if (order_.empty())
            error(block.at, "nmodl-no-reaction", "no reaction of " + block.name + " changes a STATE",
                  "write ~ A <-> B (kf, kb) with names that stand in STATE");
        block.body = std::move(body);
        block.kind = BlockKind::derivative;
        Block spreading;
        spreading.kind = BlockKind::diffusion;
        spreading.at = block.at;
        spreading.name = fresh_(block.name + "_diffusion");
        spreading.body = std::move(diffusions_);
        return spreading;
    }

private:
    struct Species {
        Expr state;
        Expr flux;  // amount per ms
    };

    void error(Position at, std::string code, std::string message, std::string advice = {}) {
        found_.add(at_source(program_, Severity::error, at, std::move(code), std::move(message), std::move(advice)));
    }

    bool is_state(Expr const& e) const {
        auto const* symbol = symbols_.find(e->name);
        return symbol && symbol->kind == SymbolKind::state;
    }

    std::string local_in(Expr const& e) const {
        for (auto const& variable : variables_of(e))
            if (own_.contains(variable)) return variable;
        return {};
    }

    void volumes(Compartment const& c, Position at) {
        if (c.diffusion) return;
        auto const own = local_in(c.size);
        if (!own.empty())
            found_.add(at_source(program_, Severity::warning, at, "nmodl-compartment-local",
                                 "this COMPARTMENT is read where it stands, since it needs the LOCAL '" + own + "'",
                                 "NEURON reads it when the block begins, before '" + own + "' has a value: declare '" +
                                     own + "' in ASSIGNED"));
        for (auto const& [state, size] : elements_of(c, symbols_)) {
            auto const key = key_of(state);
            size_[key] = size;
            volume_[key] =
                own.empty() ? kept(size, state->name + "_volume", true, head_) : new_local(state->name + "_volume", at);
        }
    }

    /// How the states of a LONGITUDINAL_DIFFUSION spread.
    void diffusion(Compartment const& c, Position at) {
        for (auto const& [state, constant] : elements_of(c, symbols_)) {
            species(state);
            auto const size = size_.find(key_of(state));
            auto const volume = size == size_.end() ? number(1, at) : size->second;
            for (auto const& e : {constant, volume})
                if (auto const own = local_in(e); !own.empty())
                    error(e->at, "nmodl-diffusion",
                          "the LOCAL '" + own + "' has no value when " + key_of(state) + " diffuses",
                          "declare '" + own +
                              "' in ASSIGNED: diffusion is no part of the KINETIC block, in NEURON neither");
            diffusions_.push_back({at, Diffusion{state, constant, volume}});
        }
    }

    Expr over_volume(Expr const& flux, std::string const& key) const {
        auto const volume = volume_.find(key);
        return volume == volume_.end() ? flux : make(Op::divide, {flux, volume->second});
    }

    /// The value of `e` at this point: itself where nothing changes it, else a local; that is 0 where the point is not `always`
    /// reached.
    Expr kept(Expr const& e, std::string const& wanted, bool always, Body& out) {
        auto const* symbol = e->op == Op::name && e->args.empty() ? symbols_.find(e->name) : nullptr;
        bool const constant =
            symbol && symbol->kind == SymbolKind::parameter && !changing_.contains(e->name) && !own_.contains(e->name);
        if (is_number(e, 0) || (always && (is_number(e) || constant))) return e;
        return local(e, wanted, always, out);
    }

    Expr new_local(std::string const& wanted, Position at) {
        locals_.push_back({fresh_(wanted), nullptr});
        return name(locals_.back().name, at);
    }

    Expr local(Expr const& e, std::string const& wanted, bool always, Body& out) {
        auto const place = new_local(wanted, e->at);
        if (!always) head_.push_back(assign(place, number(0)));
        out.push_back(assign(place, e));
        return place;
    }

    Species& species(Expr const& state) {
        auto const [place, is_new] = species_.try_emplace(key_of(state), Species{state, number(0)});
        if (is_new) order_.push_back(place->first);
        return place->second;
    }

    /// `always`: the statements run in every step. Rates of reactions that may not take place are 0 to begin with.
    Body statements(Body const& all, bool always) {
        Body out;
        for (auto s : all) {
            if (auto const* reaction = std::get_if<Reaction>(&s.what)) {
                react(*reaction, s.at, always, out);
            } else if (auto const* conserve = std::get_if<Conserve>(&s.what)) {
                this->conserve(*conserve, s.at, always, out);
            } else if (auto const* compartment = std::get_if<Compartment>(&s.what)) {
                if (compartment->diffusion) diffusion(*compartment, s.at);
                else if (!local_in(compartment->size).empty())
                    for (auto const& [state, size] : elements_of(*compartment, symbols_))
                        out.push_back(assign(volume_.at(key_of(state)), size));
            } else {
                auto const* choice = std::get_if<If>(&s.what);
                if (!choice) no_reactions(s);
                bool const inner = always && choice && is_number(choice->condition);
                for (auto* body : bodies_of(s)) *body = statements(*body, inner);
                out.push_back(std::move(s));
            }
        }
        return out;
    }

    void no_reactions(Statement const& s) {
        for (auto const* body : bodies_of(s))
            each_statement(*body, [&](Statement const& inner) {
                if (std::holds_alternative<Reaction>(inner.what) || std::holds_alternative<Conserve>(inner.what))
                    error(inner.at, "nmodl-reaction-in-loop", "a reaction inside a loop whose turns are not known",
                          "let FROM count between numbers or names of DEFINE");
            });
    }

    /// The flux of one side of a reaction as an expression of the molecules, its rate in a local.
    Expr flux(std::vector<Reactant> const& reactants, Expr const& rate, char const* wanted, bool always, Body& out) {
        auto result = kept(rate, wanted, always, out);
        int molecules = 0;
        for (auto const& r : reactants) molecules += r.count;
        if (molecules > 1 && is_number(result) && !is_number(result, 0)) result = local(rate, wanted, always, out);
        for (auto const& r : reactants) {
            auto const amount = is_state(r.name) ? r.name : kept(r.name, r.name->name + "_now", always, out);
            for (int i = 0; i < r.count; ++i) result = multiply(result, amount);
        }
        return result;
    }

    void react(Reaction const& r, Position at, bool always, Body& out) {
        auto const zero = number(0, at);
        auto forward = zero, backward = zero;
        std::vector<std::pair<Expr, int>> changes;  // of states, in molecules
        if (r.arrow == Arrow::flux) {               // NEURON counts what flows in as the backward flux
            backward = flux({}, r.forward, "influx", always, out);
            if (r.left.size() != 1 || r.left[0].count != 1 || !is_state(r.left[0].name))
                return error(at, "nmodl-flux", "a flux << goes into one STATE", "write ~ state << (flux)");
        } else {
            forward = flux(r.left, r.forward, "forward", always, out);
            if (r.arrow == Arrow::both) backward = flux(r.right, r.backward, "backward", always, out);
        }
        if (reads_fluxes_) {
            out.push_back(assign(name("f_flux", at), forward));
            out.push_back(assign(name("b_flux", at), backward));
        }
        for (auto const& [reactants, sign] : {std::pair{&r.left, 1}, std::pair{&r.right, -1}})
            for (auto const& reactant : *reactants) {
                if (!is_state(reactant.name)) continue;
                if (!reactant.name->args.empty() && !is_number(reactant.name->args[0]))
                    return error(reactant.name->at, "nmodl-index", "the index of a reactant must be a number",
                                 "or the index of a FROM loop between numbers");
                auto const same = std::ranges::find_if(
                    changes, [&](auto const& change) { return equal(change.first, reactant.name); });
                if (same == changes.end()) changes.emplace_back(reactant.name, sign * reactant.count);
                else same->second += sign * reactant.count;
            }
        for (auto const& [state, loss] : changes) {
            auto& total = species(state).flux;
            total = subtract(total, multiply(number(loss), forward));
            total = add(total, multiply(number(loss), backward));
        }
    }

    void conserve(Conserve const& c, Position at, bool always, Body& out) {
        if (!always)
            error(at, "nmodl-conserve", "CONSERVE under a condition", "what is conserved cannot depend on a condition");
        auto const weighed = rewrite(c.left, [&](Expr const& node) -> Expr {
            if (node->op != Op::name) return node;
            if (!node->args.empty() && !is_number(node->args[0]))
                error(node->at, "nmodl-index", "the index of a reactant must be a number");
            auto const volume = volume_.find(key_of(node));
            return volume == volume_.end() ? node : multiply(volume->second, node);
        });
        conserved_.push_back({at, Conserve{weighed, kept(c.right, "total", true, out)}});
    }

    Program const& program_;
    Symbols const& symbols_;
    FreshNames& fresh_;
    Diagnostics& found_;
    std::set<std::string> changing_;  // what is assigned anywhere
    std::set<std::string> own_;       // LOCALs of the block
    bool reads_fluxes_ = false;
    std::vector<LocalName> locals_;
    Body head_, conserved_, diffusions_;
    std::map<std::string, Expr> size_, volume_;  // of COMPARTMENT: as written, and as it is when the block begins
    std::map<std::string, Species> species_;
    std::vector<std::string> order_;
};

/// KINETIC blocks are solved by METHOD sparse.
void name_methods(Body& body, Program const& program, Diagnostics& found) {
    for (auto& s : body) {
        for (auto* inner : bodies_of(s)) name_methods(*inner, program, found);
        auto* solve = std::get_if<Solve>(&s.what);
        auto const* block = solve ? find_block(program, solve->block) : nullptr;
        if (!block || block->kind != BlockKind::kinetic || solve->method == "sparse" || solve->method == "matexp") continue;
        bool const none = solve->method.empty();
        found.add(at_source(program, none ? Severity::warning : Severity::error, s.at, "nmodl-kinetic-method",
                            none ? "SOLVE " + solve->block + " names no METHOD: sparse is taken"
                                 : "the METHOD " + solve->method + " is not for a KINETIC block",
                            "write METHOD sparse, or matexp for the exponential of its rates"));
        solve->method = "sparse";
    }
}

}  // namespace

void kinetic(Program& program, Symbols const& symbols, Diagnostics& found) {
    for (auto& block : program.blocks) name_methods(block.body, program, found);
    FreshNames fresh(declared_names(program, symbols));
    std::vector<Block> spreading;
    for (auto& block : program.blocks) {
        if (block.kind != BlockKind::kinetic) continue;
        auto diffusion = Converter(program, symbols, fresh, found).run(block);
        if (!diffusion.body.empty()) spreading.push_back(std::move(diffusion));
    }
    program.blocks.insert(program.blocks.end(), spreading.begin(), spreading.end());
}

}  // namespace rall::nmodl
