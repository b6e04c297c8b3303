// A blocking HTTP/1.1 client over one kept-alive connection; what the command line speaks with. For one thread at a
// time.
#pragma once
#include "net/http.h"

#include <chrono>
#include <memory>
#include <string>

namespace stepwell::net {

// When a stream no longer waits for its next piece.
struct Waiting {
    int wake = -1;                                                     // a descriptor: it can be read
    std::chrono::milliseconds idle = std::chrono::milliseconds::max(); // nothing came for so long
};

class Client {
public:
    // "http://host[:port]", a trailing slash is tolerated; connects at the first request. Throws Error{invalid} for
    // anything else.
    explicit Client(std::string const& address);
    ~Client();

    // Sends and reads the whole answer within `limit`. Throws Error{unavailable} when the server cannot be reached,
    // breaks off or is too slow. A kept-alive connection found closed is opened anew, once: before sending for every
    // method; when it closes before the first byte of the answer, only for methods that may safely be sent twice (not
    // POST, not PATCH).
    Response send(std::string const& method, std::string const& target, Headers const& headers, std::string body,
                  std::chrono::milliseconds limit = std::chrono::seconds(60));
    // The same, but the body of a 2xx answer is told in pieces as they come, without a limit of time; `piece` returns
    // false to stop reading, which closes the connection; so does the end of `waiting`. Any other answer is read whole
    // and returned with its body. Woken before the head of the answer: Error{unavailable}.
    Response stream(std::string const& method, std::string const& target, Headers const& headers, std::string body,
                    std::function<bool(std::string_view)> piece, Waiting waiting = {});

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace stepwell::net
