// The query string of a URL. Names ignore case. A list may be repeated, separated by commas, or both.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stepwell::api {

class Query {
public:
    explicit Query(std::string_view text); // throws Error{invalid} on malformed percent-encoding

    std::optional<std::string> text(std::string_view name) const; // the first value; "" is treated as missing
    std::vector<std::string> list(std::string_view name) const;   // all values of the name, without empty items
    bool has(std::string_view name) const;
    std::optional<bool> boolean(std::string_view name) const;
    std::optional<std::int64_t> number(std::string_view name) const;

    std::int64_t skip() const; // default: 0
    std::int64_t take() const; // default: 30; larger values are accepted
    // Returns the query without skip, take and apikey, as a prefix "name=value&…" for page links.
    std::string without_paging() const;

private:
    std::vector<std::pair<std::string, std::string>> all_;
};

} // namespace stepwell::api
