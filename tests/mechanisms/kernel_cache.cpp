// The cache of compiled mechanisms against everything that somebody may do to it. Each look happens in a process of its own. The
// compiler is one that compiles the library once and then hands out copies, so that what is built again costs little.
#include "mechanisms/kernel_cache.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"
#include "mechanisms/catalogue.hpp"
#include "mechanisms/compiler.hpp"
#include "tests/contains.hpp"
#include "tests/mechanisms/scratch.hpp"

using namespace rall;
namespace fs = std::filesystem;

namespace {

void overwrite(fs::path const& file, std::string const& bytes) {
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << bytes;
    REQUIRE(out.flush());
}

/// What a process found that asked for the mechanism.
struct Outcome {
    bool compiled = false, from_cache_file = false;
    std::string file, warnings, error;
};

/// A cache with one library in it, and the compiler that made it.
class Planted : public test::Scratch {
public:
    Planted() {
        store();  // where temporary files go otherwise
        ::setenv("TMPDIR", (root() / "tmp").c_str(), 1);
        fs::create_directories(root() / "tmp");
        fs::create_directories(root() / "elsewhere");
        write_file(mods() / "mine.mod", test::leak("mine", "mine"));
        auto const compiler = store() / "compiler";
        if (!fs::exists(compiler)) {
            fs::create_directories(store());
            // Counts its calls; the text in "no-room" is where there is none.
            auto const kept = (store() / "library").string();
            write_file(compiler, fmt::format(R"(#!/bin/sh
echo called >>'{0}'
if pwd | grep -q -f '{1}'; then echo 'fatal error: error writing to ./x.s: No space left on device'; exit 1; fi
for result; do :; done
[ -f '{2}' ] || {{ {3} "$@" && cp "$result" '{2}' || exit 1; }}
cp '{2}' "$result"
)",
                                             calls().string(), (store() / "no-room").string(), kept, real_compiler()));
            fs::permissions(compiler, fs::perms::owner_all);
        }
        overwrite(store() / "no-room", "");
        ::setenv("RALL_CXX", compiler.c_str(), 1);
        auto const first = get();
        REQUIRE(first.error == "");
        REQUIRE(first.compiled);
        REQUIRE(first.warnings == "");
        library_ = first.file;
        REQUIRE(contains(library_.string(), (root() / "cache/kernels").string()));
        genuine_ = read_file(library_);
    }
    ~Planted() { ::unsetenv("TMPDIR"); }

    fs::path cache() const { return root() / "cache"; }
    fs::path kernels() const { return cache() / "kernels"; }
    fs::path library() const { return library_; }
    fs::path entry() const { return library_.parent_path(); }
    fs::path workshop() const { return entry().string() + ".building"; }
    std::string const& genuine() const { return genuine_; }

    /// From here on there is no room below a directory with this in its path.
    void fill(std::string const& path) const { overwrite(store() / "no-room", path + "\n"); }

    Outcome get(std::function<void()> const& afterwards = {}) const {
        int ends[2];
        REQUIRE(::pipe(ends) == 0);
        pid_t const child = ::fork();
        if (child == 0) {
            std::string text;
            try {
                Diagnostics found;
                Catalogue catalogue;
                catalogue.add_directory(mods(), found);
                auto const kernels = catalogue.library({"mine"});
                if (afterwards) afterwards();
                bool const whole = std::string(kernels.library->mechanisms[0]->title) == "mine";
                auto const mapped = contains(read_file("/proc/self/maps"), root().string());
                text = std::string(kernels.compiled ? "c" : "f") + (mapped ? "m" : "-") + kernels.file.string() + '\0' +
                       (whole ? "" : "another library\n") + to_string(kernels.findings) + '\0';
            } catch (std::exception const& error) {
                text = std::string("f-") + '\0' + '\0' + error.what();
            }
            if (::write(ends[1], text.data(), text.size()) < 0) ::_exit(1);
            ::_exit(0);
        }
        ::close(ends[1]);
        std::string text;
        char buffer[4096];
        for (ssize_t n; (n = ::read(ends[0], buffer, sizeof buffer)) > 0;)
            text.append(buffer, static_cast<std::size_t>(n));
        ::close(ends[0]);
        int status = 0;
        ::waitpid(child, &status, 0);
        REQUIRE(status == 0);  // no signal: a library that was cut ends a process by SIGBUS
        auto const first = text.find('\0'), second = text.find('\0', first + 1);
        return {text[0] == 'c', text[1] == 'm', text.substr(2, first - 2), text.substr(first + 1, second - first - 1),
                text.substr(second + 1)};
    }

