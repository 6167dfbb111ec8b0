// The output directory: old results or new ones, whole, whatever happens in between.
#include "io/results/output.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include "base/diagnostics.hpp"
#include "io/results/hdf5.hpp"
#include "io/results/hdf5_read.hpp"
#include "tests/io/samples.hpp"

using namespace rall;
using namespace rall::samples;
namespace fs = std::filesystem;

namespace {

/// Publishes files that all hold `text`.
void publish(fs::path const& place, std::set<std::string> const& names, std::string const& text,
             std::set<std::string> const& former = {}) {
    io::OutputDirectory output(place, names);
    for (auto const& name : names) write_file(output.building() / name, text);
    output.publish(former);
}

std::set<std::string> names_in(fs::path const& directory) {
    std::set<std::string> names;
    for (auto const& entry : fs::directory_iterator(directory)) names.insert(entry.path().filename());
    return names;
}

ino_t inode(fs::path const& path) {
    struct stat status {};
    ::stat(path.c_str(), &status);
    return status.st_ino;
}

template <class F>
std::string message_of(F&& f) {
    try {
        f();
    } catch (MachineError const& failure) {
        return failure.what();
    }
    return {};
}

}  // namespace

TEST_CASE("results appear when published, and what else lies there stays") {
    Folder const folder;
    auto const place = folder / "out";
    {
        io::OutputDirectory output(place);
        write_file(output.building() / "a", "1");
        write_file(output.building() / "b", "1");
        CHECK_FALSE(fs::exists(place));
        output.publish();
    }
    CHECK(read_file(place / "a") == "1");
    write_file(place / "mine", "keep");
    {
        io::OutputDirectory abandoned(place);
        write_file(abandoned.building() / "a", "half");
    }
    CHECK(read_file(place / "a") == "1");
    {
        io::OutputDirectory output(place);
        write_file(output.building() / "a", "2");
        output.publish({"a", "b"});
    }
    CHECK(read_file(place / "a") == "2");
    CHECK_FALSE(fs::exists(place / "b"));
    CHECK(read_file(place / "mine") == "keep");
    CHECK(std::distance(fs::directory_iterator(place.parent_path()), {}) == 1);
}

TEST_CASE("results are exchanged at once, and files and folders of others come along as they are") {
    Folder const folder;
    auto const place = folder / "out";
    publish(place, {"a", "b"}, "1");
    write_file(place / "notes", "mine");
    fs::create_directory(place / "folder");
    write_file(place / "folder" / "more", "mine");
    fs::create_symlink("nowhere", place / "link");
    fs::permissions(place, fs::perms::owner_all);
    auto const directory = inode(place), notes = inode(place / "notes");
    publish(place, {"a"}, "2", {"a", "b"});
    CHECK(inode(place) != directory);
    CHECK(inode(place / "notes") == notes);
    CHECK(fs::status(place).permissions() == fs::perms::owner_all);
    CHECK(names_in(place) == std::set<std::string>{"a", "folder", "link", "notes"});
    CHECK(read_file(place / "folder" / "more") == "mine");
    CHECK(fs::is_symlink(fs::symlink_status(place / "link")));
    CHECK(names_in(place.parent_path()) == std::set<std::string>{"out"});
}

TEST_CASE("a place that is the working directory gets its files one by one") {
    Folder const folder;
    auto const place = folder / "out";
    publish(place, {"a", "b"}, "1");
    write_file(place / "notes", "mine");
    fs::create_directory(place / "folder");
    auto const directory = inode(place);
    auto const before = fs::current_path();
    fs::current_path(place);
    publish(".", {"a", "c"}, "2", {"a", "b"});
    fs::current_path(before);
    CHECK(inode(place) == directory);
    CHECK(names_in(place) == std::set<std::string>{"a", "c", "folder", "notes"});
    CHECK(read_file(place / "a") == "2");
    CHECK(names_in(place.parent_path()) == std::set<std::string>{"out"});
}

TEST_CASE("one process at a time works on an output directory, and the others are told which") {
    Folder const folder;
    io::OutputDirectory const first(folder / "out");
    auto const message = message_of([&] { io::OutputDirectory const second(folder / "out"); });
    CHECK(contains(message, "process " + std::to_string(::getpid()) + " on "));
    CHECK(contains(message, "is at work on it"));
    io::OutputDirectory const other(folder / "elsewhere");
}

TEST_CASE("what is in the way of results is named before the work begins") {
    Folder const folder;
    write_file(folder / "file", "");
    CHECK(contains(message_of([&] { io::OutputDirectory const output(folder / "file"); }), "it is a file"));
    fs::create_directories(folder / "out" / "spikes.h5");
    CHECK(contains(message_of([&] { io::OutputDirectory const output(folder / "out", {"spikes.h5"}); }),
                   "spikes.h5: a directory is in the way"));
    fs::create_symlink("/nowhere", folder / "out" / "v.h5");
    CHECK(contains(message_of([&] { io::OutputDirectory const output(folder / "out", {"v.h5"}); }),
                   "v.h5: a link is in the way"));
    fs::create_symlink("nowhere", folder / "link");
    CHECK(contains(message_of([&] { io::OutputDirectory const output(folder / "link"); }), "link to what does not exist"));
    CHECK(names_in(folder / "out") == std::set<std::string>{"spikes.h5", "v.h5"});
}

