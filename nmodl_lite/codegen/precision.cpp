#include "nmodl_lite/codegen/precision.hpp"

#include <algorithm>

#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"

namespace rall::nmodl {

Precision::Precision(Mechanism const& mechanism, KernelFunction function) : in_reals_(function == KernelFunction::state) {
    if (!in_reals_) return;
    auto const& body = body_of(mechanism, function);
    auto const flow = access_of(mechanism, function).flow;
    exact_ = {"t"};  // single precision would make steps of a microsecond after ten seconds
    for (auto const& v : mechanism.variables)
        if (v.is_array || v.role == Role::pointer || (flow.exposed.contains(v.name) && flow.written.contains(v.name))) exact_.insert(v.name);
    each_statement(body, [&](Statement const& s) {
        if (auto const* local = std::get_if<Local>(&s.what))
            for (auto const& item : local->names)
                if (item.size) exact_.insert(item.name);
    });
    // What is made of them is exact, too.
    for (bool grows = true; grows;) {
        grows = false;
        each_statement(body, [&](Statement const& s) {
            auto const* a = std::get_if<Assign>(&s.what);
            if (!a || exact_.contains(a->target->name)) return;
            auto const made_of = variables_of(a->value);
            if (std::ranges::any_of(made_of, [&](auto const& name) { return exact_.contains(name); })) {
                exact_.insert(a->target->name);
                grows = true;
            }
        });
    }
}

}  // namespace rall::nmodl
