// The one exception: "this cannot continue". A failed step is not an error but a value.
// Thrown anywhere. It ends one piece of work, and the next can begin: a request or a stream (`api`), a connection or a
// WebSocket (`net`), an event of a task or a part of its log (`engine`), a job of the writer (`store`), a script or a
// request to the launcher (`run`), a command (`cli`), a request on the control socket or the program (`apps`). All
// other handlers expect an error and make a value of it, try again, or add a detail and throw it again.
#pragma once
#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace stepwell::base {

enum class Kind {
    invalid,         // the caller's input is wrong; `problems` names every mistake
    unauthenticated, // no or rejected credentials
    forbidden,       // known caller, missing permission
    not_found,       // unknown, or not visible to the caller
    not_allowed,     // known path, wrong method
    conflict,        // somebody else was faster, or the state forbids it
    too_large,       // a limit of size was passed
    too_many,        // a limit of rate was passed
    unavailable,     // try again later
    internal,        // our fault or the machine's
};

// One mistake in an input. `path` is where it is, in the caller's words: Steps[0].Actions[1].Name
struct Problem {
    std::string path;
    std::string message;
};
using Problems = std::vector<Problem>;

// "Steps[0].Name: is required", or the message alone where there is no path.
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

// A system call failed; `number` is its errno.
class SystemError : public Error {
public:
    SystemError(std::string message, int number) : Error(Kind::internal, std::move(message)), number_(number) {}

    int number() const { return number_; }

private:
    int number_;
};

// Throws Error{invalid} that carries one problem.
[[noreturn]] void reject(std::string path, std::string message);
// Throws Error{invalid} when there are any.
void reject_if_any(Problems problems);
// Throws SystemError with the text of the current errno behind `what`.
[[noreturn]] void fail_with_errno(std::string_view what);

} // namespace stepwell::base