    /// How often the compiler has been called.
    static std::size_t n_calls() {
        auto const text = read_file(calls());
        return static_cast<std::size_t>(std::ranges::count(text, '\n'));
    }

    /// Replaces the library by one that leaves a file where it is loaded, with the checksum that belongs to it.
    void plant(fs::path const& directory) const {
        static std::string const evil = [this] {
            write_file(root() / "evil.cpp",
                       "#include <fcntl.h>\n__attribute__((constructor)) static void run() { creat(\"" +
                           canary().string() + "\", 0600); }\n");
            REQUIRE(std::system(("c++ -shared -fPIC -o '" + (root() / "evil.so").string() + "' '" +
                                 (root() / "evil.cpp").string() + "'")
                                    .c_str()) == 0);
            return read_file(root() / "evil.so");
        }();
        fs::create_directories(directory);
        overwrite(directory / "kernels.so", evil);
        overwrite(directory / "kernels.so.sha256", sha256(evil) + "  kernels.so\n");
    }
    static bool ran() { return fs::exists(canary()); }

private:
    static std::string real_compiler() {
        auto const identity = KernelCompiler().identity();  // its command stands in the second line
        auto const begin = identity.find('\n') + 1;
        return identity.substr(begin, identity.find(" -std=", begin) - begin);
    }
    static fs::path store() {
        static struct Store {
            fs::path path = fs::temp_directory_path() / ("rall-store-" + std::to_string(::getpid()));
            pid_t owner = ::getpid();
            ~Store() {
                std::error_code ignored;
                if (owner == ::getpid()) fs::remove_all(path, ignored);
            }
        } const store;
        return store.path;
    }
    static fs::path calls() { return store() / "calls"; }
    static fs::path canary() { return store() / "ran"; }

    fs::path library_;
    std::string genuine_;
};

/// It was built again, in its place, and is found there from then on.
void check_rebuilt(Planted const& planted, Outcome const& outcome) {
    CHECK(outcome.error == "");
    CHECK(outcome.compiled);
    CHECK(outcome.file == planted.library());
    CHECK(contains(outcome.warnings, "kernel-cache-altered"));
    CHECK(read_file(planted.library()) == planted.genuine());
    CHECK_FALSE(Planted::ran());
}

/// What was there is left alone, and the mechanisms are elsewhere.
void check_elsewhere(Planted const& planted, Outcome const& outcome, std::string const& why) {
    CHECK(outcome.error == "");
    CHECK(outcome.compiled);
    CHECK(contains(outcome.file, (planted.root() / "tmp").string()));
    CHECK(contains(outcome.warnings, "kernel-cache-place"));
    CHECK_MESSAGE(contains(outcome.warnings, why), outcome.warnings);
    CHECK_FALSE(Planted::ran());
}

mode_t mode_of(fs::path const& path) {
    struct stat status {};
    REQUIRE(::lstat(path.c_str(), &status) == 0);
    return status.st_mode & 07777;
}

}  // namespace

TEST_CASE("a library is found again, loaded from memory, and kept where only its user comes") {
    auto const before = ::umask(0);
    Planted const planted;
    ::umask(before);
    auto const calls = Planted::n_calls();
    auto const again =
        planted.get([&] { fs::resize_file(planted.library(), 100); });  // pages that are gone would end it by SIGBUS
    CHECK_FALSE(again.compiled);
    CHECK_FALSE(again.from_cache_file);
    CHECK(again.warnings == "");
    CHECK(Planted::n_calls() == calls);
    for (auto const& directory : {planted.cache(), planted.kernels(), planted.entry()})
        CHECK(mode_of(directory) == 0700);
    for (auto const& entry : fs::directory_iterator(planted.entry())) CHECK(mode_of(entry.path()) == 0600);
    CHECK(fs::exists(planted.entry() / "kernels.so.sha256"));
    CHECK(std::ranges::distance(fs::directory_iterator(planted.kernels())) == 1);  // no lock, nothing half built
}

