// Where the nodes of a container live: on the heap, or in a std::pmr::memory_resource.
//
//   heap       [ Node ]
//   resource   [ Node | resource ]   the word is paid only by containers that were given a resource
//
// A node outlives its container when it waits in a domain, so what it takes to free it lies in the node.

#ifndef RECLAIM_STRUCTURES_SUPPORT_NODE_MEMORY_H
#define RECLAIM_STRUCTURES_SUPPORT_NODE_MEMORY_H

#include <memory_resource>
#include <new>
#include <type_traits>
#include <utility>

#include "reclaim/sync/sync.h"

namespace reclaim {

namespace detail {

// A Node that came from a memory resource, which follows it.
template <class Node>
struct resourced final : Node {
  template <class... Args>
  explicit resourced(std::pmr::memory_resource* from, Args&&... args)
      : Node(std::forward<Args>(args)...), resource(from) {}

  // Ends *node and gives its memory back: how a domain ends it.
  static void reclaim(resourced* node) noexcept {
    std::pmr::memory_resource* const resource = node->resource;
    node->~resourced();
    resource->deallocate(node, sizeof(resourced), alignof(resourced));
  }

  std::pmr::memory_resource* const resource;
};

// Memory that goes back to its resource unless a node was made in it.
class pending_memory {
 public:
  pending_memory(std::pmr::memory_resource& resource, std::size_t size, std::size_t alignment)
      : resource_(resource), size_(size), alignment_(alignment), memory_(resource.allocate(size, alignment)) {}
  ~pending_memory() {
    if (memory_ != nullptr) resource_.deallocate(memory_, size_, alignment_);
  }
  pending_memory(const pending_memory&) = delete;
  pending_memory& operator=(const pending_memory&) = delete;

  void* get() const noexcept { return memory_; }
  void keep() noexcept { memory_ = nullptr; }

 private:
  std::pmr::memory_resource& resource_;
  const std::size_t size_;
  const std::size_t alignment_;
  void* memory_;
};

}  // namespace detail

// Makes and ends nodes of one type.  Any thread; as thread-safe as the memory resource.
template <class Node>
class node_memory {
  using resourced = detail::resourced<Node>;

 public:
  // A null `resource` stands for the heap.  Precondition: a resource outlives the nodes, those included that wait
  // in a domain.
  explicit node_memory(std::pmr::memory_resource* resource = nullptr) noexcept : resource_(resource) {}

  // Makes a Node(args...).  Returns null if the heap is exhausted, and then `args` are as they were.
  // Throws: what the node's constructor or the resource throws, and then nothing is kept.
  template <class... Args>
  [[nodiscard]] Node* try_make(Args&&... args) {
    if (resource_ == nullptr) return new (std::nothrow) Node(std::forward<Args>(args)...);
    detail::pending_memory memory(*resource_, sizeof(resourced), alignof(resourced));
    Node* const made = ::new (memory.get()) resourced(resource_, std::forward<Args>(args)...);
    memory.keep();
    return made;
  }

  // Makes a Node(args...).  Throws: std::bad_alloc; what the node's constructor or the resource throws.
  template <class... Args>
  [[nodiscard]] Node* make(Args&&... args) {
    Node* const made = try_make(std::forward<Args>(args)...);
    if (made == nullptr) sync::raise_bad_alloc();
    return made;
  }

  // Ends a node that no other thread can reach.
  void end(Node* node) noexcept {
    if (resource_ == nullptr) {
      delete node;
    } else {
      resourced::reclaim(static_cast<resourced*>(node));
    }
  }

  // Hands a node that was unlinked to the domain of `guard`.  Precondition: as guard.retire(node).
  template <class Guard>
  void retire(Guard& guard, Node* node) noexcept {
    if (resource_ == nullptr) {
      guard.retire(node);
    } else {
      guard.retire(static_cast<resourced*>(node));
    }
  }

  std::pmr::memory_resource* resource() const noexcept { return resource_; }

 private:
  std::pmr::memory_resource* const resource_;
};

}  // namespace reclaim

#endif  // RECLAIM_STRUCTURES_SUPPORT_NODE_MEMORY_H
