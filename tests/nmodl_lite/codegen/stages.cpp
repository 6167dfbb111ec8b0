// Functions by stages: no statement comes before one that it must not pass, and the numbers are those of the whole.
#include "nmodl_lite/codegen/stages.hpp"

#include <map>

#include "hh.hpp"
#include "nmodl_lite/syntax/statement.hpp"
#include "tests/nmodl_lite/helpers.hpp"

using namespace rall;
using namespace rall::nmodl;

namespace {

bool meet(Dataflow::Names const& a, Dataflow::Names const& b) {
    return std::ranges::any_of(a, [&](auto const& name) { return b.contains(name); });
}

/// Are the statements those of the body, and do any two of which one writes what the other reads or writes keep their order?
bool keeps_order(Mechanism const& m, Body const& body, std::vector<Body> const& stages) {
    std::vector<std::pair<std::string, Dataflow>> statements, staged;
    auto const add = [&](Statement const& s, auto& list) {
        if (!std::holds_alternative<Local>(s.what)) list.emplace_back(to_nmodl(Body{s}, 0), access_of(m, Body{s}).flow);
    };
    for (auto const& s : body) add(s, statements);
    for (auto const& stage : stages)
        for (auto const& s : stage) add(s, staged);
    if (staged.size() != statements.size()) return false;
    std::map<std::string, std::vector<std::size_t>> places;  // equal statements keep their order among themselves
    for (std::size_t i = 0; i < staged.size(); ++i) places[staged[i].first].push_back(i);
    std::map<std::string, std::size_t> seen;
    std::vector<std::size_t> place;
    for (auto const& [text, flow] : statements) {
        auto const& own = places[text];
        if (seen[text] >= own.size()) return false;
        place.push_back(own[seen[text]++]);
    }
    for (std::size_t j = 0; j < statements.size(); ++j)
        for (std::size_t i = 0; i < j; ++i) {
            auto const &a = statements[i].second, &b = statements[j].second;
            bool const bound = meet(a.written, b.read) || meet(a.read, b.written) || meet(a.written, b.written);
            if (bound && place[i] > place[j]) return false;
        }
    return true;
}

std::vector<Body> stages_of(std::string const& text) {
    auto const one = test::compiled(test::mod_file(text, " NONSPECIFIC_CURRENT i\n"));
    CHECK(!one.found.has_errors());
    auto const stages = nmodl::stages_of(one.mechanism, body_of(one.mechanism, KernelFunction::state));
    CHECK(keeps_order(one.mechanism, body_of(one.mechanism, KernelFunction::state), stages));
    return stages;
}

}  // namespace

TEST_CASE("statements of the built-in mechanisms keep their order by stages where it matters") {
    int in_stages = 0;
    for (auto const& file : test::mod_files("mechanisms/builtin")) {
        CAPTURE(file);
        Diagnostics found;
        auto const one = translate_file(file, found);
        for (auto const function : {KernelFunction::current, KernelFunction::state}) {
            auto const& body = body_of(one.mechanism, function);
            auto const stages = nmodl::stages_of(one.mechanism, body);
            CHECK(keeps_order(one.mechanism, body, stages));
            in_stages += stages.size() > 1;
        }
    }
    CHECK(in_stages > 20);
}

TEST_CASE("an exponential of an exponential is a stage of its own, and what takes little waits where it is needed") {
    std::string const start = "BREAKPOINT { SOLVE s i = x }\nPROCEDURE s() { LOCAL p, q, r\n";
    CHECK(stages_of(start + "p = exp(v) x = p }").size() == 1);
    CHECK(stages_of(start + "p = exp(v) q = exp(p) x = q }").size() == 2);
    CHECK(stages_of(start + "p = exp(v) q = exp(p) r = exp(q) x = r }").size() == 3);
    auto const stages = stages_of(start + "r = v + 1 p = exp(v) q = exp(p) x = q*r }");
    REQUIRE(stages.size() == 2);
    CHECK(stages[0].size() == 1);
    // What is written twice, or read before it is written, stays between its readers.
    stages_of(start + "p = exp(v) q = exp(p) p = v x = q + p y = exp(x) x = exp(y) + p }");
    stages_of(start + "p = x q = exp(exp(v)) x = exp(q) y = exp(x + p) r = y x = r + p }");
    stages_of(start + "p = exp(v) if (p > 1) { x = exp(p) } else { q = 2 x = q } y = exp(x) }");
    CHECK(stages_of(start + "p = exp(v) while (p > 1) { p = exp(-p) } x = exp(p) }").size() == 1);
}

TEST_CASE("hh's states by stages are bit for bit those of the whole") {
    using M = mechanism::hh_n;
    using P = M::state_pieces;
    static_assert(P::n > 1 && P::stretch > lanes);
    constexpr int n = P::stretch;
    auto const run = [](bool by_stages) {
        static double values[M::info.n_elements][n];
        kernel::Variable variables[M::info.n_elements];
        for (int e = 0; e < M::info.n_elements; ++e) {
            for (int i = 0; i < n; ++i) values[e][i] = M::variables[e].value + (e < 3 ? 0.01 + 0.03 * i : 0);
            variables[e] = {values[e], 1};
        }
        kernel::Context const context{0, 0.025, 6.3, 1};
        auto const common = M::common(context, variables);
        auto const v = [](int i) { return -120 + 5.0 * i; };  // the singularities of both rates at -55 and -40 mV among them
        double kept[P::n_kept * n] = {}, rates[P::n_rates * n] = {};
        auto const piece = [&]<int k>() {
            for (int i = 0; i < n; ++i)
                P::piece<k, n>(context, common, kernel::Instance{variables, i & ~(lanes - 1), i & (lanes - 1)}, v(i), kept + i, rates + i);
        };
        if (by_stages)
            [&]<int... k>(std::integer_sequence<int, k...>) { (piece.template operator()<k>(), ...); }
            (std::make_integer_sequence<int, P::n>{});
        else
            for (int i = 0; i < n; ++i) M::state(context, common, kernel::Instance{variables, i & ~(lanes - 1), i & (lanes - 1)}, v(i));
        return std::vector<double>(values[0], values[0] + M::info.n_elements * n);
    };
    CHECK(run(true) == run(false));
}