TEST_CASE("a library that was built for this machine's processor is not found again by another") {
    std::string const first =
        "processor\t: 0\nvendor_id\t: AuthenticAMD\nmodel name\t: A\ncpu MHz\t\t: 2596.120\nflags\t\t: fpu sse2 avx512f\n\nprocessor\t: 1\n";
    auto const changed = [&](std::string const& from, std::string const& to) {
        auto text = first;
        return processor_of(text.replace(text.find(from), from.size(), to));
    };
    CHECK(processor_of(first) == "vendor_id\t: AuthenticAMD\nmodel name\t: A\nflags\t\t: fpu sse2 avx512f\n");
    CHECK(changed("2596.120", "3100.000") == processor_of(first));
    CHECK(changed("processor\t: 1", "flags\t: more") == processor_of(first));
    CHECK(changed("avx512f", "avx2") != processor_of(first));
    CHECK(processor_of("\nprocessor\t: 0\nFeatures\t: fp asimd sve\nCPU part\t: 0xd40\n") ==
          "Features\t: fp asimd sve\nCPU part\t: 0xd40\n");

    auto const here = processor_of(read_file("/proc/cpuinfo"));
    CHECK_FALSE(here.empty());
    for (auto const* compiler : {"g++ -march=native", "g++ -mcpu=native"}) {
        ::setenv("RALL_CXX", compiler, 1);
        CHECK(contains(KernelCompiler().identity(), here));
    }
    ::unsetenv("RALL_CXX");
}

TEST_CASE("a library with a byte altered, at 200 places, and a checksum with any byte altered is built again") {
    Planted const planted;
    auto const sum = planted.entry() / "kernels.so.sha256";
    std::mt19937 random(7);
    for (auto const& file : {planted.library(), sum}) {
        auto const genuine = read_file(file);
        for (std::size_t i = 0; i < std::min<std::size_t>(200, genuine.size()); ++i) {
            auto altered = genuine;
            auto const at = i < 64 || file == sum ? i : random() % altered.size();  // the header, and anywhere
            altered[at] = static_cast<char>(altered[at] ^ (1 << random() % 8));
            CAPTURE(at);
            overwrite(file, altered);
            check_rebuilt(planted, planted.get());
            REQUIRE(read_file(file) == genuine);
        }
    }
    CHECK_FALSE(planted.get().compiled);
}

TEST_CASE("what was cut, is missing, or is something else is built again") {
    Planted const planted;
    auto const& library = planted.library();
    auto const sum = planted.entry() / "kernels.so.sha256";
    for (auto const& file : {library, sum}) {
        for (auto const size : {std::uintmax_t(0), std::uintmax_t(1), fs::file_size(file) / 2, fs::file_size(file) - 1,
                                fs::file_size(file) + 1}) {
            fs::resize_file(file, size);
            check_rebuilt(planted, planted.get());
        }
        for (auto const& instead : std::vector<std::function<void()>>{
                 [] {}, [&] { fs::create_directory(file); }, [&] { ::mkfifo(file.c_str(), 0600); },
                 [&] { fs::create_symlink("/dev/zero", file); }, [&] { fs::create_symlink(file.filename(), file); }}) {
            fs::remove(file);
            instead();
            check_rebuilt(planted, planted.get());
        }
    }
    fs::remove_all(planted.entry());
    overwrite(planted.entry(), "no directory");
    check_rebuilt(planted, planted.get());
}

TEST_CASE("a library whose checksum is right, but which is none of ours, is built again") {
    Planted const planted;
    auto other = planted.genuine();
    auto const key = other.find(planted.entry().filename().string());  // of another set of mechanisms
    REQUIRE(key != other.npos);
    other[key] = other[key] == '0' ? '1' : '0';
    for (auto const& bytes : {other, std::string("no library at all")}) {
        overwrite(planted.library(), bytes);
        overwrite(planted.entry() / "kernels.so.sha256", sha256(bytes) + "  kernels.so\n");
        check_rebuilt(planted, planted.get());
    }
}

