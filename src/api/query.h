// The part of an address behind the question mark. Names without case; lists repeated, with commas, or both.
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

    std::optional<std::string> text(std::string_view name) const; // the first; "" counts as absent
    std::vector<std::string> list(std::string_view name) const;   // of all of that name, empty items dropped
    bool has(std::string_view name) const;
    std::optional<bool> boolean(std::string_view name) const;
    std::optional<std::int64_t> number(std::string_view name) const;

    std::int64_t skip() const; // 0 unless told
    std::int64_t take() const; // 30 unless told; never refused for being large
    // The query again without skip and take, as a prefix "name=value&…" for page links.
    std::string without_paging() const;

private:
    std::vector<std::pair<std::string, std::string>> all_;
};

} // namespace stepwell::api
