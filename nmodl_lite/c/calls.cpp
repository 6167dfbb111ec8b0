// The functions that C in mechanisms calls: C's library, NEURON's interface to random numbers and events, the file's own.
#include <algorithm>
#include <array>
#include <string_view>

#include "nmodl_lite/analysis/builtins.hpp"
#include "nmodl_lite/c/translate.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

template <std::size_t n>
bool one_of(std::string const& name, std::array<std::string_view, n> const& names) {
    return std::ranges::find(names, name) != names.end();
}

constexpr std::array<std::string_view, 18> output{"printf", "fprintf", "sprintf", "snprintf", "fflush",      "puts",
                                                  "fputs",  "putchar", "putc",    "fputc",    "perror",      "fopen",
                                                  "fclose", "Printf",  "Fprintf", "Sprintf",  "hoc_warning", "strcpy"};

// What makes, frees, positions or asks for a stream. Rall's streams are numbered by cell and instance and need none of it.
constexpr std::array<std::string_view, 13> set_up{
    "nrn_random_arg",     "nrnran123_newstream", "nrnran123_newstream3",    "nrnran123_deletestream",
    "nrnran123_setseq",   "nrnran123_getseq",    "nrnran123_getids",        "nrnran123_getids3",
    "nrnran123_setids",   "nrn_random_reset",    "nrn_set_random_sequence", "nrn_get_random_sequence",
    "nrn_random_isran123"};

constexpr std::array<std::string_view, 5> seeds{"set_seed", "srand", "srand48", "srandom", "mcell_ran4_init"};
constexpr std::array<std::string_view, 4> failures{"hoc_execerror", "hoc_execerr_ext", "exit", "abort"};
constexpr std::array<std::string_view, 12> of_hoc{
    "getarg",        "hoc_pgetarg",      "gargstr",           "hoc_pgargstr",      "hoc_objgetarg",  "chkarg",
    "hoc_call_func", "hoc_obj_file_arg", "hoc_is_double_arg", "hoc_is_object_arg", "hoc_is_str_arg", "hoc_oc"};

/// Arguments that NEURON's functions carry for its own sake.
bool is_housekeeping(CExpr const& e) {
    static constexpr std::array<std::string_view, 10> names{"_p",  "_ppvar", "_thread", "_nt",     "nrn_threads",
                                                            "_ml", "_iml",   "_pnt",    "_tqitem", "_globals"};
    return e->kind == CKind::name && one_of(e->text, names);
}

/// What a name says about the distribution that is drawn there; "" when nothing.
std::string distribution_named(std::string const& name) {
    auto const has = [&](std::string_view part) { return name.find(part) != name.npos; };
    if (has("erand") || has("exprand") || has("negexp")) return "negexp";
    if (has("grand") || has("nrand") || has("gauss") || has("normrand") || has("normal")) return "normal";
    if (has("urand") || has("unirand") || has("uniform")) return "uniform";
    return {};
}

std::string described(std::string const& distribution) {
    return distribution == "negexp"   ? "exponential with mean 1"
           : distribution == "normal" ? "normal with mean 0 and variance 1"
                                      : "uniform between 0 and 1";
}

}  // namespace

/// nrn_random_pick draws from whatever distribution hoc has set. What that is follows from the name of the function around it,
/// from other draws there that stand in for it, from the comment that NEURON's own files carry there; else it is uniform.
std::string CTranslator::picked_distribution() const {
    if (auto const named = distribution_named(block_->name); !named.empty()) return named;
    for (auto const& [call, distribution] : {std::pair{"exprand", "negexp"},
                                             {"nrnran123_negexp", "negexp"},
                                             {"normrand", "normal"},
                                             {"nrnran123_normal", "normal"},
                                             {"scop_random", "uniform"},
                                             {"nrnran123_dblpick", "uniform"},
                                             {"drand48", "uniform"}})
        if (mentioned_.contains(call)) return distribution;
    for (char const* distribution : {"negexp", "normal", "uniform"})
        if (text_.find(std::string("Random.") + distribution + "(") != text_.npos) return distribution;
    return "uniform";
}

CTranslator::Value CTranslator::draw(CExpr const& from, std::string const& distribution, std::vector<Expr> parameters,
                                     Position at) {
    auto const stream = value(from);
    if (!world_.is_pointer(stream.pointer))
        throw NotUnderstood(from->at, "a random stream that is no POINTER of this file",
                            "declare it in the NEURON block, RANDOM r, and draw with random_uniform(r), "
                            "random_normal(r) or random_negexp(r)");
    world_.stream(stream.pointer, described(distribution), at);
    parameters.insert(parameters.begin(), name(stream.pointer, at));
    return real(call("random_" + distribution, std::move(parameters), at));
}

CTranslator::Value CTranslator::event(std::string const& function, std::vector<CExpr> const& args, Position at) {
    std::vector<Expr> numbers;
    for (auto const& arg : args)
        if (!(arg->kind == CKind::name && arg->text == "_args") && !is_housekeeping(arg)) {
            auto const v = value(arg);
            if (v.kind == Value::number) numbers.push_back(v.e);
        }
    auto const expected = function == "net_send" ? 2u : 1u;
    if (numbers.size() < expected) throw NotUnderstood(at, "these arguments of " + function);
    numbers.erase(numbers.begin(), numbers.end() - expected);
    // C gives the time of a self-event, NMODL the delay until then.
    if (function == "net_send") {
        auto const& due = numbers[0];
        auto const now = name("t", at);
        numbers[0] = due->op == Op::add && equal(due->args[0], now)   ? due->args[1]
                     : due->op == Op::add && equal(due->args[1], now) ? due->args[0]
                                                                      : subtract(due, now);
    }
    out_->push_back({at, Call{call(function, std::move(numbers), at)}});
    return object();
}

