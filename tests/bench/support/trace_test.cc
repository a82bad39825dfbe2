#include "bench/support/trace.h"

#include <gtest/gtest.h>

#include <boost/iostreams/copy.hpp>
#include <boost/iostreams/device/array.hpp>
#include <boost/iostreams/device/back_inserter.hpp>
#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filter/lzma.hpp>
#include <boost/iostreams/filtering_stream.hpp>
#include <fstream>
#include <string>
#include <string_view>

namespace reclaim::bench {
namespace {

const std::string header = "version,time,op,size,lbn\n";

// What `parse` says of its input.
template <class Parse>
std::string complaint(Parse parse) {
  try {
    parse();
  } catch (const input_error& e) {
    return e.what();
  }
  return "";
}

std::string complaint_of_csv(const std::string& text) {
  return complaint([&] { parse_csv(text, "t.csv"); });
}

std::filesystem::path written(const std::string& name, std::string_view bytes) {
  const auto path = std::filesystem::path(testing::TempDir()) / name;
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

template <class Compressor>
std::string compressed(std::string_view text) {
  namespace io = boost::iostreams;
  std::string bytes;
  io::filtering_istream in;
  in.push(Compressor());
  in.push(io::array_source(text.data(), text.size()));
  io::copy(in, io::back_inserter(bytes));
  return bytes;
}

TEST(Trace, ReadsCsv) {
  const trace t = parse_csv(header + "1,5,28,512,42\n1,6,2a,4096,43\n1,7,28,512,42\n", "t.csv");

  const std::vector<operation> expected{{42, false}, {43, true}, {42, false}};
  EXPECT_EQ(t.operations, expected);
  EXPECT_EQ(t.distinct_keys, 2u);
  EXPECT_EQ(t.writes, 1u);
}

TEST(Trace, ReadsCsvWithoutALastLineEndAndWithCarriageReturns) {
  const trace t = parse_csv("version,time,op,size,lbn\r\n1,5,28,512,42\r\n1,5,2A,512,7", "t.csv");

  const std::vector<operation> expected{{42, false}, {7, true}};
  EXPECT_EQ(t.operations, expected);
}

TEST(Trace, TakesTheLargestBlockNumber) {
  const trace t = parse_csv(header + "1,5,28,512," + std::to_string(operation::key_limit - 1) + "\n", "t.csv");

  EXPECT_EQ(t.operations[0].key(), operation::key_limit - 1);
}

TEST(Trace, RefusesAnEmptyCsv) { EXPECT_EQ(complaint_of_csv(""), "t.csv: is empty"); }

TEST(Trace, RefusesACsvWithNothingButAHeader) { EXPECT_EQ(complaint_of_csv(header), "t.csv: has a header and no access"); }

TEST(Trace, RefusesABadHeader) {
  EXPECT_EQ(complaint_of_csv("time,op,lbn\n1,28,3\n"), "t.csv:1: bad header, expected version,time,op,size,lbn");
}

TEST(Trace, RefusesTooFewFieldsWithTheLine) {
  EXPECT_EQ(complaint_of_csv(header + "1,5,28,512,42\n1,5,28,512\n"),
            "t.csv:3: too few fields: 4, expected 5 (version,time,op,size,lbn)");
}

TEST(Trace, RefusesABlankLine) {
  EXPECT_EQ(complaint_of_csv(header + "\n1,5,28,512,42\n"), "t.csv:2: too few fields: 1, expected 5 (version,time,op,size,lbn)");
}

TEST(Trace, RefusesTooManyFields) {
  EXPECT_EQ(complaint_of_csv(header + "1,5,28,512,42,9\n"), "t.csv:2: too many fields: 6, expected 5 (version,time,op,size,lbn)");
}

TEST(Trace, RefusesNumbersOutOfRange) {
  EXPECT_EQ(complaint_of_csv(header + "1,5,28,512,99999999999999999999\n"), "t.csv:2: lbn is out of range: '99999999999999999999'");
  EXPECT_EQ(complaint_of_csv(header + "1,5,28,512,4611686018427387904\n"), "t.csv:2: lbn is out of range: '4611686018427387904'");
  EXPECT_EQ(complaint_of_csv(header + "1,5,28,4294967296,1\n"), "t.csv:2: size is out of range: '4294967296'");
  EXPECT_EQ(complaint_of_csv(header + "1,5,128,512,1\n"), "t.csv:2: op is out of range: '128'");
}

TEST(Trace, RefusesWhatIsNoNumber) {
  EXPECT_EQ(complaint_of_csv(header + "1,5,28,512,-1\n"), "t.csv:2: lbn is not a number: '-1'");
  EXPECT_EQ(complaint_of_csv(header + "1,5,28,512,\n"), "t.csv:2: lbn is not a number: ''");
  EXPECT_EQ(complaint_of_csv(header + "1,noon,28,512,1\n"), "t.csv:2: time is not a number: 'noon'");
  EXPECT_EQ(complaint_of_csv(header + "1,5,28,512,1x\n"), "t.csv:2: lbn is not a number: '1x'");
}

TEST(Trace, ShowsOnlyWhatATerminalCanShow) {
  EXPECT_EQ(complaint_of_csv(header + "1,\x1b[2J,28,512,1\n"), "t.csv:2: time is not a number: '?[2J'");
  EXPECT_EQ(complaint_of_csv(header + "1,5,28,512," + std::string(1'000, 'x') + "\n"),
            "t.csv:2: lbn is not a number: '" + std::string(40, 'x') + "...'");
}

TEST(Trace, RefusesAnOpThatNeitherReadsNorWrites) {
  EXPECT_EQ(complaint_of_csv(header + "1,5,2b,512,1\n"), "t.csv:2: op is neither 28 (read) nor 2a (write): '2b'");
}

TEST(Trace, ReadsU32LittleEndian) {
  const trace t = parse_u32(std::string_view("\x01\x00\x00\x00\xff\xee\xdd\xcc", 8), "t.u32");

  const std::vector<operation> expected{{1, false}, {0xccddeeff, false}};
  EXPECT_EQ(t.operations, expected);
}

TEST(Trace, RefusesATruncatedU32) {
  EXPECT_EQ(complaint([] { parse_u32("12345", "t.u32"); }), "t.u32: is truncated: 5 bytes, not a multiple of 4");
}

TEST(Trace, RefusesAnEmptyU32) {
  EXPECT_EQ(complaint([] { parse_u32("", "t.u32"); }), "t.u32: is empty");
}

TEST(Trace, KnowsU32ByTheName) {
  EXPECT_EQ(read_trace(written("a.u32", "abcd"), trace_format::by_name).operations.size(), 1u);
  EXPECT_EQ(read_trace(written("a.bin", "abcd"), trace_format::u32).operations.size(), 1u);
  EXPECT_NE(complaint([] { read_trace(written("a.bin", "abcd"), trace_format::by_name); }), "");
}

TEST(Trace, ReadsGzipAndXz) {
  const std::string text = header + "1,5,28,512,42\n";

  const trace from_gzip = read_trace(written("t.csv.gz", compressed<boost::iostreams::gzip_compressor>(text)), trace_format::by_name);
  const trace from_xz = read_trace(written("t.csv.xz", compressed<boost::iostreams::lzma_compressor>(text)), trace_format::by_name);
  const trace keys = read_trace(written("t.u32.xz", compressed<boost::iostreams::lzma_compressor>("abcdefgh")), trace_format::by_name);

  EXPECT_EQ(from_gzip.operations.size(), 1u);
  EXPECT_EQ(from_xz.operations.size(), 1u);
  EXPECT_EQ(keys.operations.size(), 2u);
}

TEST(Trace, RefusesACutArchive) {
  std::string text = header;
  for (int i = 0; i != 1000; ++i) text += "1,5,28,512," + std::to_string(i * i) + "\n";
  const std::string gzip = compressed<boost::iostreams::gzip_compressor>(text);
  const std::string xz = compressed<boost::iostreams::lzma_compressor>(text);

  const auto half_gzip = written("half.csv.gz", std::string_view(gzip).substr(0, gzip.size() / 2));
  const auto half_xz = written("half.csv.xz", std::string_view(xz).substr(0, xz.size() / 2));

  EXPECT_EQ(complaint([&] { read_trace(half_gzip, trace_format::by_name); }), half_gzip.string() + ": is cut or damaged (gzip)");
  EXPECT_EQ(complaint([&] { read_trace(half_xz, trace_format::by_name); }), half_xz.string() + ": is cut or damaged (xz)");
}

TEST(Trace, RefusesAMissingFile) {
  EXPECT_EQ(complaint([] { read_trace("/nowhere/t.csv", trace_format::csv); }), "/nowhere/t.csv: cannot be read: No such file or directory");
}

TEST(Trace, RefusesADirectory) {
  EXPECT_EQ(complaint([] { read_trace("/", trace_format::csv); }), "/: is a directory, not a trace");
}

}  // namespace
}  // namespace reclaim::bench
