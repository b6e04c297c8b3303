// Any bytes as an order of a shim, with or without the magic words: all parsed parts are inside the bytes, and every
// list ends.
#include "run/shim_order.h"

#include <cstdlib>
#include <string>

using namespace stepwell::run;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

struct Bytes {
    std::string_view all;

    void expect_inside(std::string_view part, std::size_t more = 0) const {
        if (part.data() == nullptr) return;
        require(part.data() >= all.data() && part.data() + part.size() + more <= all.data() + all.size());
    }
    void walk(std::string_view list) const {
        expect_inside(list);
        std::size_t texts = 0;
        for (OrderCursor cursor(list); !cursor.done(); ++texts) {
            auto const text = cursor.text();
            expect_inside(text, text.data() ? 1 : 0);
            if (text.data()) require(text.data()[text.size()] == '\0'); // the shim passes it on unchanged
        }
        require(texts <= list.size());
    }
};

void check(std::string const& input) {
    Bytes const bytes{input};
    ShimOrder order;
    if (!read_order(input, order)) return;
    require(order.box_public_key.size() == 32);
    for (auto text : {order.ticket, order.boot_id, order.box_public_key, order.nonce}) bytes.expect_inside(text, 1);
    for (auto list : {order.secrets, order.argv, order.files, order.remarks}) bytes.walk(list);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string const bytes(reinterpret_cast<char const*>(data), size);
    check(bytes);
    std::string magic(order_magic);
    char const length[] = {char(magic.size()), 0, 0, 0};
    check(std::string(length, 4) + magic + '\0' + bytes);
    return 0;
}
