#include "net/response_head.h"

#include "base/text.h"

#include <algorithm>
#include <ctime>
#include <fmt/format.h>

namespace stepwell::net {

namespace {

constexpr std::string_view default_retry_after = "2"; // seconds

bool is_value(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        auto const u = static_cast<unsigned char>(c);
        return (u >= 0x20 && u != 0x7f) || u == '\t';
    });
}

bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        auto const u = static_cast<unsigned char>(c);
        return u > 0x20 && u < 0x7f && std::string_view("\"(),/:;<=>?@[\\]{}").find(c) == std::string_view::npos;
    });
}

bool is_servers_business(std::string_view name) {
    for (std::string_view own : {"Content-Length", "Transfer-Encoding", "Connection", "Date"})
        if (base::equal_ignoring_case(name, own)) return true;
    return false;
}

void add(std::string& head, std::string_view name, std::string_view value) {
    head.append(name).append(": ").append(value).append("\r\n");
}

} // namespace

bool has_writable_head(Response const& response) {
    if (!is_value(response.content_type) || response.status < 200 || response.status > 999) return false;
    return std::all_of(response.headers.begin(), response.headers.end(),
                       [](auto const& header) { return is_token(header.first) && is_value(header.second); });
}

std::string write_head(Response const& response, Framing const& framing, std::string_view date) {
    std::string head;
    head.reserve(384);
    fmt::format_to(std::back_inserter(head), "HTTP/1.1 {} {}\r\n", response.status, reason_phrase(response.status));
    add(head, "Date", date);
    if (!response.content_type.empty() && framing.body != Framing::Body::none)
        add(head, "Content-Type", response.content_type);
    if (framing.body == Framing::Body::length) add(head, "Content-Length", fmt::format_int(framing.length).c_str());
    if (framing.body == Framing::Body::chunked) add(head, "Transfer-Encoding", "chunked");
    if (!framing.keep_alive)
        add(head, "Connection", "close");
    else if (!framing.http_1_1)
        add(head, "Connection", "keep-alive");
    bool const comes_again = response.status == 429 || response.status == 503;
    if (comes_again && response.headers["Retry-After"].empty()) add(head, "Retry-After", default_retry_after);
    for (auto const& [name, value] : response.headers)
        if (!is_servers_business(name)) add(head, name, value);
    return head += "\r\n";
}

std::string http_date(std::int64_t seconds_since_1970) {
    static constexpr char const* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr char const* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::time_t const time = seconds_since_1970;
    std::tm utc{};
    ::gmtime_r(&time, &utc);
    return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", days[utc.tm_wday], utc.tm_mday, months[utc.tm_mon],
                       utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
}

bool names_token(std::string_view list, std::string_view token) {
    for (auto piece : base::split(list, ','))
        if (base::equal_ignoring_case(base::trim(piece), token)) return true;
    return false;
}

} // namespace stepwell::net
