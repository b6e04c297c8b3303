// Any bytes as JSON: whatever can be read is written so that it reads the same again. As a document with a description:
// it is rejected with problems, or stored and read again as the same. Fractions may lose their last digit each time,
// which the underlying reader permits.
#include "base/error.h"
#include "base/utf8.h"
#include "sample.h"

#include <algorithm>
#include <cstdlib>

using namespace stepwell;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

std::optional<base::Json> parse(std::string_view text) {
    try {
        return base::parse_json(text);
    } catch (base::Error const& error) {
        require(error.kind() == base::Kind::invalid && base::is_utf8(error.message()));
        return std::nullopt;
    }
}

bool has_fraction(base::Json const& json) {
    if (auto array = json.if_array()) return std::ranges::any_of(*array, has_fraction);
    if (auto object = json.if_object())
        return std::ranges::any_of(*object, [](auto const& member) { return has_fraction(member.value()); });
    return json.is_double();
}

void check_document(base::Json const& json) {
    try {
        auto const stored = schema::to_json(schema::read_as<schema::Everything>(json));
        require(base::is_utf8(stored));
        auto const again = schema::to_json(schema::read_stored<schema::Everything>(stored));
        require(again == stored || has_fraction(json));
    } catch (base::Error const& error) {
        require(error.kind() == base::Kind::invalid && !error.problems().empty());
        for (auto const& problem : error.problems()) require(base::is_utf8(base::to_text(problem)));
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    auto const json = parse(text);
    if (!json) return 0;
    auto const written = base::to_text(*json);
    auto const again = parse(written);
    require(again && base::is_utf8(written));
    require(base::to_text(*again) == written || has_fraction(*json));
    check_document(*json);
    return 0;
}
