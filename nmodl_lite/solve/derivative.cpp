#include "nmodl_lite/solve/derivative.hpp"

#include <algorithm>
#include <limits>

#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

constexpr double largest = std::numeric_limits<double>::max();

/// f'(a) for a function of one argument; null when not known.
Expr slope_of(Expr const& e) {
    auto const& f = e->name;
    auto const& a = e->args[0];
    auto one = number(1);
    auto square = [](Expr const& x) { return multiply(x, x); };
    if (f == "exp") return e;
    if (f == "expm1") return call("exp", {a});
    if (f == "log") return divide(one, a);
    if (f == "log10") return divide(number(0.43429448190325182765), a);  // 1 / ln 10
    if (f == "sqrt") return divide(number(0.5), e);
    if (f == "sin") return call("cos", {a});
    if (f == "cos") return negate(call("sin", {a}));
    if (f == "tan") return add(one, square(e));
    if (f == "asin") return divide(one, call("sqrt", {subtract(one, square(a))}));
    if (f == "acos") return divide(number(-1), call("sqrt", {subtract(one, square(a))}));
    if (f == "atan") return divide(one, add(one, square(a)));
    if (f == "sinh") return call("cosh", {a});
    if (f == "cosh") return call("sinh", {a});
    if (f == "tanh") return subtract(one, square(e));
    if (f == "fabs")
        return subtract(make(Op::greater_equal, {a, number(0)}), make(Op::less, {a, number(0)}));
    if (f == "floor" || f == "ceil" || f == "abs") return number(0);
    return nullptr;
}

/// What of a body may make a derivative infinite.
struct Steep {
    std::vector<Expr> nodes;                              // operations at which one may cease to be finite
    std::vector<std::pair<std::string, Expr>> assigned;  // key and value

    explicit Steep(Body const& body) {
        each_expression(body, [&](Expr const& e) {
            visit(e, [&](Expr const& node) {
                bool const divides = node->op == Op::divide && !is_number(node->args[1]);
                if (divides || node->op == Op::call || node->op == Op::power) nodes.push_back(node);
            });
        });
        each_statement(body, [&](Statement const& s) {
            if (auto const* a = std::get_if<Assign>(&s.what)) assigned.emplace_back(key_of(a->target), a->value);
        });
    }
};

/// Finds where the derivative of a finite function may not be finite.
class Singular {
public:
    Singular(Steep const& steep, Tangents const& tangent) : tangent_(tangent) {
        if (std::ranges::none_of(steep.nodes, [&](Expr const& node) { return tangent_.depends(node); })) return;
        for (std::size_t known = 1; known != unbounded_.size();) {  // what is computed from what may be infinite
            known = unbounded_.size();
            for (auto const& [key, value] : steep.assigned)
                if (tangent_.has(key) && tangent_.depends(value) && unbounded(value)) unbounded_.insert(key);
        }
        for (auto const& node : steep.nodes) look_at(node);
    }

    bool found() const { return found_; }

private:
    static bool smooth_power(Expr const& exponent) { return is_number(exponent) && exponent->value >= 1; }

    static bool is_power(Expr const& e) { return e->op == Op::power || (e->op == Op::call && e->name == "pow"); }

    /// May `e` be infinite for some value of the seed, apart from overflow?
    bool unbounded(Expr const& e) const {
        bool found = false;
        visit(e, [&](Expr const& node) {
            if (node->op == Op::name) found = found || unbounded_.contains(key_of(node));
            if (node->op == Op::divide) found = found || tangent_.depends(node->args[1]);
            if (is_power(node)) found = found || (tangent_.depends(node) && !smooth_power(node->args[1]));
            if (node->op == Op::call && node->name.starts_with("log")) found = found || tangent_.depends(node);
        });
        return found;
    }

