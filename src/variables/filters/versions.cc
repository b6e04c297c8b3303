// The lenient version format of Octopus: v1.2.3.4-beta.7+build
#include "base/text.h"
#include "variables/dotnet/number.h"
#include "variables/filters/filter.h"
#include "variables/language/unicode.h"

#include <limits>

namespace stepwell::variables {

namespace {

struct Version {
    std::array<std::int64_t, 4> numbers{};
    std::string_view prerelease, prefix, counter, metadata;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_digit(c) || (base::lower(c) >= 'a' && base::lower(c) <= 'z'); }
bool is_separator(char c) { return std::string_view(".-_\\").find(c) != std::string_view::npos; }

class Reader {
public:
    explicit Reader(std::string_view text) : text_(trim_spaces(text)) {}

    // Returns nullopt if the text is not a version.
    std::optional<Version> read() {
        if (text_.empty()) return std::nullopt;
        if (base::lower(text_[0]) == 'v' && text_.size() > 1 && is_digit(text_[trim_at(1)])) text_.remove_prefix(1);
        if (!read_numbers() || !read_prerelease() || !read_metadata() || !text_.empty()) return std::nullopt;
        return version_;
    }

private:
    std::size_t trim_at(std::size_t at) const {
        while (at + 1 < text_.size() && text_[at] == ' ') ++at;
        return at;
    }

    bool read_numbers() {
        for (std::size_t i = 0; i < 4; ++i) {
            auto start = i == 0 ? text_ : text_.substr(text_.starts_with('.') ? 1 : text_.size());
            start = trim_spaces(start, true, false);
            auto end = std::size_t(std::ranges::find_if_not(start, is_digit) - start.begin());
            if (end == 0) break;
            using Limits = std::numeric_limits<std::int32_t>;
            auto number = dotnet::parse_integer(start.substr(0, end), 0, Limits::max());
            if (!number) return false;
            version_.numbers[i] = *number;
            text_ = start.substr(end);
            auto rest = trim_spaces(text_, true, false);
            if (rest.starts_with('.')) text_ = rest;
        }
        return true;
    }

    bool read_prerelease() {
        if (text_.empty() || text_[0] == '+') return true;
        if (is_separator(text_[0])) text_.remove_prefix(1);
        auto end = std::size_t(std::ranges::find_if_not(text_, [](char c) { return is_word(c) || is_separator(c); }) -
                               text_.begin());
        auto whole = text_.substr(0, end);
        auto prefix = std::size_t(std::ranges::find_if_not(whole, is_word) - whole.begin());
        version_.prerelease = whole;
        version_.prefix = whole.substr(0, prefix);
        if (prefix < whole.size()) version_.counter = whole.substr(prefix + 1);
        text_.remove_prefix(end);
        return prefix > 0;
    }

    bool read_metadata() {
        if (!text_.starts_with('+')) return true;
        text_.remove_prefix(1);
        auto is_part = [](char c) { return is_word(c) || is_separator(c) || c == '+'; };
        auto end = std::size_t(std::ranges::find_if_not(text_, is_part) - text_.begin());
        version_.metadata = text_.substr(0, end);
        text_.remove_prefix(end);
        return end > 0;
    }

    std::string_view text_;
    Version version_;
};

Version version_of(FilterCall const& call) {
    if (auto version = Reader(call.text()).read()) return *version;
    throw Stopped{Refusal::version, "'" + std::string(call.text().substr(0, 100)) + "' is not a version", true};
}

template <std::size_t part> Filtered number_of(FilterCall const& call) {
    return std::to_string(version_of(call).numbers[part]);
}
template <std::string_view Version::* part> Filtered text_of(FilterCall const& call) {
    return std::string(version_of(call).*part);
}

} // namespace

std::span<FilterEntry const> version_filters() {
    static constexpr FilterEntry all[] = {
        {"versionmajor", number_of<0>, 0, any_number},
        {"versionminor", number_of<1>, 0, any_number},
        {"versionpatch", number_of<2>, 0, any_number},
        {"versionrevision", number_of<3>, 0, any_number},
        {"versionprerelease", text_of<&Version::prerelease>, 0, any_number},
        {"versionprereleaseprefix", text_of<&Version::prefix>, 0, any_number},
        {"versionprereleasecounter", text_of<&Version::counter>, 0, any_number},
        {"versionmetadata", text_of<&Version::metadata>, 0, any_number},
    };
    return all;
}

} // namespace stepwell::variables
