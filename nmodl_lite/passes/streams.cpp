#include <algorithm>
#include <string>

#include "nmodl_lite/analysis/symbols.hpp"
#include "nmodl_lite/passes/passes.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/lexer.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

class Pass {
public:
    Pass(Program& program, Diagnostics& found) : program_(program), found_(found) {}

    void run() {
        for (auto& block : program_.blocks) {
            drop_seeds(block.body);
            rewrite_expressions(block.body, [&](Expr const& e) {
                return rewrite(e, [&](Expr const& node) { return own(node) ? drawn(node) : node; });
            });
        }
        if (stream_.empty() || program_.neuron.empty()) return;
        program_.neuron[0].random.push_back({stream_, program_.neuron[0].at});
    }

private:
    /// True for a call that the file does not define itself.
    bool own(Expr const& e) const { return e->op == Op::call && !find_block(program_, e->name); }

    Expr drawn(Expr const& e) {
        auto draw = [&](char const* function, std::size_t parameters) {
            std::vector<Expr> args{name(stream(e->at), e->at)};
            if (e->args.size() < parameters) return e;  // reported with the names
            args.insert(args.end(), e->args.begin(), e->args.begin() + static_cast<std::ptrdiff_t>(parameters));
            return call(function, std::move(args), e->at);
        };
        if (e->name == "scop_random") return draw("random_uniform", 0);  // whatever its argument
        if (e->name == "exprand") return draw("random_negexp", 1);
        if (e->name == "normrand") return draw("random_normal", 2);
        if (e->name == "poisrand") return draw("random_poisson", 1);
        return e;
    }

    std::string const& stream(Position at) {
        if (!stream_.empty()) return stream_;
        auto const taken = [&](std::string const& name) {
            bool found = find_block(program_, name) != nullptr;
            for (auto const* list :
                 {&program_.parameters, &program_.assigned, &program_.states, &program_.constants, &program_.locals})
                found = found || std::ranges::find(*list, name, &Declaration::name) != list->end();
            return found;
        };
        for (stream_ = "random_stream"; taken(stream_);) stream_ += "_";
        found_.add(at_source(program_, Severity::note, at, "nmodl-random-stream",
                             "random numbers come from a stream of each instance's own",
                             "in NEURON all instances share one; seed the run with run.random_seed"));
        return stream_;
    }

    void drop_seeds(Body& body) {
        std::erase_if(body, [&](Statement const& s) {
            auto const* c = std::get_if<Call>(&s.what);
            bool const seeds = c && c->call->name == "set_seed" && own(c->call);
            if (seeds)
                found_.add(at_source(program_, Severity::warning, s.at, "nmodl-seed-ignored",
                                     "set_seed is not executed", "seed the whole run with run.random_seed"));
            return seeds;
        });
        for (auto& s : body)
            for (auto* inner : bodies_of(s)) drop_seeds(*inner);
    }

    Program& program_;
    Diagnostics& found_;
    std::string stream_;
};

}  // namespace

void name_streams(Program& program, Diagnostics& found) { Pass(program, found).run(); }

}  // namespace rall::nmodl
