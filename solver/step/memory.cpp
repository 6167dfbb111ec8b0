#include "solver/step/memory.hpp"

#include <cstring>

#include "base/diagnostics.hpp"
#include "base/kokkos.hpp"

namespace rall::solver {

namespace {
using View = Kokkos::View<double*, Kokkos::LayoutRight>;  // doubles, for their alignment

#ifdef RALL_EMULATED_DEVICE
/// An emulated device has memory of its own as well, so that a forgotten copy is seen; what nobody wrote there is no number.
View::HostMirror mirror(View const& device) {
    std::memset(device.data(), 0xff, device.span() * sizeof(double));
    return Kokkos::create_mirror(device);
}
#else
View::HostMirror mirror(View const& device) { return Kokkos::create_mirror_view(device); }
#endif
}  // namespace

struct DeviceMemory::Views {
    View device;
    View::HostMirror host;
    std::size_t bytes = 0;
};

DeviceMemory::DeviceMemory(char const* label, std::size_t bytes) : views_(std::make_unique<Views>()) {
    try {
        views_->device =
            View(Kokkos::view_alloc(std::string(label), Kokkos::WithoutInitializing), bytes / sizeof(double) + 1);
        views_->host = mirror(views_->device);
    } catch (std::exception const& failure) {
        throw MachineError("not enough memory for " + std::to_string(bytes >> 20) + " MiB of " + label + ": " +
                           failure.what());
    }
    views_->bytes = bytes;
}

DeviceMemory::~DeviceMemory() = default;
DeviceMemory::DeviceMemory(DeviceMemory&&) noexcept = default;
DeviceMemory& DeviceMemory::operator=(DeviceMemory&&) noexcept = default;

std::size_t DeviceMemory::size() const { return views_->bytes; }
std::byte* DeviceMemory::device() const { return reinterpret_cast<std::byte*>(views_->device.data()); }
std::byte* DeviceMemory::host() const { return reinterpret_cast<std::byte*>(views_->host.data()); }
void DeviceMemory::to_device() { Kokkos::deep_copy(views_->device, views_->host); }
void DeviceMemory::to_host() { Kokkos::deep_copy(views_->host, views_->device); }
void DeviceMemory::bring_host() {
    if (!views_->host.data()) views_->host = Kokkos::create_mirror(views_->device);  // the device has memory of its own
    to_host();
}
void DeviceMemory::drop_host() {
    if (host() != device()) views_->host = {};
}

}  // namespace rall::solver
