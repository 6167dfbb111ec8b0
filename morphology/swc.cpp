#include "morphology/swc.hpp"

#include "base/text.hpp"
#include "morphology/finish.hpp"
#include "morphology/swc_points.hpp"

namespace rall::morphology {

Morphology parse_swc(std::string_view text, std::string const& file, SwcOptions const& options,
                     Diagnostics& diagnostics) {
    swc::Reader const reader{file, options, diagnostics};
    Morphology morphology;
    morphology.file = file;
    morphology.format = "SWC";
    auto rows = swc::parse(text, reader);
    morphology.n_points = static_cast<int>(rows.size());
    rows = swc::mend(swc::link(std::move(rows), reader), reader);
    if (options.reading == Reading::arbor) swc::sections_arbor(rows, reader, morphology);
    else swc::sections_neuron(rows, reader, morphology);
    finish(morphology, options, diagnostics);
    return morphology;
}

Morphology read_swc(std::filesystem::path const& path, SwcOptions const& options, Diagnostics& diagnostics) {
    return parse_swc(read_file(path), path.string(), options, diagnostics);
}

}  // namespace rall::morphology
