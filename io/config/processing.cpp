#include "io/config/processing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace rall::io {
namespace {

struct Known {
    char const* name;
    std::optional<morphology::AxonStub> stub;
    bool cuts, of_axon;
};

using morphology::AxonStub;
constexpr std::array processings{Known{"fullaxon", {}, false, true},
                                 Known{"aibs_perisomatic", AxonStub::perisomatic, true, true},
                                 Known{"aibs_perisomatic_directed", AxonStub::perisomatic_directed, true, true},
                                 Known{"aibs_allactive", AxonStub::all_active, true, true},
                                 Known{"aibs_allactive_directed", AxonStub::all_active_directed, true, true},
                                 Known{"aibs_allactive_fullaxon", {}, true, true},
                                 // NEURON's mechanism of this name: without fields from outside it changes no potential.
                                 Known{"extracellular", {}, false, false},
                                 Known{"set_extracellular", {}, false, false}};

}  // namespace

Processing read_processing(std::string const& text, Location const& where) {
    Processing result;
    bool axon = false;
    for (std::size_t begin = 0; begin <= text.size();) {
        auto const end = std::min(text.find(',', begin), text.size());
        auto const name = text.substr(begin, end - begin);
        begin = end + 1;
        auto const found = std::ranges::find(processings, name, &Known::name);
        if (found == processings.end()) {
            std::vector<std::string> names;
            for (auto const& known : processings) names.emplace_back(known.name);
            throw InputError("model-processing", where, fmt::format("the model_processing '{}' is not supported", name), did_you_mean(name, names));
        }
        if (found->of_axon && axon)
            throw InputError("model-processing", where, fmt::format("model_processing: '{}' says a second time what becomes of the axon", name));
        axon = axon || found->of_axon;
        if (found->stub) result.stub = found->stub;
        result.cuts = result.cuts || found->cuts;
    }
    return result;
}

}  // namespace rall::io
