#include "bench/support/trace.h"

#include <algorithm>
#include <array>
#include <boost/iostreams/copy.hpp>
#include <boost/iostreams/device/array.hpp>
#include <boost/iostreams/device/back_inserter.hpp>
#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filter/lzma.hpp>
#include <boost/iostreams/filtering_stream.hpp>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <utility>

namespace reclaim::bench {
namespace {

constexpr std::string_view csv_header = "version,time,op,size,lbn";
constexpr std::size_t csv_fields = 5;

constexpr unsigned scsi_read = 0x28;
constexpr unsigned scsi_write = 0x2a;

// Takes the first line off `text`, without its line end.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

// What stood where a number should, fit to be shown in one line on a terminal.
std::string quoted(std::string_view text) {
  constexpr std::size_t most = 40;  // characters
  std::string shown(text.substr(0, most));
  for (char& c : shown) {
    if (c < ' ' || c > '~') c = '?';
  }
  return "'" + shown + (text.size() > most ? "...'" : "'");
}

// One line of a CSV trace, and where it stands.
class csv_line {
 public:
  csv_line(std::string_view line, const std::string& name, std::size_t number) : name_(name), number_(number) {
    std::size_t count = 0;
    for (std::size_t begin = 0;; ++count) {
      const std::size_t end = line.find(',', begin);
      if (count < csv_fields) fields_[count] = line.substr(begin, end - begin);
      if (end == std::string_view::npos) break;
      begin = end + 1;
    }
    if (++count == csv_fields) return;
    refuse((count < csv_fields ? "too few fields: " : "too many fields: ") + std::to_string(count) + ", expected 5 (" +
           std::string(csv_header) + ")");
  }

  operation parse() const {
    number(0, "version", ~std::uint64_t{0}, 10);
    number(1, "time", ~std::uint64_t{0}, 10);
    const std::uint64_t op = number(2, "op", 0xff, 16);
    if (op != scsi_read && op != scsi_write) refuse("op is neither 28 (read) nor 2a (write): " + quoted(fields_[2]));
    number(3, "size", 0xffff'ffff, 10);
    return {number(4, "lbn", operation::key_limit - 1, 10), op == scsi_write};
  }

 private:
  std::uint64_t number(std::size_t field, const char* title, std::uint64_t most, int base) const {
    const std::string_view digits = fields_[field];
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.begin(), digits.end(), value, base);
    if (error == std::errc::result_out_of_range || (error == std::errc{} && value > most)) {
      refuse(std::string(title) + " is out of range: " + quoted(digits));
    }
    if (error != std::errc{} || end != digits.end()) refuse(std::string(title) + " is not a number: " + quoted(digits));
    return value;
  }

  [[noreturn]] void refuse(const std::string& why) const {
    throw input_error(name_ + ":" + std::to_string(number_) + ": " + why);
  }

  const std::string& name_;
  std::size_t number_;
  std::array<std::string_view, csv_fields> fields_{};
};

std::string read_whole(const std::filesystem::path& file) {
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) throw input_error(file.string() + ": is a directory, not a trace");
  std::ifstream in(file, std::ios::binary);
  if (!in) throw input_error(file.string() + ": cannot be read: " + std::strerror(errno));
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  if (in.bad()) throw input_error(file.string() + ": cannot be read: " + std::strerror(errno));
  return bytes;
}

bool starts_with(std::string_view bytes, std::string_view magic) { return bytes.substr(0, magic.size()) == magic; }

// Expands gzip and xz, known by their first bytes; returns all else as it is.
std::string expand(std::string bytes, const std::string& name) {
  namespace io = boost::iostreams;
  const bool is_gzip = starts_with(bytes, "\x1f\x8b");
  const bool is_xz = starts_with(bytes, std::string_view("\xfd" "7zXZ\0", 6));
  if (!is_gzip && !is_xz) return bytes;
  io::filtering_istream in;
  if (is_gzip) in.push(io::gzip_decompressor());
  if (is_xz) in.push(io::lzma_decompressor());
  in.push(io::array_source(bytes.data(), bytes.size()));
  in.exceptions(std::ios::badbit);  // else a damaged stream would look like a short one
  std::string expanded;
  try {
    io::copy(in, io::back_inserter(expanded));
  } catch (const std::exception&) {
    throw input_error(name + ": is cut or damaged (" + (is_gzip ? "gzip" : "xz") + ")");
  }
  return expanded;
}

bool is_named_u32(std::filesystem::path file) {
  if (file.extension() == ".gz" || file.extension() == ".xz") file = file.stem();
  return file.extension() == ".u32";
}

}  // namespace

trace make_trace(std::string name, std::vector<operation> operations) {
  std::vector<std::uint64_t> keys;
  keys.reserve(operations.size());
  std::size_t writes = 0;
  for (const operation o : operations) {
    keys.push_back(o.key());
    writes += o.is_write() ? 1 : 0;
  }
  std::sort(keys.begin(), keys.end());
  const auto distinct = std::unique(keys.begin(), keys.end()) - keys.begin();
  return {std::move(name), std::move(operations), static_cast<std::size_t>(distinct), writes};
}

trace parse_csv(std::string_view text, std::string name) {
  if (text.empty()) throw input_error(name + ": is empty");
  const std::string_view header = take_line(text);
  if (header != csv_header) throw input_error(name + ":1: bad header, expected " + std::string(csv_header));
  std::vector<operation> operations;
  for (std::size_t number = 2; !text.empty(); ++number) {
    operations.push_back(csv_line(take_line(text), name, number).parse());
  }
  if (operations.empty()) throw input_error(name + ": has a header and no access");
  return make_trace(std::move(name), std::move(operations));
}

trace parse_u32(std::string_view bytes, std::string name) {
  if (bytes.empty()) throw input_error(name + ": is empty");
  if (bytes.size() % 4 != 0) {
    throw input_error(name + ": is truncated: " + std::to_string(bytes.size()) + " bytes, not a multiple of 4");
  }
  std::vector<operation> operations;
  operations.reserve(bytes.size() / 4);
  for (std::size_t i = 0; i != bytes.size(); i += 4) {
    std::uint64_t key = 0;
    for (std::size_t byte = 4; byte-- != 0;) key = key << 8 | static_cast<unsigned char>(bytes[i + byte]);
    operations.emplace_back(key, false);
  }
  return make_trace(std::move(name), std::move(operations));
}

trace read_trace(const std::filesystem::path& file, trace_format format) {
  const std::string bytes = expand(read_whole(file), file.string());
  const bool is_u32 = format == trace_format::u32 || (format == trace_format::by_name && is_named_u32(file));
  return is_u32 ? parse_u32(bytes, file.string()) : parse_csv(bytes, file.string());
}

}  // namespace reclaim::bench
