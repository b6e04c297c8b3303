// The content of a service message: name attribute='BASE64' … as in an XML element, without entities.
//
// The decoded format is: name NUL (attribute NUL value NUL)*. Names are as written in the script and compare without
// case.
#pragma once
#include <cstddef>
#include <optional>
#include <string_view>

namespace stepwell::run {

// Decodes `size` bytes in place; `buffer` must have space for one more. Omits the attribute nonce. Returns nullopt if
// it is not a valid message: a syntax error, a value that is not base64 or contains NUL, or a duplicate attribute.
std::optional<std::string_view> decode_in_place(char* buffer, std::size_t size);

// Returns true if `raw` is a message with this nonce.
bool carries_nonce(std::string_view raw, std::string_view nonce);

// Returns the leading characters of `raw` that can be a message name.
std::string_view name_in(std::string_view raw);

// Iterates over the attributes of a decoded message.
class AttributeReader {
public:
    explicit AttributeReader(std::string_view encoded) : rest_(encoded) { name_ = cut(); }

    std::string_view message_name() const { return name_; }
    bool next(std::string_view& name, std::string_view& value) {
        if (rest_.empty()) return false;
        name = cut();
        value = cut();
        return true;
    }

private:
    std::string_view cut() {
        std::size_t const end = rest_.find('\0');
        std::string_view const piece = rest_.substr(0, end);
        rest_.remove_prefix(end == rest_.npos ? rest_.size() : end + 1);
        return piece;
    }

    std::string_view rest_;
    std::string_view name_;
};

// Returns the value of an attribute; empty if there is none.
std::string_view attribute_of(std::string_view encoded, std::string_view name);

bool equal_names(std::string_view a, std::string_view b);

// Returns true if a message of this name has an effect other than setting output modes and masking secrets. These
// messages are applied by engine/collect_log. All others only appear in the log.
bool has_effect(std::string_view message_name);

} // namespace stepwell::run
