// Device memory seen from code that knows no Kokkos.
#pragma once

#include <cstddef>
#include <memory>

namespace rall::solver {

/// Bytes on the device with a copy on the host. Where the host can use the device's memory they are one and the same, and
/// copying costs nothing. Throws MachineError when there is not enough.
class DeviceMemory {
public:
    DeviceMemory(char const* label, std::size_t bytes);
    ~DeviceMemory();
    DeviceMemory(DeviceMemory&&) noexcept;
    DeviceMemory& operator=(DeviceMemory&&) noexcept;

    std::size_t size() const;
    std::byte* device() const;
    std::byte* host() const;
    void to_device();
    void to_host();
    void drop_host();   ///< frees the host's copy if it is one of its own
    void bring_host();  ///< ... and makes it anew, as the device has it

    template <class T>
    T* device_as() const {
        return reinterpret_cast<T*>(device());
    }
    template <class T>
    T* host_as() const {
        return reinterpret_cast<T*>(host());
    }

private:
    struct Views;
    std::unique_ptr<Views> views_;
};

}  // namespace rall::solver
