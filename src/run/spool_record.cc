#include "run/spool_record.h"

#include "base/crypto.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace stepwell::run {

namespace {

struct Header {
    std::uint8_t format, kind, stream, level;
    std::uint32_t length, crc, lines;
    std::uint64_t sequence;
    std::int64_t time;
};
static_assert(sizeof(Header) == record_header_size);
static_assert(std::endian::native == std::endian::little);

std::uint32_t crc_of(Header header, std::string_view payload) {
    header.crc = 0;
    auto crc = base::crc32c({reinterpret_cast<char const*>(&header), sizeof header});
    return base::crc32c(payload, crc);
}

bool plausible(Header const& header) {
    return header.kind <= std::uint8_t(RecordKind::marker) && header.stream <= std::uint8_t(Stream::err) &&
           header.level <= std::uint8_t(Level::error) && header.length <= max_payload && header.sequence > 0;
}

} // namespace

void encode_header(Record const& record, char (&out)[record_header_size]) {
    Header header{record_format,
                  std::uint8_t(record.kind),
                  std::uint8_t(record.stream),
                  std::uint8_t(record.level),
                  std::uint32_t(record.bytes.size()),
                  0,
                  record.lines,
                  record.sequence,
                  record.at.time_since_epoch().count()};
    header.crc = crc_of(header, record.bytes);
    std::memcpy(out, &header, sizeof header);
}

Decoded decode_record(std::string_view bytes) {
    Decoded answer;
    if (bytes.empty()) return answer;
    auto format = static_cast<std::uint8_t>(bytes[0]);
    if (format != record_format) {
        answer.found = format == 0 ? Found::damaged : Found::foreign;
        return answer;
    }
    if (bytes.size() < record_header_size) return answer;
    Header header;
    std::memcpy(&header, bytes.data(), sizeof header);
    answer.found = Found::damaged;
    if (!plausible(header)) return answer;
    answer.size = record_header_size + header.length;
    answer.found = Found::partial;
    if (bytes.size() < answer.size) return answer;
    auto payload = bytes.substr(record_header_size, header.length);
    answer.found = Found::damaged;
    if (crc_of(header, payload) != header.crc) return answer;
    answer.found = Found::record;
    answer.record = {header.sequence,
                     RecordKind(header.kind),
                     Stream(header.stream),
                     Level(header.level),
                     Time(std::chrono::milliseconds(header.time)),
                     header.lines,
                     payload};
    return answer;
}

std::uint32_t count_lines(std::string_view bytes) { return std::uint32_t(std::ranges::count(bytes, '\n')); }

} // namespace stepwell::run
