#include "app/stack.hpp"

#include <pthread.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <system_error>
#include <thread>

namespace rall::app {

int with_stack(std::function<int()> const& work) {
    constexpr std::size_t enough = 8 << 20, least = 1 << 20;  // bytes
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    std::size_t given = 0;
    pthread_getattr_default_np(&attributes);
    pthread_attr_getstacksize(&attributes, &given);
    if (given < enough && pthread_attr_setstacksize(&attributes, enough) == 0) pthread_setattr_default_np(&attributes);
    pthread_attr_destroy(&attributes);

    rlimit limit{};
    ::getrlimit(RLIMIT_STACK, &limit);
    if (limit.rlim_cur < enough) {  // the stack of the main thread grows up to what is allowed when it does
        limit.rlim_cur = std::min<rlim_t>(enough, limit.rlim_max);
        ::setrlimit(RLIMIT_STACK, &limit);
    }
    if (limit.rlim_cur >= least) return work();
    int code = 3;
    try {
        std::thread([&] { code = work(); }).join();
    } catch (std::system_error const& failure) {
        std::fprintf(stderr, "rall: the stack is too small (ulimit -s), and no thread with a larger one starts: %s\n",
                     failure.what());
    }
    return code;
}

}  // namespace rall::app