    void look_at(Expr const& e) {
        static std::set<std::string> const steep{"sqrt", "log", "log10", "asin", "acos"};
        if (!tangent_.depends(e)) return;
        bool const steep_here =
            (e->op == Op::call && steep.contains(e->name)) || (is_power(e) && !smooth_power(e->args[1]));
        bool const bounds_again =
            (e->op == Op::divide && unbounded(e->args[1])) ||
            (e->op == Op::call && std::ranges::any_of(e->args, [&](Expr const& arg) { return unbounded(arg); }));
        found_ = found_ || steep_here || bounds_again;
    }

    Tangents const& tangent_;
    std::set<std::string> unbounded_;  // keys of variables
    bool found_ = false;
};

}  // namespace

std::vector<bool> may_be_singular(Body const& body, std::vector<Tangents> const& tangents) {
    Steep const steep(body);
    std::vector<bool> found;
    for (auto const& tangent : tangents) found.push_back(Singular(steep, tangent).found());
    return found;
}

Expr is_finite(Expr const& e) { return make(Op::less_equal, {call("fabs", {e}), number(largest)}); }

Computed::Computed(Body const& body) {
    each_statement(body, [&](Statement const& s) {
        auto const* a = std::get_if<Assign>(&s.what);
        if (!a) return;
        auto const [known, is_new] = number_.try_emplace(key_of(a->target), targets_.size());
        if (is_new) targets_.push_back(known->first);
        auto const number = known->second;
        visit(a->value, [&](Expr const& node) {
            if (node->op == Op::name) readers_[key_of(node)].push_back(number);
        });
    });
}

std::vector<std::string> Computed::from(std::string const& seed) const {
    std::set<std::size_t> found;
    std::vector<std::string> look{seed};
    while (!look.empty()) {
        auto const read = readers_.find(look.back());
        look.pop_back();
        if (read == readers_.end()) continue;
        for (auto const target : read->second)
            if (found.insert(target).second) look.push_back(targets_[target]);
    }
    std::vector<std::string> names;
    for (auto const target : found) names.push_back(targets_[target]);
    return names;
}

Tangents::Tangents(Computed const& computed, Expr seed, std::function<std::string(std::string const&)> const& fresh)
    : seed_(std::move(seed)) {
    for (auto const& key : computed.from(key_of(seed_)))
        tangent_[key] = fresh("d_" + key.substr(0, key.find('[')) + "_d_" + seed_->name);
}

bool Tangents::depends(Expr const& e) const {
    if (!e) return false;
    if (e->op == Op::name && tangent_.contains(e->args.empty() ? e->name : key_of(e))) return true;
    return equal(e, seed_) || std::ranges::any_of(e->args, [&](Expr const& arg) { return depends(arg); });
}

std::vector<std::string> Tangents::names() const {
    std::vector<std::string> names;
    for (auto const& [key, tangent] : tangent_) names.push_back(tangent);
    return names;
}

std::vector<std::string> Tangents::variables() const {
    std::vector<std::string> keys;
    for (auto const& [key, tangent] : tangent_) keys.push_back(key);
    return keys;
}

Expr Tangents::target(Expr const& variable) const {
    auto const found = tangent_.find(key_of(variable));
    return found == tangent_.end() ? nullptr : name(found->second, variable->at);
}

Expr Tangents::of(Expr const& e) const {
    auto const zero = number(0, e->at);
    if (e->op == Op::name) {
        if (auto const tangent = target(e)) return tangent;
        return equal(e, seed_) ? number(1, e->at) : zero;
    }
    if (!depends(e) || is_comparison(e->op)) return zero;
    std::vector<Expr> d;
    for (auto const& arg : e->args) {
        d.push_back(of(arg));
        if (!d.back()) return nullptr;
    }
    auto const& a = e->args[0];
    switch (e->op) {
        case Op::negate:
            return negate(d[0]);
        case Op::add:
            return add(d[0], d[1]);
        case Op::subtract:
            return subtract(d[0], d[1]);
        case Op::multiply:
            return add(multiply(d[0], e->args[1]), multiply(a, d[1]));
        case Op::divide: {
            auto const& b = e->args[1];
            if (is_number(d[1], 0)) return divide(d[0], b);
            return divide(subtract(d[0], multiply(e, d[1])), b);
        }
        case Op::power: {
            auto const& b = e->args[1];
            if (is_number(d[1], 0)) return multiply(multiply(b, power(a, subtract(b, number(1)))), d[0]);
            auto const exponent = multiply(multiply(e, call("log", {a})), d[1]);
            if (is_number(d[0], 0)) return exponent;
            return add(exponent, multiply(multiply(b, power(a, subtract(b, number(1)))), d[0]));
        }
        case Op::call: {
            if (e->args.size() == 2 && e->name == "pow") return of(make(Op::power, e->args));
            if (e->name == "fmin" || e->name == "fmax") {
                auto const first = make(e->name == "fmin" ? Op::less : Op::greater, e->args);
                return add(multiply(first, d[0]), multiply(subtract(number(1), first), d[1]));
            }
            if (e->args.size() != 1) return nullptr;
            auto const slope = slope_of(e);
            return slope ? multiply(slope, d[0]) : nullptr;
        }
        default:
            return nullptr;
    }
}

