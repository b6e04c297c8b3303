// A record of a log as bytes: in the spool, on its way, and in the chunks a server keeps. Only this file knows the
// format.
//
//   offset size
//        0    1  format, 1 (0 is what a hole left by power loss reads as)
//        1    1  kind
//        2    1  stream
//        3    1  level
//        4    4  length of the payload
//        8    4  CRC-32C of the other 28 bytes of this header and of the payload
//       12    4  newlines in the payload
//       16    8  sequence
//       24    8  milliseconds since 1970, UTC
//       32       payload
//
// All numbers are little-endian. Compiles without exceptions and allocates nothing: the shim uses it.
#pragma once
#include "run/contract.h"

namespace stepwell::run {

constexpr std::uint8_t record_format = 1;
constexpr std::size_t record_header_size = 32;
constexpr std::size_t max_output = 64u << 10; // payload of one output record
constexpr std::size_t max_payload = 1u << 20; // of any record

// Writes the header that goes before record.bytes.
void encode_header(Record const& record, char (&header)[record_header_size]);

enum class Found {
    record,
    partial, // the bytes end within it
    damaged, // cannot have been written so
    foreign, // of a format that this program does not know
};

struct Decoded {
    Found found = Found::partial;
    std::size_t size = record_header_size; // what the whole record takes, as far as known
    Record record;                         // views the bytes given
};

// The first record in `bytes`.
Decoded decode_record(std::string_view bytes);

std::uint32_t count_lines(std::string_view bytes);

} // namespace stepwell::run
