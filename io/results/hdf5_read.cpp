#include "io/results/hdf5_read.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>

#include "base/input_file.hpp"
#include "base/inputs.hpp"
#include "io/results/hdf5_checked.hpp"

namespace rall::io::h5 {
namespace {

constexpr std::uint64_t child_memory = std::uint64_t{1} << 30;  // bytes beyond what the process begins with
constexpr std::uint64_t child_seconds = 3;                      // of processor time, and
constexpr std::uint64_t bytes_per_second = 10'000'000;  // one more for so many bytes: a tenth of what deflate does

/// What precedes each part of an answer.
struct Part {
    enum Kind : std::uint64_t { data, end, refused, device, no_memory } kind;
    std::uint64_t size;  ///< bytes that follow
};

/// Sends all; false where nobody listens any more.
bool send_all(int socket, void const* data, std::size_t size) {
    auto const* at = static_cast<char const*>(data);
    while (size > 0) {
        auto const n = ::send(socket, at, size, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        at += n;
        size -= static_cast<std::size_t>(n);
    }
    return true;
}

bool receive_all(int socket, void* data, std::size_t size) {
    auto* at = static_cast<char*>(data);
    while (size > 0) {
        auto const n = ::recv(socket, at, size, 0);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        at += n;
        size -= static_cast<std::size_t>(n);
    }
    return true;
}

void limit(decltype(RLIMIT_AS) what, rlim_t to) {
    rlimit now{};
    if (::getrlimit(what, &now) != 0) return;
    now.rlim_cur = std::min(now.rlim_max, to);
    ::setrlimit(what, &now);
}

void limit_time(std::uint64_t work) { limit(RLIMIT_CPU, child_seconds + work / bytes_per_second); }

}  // namespace

/// A question: this, then the bytes of the path and of the name.
struct Input::Question {
    Ask ask;
    std::uint64_t path, name, first, count;
};

/// Answers questions until nobody asks any more. Only async-signal-safe calls are sure to work between fork and exec where there
/// are other threads; what is used here are malloc, which glibc keeps whole over a fork, and HDF5, which no other thread uses.
struct Input::Child {
    int socket;
    std::shared_ptr<Fate> fate;

    void confine(pid_t parent) const {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != parent) ::_exit(0);
        for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
        sigset_t none;
        ::sigemptyset(&none);
        ::sigprocmask(SIG_SETMASK, &none, nullptr);
        limit(RLIMIT_CORE, 0);
        limit(RLIMIT_FSIZE, 0);
        std::uint64_t pages = 0;
        if (std::ifstream("/proc/self/statm") >> pages)
            limit(RLIMIT_AS, pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) + child_memory);
    }

    void part(Part::Kind kind, void const* bytes, std::uint64_t size) const {
        Part const head{kind, size};
        if (!send_all(socket, &head, sizeof head) || !send_all(socket, bytes, size)) ::_exit(0);
    }

    template <class T>
    auto sender() const {
        return [this](T const* values, std::size_t n) { part(Part::data, values, n * sizeof(T)); };
    }

    void answer(CheckedFile& file, Question const& q, std::string const& path, std::string const& name) const {
        auto const send = [&](auto const& bytes) { part(Part::data, bytes.data(), bytes.size() * sizeof(bytes[0])); };
        switch (q.ask) {
            case Ask::exists:
                return send(std::string(1, file.exists(path) ? '1' : '0'));
            case Ask::is_text:
                return send(std::string(1, file.is_text(path) ? '1' : '0'));
            case Ask::members: {
                std::string list;
                for (auto const& member : file.members(path)) list.append(member).push_back('\0');
                return send(list);
            }
            case Ask::shape:
                return send(file.shape(path));
            case Ask::text:
                return send(file.text_attribute(path, name));
            case Ask::number:
                return send(file.number_attribute(path, name));
            case Ask::numbers:
                return file.numbers(path, {q.first, q.count}, sender<double>());
            case Ask::ids:
                return file.ids(path, {q.first, q.count}, sender<std::uint64_t>());
            case Ask::texts:
                return file.texts(path, sender<char>());
            case Ask::columns:
                return file.columns(path, q.first, q.count, sender<double>());
            case Ask::rows:
                return file.rows(path, {q.first, q.count}, sender<double>());
        }
    }

