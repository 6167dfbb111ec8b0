#include "base/inputs.hpp"

#include "base/diagnostics.hpp"
#include "base/input_file.hpp"

namespace rall {
namespace {

thread_local InputRecord* noting = nullptr;

}  // namespace

void Hash::add_part(std::string_view text) {
    for (char const c : text) value = (value ^ static_cast<unsigned char>(c)) * 1099511628211ull;
}

void Hash::add(std::string_view text) {
    add_part(text);
    value = (value ^ 0xff) * 1099511628211ull;  // no letter of UTF-8: an end
}

InputRecord::Noting::Noting(InputRecord& record) : before_(noting) { noting = &record; }
InputRecord::Noting::~Noting() { noting = before_; }

void note_input(std::filesystem::path const& path, std::string_view content) {
    if (!noting) return;
    Hash hash;
    hash.add(content);
    noting->add(path, hash);
}

void note_input(std::filesystem::path const& path) {
    if (!noting) return;
    constexpr std::uint64_t at_once = 1 << 20;  // bytes
    InputFile file(path);
    Hash hash;
    for (std::string part; part = file.read(at_once), !part.empty();) hash.add_part(part);
    hash.add({});
    noting->add(path, hash);
}

void InputRecord::add(std::filesystem::path const& path, Hash const& content) {
    std::error_code code;
    auto const [known, fresh] =
        files_.try_emplace(std::filesystem::weakly_canonical(path, code).string(), content.value);
    if (!fresh && known->second != content.value)
        throw InputError("file-changed", {path.string()}, "this file has changed since it was first read",
                         "start again once nobody writes to it any more");
    if (!fresh) return;
    all_.add(path.filename().string());
    all_.add(std::to_string(content.value));
}

}  // namespace rall
