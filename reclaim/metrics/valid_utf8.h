// Text from anywhere as UTF-8.

#ifndef RECLAIM_METRICS_VALID_UTF8_H
#define RECLAIM_METRICS_VALID_UTF8_H

#include <cstddef>
#include <string>
#include <string_view>

namespace reclaim::detail {

// Returns how many bytes the character at the front of `text` has; 0 if none begins there.  [Unicode 15, table 3-7]
constexpr std::size_t bytes_of_character(std::string_view text) noexcept {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(i < text.size() ? text[i] : 0); };
  const auto follows = [&](std::size_t i) { return (at(i) & 0xC0) == 0x80; };
  const unsigned char first = at(0), second = at(1);
  if (first < 0x80) return text.empty() ? 0 : 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool is_too_long = first == 0xE0 && second < 0xA0;
    const bool is_surrogate = first == 0xED && second > 0x9F;
    return follows(1) && follows(2) && !is_too_long && !is_surrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool is_too_long = first == 0xF0 && second < 0x90;
    const bool is_beyond = first == 0xF4 && second > 0x8F;
    return follows(1) && follows(2) && follows(3) && !is_too_long && !is_beyond ? 4 : 0;
  }
  return 0;
}

// Returns `text` with U+FFFD for each byte that belongs to no character: the kernel cuts a thread's name at 15 bytes.
// Throws: std::bad_alloc.  O(bytes).
inline std::string valid_utf8(std::string_view text) {
  std::string valid;
  valid.reserve(text.size());
  while (!text.empty()) {
    const std::size_t bytes = bytes_of_character(text);
    valid += bytes != 0 ? text.substr(0, bytes) : "\xEF\xBF\xBD";
    text.remove_prefix(bytes != 0 ? bytes : 1);
  }
  return valid;
}

}  // namespace reclaim::detail

#endif  // RECLAIM_METRICS_VALID_UTF8_H
