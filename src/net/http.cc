#include "net/http.h"

#include "base/json.h"

#include <algorithm>

namespace stepwell::net {

std::string_view Headers::operator[](std::string_view name) const {
    for (auto const& [key, value] : all_)
        if (base::equal_ignoring_case(key, name)) return value;
    return {};
}

void Headers::set(std::string_view name, std::string value) {
    std::erase_if(all_, [&](auto const& header) { return base::equal_ignoring_case(header.first, name); });
    all_.emplace_back(name, std::move(value));
}

std::string_view reason_phrase(int status) {
    switch (status) {
    case 100: return "Continue";
    case 101: return "Switching Protocols";
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 411: return "Length Required";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 426: return "Upgrade Required";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    default: return "Unknown";
    }
}

Response error_response(int status, std::string_view message, std::vector<std::string> const& errors) {
    Response response;
    response.status = status;
    base::JsonWriter to(response.body);
    // Older clients do not recognize a 404 with Errors or Details.
    if (status == 404) {
        to.begin_object().member("ErrorMessage", message).end_object();
        return response;
    }
    // Clients show ErrorMessage and then each of Errors.
    to.begin_object().member("ErrorMessage", status == 400 ? "There was a problem with your request." : message);
    bool const said_as_error = status == 400 && errors.empty();
    if (said_as_error || !errors.empty()) { // older clients print nothing if Errors is empty
        to.key("Errors").begin_array();
        if (said_as_error) to.text(message);
        for (auto const& error : errors) to.text(error);
        to.end_array();
    }
    to.key("Details").begin_object().end_object();
    to.key("HelpText").null().key("HelpLink").null().key("ParsedHelpLinks").raw("[]").key("FullException").null();
    to.end_object();
    return response;
}

} // namespace stepwell::net
