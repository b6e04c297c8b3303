#include "api/query.h"

#include "base/error.h"
#include "base/text.h"
#include "base/utf8.h"

namespace stepwell::api {

namespace {

constexpr std::int64_t max_items = 2147483647; // the value that clients send for "all"

std::string decode(std::string_view text) {
    auto plain = base::decode_percent(text, true);
    if (!plain) base::reject(std::string(text), "is not valid percent-encoding");
    if (!base::is_utf8(*plain) || plain->find('\0') != std::string::npos)
        base::reject(std::string(text), "is not valid UTF-8");
    return *plain;
}

} // namespace

Query::Query(std::string_view text) {
    for (auto part : base::split(text, '&')) {
        if (part.empty()) continue;
        auto equals = part.find('=');
        auto value = equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1);
        all_.emplace_back(decode(part.substr(0, equals)), decode(value));
    }
}

bool Query::has(std::string_view name) const {
    for (auto const& [key, value] : all_)
        if (base::equal_ignoring_case(key, name)) return true;
    return false;
}

std::optional<std::string> Query::text(std::string_view name) const {
    for (auto const& [key, value] : all_)
        if (base::equal_ignoring_case(key, name) && !value.empty()) return value;
    return std::nullopt;
}

std::vector<std::string> Query::list(std::string_view name) const {
    std::vector<std::string> items;
    for (auto const& [key, value] : all_) {
        if (!base::equal_ignoring_case(key, name)) continue;
        for (auto item : base::split(value, ','))
            if (!base::trim(item).empty()) items.emplace_back(base::trim(item));
    }
    return items;
}

std::optional<bool> Query::boolean(std::string_view name) const {
    auto value = text(name);
    if (!value) return std::nullopt;
    auto flag = base::to_bool(*value);
    if (!flag) base::reject(std::string(name), "must be true or false, not '" + *value + "'");
    return flag;
}

std::optional<std::int64_t> Query::number(std::string_view name) const {
    auto value = text(name);
    if (!value) return std::nullopt;
    auto number = base::to_number(*value);
    if (!number || *number < 0) base::reject(std::string(name), "must be a whole number, not '" + *value + "'");
    return number;
}

std::int64_t Query::skip() const { return std::min(number("skip").value_or(0), max_items); }

std::int64_t Query::take() const { return std::min(number("take").value_or(30), max_items); }

std::string Query::without_paging() const {
    std::string out;
    for (auto const& [key, value] : all_)
        if (!base::equal_ignoring_case(key, "skip") && !base::equal_ignoring_case(key, "take") &&
            !base::equal_ignoring_case(key, "apikey"))
            out += base::encode_percent(key) + '=' + base::encode_percent(value) + '&';
    return out;
}

} // namespace stepwell::api
