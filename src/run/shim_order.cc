#include "run/shim_order.h"

namespace stepwell::run {

bool read_order(std::string_view bytes, ShimOrder& order) {
    OrderCursor cursor(bytes);
    if (cursor.text() != order_magic) return false;
    order.ticket = cursor.text();
    order.boot_id = cursor.text();
    order.timeout = cursor.number();
    order.grace = cursor.number();
    order.spool_bytes = cursor.number();
    order.sensitive = cursor.number() != 0;
    order.box_public_key = cursor.text();
    order.nonce = cursor.text();
    order.secrets = cursor.list();
    order.argv = cursor.list();
    order.files = cursor.list();
    order.remarks = cursor.list();
    return cursor.good() && cursor.done() && order.box_public_key.size() == 32;
}

} // namespace stepwell::run
