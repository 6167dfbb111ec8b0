// The NMODL compiler, from text to kernel and back to NMODL.
#include "nmodl_lite/nmodl.hpp"

#include <cstdint>
#include <cstdlib>

using namespace rall;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    Diagnostics found;
    auto const program =
        nmodl::parse({reinterpret_cast<char const*>(data), size}, "/nowhere/fuzz.mod", found);  // INCLUDE finds nothing
    auto const mechanism = nmodl::check(program, found);
    if (!found.has_errors() && nmodl::generate_cpp(mechanism).empty()) std::abort();
    auto const printed = nmodl::to_nmodl(program);
    if (!found.has_errors()) {  // what is understood is printed so that it is understood again
        Diagnostics again;
        nmodl::parse(printed, "/nowhere/again.mod", again);
        if (again.has_errors()) std::abort();
    }
    return to_string(found).size() > 100'000'000;
}
