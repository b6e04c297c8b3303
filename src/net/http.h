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
    // Instead of all headers of that name.
    void set(std::string_view name, std::string value);
    auto begin() const { return all_.begin(); }
    auto end() const { return all_.end(); }

private:
    std::vector<std::pair<std::string, std::string>> all_;
};

struct Request {
    std::string method; // as sent; methods are compared with case
    std::string path;   // of the target, before the question mark; still percent-encoded; begins with '/', or is "*"
    std::string query;  // behind the question mark; still encoded
    Headers headers;
    std::string body;
    std::string peer; // address of the other end, without port
};

// An endless or long body. The server pulls: it asks for the next piece only when the last one is written, so a slow
// reader holds nothing but its own place. Asked from an io thread; may be answered from any thread, now or later.
// A source that throws, or drops `give` unanswered, breaks the connection off, so that no reader takes a part for all.
class Source {
public:
    virtual ~Source() = default;
    // Calls `give` exactly once, with bytes; with nothing at the end. Empty bytes are allowed: nothing is written.
    using Give = std::function<void(std::optional<std::string> bytes)>;
    virtual void next(Give give) = 0;
    // The reader has gone (closed, or sends no more; or the server stops); a pending `next` need not be answered any
    // more. Called at most once, on an io thread, and not after the end was given. Must not throw.
    virtual void abandon() {}
};

// A WebSocket conversation: what comes in is told, what goes out is pulled as from a Source (one text message a piece;
// an empty piece sends nothing). The end closes it with 1000. Messages above 64 KiB (1009), binary ones (1003) and text
// that is not UTF-8 (1007) end it.
class Conversation : public Source {
public:
    // On an io thread, one at a time; shall be quick.
    virtual void received(std::string message) = 0;
};

struct Response {
    int status = 200;
    std::string content_type = "application/json; charset=utf-8"; // none is written when empty
    // "Connection: close" is honoured; Content-Length, Transfer-Encoding, Connection and Date are the server's business
    // and ignored here. A header that would break the head (line ends, NUL) turns the answer into a 500.
    Headers headers;
    std::string body;                               // sent with Content-Length, unless
    std::shared_ptr<std::string const> shared_body; // is sent in its place, by many connections from one buffer
    std::shared_ptr<Source> source;                 // sent chunked, or until the end for HTTP/1.0
    std::shared_ptr<Conversation> conversation;     // the connection becomes a WebSocket; the other members are ignored
    // The request was authenticated. Its connection is kept when connections run short (net/connection_table.h).
    bool caller_is_known = false;
};

// Call once, from any thread, at any time: also when connection and server are gone (then a source is abandoned).
// Dropping it unanswered answers 500; further calls do nothing.
using Answer = std::function<void(Response)>;
// Called on an io thread, on several at once: answer there when it takes microseconds, else hand `answer` to somebody
// else. Throwing answers 500.
using Handler = std::function<void(Request request, Answer answer)>;
// Decides whether the body of a request is read that is larger than small; `head` is the request without its body.
// Returns nullopt if the caller is authenticated and may send it. Any other answer is sent without reading the body,
// and the connection is closed. Called on an io thread: must return within microseconds. Must not throw.
using BodyCheck = std::function<std::optional<Response>(Request const& head)>;

std::string_view reason_phrase(int status);
// The envelope that clients know: {"ErrorMessage":…,"Errors":[…],…}; of a 404 ErrorMessage alone. With 400 the sentence
// is one of Errors, unless `errors` has better ones; what is said once must not stand in both. An empty Errors is left
// out.
Response error_response(int status, std::string_view message, std::vector<std::string> const& errors = {});

} // namespace stepwell::net
