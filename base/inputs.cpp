#include "base/inputs.hpp"

#include "base/diagnostics.hpp"
#include "base/text.hpp"

namespace rall {
namespace {

thread_local InputRecord* noting = nullptr;

}  // namespace

void Hash::add(std::string_view text) {
    for (char const c : text) value = (value ^ static_cast<unsigned char>(c)) * 1099511628211ull;
    value = (value ^ 0xff) * 1099511628211ull;  // no letter of UTF-8: an end
}

InputRecord::Noting::Noting(InputRecord& record) : before_(noting) { noting = &record; }
InputRecord::Noting::~Noting() { noting = before_; }

void note_input(std::filesystem::path const& path, std::string_view content) {
    if (!noting) return;
    Hash hash;
    hash.add(content);
    std::error_code code;
    auto const [known, fresh] =
        noting->files_.try_emplace(std::filesystem::weakly_canonical(path, code).string(), hash.value);
    if (!fresh && known->second != hash.value)
        throw InputError("file-changed", {path.string()}, "this file has changed since it was first read",
                         "start again once nobody writes to it any more");
    if (!fresh) return;
    noting->all_.add(path.filename().string());
    noting->all_.add(content);
}

void note_input(std::filesystem::path const& path) {
    if (noting) read_file(path);
}

}  // namespace rall
