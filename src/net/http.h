// HTTP requests and responses as the rest of the program sees them, without Asio or Beast.
#pragma once
#include "base/text.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stepwell::net {

// Header lines in the order received. Names compare without case.
class Headers {
public:
    // Returns the value of the first header of that name; empty if absent.
    std::string_view operator[](std::string_view name) const;
    void add(std::string name, std::string value) { all_.emplace_back(std::move(name), std::move(value)); }
    // Replaces all headers of that name.
    void set(std::string_view name, std::string value);
    auto begin() const { return all_.begin(); }
    auto end() const { return all_.end(); }

private:
    std::vector<std::pair<std::string, std::string>> all_;
};

struct Request {
    std::string method; // as sent; methods are case-sensitive
    std::string path;   // the target before the question mark, percent-encoded; starts with '/', or is "*"
    std::string query;  // the target after the question mark, percent-encoded
    Headers headers;
    std::string body;
    std::string peer; // IP address of the client, without port
};

// A long or endless body. The server requests the next chunk only after the previous one was written, so a slow reader
// does not accumulate data. Called on an io thread; `give` may be called from any thread, immediately or later. If a
// source throws or destroys `give` without calling it, the connection is aborted, so that the reader does not treat the
// body as complete.
class Source {
public:
    virtual ~Source() = default;
    // Calls `give` exactly once: with bytes, or with nullopt at the end. Empty bytes are allowed and write nothing.
    using Give = std::function<void(std::optional<std::string> bytes)>;
    virtual void next(Give give) = 0;
    // Called if the reader closed the connection or the server stops. A pending `next` need not be answered any more.
    // Called at most once, on an io thread, and not after the end was given. Must not throw.
    virtual void abandon() {}
};

// A WebSocket. Incoming messages are passed to received(). Outgoing messages are requested as from a Source: one text
// message per chunk; an empty chunk sends nothing. The end of the source closes the WebSocket with code 1000. Messages
// over 64 KiB (1009), binary messages (1003) and text that is not UTF-8 (1007) close it too.
class Conversation : public Source {
public:
    // Called on an io thread, one message at a time. Must return quickly.
    virtual void received(std::string message) = 0;
};

struct Response {
    int status = 200;
    std::string content_type = "application/json; charset=utf-8"; // empty means no Content-Type header
    // "Connection: close" is honored. Content-Length, Transfer-Encoding, Date and other values of Connection are set by
    // the server and ignored here. A header with a line break or NUL turns the response into a 500.
    Headers headers;
    std::string body;                               // sent with Content-Length
    std::shared_ptr<std::string const> shared_body; // sent instead of `body`; many connections share one buffer
    std::shared_ptr<Source> source;                 // sent chunked; to an HTTP/1.0 client until the connection closes
    std::shared_ptr<Conversation> conversation; // turns the connection into a WebSocket; the other members are ignored
    // True if the request was authenticated. Its connection is then a known one (net/connection_table.h).
    bool caller_is_known = false;
};

// Call once, from any thread. If connection or server no longer exist, the response is discarded and its source
// abandoned. Destroying it without a call sends a 500; further calls have no effect.
using Answer = std::function<void(Response)>;
// Called on an io thread, on several concurrently. Call `answer` directly if that takes microseconds; otherwise pass it
// to another thread. An exception sends a 500.
using Handler = std::function<void(Request request, Answer answer)>;
// Decides whether to read the body of a request that exceeds Limits::small_body_bytes; `head` is the request without
// its body. Returns nullopt if the caller is authenticated and may send it. Any other response is sent without reading
// the body, and the connection is closed. Called on an io thread: must return within microseconds. Must not throw.
using BodyCheck = std::function<std::optional<Response>(Request const& head)>;

std::string_view reason_phrase(int status);
// Returns an error in the form that Octopus clients expect: {"ErrorMessage":…,"Errors":[…],…}. A 404 has ErrorMessage
// only. With 400, `message` is also the only element of Errors, unless `errors` is not empty. An empty Errors is
// omitted.
Response error_response(int status, std::string_view message, std::vector<std::string> const& errors = {});

} // namespace stepwell::net
