#include "base/crypto.h"
#include "base/text.h"
#include "variables/dotnet/number.h"
#include "variables/filters/filter.h"

#include <limits>

namespace stepwell::variables {

namespace {

// Returns nullopt if the option is not an encoding, or if the text is not valid in it.
std::optional<std::string> bytes_of(std::string_view text, std::string_view encoding) {
    if (base::equal_ignoring_case(encoding, "base64")) return decode_base64(text);
    return encode(text, encoding);
}
bool is_encoding(std::string_view option) { return bytes_of("", option).has_value(); }

// Options, in any order: number of bytes of the digest, encoding of the text.
Filtered hash(FilterCall const& call, std::string_view algorithm) {
    std::string_view encoding = "utf8";
    std::optional<std::int64_t> size;
    bool encoding_given = false;
    for (auto option : call.options) {
        if (is_encoding(option) && !encoding_given) {
            encoding = option;
            encoding_given = true;
        } else if (auto number = dotnet::parse_integer(option, 1, std::numeric_limits<std::int32_t>::max());
                   number && !size) {
            size = number;
        } else {
            return std::nullopt;
        }
    }
    auto bytes = bytes_of(call.text(), encoding);
    if (!bytes) return std::nullopt;
    call.host.budget.spend(bytes->size() * 4);
    auto found = digest(algorithm, *bytes);
    if (size && std::size_t(*size) < found.size()) found.resize(std::size_t(*size));
    return base::to_hex(found);
}

Filtered md5(FilterCall const& call) { return hash(call, "md5"); }
Filtered sha1(FilterCall const& call) { return hash(call, "sha1"); }
Filtered sha256(FilterCall const& call) { return hash(call, "sha256"); }
Filtered sha384(FilterCall const& call) { return hash(call, "sha384"); }
Filtered sha512(FilterCall const& call) { return hash(call, "sha512"); }

} // namespace

std::span<FilterEntry const> hash_filters() {
    static constexpr FilterEntry all[] = {
        {"md5", md5, 0, 2},       {"sha1", sha1, 0, 2},     {"sha256", sha256, 0, 2},
        {"sha384", sha384, 0, 2}, {"sha512", sha512, 0, 2},
    };
    return all;
}

} // namespace stepwell::variables
