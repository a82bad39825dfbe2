// Replaces the global operator new: counts what this thread allocates, and refuses when told to.
// To be included in one file of a program.

#ifndef RECLAIM_TESTS_SUPPORT_ALLOCATIONS_H
#define RECLAIM_TESTS_SUPPORT_ALLOCATIONS_H

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <limits>
#include <memory_resource>
#include <new>

namespace reclaim::tests {

namespace detail {
inline thread_local std::size_t allocations = 0;
inline thread_local std::size_t last_size = 0;
inline thread_local std::size_t allowed = std::numeric_limits<std::size_t>::max();
inline std::atomic<std::size_t> living{0};  // of all threads

inline void* allocate(std::size_t size, std::size_t alignment) noexcept {
  if (allowed == 0) return nullptr;
  if (allowed != std::numeric_limits<std::size_t>::max()) --allowed;
  ++allocations;
  last_size = size;
  living.fetch_add(1, std::memory_order_relaxed);
  if (alignment <= __STDCPP_DEFAULT_NEW_ALIGNMENT__) return std::malloc(size == 0 ? 1 : size);
  return std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
}

inline void release(void* memory) noexcept {
  if (memory != nullptr) living.fetch_sub(1, std::memory_order_relaxed);
  std::free(memory);
}

inline void* allocate_or_throw(std::size_t size, std::size_t alignment) {
  void* const memory = allocate(size, alignment);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
}  // namespace detail

// Whether the replacement is in force: a sanitizer's operator new may prevail, and then nothing is counted or refused.
[[nodiscard]] inline bool allocations_are_replaced() {
  const std::size_t before = detail::allocations;
  ::operator delete(::operator new(1));
  return detail::allocations != before;
}

// Bytes that this thread asked for when it last allocated.
inline std::size_t size_of_last_allocation() noexcept { return detail::last_size; }

// How many allocations, by any thread, have not been given back.
inline std::size_t living_allocations() noexcept { return detail::living.load(std::memory_order_relaxed); }

// How often this thread has allocated since.
class allocation_count {
 public:
  std::size_t get() const noexcept { return detail::allocations - start_; }

 private:
  std::size_t start_ = detail::allocations;
};

// While one lives, this thread's allocations fail, but for the first `allowed`.
class exhausted_memory {
 public:
  explicit exhausted_memory(std::size_t allowed = 0) noexcept { detail::allowed = allowed; }
  ~exhausted_memory() { detail::allowed = std::numeric_limits<std::size_t>::max(); }
  exhausted_memory(const exhausted_memory&) = delete;
  exhausted_memory& operator=(const exhausted_memory&) = delete;
};

// A memory resource that knows what is out, and refuses once `allowed` allocations are made.
class counting_resource : public std::pmr::memory_resource {
 public:
  explicit counting_resource(std::size_t allowed = std::numeric_limits<std::size_t>::max()) noexcept : allowed_(allowed) {}

  std::size_t bytes_out() const noexcept { return bytes_out_; }
  std::size_t allocated() const noexcept { return allocated_; }

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    if (allocated_ == allowed_) throw std::bad_alloc();
    void* const memory = std::pmr::new_delete_resource()->allocate(bytes, alignment);
    ++allocated_;
    bytes_out_ += bytes;
    return memory;
  }
  void do_deallocate(void* memory, std::size_t bytes, std::size_t alignment) override {
    bytes_out_ -= bytes;
    std::pmr::new_delete_resource()->deallocate(memory, bytes, alignment);
  }
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override { return this == &other; }

  const std::size_t allowed_;
  std::size_t allocated_ = 0;
  std::size_t bytes_out_ = 0;
};

}  // namespace reclaim::tests

// weak: a sanitizer that is linked statically brings its own.
// noinline: else the compiler sees new and free, and warns of the pair.
[[gnu::weak, gnu::noinline]] void* operator new(std::size_t size) { return reclaim::tests::detail::allocate_or_throw(size, 0); }
[[gnu::weak, gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment) {
  return reclaim::tests::detail::allocate_or_throw(size, static_cast<std::size_t>(alignment));
}
[[gnu::weak, gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return reclaim::tests::detail::allocate(size, 0); }
[[gnu::weak, gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return reclaim::tests::detail::allocate(size, static_cast<std::size_t>(alignment));
}
[[gnu::weak, gnu::noinline]] void* operator new[](std::size_t size) { return reclaim::tests::detail::allocate_or_throw(size, 0); }
[[gnu::weak, gnu::noinline]] void* operator new[](std::size_t size, std::align_val_t alignment) {
  return reclaim::tests::detail::allocate_or_throw(size, static_cast<std::size_t>(alignment));
}
[[gnu::weak, gnu::noinline]] void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return reclaim::tests::detail::allocate(size, 0); }
[[gnu::weak, gnu::noinline]] void* operator new[](std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return reclaim::tests::detail::allocate(size, static_cast<std::size_t>(alignment));
}
[[gnu::weak, gnu::noinline]] void operator delete(void* memory) noexcept { reclaim::tests::detail::release(memory); }
[[gnu::weak, gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { reclaim::tests::detail::release(memory); }
[[gnu::weak, gnu::noinline]] void operator delete(void* memory, std::align_val_t) noexcept { reclaim::tests::detail::release(memory); }
[[gnu::weak, gnu::noinline]] void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { reclaim::tests::detail::release(memory); }
[[gnu::weak, gnu::noinline]] void operator delete(void* memory, const std::nothrow_t&) noexcept { reclaim::tests::detail::release(memory); }
[[gnu::weak, gnu::noinline]] void operator delete(void* memory, std::align_val_t, const std::nothrow_t&) noexcept { reclaim::tests::detail::release(memory); }
[[gnu::weak, gnu::noinline]] void operator delete[](void* memory) noexcept { reclaim::tests::detail::release(memory); }
[[gnu::weak, gnu::noinline]] void operator delete[](void* memory, std::size_t) noexcept { reclaim::tests::detail::release(memory); }
[[gnu::weak, gnu::noinline]] void operator delete[](void* memory, std::align_val_t) noexcept { reclaim::tests::detail::release(memory); }
[[gnu::weak, gnu::noinline]] void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { reclaim::tests::detail::release(memory); }
[[gnu::weak, gnu::noinline]] void operator delete[](void* memory, const std::nothrow_t&) noexcept { reclaim::tests::detail::release(memory); }
[[gnu::weak, gnu::noinline]] void operator delete[](void* memory, std::align_val_t, const std::nothrow_t&) noexcept { reclaim::tests::detail::release(memory); }

#endif  // RECLAIM_TESTS_SUPPORT_ALLOCATIONS_H
