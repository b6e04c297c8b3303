// What a shim is to do, as the bytes of a sealed memory file. Written by the server, read by the shim of the same
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

// Takes texts and numbers off the front. After anything that does not fit, good() is false and all is empty.
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

// Views the bytes it was read from. The lists are read with an OrderCursor.
struct ShimOrder {
    std::string_view ticket;
    std::string_view boot_id;             // of the machine, which is the server's as well
    std::uint64_t timeout = 0, grace = 0; // ms
    std::uint64_t spool_bytes = 0;
    bool sensitive = false; // nothing of it may lie on a disk
    std::string_view box_public_key, nonce;
    std::string_view secrets, argv, files, remarks;
};

// False when the bytes are no order.
bool read_order(std::string_view bytes, ShimOrder& order);

} // namespace stepwell::run
