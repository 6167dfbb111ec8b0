// How long a thread stands in the queue for a core.
#pragma once

namespace rall {

/// Of the thread that makes it; ask in the same.
class CoreQueue {
public:
    CoreQueue();
    ~CoreQueue();
    CoreQueue(CoreQueue const&) = delete;
    CoreQueue& operator=(CoreQueue const&) = delete;

    /// s so far in which it was ready to run and others had the cores, as Linux counts it (/proc/[pid]/schedstat: proc(5)); 0 on systems that don't.
    double seconds() const;

private:
    int file_;
};

}  // namespace rall
