// TABLE as NEURON carries it out: between the points of the table its names are interpolated linearly, outside they are constant. Here no
// table is kept: the two points beside the argument are computed when they are asked for, from what DEPEND names as it is then. What making the table
// leaves in GLOBAL variables comes with INITIAL.
#include <algorithm>
#include <optional>

#include "nmodl_lite/analysis/names.hpp"
#include "nmodl_lite/passes/passes.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/parser.hpp"
#include "nmodl_lite/syntax/printer.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

namespace {

class Tabulate {
public:
    Tabulate(Program& program, Diagnostics& found) : program_(program), found_(found), fresh_(declared_names(program, {})) {
        for (auto const* list : {&program.parameters, &program.assigned, &program.states, &program.constants, &program.locals})
            for (auto const& d : *list) {
                fresh_(d.name);
                if (d.size) sizes_[d.name] = d.size;
            }
        for (auto const& block : program.blocks) fresh_(block.name);
        for (auto const& define : program.defines) fresh_(define.name);
        for (auto const& unit : program.units) fresh_(unit.name);
    }

    void run() {
        std::string interpolating;
        Body made;
        std::vector<Block> making;
        for (auto& block : program_.blocks) {
            auto const table = take_table(block);
            if (!table || block.args.size() != 1) continue;
            if (auto maker = making_of(block, *table)) {
                made.push_back({block.at, Call{call(maker->name, {table->to}, block.at)}});
                making.push_back(std::move(*maker));
            }
            interpolating += replaced(block, *table);
        }
        std::ranges::move(making, std::back_inserter(program_.blocks));
        if (!made.empty()) {
            auto initial = std::ranges::find(program_.blocks, BlockKind::initial, &Block::kind);
            if (initial == program_.blocks.end()) {
                Block empty;
                empty.kind = BlockKind::initial;
                empty.at = made.front().at;
                initial = program_.blocks.insert(program_.blocks.end(), std::move(empty));
            }
            initial->body.insert(initial->body.begin(), made.begin(), made.end());
        }
        if (!interpolating.empty()) Parser(program_, found_).file(interpolating, "tables");
    }

private:
    static std::optional<Table> take_table(Block& block) {
        auto const found = std::ranges::find_if(
            block.body, [](Statement const& s) { return std::holds_alternative<Table>(s.what); });
        if (found == block.body.end()) return {};
        auto const table = std::get<Table>(found->what);
        block.body.erase(found);
        return table;
    }

    /// The block gets another name; what bears its name from now on interpolates, as the text that is returned says.
    std::string replaced(Block& block, Table const& table) {
        bool const is_function = block.kind == BlockKind::function;
        auto const heading_text = heading(block);
        auto const own = block.name, exact = fresh_(own + "_exact"), x = block.args[0].name;
        std::vector<std::string> outputs = table.names;
        if (is_function) {
            outputs = {own};
            rewrite_expressions(block.body, [&](Expr const& e) {
                return rewrite(e, [&](Expr const& node) {
                    return node->op == Op::name && node->name == own ? name(exact, node->at) : node;
                });
            });
        } else {
            keep_to_itself(block, outputs);
        }
        block.name = exact;

        auto const low = fresh_("low"), high = fresh_("high"), place = fresh_("place"), first = fresh_("first"),
                   part = fresh_("part"), i = fresh_("i"), n = to_nmodl(table.with);
        std::string locals = "LOCAL " + low + ", " + high + ", " + place + ", " + first + ", " + part, kept, mixed;
        for (auto const& output : outputs) {
            auto const before = fresh_(output + "_before");
            std::string const size = sizes_.contains(output) && !is_function ? to_nmodl(sizes_.at(output)) : "";
            auto const at = size.empty() ? "" : "[" + i + "]";
            auto const each = size.empty() ? std::string() : "FROM " + i + " = 0 TO " + size + " - 1 { ";
            auto const end = size.empty() ? "\n" : " }\n";
            locals += ", " + before + (size.empty() ? "" : "[" + size + "]");
            kept += each + before + at + " = " + output + at + end;
            mixed += each + output + at + " = " + before + at + " + " + part + "*(" + output + at + " - " + before + at +
                     ")" + end;
        }
        auto const compute = [&](std::string const& where) {
            return (is_function ? own + " = " : "") + exact + "(" + where + ")\n";
        };
        auto const step = "(" + high + " - " + low + ")/" + n;
        return heading_text + " {\n" + locals + "\n" + low + " = " + to_nmodl(table.from) + "\n" + high + " = " +
               to_nmodl(table.to) + "\n" + place + " = (" + x + " - " + low + ")/(" + step + ")\n" +  //
               "if (" + place + " <= 0) {\n" + compute(low) +                                       //
               "} else if (" + place + " >= " + n + ") {\n" + compute(high) +                       //
               "} else {\n" + first + " = floor(" + place + ")\n" + part + " = " + place + " - " + first + "\n" +
               compute(low + " + " + first + "*" + step) + kept +  //
               compute(low + " + (" + first + " + 1)*" + step) + mixed + "}\n}\n";
    }

    /// What a PROCEDURE assigns to GLOBAL names beside those of its table stays when NEURON has made the table, last of all for its end: a PROCEDURE that
    /// does only that, for INITIAL. Nothing where there is no such name.
    std::optional<Block> making_of(Block const& block, Table const& table) {
        if (block.kind == BlockKind::function) return {};
        std::vector<std::string> kept;
        auto const assigned = assigned_in(block.body);
        for (auto const& neuron : program_.neuron)
            for (auto const& [name, at] : neuron.global)
                if (assigned.contains(name) && std::ranges::find(table.names, name) == table.names.end()) kept.push_back(name);
        if (kept.empty()) return {};
        Block maker = block;
        maker.name = fresh_(block.name + "_made");
        keep_to_itself(maker, kept);
        return maker;
    }

    /// What a PROCEDURE assigns beside `outputs`, the names of its table, does not get out of a table.
    void keep_to_itself(Block& block, std::vector<std::string> const& outputs) const {
        auto others = assigned_in(block.body);
        for (auto const& output : outputs) others.erase(output);
        others.erase(block.args[0].name);
        each_statement(block.body, [&](Statement const& s) {
            if (auto const* local = std::get_if<Local>(&s.what))
                for (auto const& item : local->names) others.erase(item.name);
        });
        Local locals;
        for (auto const& other : others)
            locals.names.push_back({other, sizes_.contains(other) ? sizes_.at(other) : nullptr});
        if (!locals.names.empty()) block.body.insert(block.body.begin(), {block.at, locals});
    }

    Program& program_;
    Diagnostics& found_;
    FreshNames fresh_;
    std::map<std::string, Expr> sizes_;  // of arrays
};

}  // namespace

void tabulate(Program& program, Diagnostics& found) { Tabulate(program, found).run(); }

}  // namespace rall::nmodl
