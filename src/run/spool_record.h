// The encoding of a log record: in the spool, in transit, and in the chunks a server stores. Only this file contains
// the format.
//
//   offset size
//        0    1  format, 1 (0 is read from a hole left by a power loss)
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
// All numbers are little-endian. Compiles without exceptions and allocates no memory: the shim uses it.
#pragma once
#include "run/contract.h"

namespace stepwell::run {

constexpr std::uint8_t record_format = 1;
constexpr std::size_t record_header_size = 32;
constexpr std::size_t max_output = 64u << 10; // bytes of payload of one output record
constexpr std::size_t max_payload = 1u << 20; // bytes of payload of any record

// Writes the header that precedes record.bytes.
void encode_header(Record const& record, char (&header)[record_header_size]);

enum class Found {
    record,
    partial, // the bytes end within the record
    damaged, // not a valid record
    foreign, // a format unknown to this program
};

struct Decoded {
    Found found = Found::partial;
    std::size_t size = record_header_size; // of the whole record, as far as known
    Record record;                         // views the given bytes
};

// Decodes the first record in `bytes`.
Decoded decode_record(std::string_view bytes);

std::uint32_t count_lines(std::string_view bytes);

} // namespace stepwell::run
