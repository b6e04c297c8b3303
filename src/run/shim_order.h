// The order for a shim, as the bytes of a sealed memory file. Written by the server and read by the shim of the same
// build.
//
//   text := u32 length, bytes, NUL        number := u64        list := u32 bytes, text*
//   order := text "stepwell order 2", text ticket, text boot_id, number timeout, number grace (ms), number spool_bytes,
//            number sensitive, text box_public_key, text nonce, list secrets, list argv, list files (name, bytes, …),
//            list remarks
//
// All numbers are little-endian.
#pragma once
#include <cstdint>
#include <cstring>
#include <string_view>

namespace stepwell::run {

constexpr std::string_view order_magic = "stepwell order 2";

// Reads texts and numbers from the front. After malformed input, good() is false and all results are empty.
class OrderCursor {
public:
    explicit OrderCursor(std::string_view bytes) : rest_(bytes) {}

    bool good() const { return good_; }
    bool done() const { return rest_.empty(); }
    // A NUL follows the view.
    std::string_view text() {
        auto view = block(1);
        if (view.empty() || view.back() != '\0') return {};
        return view.substr(0, view.size() - 1);
    }
    std::string_view list() { return block(0); }
    std::uint64_t number() {
        std::uint64_t value = 0;
        auto bytes = take(sizeof value);
        if (good_) std::memcpy(&value, bytes.data(), sizeof value);
        return value;
    }

private:
    std::string_view block(std::size_t more) {
        std::uint32_t length = 0;
        auto bytes = take(sizeof length);
        if (!good_) return {};
        std::memcpy(&length, bytes.data(), sizeof length);
        return take(std::size_t(length) + more);
    }
    std::string_view take(std::size_t count) {
        good_ = good_ && rest_.size() >= count;
        if (!good_) return rest_ = {};
        auto taken = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return taken;
    }

    std::string_view rest_;
    bool good_ = true;
};

// An order that was read. Views the bytes it was read from. Read the lists with an OrderCursor.
struct ShimOrder {
    std::string_view ticket;
    std::string_view boot_id;             // of the machine when the server wrote the order
    std::uint64_t timeout = 0, grace = 0; // ms
    std::uint64_t spool_bytes = 0;
    bool sensitive = false; // true: no part of the order may be written to a disk
    std::string_view box_public_key, nonce;
    std::string_view secrets, argv, files, remarks;
};

// Returns false if the bytes are not a valid order.
bool read_order(std::string_view bytes, ShimOrder& order);

} // namespace stepwell::run