    /// An answer, or what stands in its way: before all, that the system refused something.
    template <class Work>
    void reply(Work work) const {
        auto kind = Part::end;
        std::string what;
        try {
            work();
        } catch (Refused const& failure) {
            kind = Part::refused, what = failure.what();
        } catch (std::bad_alloc const&) {
            kind = Part::no_memory;
        }
        if (fate->error) kind = Part::device, what = std::strerror(fate->error);
        part(kind, what.data(), what.size());
    }

    [[noreturn]] void run(pid_t parent) const {
        confine(parent);
        std::optional<CheckedFile> file;
        reply([&] { file.emplace(fate, limit_time); });
        if (!file) ::_exit(0);
        limit(RLIMIT_NOFILE, 0);  // what is open stays so; nothing else opens
        for (Question q{}; receive_all(socket, &q, sizeof q);) {
            std::string path_of(q.path, '\0'), name(q.name, '\0');
            if (!receive_all(socket, path_of.data(), q.path) || !receive_all(socket, name.data(), q.name)) break;
            reply([&] { answer(*file, q, path_of, name); });
        }
        ::_exit(0);
    }
};

Input::Input(std::filesystem::path path) : path_(std::move(path)) {
    note_input(path_);
    most_ = most_bytes(InputFile(path_).size());
    int pair[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        throw MachineError("cannot read " + path_.string() + ": " + std::strerror(errno));
    auto const parent = ::getpid();
    child_ = ::fork();
    if (child_ == 0) {
        ::close(pair[0]);
        Child{pair[1], std::make_shared<Fate>(Fate{path_})}.run(parent);
    }
    int const code = errno;
    ::close(pair[1]);
    socket_ = pair[0];
    if (child_ > 0) {
        try {
            answer<char>("");
            return;
        } catch (...) {
            stop();
            throw;
        }
    }
    ::close(socket_);
    throw MachineError("cannot read " + path_.string() + ": no process can be started: " + std::strerror(code));
}

Input::~Input() { stop(); }

void Input::stop() const {
    ::close(socket_);
    if (child_ < 0) return;
    ::kill(child_, SIGKILL);
    while (::waitpid(child_, nullptr, 0) < 0 && errno == EINTR) {
    }
}

InputError Input::unreadable(std::string const& what) const { return {"hdf5-unreadable", {path_.string()}, what}; }

void Input::ended(std::string const& about) const {
    auto const what = about.empty() ? std::string("it") : fmt::format("'{}'", about);
    int status = 0;
    if (child_ > 0) {
        ::kill(child_,
               SIGKILL);  // it may have closed the socket and live on; its own end, if it has come, is what is told
        while (::waitpid(child_, &status, 0) < 0 && errno == EINTR) {
        }
        child_ = -1;
    }
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
        throw unreadable(
            fmt::format("this file is damaged: reading {} takes longer than any file of this size can take", what));
    if (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL)
        throw unreadable(fmt::format("this file is damaged: the HDF5 library crashed reading {} ({})", what,
                                     ::strsignal(WTERMSIG(status))));
    throw unreadable(fmt::format("this file is damaged: the process that was to read {} ended", what));
}

void Input::send(void const* data, std::size_t size, std::string const& about) const {
    if (child_ < 0 || !send_all(socket_, data, size)) ended(about);
}

void Input::receive(void* data, std::size_t size, std::string const& about) const {
    if (child_ < 0 || !receive_all(socket_, data, size)) ended(about);
}

void Input::ask(Ask what, std::string const& path, std::string const& name, std::uint64_t first,
                std::uint64_t count) const {
    Question const question{what, path.size(), name.size(), first, count};
    send(&question, sizeof question, path);
    send(path.data(), path.size(), path);
    send(name.data(), name.size(), path);
}

template <class T>
std::vector<T> Input::answer(std::string const& about, std::uint64_t expected) const {
    std::vector<T> values;
    if (expected <= most_ / sizeof(T)) values.reserve(expected);
    for (;;) {
        Part part{};
        receive(&part, sizeof part, about);
        bool const fits = part.size % sizeof(T) == 0 && part.size <= most_ - values.size() * sizeof(T);
        switch (part.kind) {
            case Part::data: {
                if (!fits) ended(about);  // a child that HDF5 has led astray may say anything
                auto const have = values.size();
                values.resize(have + part.size / sizeof(T));
                receive(values.data() + have, part.size, about);
                break;
            }
            case Part::end:
                return values;
            case Part::refused:
            case Part::device: {
                std::string what(std::min<std::uint64_t>(part.size, 1 << 20), '\0');
                receive(what.data(), what.size(), about);
                if (part.kind == Part::refused) throw unreadable(what);
                throw MachineError("cannot read " + path_.string() + ": " + what);
            }
            case Part::no_memory:
                throw unreadable(
                    fmt::format("reading {} takes more than {} MiB of memory: it is damaged, or made to do so",
                                about.empty() ? "this file" : "'" + about + "'", child_memory >> 20));
            default:
                ended(about);
        }
    }
}

bool Input::yes(Ask what, std::string const& path) const {
    ask(what, path);
    auto const found = answer<char>(path);
    return !found.empty() && found[0] == '1';
}

bool Input::exists(std::string const& path) const { return yes(Ask::exists, path); }

bool Input::is_text(std::string const& path) const { return yes(Ask::is_text, path); }

/// Texts that come with a NUL behind each.
std::vector<std::string> Input::list(std::string const& about) const {
    std::vector<std::string> texts(1);
    for (char const c : answer<char>(about)) {
        if (c == '\0') texts.emplace_back();
        else texts.back() += c;
    }
    texts.pop_back();
    return texts;
}

std::vector<std::string> Input::members(std::string const& path) const {
    ask(Ask::members, path);
    return list(path);
}

std::vector<std::string> Input::texts(std::string const& path) const {
    ask(Ask::texts, path);
    return list(path);
}

void Input::populations(std::string const& root, std::string const& kind,
                        std::function<void(std::string const&, std::string const&)> const& read) const {
    if (!exists(root)) throw unreadable(fmt::format("this is no {}: it has no group '{}'", kind, root));
    for (auto const& population : members(root)) read(population, root + "/" + population);
}

std::vector<std::uint64_t> Input::shape(std::string const& path) const {
    ask(Ask::shape, path);
    return answer<std::uint64_t>(path);
}

std::string Input::text_attribute(std::string const& path, std::string const& name) const {
    ask(Ask::text, path, name);
    auto const text = answer<char>(path);
    return {text.begin(), text.end()};
}

std::optional<double> Input::number_attribute(std::string const& path, std::string const& name) const {
    ask(Ask::number, path, name);
    auto const value = answer<double>(path);
    return value.empty() ? std::nullopt : std::optional(value.front());
}

std::vector<double> Input::numbers(std::string const& path, std::uint64_t first, std::uint64_t count) const {
    ask(Ask::numbers, path, {}, first, count);
    return answer<double>(path, count);
}

std::vector<std::uint64_t> Input::ids(std::string const& path, std::uint64_t first, std::uint64_t count) const {
    ask(Ask::ids, path, {}, first, count);
    return answer<std::uint64_t>(path, count);
}

std::vector<double> Input::columns(std::string const& path, std::uint64_t first, std::uint64_t count) const {
    ask(Ask::columns, path, {}, first, count);
    return answer<double>(path);
}

std::vector<double> Input::rows(std::string const& path, std::uint64_t first, std::uint64_t count) const {
    ask(Ask::rows, path, {}, first, count);
    return answer<double>(path);
}

}  // namespace rall::io::h5
