// Where in the code a guard was made, in builds that keep account of it.

#ifndef RECLAIM_SYNC_CODE_LOCATION_H
#define RECLAIM_SYNC_CODE_LOCATION_H

namespace reclaim::sync {

// Whether guards say where they were made, for stalls().  Bazel: --//reclaim/sync:guards=tracked
#if defined(RECLAIM_GUARDS_TRACKED)
inline constexpr bool guards_are_tracked = true;

struct code_location {
  const char* file = nullptr;
  const char* function = nullptr;
  unsigned line = 0;

  // As an argument's default, where the caller is.
  static constexpr code_location current(const char* in_file = __builtin_FILE(), const char* in_function = __builtin_FUNCTION(),
                                         unsigned on_line = __builtin_LINE()) noexcept {
    return {in_file, in_function, on_line};
  }
};

// One that its thread writes and any thread reads; the parts of two may be mixed for a moment.
class shared_code_location {
 public:
  code_location exchange(const code_location& now) noexcept {
    code_location before;
    write_to(before.file, before.function, before.line);
    file_.store(now.file, memory_order::relaxed);
    function_.store(now.function, memory_order::relaxed);
    line_.store(now.line, memory_order::relaxed);
    return before;
  }
  void write_to(const char*& file, const char*& function, unsigned& line) const noexcept {
    file = file_.load(memory_order::relaxed);
    function = function_.load(memory_order::relaxed);
    line = line_.load(memory_order::relaxed);
  }

 private:
  unmodelled_atomic<const char*> file_{nullptr};
  unmodelled_atomic<const char*> function_{nullptr};
  unmodelled_atomic<unsigned> line_{0};
};
#else
inline constexpr bool guards_are_tracked = false;

struct code_location {
  static constexpr code_location current() noexcept { return {}; }
};

class shared_code_location {
 public:
  code_location exchange(const code_location&) noexcept { return {}; }
  void write_to(const char*&, const char*&, unsigned&) const noexcept {}
};
#endif

}  // namespace reclaim::sync

#endif  // RECLAIM_SYNC_CODE_LOCATION_H
