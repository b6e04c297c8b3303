#include "base/error.h"

#include <cerrno>
#include <system_error>

namespace stepwell::base {

std::string to_text(Problem const& problem) {
    return problem.path.empty() ? problem.message : problem.path + ": " + problem.message;
}

Error::Error(Kind kind, std::string message, Problems problems)
    : kind_(kind), message_(std::move(message)), problems_(std::move(problems)) {}

void reject(std::string path, std::string message) {
    Problem problem{std::move(path), std::move(message)};
    auto text = to_text(problem);
    throw Error(Kind::invalid, std::move(text), {std::move(problem)});
}

void reject_if_any(Problems problems) {
    if (problems.empty()) return;
    if (problems.size() == 1) reject(problems[0].path, problems[0].message);
    throw Error(Kind::invalid, "There was a problem with your request.", std::move(problems));
}

void fail_with_errno(std::string_view what) {
    auto code = std::error_code(errno, std::generic_category());
    throw SystemError(std::string(what) + ": " + code.message(), code.value());
}

} // namespace stepwell::base
