// The WebSocket part of a connection.
#pragma once
#include "net/loop.h"

namespace stepwell::net {

// Returns the error response if `request` is not a valid upgrade; nullopt if it is valid.
std::optional<Response> refuse_upgrade(Request const& request, bool http_1_1);

// Takes over the connection until the WebSocket ends. Abandons the conversation unless it ended itself.
Task<void> converse(Loop& loop, Socket socket, Request const& request, std::shared_ptr<Conversation> conversation);

} // namespace stepwell::net