TEST_CASE("links that somebody planted are followed at no level") {
    Planted const planted;
    auto const elsewhere = planted.root() / "elsewhere";
    auto const key = planted.entry().filename();
    planted.plant(elsewhere / "kernels" / key);
    auto const instead = [&](fs::path const& place, fs::path const& target) {
        fs::remove_all(place);
        fs::create_symlink(target, place);
    };
    SUBCASE("the root") {
        instead(planted.cache(), elsewhere);
        check_elsewhere(planted, planted.get(), "it is a link");
        ::setenv("RALL_CACHE_DIR", (planted.cache().string() + "//").c_str(), 1);
        CHECK(contains(planted.get().warnings, "it is a link"));
    }
    SUBCASE("the directory of libraries") {
        instead(planted.kernels(), elsewhere / "kernels");
        check_elsewhere(planted, planted.get(), "it is a link");
    }
    SUBCASE("the library's directory") {
        instead(planted.entry(), elsewhere / "kernels" / key);
        check_rebuilt(planted, planted.get());
    }
    SUBCASE("the library and its checksum") {
        for (auto const* file : {"kernels.so", "kernels.so.sha256"})
            instead(planted.entry() / file, elsewhere / "kernels" / key / file);
        check_rebuilt(planted, planted.get());
    }
    SUBCASE("where it is built, the lock, and what stands there") {
        overwrite(planted.root() / "victim", "precious");
        fs::remove_all(planted.entry());
        instead(planted.workshop(), elsewhere / "kernels" / key);
        CHECK(planted.get().file == planted.library());
        fs::remove_all(planted.entry());
        fs::create_directory(planted.workshop());
        for (auto const* file :
             {"kernels.cpp", "mine.hpp", "library-key.hpp", "kernels.so", "kernels.so.sha256", "compiler.log"})
            instead(planted.workshop() / file, planted.root() / "victim");
        CHECK(planted.get().file == planted.library());
        fs::remove_all(planted.entry());
        fs::create_directory(planted.workshop());
        instead(planted.workshop() / "lock", planted.root() / "victim");
        auto const outcome = planted.get();
        CHECK(outcome.error == "");
        CHECK(outcome.compiled);
        CHECK(read_file(planted.root() / "victim") == "precious");
    }
    CHECK_FALSE(Planted::ran());
    CHECK(fs::file_size(elsewhere / "kernels" / key / "kernels.so") > 0);  // nothing was removed or written there
    CHECK(std::ranges::distance(fs::directory_iterator(elsewhere / "kernels")) == 1);
}

TEST_CASE("what others may write to is not used") {
    Planted const planted;
    planted.plant(planted.entry());
    for (mode_t const mode : {0777, 01777, 0770, 0702}) {
        CAPTURE(mode);
        for (auto const& place : {planted.cache(), planted.kernels()}) {
            ::chmod(place.c_str(), mode);
            auto const outcome = planted.get();
            CHECK(outcome.error == "");
            CHECK(contains(outcome.warnings, place.string() + ": others may write to it"));
            CHECK(contains(outcome.file, (planted.root() / "tmp").string()));
            CHECK_FALSE(Planted::ran());
            ::chmod(place.c_str(), 0700);
        }
        for (auto const& place : {planted.entry(), planted.library(), planted.entry() / "kernels.so.sha256"}) {
            planted.plant(planted.entry());
            ::chmod(place.c_str(), mode);
            check_rebuilt(planted, planted.get());
        }
    }
}

TEST_CASE("what belongs to somebody else is not used" * doctest::skip(::geteuid() != 0)) {
    Planted const planted;
    constexpr uid_t nobody = 65534;
    auto const hand_over = [&](fs::path const& place) {
        planted.plant(planted.entry());
        REQUIRE(::lchown(place.c_str(), nobody, nobody) == 0);
    };
    for (auto const& place : {planted.entry(), planted.library(), planted.entry() / "kernels.so.sha256"}) {
        hand_over(place);
        check_rebuilt(planted, planted.get());
    }
    fs::remove_all(planted.entry());
    fs::create_directory(planted.workshop());
    REQUIRE(::lchown(planted.workshop().c_str(), nobody, nobody) == 0);
    CHECK(planted.get().file == planted.library());
    for (auto const& place : {planted.kernels(), planted.cache()}) {
        hand_over(place);
        auto const outcome = planted.get();
        CHECK(contains(outcome.warnings, place.string() + ": it belongs to user 65534"));
        CHECK(contains(outcome.file, (planted.root() / "tmp").string()));
        REQUIRE(::lchown(place.c_str(), 0, 0) == 0);
    }
    // The directory for temporary files is everybody's: what stands there under our name may be anybody's.
    auto const ours = planted.root() / "tmp/rall-0";
    REQUIRE(fs::exists(ours));
    planted.plant(ours / "kernels" / planted.entry().filename());
    REQUIRE(::lchown(ours.c_str(), nobody, nobody) == 0);
    ::unsetenv("RALL_CACHE_DIR");
    auto const home = std::string(::getenv("HOME") ? ::getenv("HOME") : ""),
               xdg = std::string(::getenv("XDG_CACHE_HOME") ? ::getenv("XDG_CACHE_HOME") : "");
    ::setenv("HOME", "", 1);
    ::setenv("XDG_CACHE_HOME", "", 1);
    auto const outcome = planted.get();
    ::setenv("HOME", home.c_str(), 1);
    ::setenv("XDG_CACHE_HOME", xdg.c_str(), 1);
    CHECK(outcome.error == "");
    CHECK(outcome.compiled);
    CHECK(outcome.file == "");
    CHECK(contains(outcome.warnings, "for this run only"));
    CHECK(std::ranges::distance(fs::directory_iterator(planted.root() / "tmp")) == 1);  // and nothing is left of it
    CHECK_FALSE(Planted::ran());
}

