#include "nmodl_lite/codegen/pieces.hpp"

#include <algorithm>

#include "nmodl_lite/analysis/builtins.hpp"
#include "nmodl_lite/codegen/stages.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

// In nodes of expressions.
constexpr int longest_function = 4000;
constexpr int longest_iteration =
    20'000;  // of a function that is run over many instances, one by one: pieces would slow it down
constexpr int longest_piece = 1000;
constexpr int least_for_stages = 100;  // shorter functions of several instances are under way at once as they are
constexpr int stretch_of_stages = 32;  // instances: four vectors wait in turns
constexpr int most_kept = 48;          // doubles from stage to stage: of a stretch a quarter of a first-level cache
constexpr int call_weight = 20;  // an exponential is inlined

int weight_of(Expr const& e) {
    int weight = 0;
    visit(e, [&](Expr const& node) { weight += node->op == Op::call || node->op == Op::power ? call_weight : 1; });
    return weight;
}

int weight_of(Body const& body) {
    int weight = 0;
    each_expression(body, [&](Expr const& e) { weight += weight_of(e); });
    return weight;
}

/// What must see the whole function: streams of random numbers, conditions that are watched, other connections; and a function
/// that changes its own arguments.
bool is_whole(Body const& body) {
    bool whole = draws(body);
    each_statement(body, [&](Statement const& s) {
        whole = whole || std::holds_alternative<Watch>(s.what) || std::holds_alternative<ForNetcons>(s.what);
    });
    auto const assigned = assigned_in(body);
    return whole || std::ranges::any_of(std::vector<std::string>{"v", "t", "dt", "celsius", "flag"},
                                        [&](std::string const& given) { return assigned.contains(given); });
}

bool is_elimination(Statement const& s) { return std::holds_alternative<Elimination>(s.what); }

bool eliminates(Body const& body) { return std::ranges::any_of(body, is_elimination); }

class Cutter {
public:
    Cutter(Mechanism const& mechanism, KernelFunction function, Precision const& precision) : m_(mechanism), function_(function), precision_(precision) {
        for (auto const& v : m_.variables)
            if (v.is_array) arrays_[v.name] = v.size;
        each_statement(body_of(m_, function_), [&](Statement const& s) {
            auto const* local = std::get_if<Local>(&s.what);
            for (auto const& item : local ? local->names : std::vector<LocalName>())
                if (item.size) arrays_[item.name] = static_cast<int>(item.size->value);
        });
    }

    /// Pieces that are stages.
    Pieces run(std::vector<Body> stages) {
        result_.by_stages = result_.in_a_row = true;
        result_.pieces = std::move(stages);
        again_.assign(result_.pieces.size(), false);
        result_.together.assign(result_.pieces.size(), false);
        find_kept();
        result_.stretch = stretch_of_stages;
        return std::move(result_);
    }

    Pieces run() {
        result_.driver = cut(body_of(m_, function_), false);
        result_.in_a_row = std::ranges::all_of(result_.driver, [](Statement const& s) {
            return std::holds_alternative<Plain>(s.what) || std::holds_alternative<Local>(s.what);
        });
        for (auto const& piece : result_.pieces) result_.together.push_back(eliminates(piece));
        if (result_.together.front() || result_.together.back()) result_.in_a_row = false;  // these load and store
        find_kept();
        return std::move(result_);
    }

private:
    /// `again`: the body may run several times, so that a local can bring its value along from the turn before.
    Body cut(Body const& body, bool again) {
        Body driver, piece;
        int weight = 0;
        auto const finish = [&] {
            if (piece.empty()) return;
            driver.push_back({piece[0].at, Plain{"PIECE", {}, std::to_string(result_.pieces.size())}});
            result_.pieces.push_back(std::move(piece));
            again_.push_back(again);
            piece.clear();
            weight = 0;
        };
        for (auto const& s : body) {
            if (std::holds_alternative<Local>(s.what)) {
                driver.push_back(s);
                continue;
            }
            int const more = weight_of(Body{s});
            bool const opens = more > longest_piece && !bodies_of(s).empty();
            bool const alone = is_elimination(s);
            if (opens || alone || weight + more > longest_piece) finish();
            if (opens) {
                auto outer = s;
                bool const loop = !std::holds_alternative<If>(s.what);
                for (auto* inner : bodies_of(outer)) *inner = cut(*inner, again || loop);
                driver.push_back(std::move(outer));
            } else {
                piece.push_back(s);
                weight += more;
            }
            if (alone) finish();
        }
        finish();
        return driver;
    }

