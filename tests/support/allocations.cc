#include "support/allocations.h"

#include <atomic>
#include <cstdlib>
#include <malloc.h>
#include <new>

#ifdef STEPWELL_SANITIZED
#include <sanitizer/allocator_interface.h>
#endif

namespace stepwell::tests {

namespace {

std::atomic<long long> now{0}, start{0}, most{0}, all{0};

void note_allocated(std::size_t size) {
    auto const bytes = static_cast<long long>(size);
    all.fetch_add(bytes, std::memory_order_relaxed);
    auto const held = now.fetch_add(bytes, std::memory_order_relaxed) + bytes;
    for (auto before = most.load(std::memory_order_relaxed); held > before;)
        if (most.compare_exchange_weak(before, held, std::memory_order_relaxed)) break;
}

void note_freed(std::size_t size) { now.fetch_sub(static_cast<long long>(size), std::memory_order_relaxed); }

} // namespace

#ifdef STEPWELL_SANITIZED

namespace {

void on_malloc(void const volatile*, std::size_t size) { note_allocated(size); }
void on_free(void const volatile* at) {
    if (at) note_freed(__sanitizer_get_allocated_size(const_cast<void const*>(at)));
}
[[maybe_unused]] int const installed = __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);

} // namespace

#endif

Allocations::Allocations() {
    start = now.load();
    most = now.load();
    all = 0;
}

std::size_t Allocations::peak() const { return static_cast<std::size_t>(most.load() - start.load()); }
std::size_t Allocations::total() const { return static_cast<std::size_t>(all.load()); }

} // namespace stepwell::tests

#ifndef STEPWELL_SANITIZED

void* operator new(std::size_t size) {
    auto const made = std::malloc(size);
    if (!made) throw std::bad_alloc();
    stepwell::tests::note_allocated(malloc_usable_size(made));
    return made;
}
void operator delete(void* at) noexcept {
    if (!at) return;
    stepwell::tests::note_freed(malloc_usable_size(at));
    std::free(at);
}
void operator delete(void* at, std::size_t) noexcept { operator delete(at); }

#endif