TEST_CASE("no variable leads to a place that depends on the current directory") {
    test::Scratch const scratch;
    std::vector<std::pair<char const*, std::string>> saved;
    for (auto const* name : {"RALL_CACHE_DIR", "XDG_CACHE_HOME", "HOME", "TMPDIR"})
        saved.emplace_back(name, ::getenv(name) ? ::getenv(name) : "");
    auto const root = [](std::string const& own, std::string const& xdg, std::string const& home,
                         std::string const& tmp, std::size_t ignored) {
        ::setenv("RALL_CACHE_DIR", own.c_str(), 1);
        ::setenv("XDG_CACHE_HOME", xdg.c_str(), 1);
        ::setenv("HOME", home.c_str(), 1);
        ::setenv("TMPDIR", tmp.c_str(), 1);
        Diagnostics found;
        auto const place = kernel_cache_root(found);
        CHECK(found.items().size() == ignored);
        return place.string();
    };
    auto const ours = "/rall-" + std::to_string(::geteuid());
    CHECK(root("/a", "/b", "/c", "/d", 0) == "/a/");
    CHECK(root("", "/b", "/c", "/d", 0) == "/b/rall");
    CHECK(root("", "", "/c", "/d", 0) == "/c/.cache/rall");
    CHECK(root("", "", "", "/d", 0) == "/d" + ours);
    CHECK(root("", "", "", "", 0) == "/tmp" + ours);
    CHECK(root("-a", "./b", "../c", "d", 3) == "/tmp" + ours);
    CHECK(root("a", "", "/c", "d", 1) == "/c/.cache/rall");
    for (auto const& [name, value] : saved) value.empty() ? ::unsetenv(name) : ::setenv(name, value.c_str(), 1);
}

TEST_CASE("where nothing can be kept, mechanisms are compiled for now, or it is said why not") {
    Planted const planted;
    overwrite(planted.root() / "file", "");
    for (auto const& place : {planted.root() / "file", planted.root() / "file/below", fs::path("/proc/nowhere"),
                              fs::path("/dev/null"), fs::path("/proc/self/fd")}) {
        CAPTURE(place);
        ::setenv("RALL_CACHE_DIR", place.c_str(), 1);
        auto const outcome = planted.get();
        CHECK(outcome.error == "");
        CHECK(contains(outcome.warnings, place.string()));
        CHECK(contains(outcome.warnings, "RALL_CACHE_DIR"));
        CHECK(contains(outcome.file, (planted.root() / "tmp").string()));
    }
    ::setenv("TMPDIR", "/proc/nowhere", 1);
    auto const none = planted.get();
    CHECK(contains(none.error, "there is no place for it"));
    CHECK(contains(none.error, "/proc/self/fd"));
    CHECK(contains(none.error, "/proc/nowhere"));
    CHECK(contains(none.error, "RALL_CACHE_DIR"));
}

TEST_CASE("a compiler that finds no room gets another place") {
    Planted const planted;
    fs::remove_all(planted.entry());
    planted.fill("/cache/");
    auto const outcome = planted.get();
    check_elsewhere(planted, outcome, "No space left on device");
    CHECK(fs::is_empty(planted.kernels()));
    planted.fill("/");
    fs::remove_all(planted.root() / ("tmp/rall-" + std::to_string(::geteuid())));
    auto const none = planted.get();
    CHECK(contains(none.error, "there is no place for it"));
    CHECK(contains(none.error, "No space left on device"));
    planted.fill("");
}

TEST_CASE("what a dead process was building is removed, whatever its number was; what is being built is left alone") {
    Planted const planted;
    auto const left = planted.kernels() / "0123.building", busy = planted.kernels() / "4567.building",
               bare = planted.kernels() / "89ab.building";
    for (auto const& place : {left, busy, bare}) fs::create_directory(place);
    for (auto const& place : {left, busy}) overwrite(place / "lock", "");
    overwrite(left / "kernels.so", "half");
    int const lock = ::open((busy / "lock").c_str(), O_RDWR | O_CLOEXEC);
    REQUIRE(::flock(lock, LOCK_EX) == 0);
    CHECK_FALSE(planted.get().compiled);
    CHECK_FALSE(fs::exists(left));
    CHECK_FALSE(fs::exists(bare));
    CHECK(fs::exists(busy));
    ::close(lock);
    CHECK_FALSE(planted.get().compiled);
    CHECK_FALSE(fs::exists(busy));
}
