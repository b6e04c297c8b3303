// The WebSocket half of a connection.
#pragma once
#include "net/loop.h"

namespace stepwell::net {

// What to answer when `request` is no proper upgrade; nothing when it is.
std::optional<Response> refuse_upgrade(Request const& request, bool http_1_1);

// Takes the connection over until the conversation is at its end, which it abandons unless that came from itself.
Task<void> converse(Loop& loop, Socket socket, Request const& request, std::shared_ptr<Conversation> conversation);

} // namespace stepwell::net
