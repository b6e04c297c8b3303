// A blocking HTTP/1.1 client over one kept-alive connection; what the command line speaks with.
#pragma once
#include "net/http.h"

#include <chrono>
#include <memory>
#include <string>

namespace stepwell::net {

class Client {
public:
    // "http://host[:port]"; connects at the first request. Throws Error{invalid} for anything else.
    explicit Client(std::string const& address);
    ~Client();

    // Sends and reads the whole answer. A kept-alive connection that turns out closed is opened anew, once.
    // Throws Error{unavailable} when the server cannot be reached or breaks off.
    Response send(std::string const& method, std::string const& target, Headers const& headers, std::string body,
                  std::chrono::seconds limit = std::chrono::seconds(60));
    // The same, but the body of the answer is told in pieces as they come; `piece` returns false to stop reading.
    Response stream(std::string const& method, std::string const& target, Headers const& headers, std::string body,
                    std::function<bool(std::string_view)> piece);

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace stepwell::net
