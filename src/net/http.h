// What an HTTP request and an answer are for everybody else. No Asio, no Beast here.
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

// In the order received; names compare without case.
class Headers {
public:
    // Value of the first header of that name, empty when absent.
    std::string_view operator[](std::string_view name) const;
    void add(std::string name, std::string value) { all_.emplace_back(std::move(name), std::move(value)); }
    auto begin() const { return all_.begin(); }
    auto end() const { return all_.end(); }

private:
    std::vector<std::pair<std::string, std::string>> all_;
};

struct Request {
    std::string method; // as sent, upper case
    std::string path;   // of the target, before the question mark; still percent-encoded
    std::string query;  // behind the question mark; still encoded
    Headers headers;
    std::string body;
    std::string peer;   // address of the other end, without port
};

// An endless or long body. The server pulls: it asks for the next piece only when the last one is written, so a slow
// reader holds nothing but its own place. Asked from an io thread; may be answered from any thread, now or later.
class Source {
public:
    virtual ~Source() = default;
    // Calls `give` exactly once, with bytes; with nothing at the end. Empty bytes are allowed: nothing is written.
    using Give = std::function<void(std::optional<std::string> bytes)>;
    virtual void next(Give give) = 0;
    // The reader has gone; a pending `next` need not be answered any more.
    virtual void abandon() {}
};

// A WebSocket conversation: what comes in is told, what goes out is pulled as from a Source (one text message a piece).
class Conversation : public Source {
public:
    virtual void received(std::string message) = 0;
};

struct Response {
    int status = 200;
    std::string content_type = "application/json; charset=utf-8";
    Headers headers;
    std::string body;                           // sent with Content-Length, unless
    std::shared_ptr<Source> source;             // sent chunked, or until the end for HTTP/1.0
    std::shared_ptr<Conversation> conversation; // the connection becomes a WebSocket; the other members are ignored
};

// Call once, from any thread. Dropping it unanswered answers 500.
using Answer = std::function<void(Response)>;
// Called on an io thread: answer there when it takes microseconds, else hand `answer` to somebody else.
using Handler = std::function<void(Request request, Answer answer)>;

std::string_view reason_phrase(int status);

} // namespace stepwell::net
