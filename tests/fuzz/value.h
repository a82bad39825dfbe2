// A value on the heap, so that a sanitizer sees each use of it after its end; and the living are counted.

#ifndef RECLAIM_TESTS_FUZZ_VALUE_H
#define RECLAIM_TESTS_FUZZ_VALUE_H

#include <atomic>
#include <cstddef>
#include <memory>

namespace reclaim::fuzz {

class value {
 public:
  inline static std::atomic<std::size_t> living{0};

  explicit value(unsigned number) : number_(new unsigned(number)) { ++living; }
  value(const value& other) : value(other.number()) {}
  value(value&& other) noexcept : number_(std::move(other.number_)) { ++living; }
  value& operator=(const value&) = delete;
  ~value() { --living; }

  unsigned number() const noexcept { return *number_; }

 private:
  std::unique_ptr<unsigned> number_;  // none after a move
};

}  // namespace reclaim::fuzz

#endif  // RECLAIM_TESTS_FUZZ_VALUE_H
