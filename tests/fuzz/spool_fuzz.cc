// Any bytes as a spool, whole and cut: every record found equals what would be written for it, a cut never turns one
// record into another, and the content of messages can be parsed.
#include "run/service_message.h"
#include "run/spool_record.h"

#include <algorithm>
#include <cstdlib>

using namespace stepwell::run;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

void check_record(Decoded const& decoded, std::string_view bytes) {
    auto const& record = decoded.record;
    require(decoded.size == record_header_size + record.bytes.size() && decoded.size <= bytes.size());
    char header[record_header_size];
    encode_header(record, header);
    require(std::equal(header, header + sizeof header, bytes.begin()));
    for (std::size_t cut = 0; cut < decoded.size; cut += 1 + cut / 8)
        require(decode_record(bytes.substr(0, cut)).found != Found::record);
    if (record.kind != RecordKind::message) return;
    AttributeReader reader(record.bytes);
    std::size_t read = reader.message_name().size();
    for (std::string_view name, value; reader.next(name, value);) read += name.size() + value.size();
    require(read <= record.bytes.size());
}

} // namespace

// The first byte selects raw bytes, or a record of them with a correct checksum, followed by the rest.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size == 0) return 0;
    std::string bytes(reinterpret_cast<char const*>(data) + 1, size - 1);
    if (data[0] % 2 == 1) {
        auto const payload = bytes.substr(0, bytes.size() / 2);
        char header[record_header_size];
        encode_header(
            {1 + data[0] / 2u, RecordKind::message, Stream::out, Level::standard, {}, count_lines(payload), payload},
            header);
        bytes = std::string(header, sizeof header) + payload + bytes.substr(bytes.size() / 2);
        require(decode_record(bytes).found == Found::record);
    }
    for (std::string_view rest = bytes;;) {
        auto const decoded = decode_record(rest);
        if (decoded.found != Found::record) return 0;
        check_record(decoded, rest);
        rest.remove_prefix(decoded.size);
    }
}