namespace {

using ByTarget = std::unordered_map<std::string, std::vector<Tangents const*>>;  // those that an assignment has

bool differentiate(Body const& body, ByTarget const& tangents, Body& out, std::string& unknown, bool roughly) {
    for (auto s : body) {
        if (std::holds_alternative<Elimination>(s.what) && !roughly) return unknown = "a system of equations", false;
        for (auto* inner : bodies_of(s)) {
            Body changed;
            if (!differentiate(*inner, tangents, changed, unknown, roughly)) return false;
            *inner = std::move(changed);
        }
        auto const* a = std::get_if<Assign>(&s.what);
        auto const key = a ? key_of(a->target) : std::string();
        auto const known = a ? tangents.find(key) : tangents.end();
        if (known != tangents.end()) {
            bool const hidden = key.ends_with("[]");
            if (hidden && !roughly) return unknown = "an array index known only when run", false;
            for (auto const* tangent : known->second) {
                auto const target = tangent->target(a->target);
                auto const value = hidden ? nullptr : tangent->of(a->value);
                if (!value && roughly) {
                    out.push_back(assign(target, number(0)));
                    continue;
                }
                if (!value) {
                    visit(a->value, [&](Expr const& node) {
                        if (node->op == Op::call) unknown = node->name;
                    });
                    return false;
                }
                out.push_back(assign(target, value));
            }
        }
        out.push_back(std::move(s));
    }
    return true;
}

}  // namespace

bool differentiate(Body const& body, std::vector<Tangents> const& tangents, Body& out, std::string& unknown,
                   bool roughly) {
    ByTarget by_target;
    for (auto const& tangent : tangents)
        for (auto const& key : tangent.variables()) by_target[key].push_back(&tangent);
    return differentiate(body, by_target, out, unknown, roughly);
}

bool constant_tangents(Body const& differentiated, std::vector<Tangents> const& tangents,
                       std::set<std::string> wanted) {
    auto varies = [&](Expr const& e) {
        return std::ranges::any_of(tangents, [&](Tangents const& t) { return t.depends(e); });
    };
    for (std::size_t known = 0; known != wanted.size();) {  // what the wanted tangents are computed from
        known = wanted.size();
        each_statement(differentiated, [&](Statement const& s) {
            auto const* a = std::get_if<Assign>(&s.what);
            if (a && wanted.contains(a->target->name)) wanted.merge(variables_of(a->value));
        });
    }
    bool constant = true;
    each_statement(differentiated, [&](Statement const& s) {
        if (auto const* a = std::get_if<Assign>(&s.what)) {
            if (wanted.contains(a->target->name) && varies(a->value)) constant = false;
            return;
        }
        bool hangs = false;
        if (!std::holds_alternative<Local>(s.what))
            each_expression(s, [&](Expr const& e) { hangs = hangs || varies(e); });
        if (!hangs) return;
        for (auto const* inner : bodies_of(s))
            for (auto const& name : assigned_in(*inner))
                if (wanted.contains(name)) constant = false;
    });
    return constant;
}

}  // namespace rall::nmodl