    void find_kept() {
        auto const outputs = outputs_of(m_, function_);
        std::map<std::string, int> users;
        std::set<std::string> assigned, carried;
        auto const use = [&](auto const& names) {
            for (auto const& name : names) ++users[name];
        };
        for (std::size_t i = 0; i < result_.pieces.size(); ++i) {
            auto const flow = access_of(m_, result_.pieces[i]).flow;
            auto all = flow.read;
            all.insert(flow.written.begin(), flow.written.end());
            use(all);
            if (result_.by_stages && i + 1 == result_.pieces.size()) all.merge(Dataflow::Names(outputs.begin(), outputs.end()));
            if (again_[i]) carried.insert(flow.exposed.begin(), flow.exposed.end());
            assigned.insert(flow.written.begin(), flow.written.end());
        }
        std::set<std::string> outside;  // read where the pieces end
        if (!result_.by_stages) outside = outputs;
        each_expression(result_.driver, [&](Expr const& e) { outside.merge(variables_of(e)); });
        std::set<std::string> counted;
        each_statement(result_.driver, [&](Statement const& s) {
            if (auto const* loop = std::get_if<From>(&s.what)) counted.insert(loop->index);
        });
        use(outside);
        for (auto const& [name, n] : users) {
            auto const* source = m_.source(name);
            auto const* destination = m_.destination(name);
            bool const ours = assigned.contains(name) || counted.contains(name) || arrays_.contains(name);
            if (!ours || std::ranges::find(m_.net_args, name) != m_.net_args.end()) continue;
            if (source && source == destination && is_in_memory(*source) &&
                (source->is_array || !outside.contains(name)))
                continue;
            if (source && !destination && !assigned.contains(name)) continue;  // only read
            if (n == 1 && !carried.contains(name) && !outside.contains(name)) continue;
            keep(name);
        }
        for (auto const& name : assigned)
            if (!result_.kept.contains(name)) result_.written.insert(name);
    }

    void keep(std::string const& name) {
        auto const array = arrays_.find(name);
        auto& n = result_.by_stages && precision_.is_real(name) ? result_.n_rates : result_.n_kept;
        result_.kept[name] = n;
        n += array == arrays_.end() ? 1 : array->second;
    }

    Mechanism const& m_;
    KernelFunction function_;
    Precision const& precision_;
    Pieces result_;
    std::map<std::string, int> arrays_;  // with their sizes
    std::vector<bool> again_;            // per piece
};

}  // namespace

bool is_in_memory(Variable const& v) {
    return v.role != Role::observable && v.role != Role::pointer && v.role != Role::random &&
           v.field != IonField::current;
}

Pieces cut(Mechanism const& mechanism, KernelFunction function, Precision const& precision) {
    using enum KernelFunction;
    auto const& body = body_of(mechanism, function);
    int const weight = weight_of(body);
    bool const over_many =
        function == current || function == state || function == derivative || function == relax || function == settle;
    bool const short_enough = weight <= longest_function && !(over_many && eliminates(body));
    if (is_whole(body)) return {};
    if (short_enough) {
        if ((function != current && function != state) || weight < least_for_stages) return {};
        auto stages = stages_of(mechanism, body);
        if (stages.size() == 1) return {};
        auto pieces = Cutter(mechanism, function, precision).run(std::move(stages));
        return pieces.n_kept + pieces.n_rates <= most_kept ? pieces : Pieces();
    }
    auto pieces = Cutter(mechanism, function, precision).run();
    if (over_many && !pieces.in_a_row && weight <= longest_iteration) return {};
    pieces.in_a_row = pieces.in_a_row && over_many;
    return pieces;
}

}  // namespace rall::nmodl