/// hoc_execerror and its like in a FUNCTION: the result, now NaN, stands.
bool CTranslator::gives_up(CExpr const& e) const {
    return e->kind == CKind::call && block_->kind == BlockKind::function && one_of(e->args[0]->text, failures);
}

CTranslator::Value CTranslator::called(CExpr const& e) {
    auto const& callee = e->args[0];
    if (callee->kind != CKind::name) throw NotUnderstood(e->at, "a call through a pointer");
    auto const& function = callee->text;
    std::vector<CExpr> const args(e->args.begin() + 1, e->args.end());
    auto const numbers = [&] {
        std::vector<Expr> all;
        for (auto const& arg : args)
            if (!is_housekeeping(arg)) all.push_back(number_of(arg));
        return all;
    };
    auto const count = [&](std::size_t n) {
        if (args.size() < n) throw NotUnderstood(e->at, "a call of " + function + " with too few arguments");
    };
    if (world_.block(function)) return real(call(function, numbers(), e->at));
    if (auto const* own = world_.function(function)) {
        auto translated = numbers();
        world_.translate(*own);
        return {Value::number, call(function, std::move(translated), e->at), own->type.is_integer(), {}};
    }
    if (one_of(function, output)) {
        world_.say_once(Severity::warning, e->at, "nmodl-printf-ignored", function + " is not executed",
                        "look at variables with a probe");
        return object();
    }
    if (one_of(function, set_up)) return object();
    if (function == "ifarg") return whole(number(0, e->at));  // hoc gave no argument: there is none
    if (one_of(function, seeds)) {
        out_->push_back({e->at, Call{call("set_seed", {number(0, e->at)}, e->at)}});
        return object();
    }
    if (one_of(function, failures)) {
        if (block_->kind == BlockKind::function) {  // what cannot be computed is no number
            emit(name(block_->name, e->at), call("sqrt", {number(-1, e->at)}, e->at));
        } else {
            world_.say_once(Severity::warning, e->at, "nmodl-error-not-raised", function + " is not executed",
                            "a check of the file's own is not made; in a FUNCTION, its result would become NaN");
        }
        return object();
    }
    if (function == "nrn_random_pick") {
        count(1);
        return draw(args[0], picked_distribution(), {}, e->at);
    }
    for (auto const& [pick, distribution] : {std::pair{"nrnran123_dblpick", "uniform"},
                                             {"nrnran123_uniform", "uniform"},
                                             {"nrnran123_negexp", "negexp"},
                                             {"nrnran123_normal", "normal"}})
        if (function == pick) {
            count(1);
            std::vector<Expr> parameters;
            for (std::size_t i = 1; i < args.size(); ++i) parameters.push_back(number_of(args[i]));
            return draw(args[0], distribution, std::move(parameters), e->at);
        }
    auto const below = [&](double limit, Expr const& uniform) {  // whole numbers from 0
        return whole(call("floor", {multiply(uniform, number(limit, e->at))}, e->at));
    };
    if (function == "nrnran123_ipick") {
        count(1);
        return below(4294967296.0, draw(args[0], "uniform", {}, e->at).e);
    }
    if (function == "drand48") return real(call("scop_random", {}, e->at));
    if (function == "rand" || function == "random" || function == "lrand48")
        return below(2147483648.0, call("scop_random", {}, e->at));
    if (function == "net_send" || function == "artcell_net_send") return event("net_send", args, e->at);
    if (function == "net_event" || function == "net_move" || function == "artcell_net_move")
        return event(function == "net_event" ? function : "net_move", args, e->at);
    if (function == "state_discontinuity") {
        count(2);
        auto const place = value(args[args.size() - 2]);
        set(variable({Value::number, place.e, false, {}}, e->at), false, args.back());
        return object();
    }
    auto const x = [&](std::size_t i) { return number_of(args[i]); };
    if (function == "hoc_Exp" && args.size() == 1) return real(call("exp", {x(0)}, e->at));
    if (function == "hypot" && args.size() == 2) {
        auto const a = x(0), b = x(1);
        return real(call("sqrt", {add(multiply(a, a), multiply(b, b))}, e->at));
    }
    if (function == "log2" && args.size() == 1)
        return real(divide(call("log", {x(0)}, e->at), call("log", {number(2)})));
    if (function == "isnan" && args.size() == 1) {
        auto const a = x(0);
        return whole(make(Op::not_equal, {a, a}, e->at));
    }
    if (function == "abs" && args.size() == 1) {
        auto const v = value(args[0]);
        numeric(v, e->at);
        return whole(call("fabs", {truncated(v)}, e->at));
    }
    if (find_builtin(function) || is_library_function(function)) return real(call(function, numbers(), e->at));
    if (function.starts_with("vector_")) return vector_asked(function, args, e->at);
    if (function == "hoc_obj_ref" || function == "hoc_obj_unref") return object();
    if (function == "hoc_lookup") {
        world_.say_once(Severity::warning, e->at, "nmodl-no-hoc", "hoc_lookup finds nothing: there is no hoc here",
                        "what C does with what it finds is left out");
        return {Value::null, nullptr, false, {}};
    }
    if (one_of(function, of_hoc))
        throw NotUnderstood(e->at, "the call '" + function + "()', which asks hoc,",
                            "make what it asks for a PARAMETER of the mechanism");
    throw NotUnderstood(e->at, "the call '" + function + "()', which is not known here,",
                        "write " + function + " as a FUNCTION of NMODL");
}

}  // namespace rall::nmodl
