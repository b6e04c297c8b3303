#include "net/target.h"

#include "base/text.h"

namespace stepwell::net {

namespace {

std::optional<Target> split_absolute(std::string_view target, std::size_t scheme_length) {
    auto rest = target.substr(scheme_length);
    auto const end = rest.find_first_of("/?");
    Target split{.path = "/", .query = {}, .authority = rest.substr(0, end)};
    if (!is_authority(split.authority)) return {};
    if (end == std::string_view::npos) return split;
    rest.remove_prefix(end);
    auto const question = rest.find('?');
    if (question != 0) split.path = rest.substr(0, question);
    if (question != std::string_view::npos) split.query = rest.substr(question + 1);
    return split;
}

} // namespace

bool is_authority(std::string_view text) {
    if (text.empty()) return false;
    for (char c : text)
        if (c <= ' ' || c == 0x7f || std::string_view(",/\\@?#\"<>^`{|}").find(c) != std::string_view::npos)
            return false;
    return true;
}

std::optional<Target> split_target(std::string_view method, std::string_view target) {
    if (target.empty() || target.find('#') != std::string_view::npos) return {};
    if (target == "*")
        return method == "OPTIONS" ? std::optional(Target{.path = target, .query = {}, .authority = {}}) : std::nullopt;
    for (std::string_view scheme : {"http://", "https://"})
        if (base::starts_ignoring_case(target, scheme)) return split_absolute(target, scheme.size());
    if (target.front() != '/') return {};
    auto const question = target.find('?');
    Target split{.path = target.substr(0, question), .query = {}, .authority = {}};
    if (question != std::string_view::npos) split.query = target.substr(question + 1);
    return split;
}

} // namespace stepwell::net
