// The only exception type: the current operation cannot continue. A failed step is a value, not an exception.
// Any code may throw it. It ends one unit of work, and the next one can start: a request or a stream (`api`), a
// connection or a WebSocket (`net`), an event of a task or part of its log (`engine`), a job of the writer (`store`), a
// script or a request to the launcher (`run`), a command (`cli`), a request on the control socket or the program
// (`apps`). All other handlers expect a specific error: they convert it to a value, retry, or add a detail and rethrow.
#pragma once
#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace stepwell::base {

enum class Kind {
    invalid,         // bad input; `problems` lists every mistake
    unauthenticated, // missing or rejected credentials
    forbidden,       // authenticated caller without the permission
    not_found,       // unknown, or not visible to the caller
    not_allowed,     // known path, wrong method
    conflict,        // a concurrent change, or the state forbids it
    too_large,       // a size limit was exceeded
    too_many,        // a rate limit was exceeded
    unavailable,     // temporary; retry later
    internal,        // a fault of the server or the machine
};

// One mistake in an input. `path` is its position, in the caller's terms: Steps[0].Actions[1].Name
struct Problem {
    std::string path;
    std::string message;
};
using Problems = std::vector<Problem>;

// Returns "Steps[0].Name: is required", or the message alone if the path is empty.
std::string to_text(Problem const& problem);

class Error : public std::exception {
public:
    Error(Kind kind, std::string message, Problems problems = {});

    Kind kind() const { return kind_; }
    std::string const& message() const { return message_; }
    Problems const& problems() const { return problems_; }
    char const* what() const noexcept override { return message_.c_str(); }

private:
    Kind kind_;
    std::string message_;
    Problems problems_;
};

// A failed system call; `number` is its errno.
class SystemError : public Error {
public:
    SystemError(std::string message, int number) : Error(Kind::internal, std::move(message)), number_(number) {}

    int number() const { return number_; }

private:
    int number_;
};

// Throws Error{invalid} with one problem.
[[noreturn]] void reject(std::string path, std::string message);
// Throws Error{invalid} if `problems` is not empty.
void reject_if_any(Problems problems);
// Throws SystemError with `what` followed by the text of the current errno.
[[noreturn]] void fail_with_errno(std::string_view what);

} // namespace stepwell::base