TEST_CASE("what a dead process left is finished, kept or removed, as far as it had come") {
    Folder const folder;
    auto const place = folder / "out", left = folder / ".out.partial", lock = folder / ".out.lock";
    auto const leave = [&](std::set<std::string> const& names, std::string const& state) {
        fs::create_directory(left);
        for (auto const& name : names) write_file(left / name, "new");
        write_file(lock, state);
    };
    publish(place, {"a", "b"}, "old");
    SUBCASE("nothing was complete") {
        leave({"a"}, R"({"holder": "process 1"})");
        io::OutputDirectory const output(place);
        CHECK_FALSE(output.interrupted());
        CHECK(names_in(output.building()).empty());
        CHECK(read_file(place / "a") == "old");
    }
    SUBCASE("a run that had flushed its results") {
        leave({"a", io::record_name}, R"({"holder": "process 1"})");
        {
            io::OutputDirectory output(place);
            CHECK(output.interrupted());
            CHECK(read_file(place / "a") == "old");
        }
        {
            io::OutputDirectory output(place);  // it is not lost by another look
            REQUIRE(output.interrupted());
            output.adopt_interrupted();
            CHECK(names_in(output.building()) == std::set<std::string>{"a", io::record_name});
            output.publish({"a", "b"});
        }
        CHECK(names_in(place) == std::set<std::string>{"a", io::record_name});
    }
    SUBCASE("all but the exchange was done") {
        leave({"a"}, "");
        write_file(lock, R"({"exchanging": )" + std::to_string(inode(left)) + R"(, "folders": []})");
        io::OutputDirectory const output(place);
        CHECK(names_in(place) == std::set<std::string>{"a"});
        CHECK(read_file(place / "a") == "new");
    }
    SUBCASE("the exchange was done, and the old ones not removed") {
        leave({"a"}, R"({"exchanging": 1, "folders": ["folder", "brought"]})");
        fs::create_directory(left / "folder");
        fs::create_directory(place / "brought");
        io::OutputDirectory const output(place);
        CHECK(names_in(place) == std::set<std::string>{"a", "b", "brought", "folder"});
        CHECK(names_in(output.building()).empty());
    }
    SUBCASE("some files were moved") {
        leave({"a"}, "");
        write_file(place / "moved", "new");
        write_file(left / "moved", "old");
        auto const number = [&](fs::path const& file) { return std::to_string(inode(file)); };
        write_file(lock, R"({"moving": {"a": )" + number(left / "a") + R"(, "moved": )" + number(place / "moved") +
                             R"(}, "old": ["b"]})");
        io::OutputDirectory const output(place);
        CHECK(names_in(place) == std::set<std::string>{"a", "moved"});
        CHECK(read_file(place / "a") == "new");
        CHECK(read_file(place / "moved") == "new");
    }
    fs::remove_all(left);
    publish(place, {"c"}, "1", {"a", "b", "moved", io::record_name});
    CHECK(fs::exists(place / "c"));
    CHECK_FALSE(fs::exists(place / "a"));
    CHECK(names_in(place.parent_path()) == std::set<std::string>{"out"});
}

TEST_CASE("an HDF5 file that cannot be written is told, with path and cause") {
    Folder const folder;
    auto const path = folder / "x.h5";
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, SIG_IGN);
    std::vector<double> const values(10'000, 1.0);
    for (rlim_t const size : {0, 1000, 40'000, 80'000}) {
        rlimit const small{size, before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &small);
        auto const message = message_of([&] {
            io::h5::NewFile file(path);
            io::h5::write(file, "values", values);
            file.finish();
        });
        setrlimit(RLIMIT_FSIZE, &before);
        CHECK(contains(message, path.string()));
        CHECK(contains(message, "File too large"));
        fs::remove(path);
    }
    io::h5::NewFile file(path);
    io::h5::write(file, "values", values);
    file.finish();
    CHECK(io::h5::Input(path).numbers("values") == values);
}

TEST_CASE("files are written aside, and links at the names they have there are not followed") {
    Folder const folder;
    write_file(folder / "victim", "precious");
    for (auto const* name : {".x.part", ".x.part.lock"}) {
        fs::create_symlink(folder / "victim", folder / name);
        if (std::string(name).ends_with("lock"))
            CHECK_THROWS_AS(write_file(folder / "x", "new"), MachineError);
        else write_file(folder / "x", "new");
        CHECK(read_file(folder / "victim") == "precious");
        fs::remove(folder / name);
    }
    CHECK(read_file(folder / "x") == "new");
    CHECK(names_in(folder / "") == std::set<std::string>{"victim", "x"});
}
