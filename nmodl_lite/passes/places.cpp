// Indices that are known only when a mechanism runs. C reads and writes wherever they lead; here they lead to an element of their array,
// and the first one that would have led outside is kept in a variable of the mechanism's own, at which the solver looks as at states.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>

#include "nmodl_lite/analysis/access.hpp"
#include "nmodl_lite/analysis/builtins.hpp"
#include "nmodl_lite/passes/passes.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

class Guard {
public:
    Guard(Mechanism& mechanism, std::vector<Source> const& sources) : m_(mechanism), sources_(sources) {}

    void run() {
        for (auto* body : bodies_of(m_)) {
            sizes_.clear();
            for (auto const& v : m_.variables)
                if (v.is_array) sizes_[v.name] = v.size;
            each_statement(*body, [&](Statement const& s) {
                auto const* local = std::get_if<Local>(&s.what);
                for (auto const& item : local ? local->names : std::vector<LocalName>())
                    if (item.size) sizes_[item.name] = item.size->value;
            });
            *body = guarded(*body);
        }
        if (m_.indices.empty()) return;
        Variable kept;
        kept.name = kept_;
        kept.role = Role::misplaced;
        kept.element = m_.n_elements();
        m_.variables.push_back(std::move(kept));
    }

private:
    struct Range {
        double low, high;
    };

    Body guarded(Body const& body) {
        Body result;
        for (auto statement : body) {
            Body checks;
            auto const known = m_.indices.size();
            at_ = statement.at;
            rewrite_expressions(statement, [&](Expr const& e) { return safe(e, checks); });
            if (auto const* loop = std::get_if<From>(&statement.what)) {
                auto const outside = ranges_;
                if (auto const range = range_of(*loop)) ranges_[loop->index] = *range;
                else ranges_.erase(loop->index);
                std::get<From>(statement.what).body = guarded(Body(loop->body));
                ranges_ = outside;
            } else {
                for (auto* inner : bodies_of(statement)) *inner = guarded(*inner);
            }
            if (auto* loop = std::get_if<While>(&statement.what); loop && m_.indices.size() > known) {
                loop->body.insert(loop->body.end(), checks.begin(), checks.end());
                // An index that goes on and on would keep it running: what it waits for lies outside.
                auto const none = make(Op::equal, {name(kept_, at_), number(0)}, at_);
                loop->condition = make(Op::logical_and, {none, loop->condition}, at_);
            }
            result.insert(result.end(), checks.begin(), checks.end());
            result.push_back(std::move(statement));
        }
        return result;
    }

    /// `e` with indices that stay inside; `checks`: statements before it that tell of those which would not.
    Expr safe(Expr const& e, Body& checks) {
        if (!e || e->args.empty()) return e;
        auto copy = *e;
        copy.args[0] = safe(e->args[0], checks);
        // What stands behind && and || is not evaluated in C where the left side decides; nor does its index count then.
        bool const decides = e->op == Op::logical_and || e->op == Op::logical_or;
        Body behind;
        for (std::size_t i = 1; i < copy.args.size(); ++i) copy.args[i] = safe(e->args[i], decides ? behind : checks);
        if (!behind.empty()) {
            auto const& left = copy.args[0];
            auto const counts = e->op == Op::logical_and ? left : make(Op::logical_not, {left}, e->at);
            checks.push_back({at_, If{counts, std::move(behind), {}}});
        }
        if (e->op == Op::name) copy.args[0] = place(*e, copy.args[0], checks);
        return std::make_shared<Expression const>(std::move(copy));
    }

    Expr place(Expression const& array, Expr index, Body& checks) {
        auto const size = sizes_.find(array.name);
        if (size == sizes_.end() || is_number(index)) return index;
        if (auto const range = range_of(index); range && range->low > -1 && range->high < size->second) return index;
        if (evaluated_once(index)) {
            auto const kept = name("array index " + std::to_string(n_kept_++), index->at);
            checks.push_back({at_, Assign{kept, index}});
            index = kept;
        }
        auto const n = number(size->second), kept = name(kept_, at_);
        auto const same = [&](Statement const& s) {
            auto const* a = std::get_if<Assign>(&s.what);
            return a && a->target->name == kept_ && equal(a->value->args[1], index) && equal(a->value->args[2], n);
        };
        if (std::ranges::none_of(checks, same)) {
            auto const number_of = number(static_cast<double>(m_.indices.size()));
            checks.push_back({at_, Assign{kept, call(misplaced_function, {kept, index, n, number_of}, at_)}});
            auto const source = static_cast<std::size_t>(at_.source);
            auto const file = source < sources_.size() ? sources_[source].file : m_.file;
            m_.indices.push_back({array.name, static_cast<int>(size->second),
                                  std::filesystem::path(file).filename().string(), at_.line});
        }
        return call(place_function, {index, n}, at_);
    }

    /// True for what draws random numbers.
    static bool evaluated_once(Expr const& e) {
        bool draws = false;
        visit(e, [&](Expr const& node) { draws = draws || names_storage(node); });
        return draws;
    }

    std::optional<Range> range_of(From const& loop) const {
        auto const from = range_of(loop.from), to = range_of(loop.to);
        bool const up = !loop.by || (is_number(loop.by) && loop.by->value > 0);
        if (!from || !to || !up || assigned_in(loop.body).contains(loop.index)) return {};
        return Range{std::trunc(from->low), std::trunc(to->high)};
    }

    /// Between which values it lies for certain.
    std::optional<Range> range_of(Expr const& e) const {
        if (is_number(e)) return Range{e->value, e->value};
        if (e->op == Op::name) {
            auto const found = e->args.empty() ? ranges_.find(e->name) : ranges_.end();
            return found == ranges_.end() ? std::nullopt : std::optional(found->second);
        }
        auto const a = e->args.empty() ? std::nullopt : range_of(e->args[0]);
        if (!a || e->op == Op::call) return {};
        if (e->op == Op::negate) return Range{-a->high, -a->low};
        auto const b = e->args.size() < 2 ? std::nullopt : range_of(e->args[1]);
        if (!b) return {};
        if (e->op == Op::add) return Range{a->low + b->low, a->high + b->high};
        if (e->op == Op::subtract) return Range{a->low - b->high, a->high - b->low};
        if (e->op != Op::multiply) return {};
        auto const [low, high] = std::minmax({a->low * b->low, a->low * b->high, a->high * b->low, a->high * b->high});
        return Range{low, high};
    }

    Mechanism& m_;
    std::vector<Source> const& sources_;
    std::string const kept_ = "array index";  // a name that no file can give
    std::map<std::string, double> sizes_;
    std::map<std::string, Range> ranges_;  // of the indices of the loops around
    Position at_;
    int n_kept_ = 0;
};

}  // namespace

void guard_indices(Mechanism& mechanism, std::vector<Source> const& sources) { Guard(mechanism, sources).run(); }

}  // namespace rall::nmodl
