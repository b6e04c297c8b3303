// A blocking HTTP/1.1 client over one keep-alive connection, used by the command line. Not thread-safe.
#pragma once
#include "net/http.h"

#include <chrono>
#include <memory>
#include <string>

namespace stepwell::net {

// When to stop waiting for the next chunk of a stream.
struct Waiting {
    int wake = -1; // a descriptor; stop when it becomes readable; -1 means none
    std::chrono::milliseconds idle = std::chrono::milliseconds::max(); // stop after this time without data
};

class Client {
public:
    // `address` is "http://host[:port]"; a trailing slash is allowed. Throws Error{invalid} for anything else. Connects
    // at the first request.
    explicit Client(std::string const& address);
    ~Client();

    // Sends a request and reads the whole response within `limit`. Throws Error{unavailable} if the server cannot be
    // reached, closes the connection early or is too slow. Reconnects once if the keep-alive connection turns out to be
    // closed: before sending, for every method; after sending but before the first byte of the response, only for
    // methods that may be repeated (not POST or PATCH).
    Response send(std::string const& method, std::string const& target, Headers const& headers, std::string body,
                  std::chrono::milliseconds limit = std::chrono::seconds(60));
    // Like send(), but passes the body of a 2xx response to `piece` in chunks as they arrive, without a total time
    // limit. Stops and closes the connection if `piece` returns false or `waiting` ends. Any other response is read
    // whole and returned with its body. Throws Error{unavailable} if woken before the response head is complete.
    Response stream(std::string const& method, std::string const& target, Headers const& headers, std::string body,
                    std::function<bool(std::string_view)> piece, Waiting waiting = {});

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace stepwell::net
