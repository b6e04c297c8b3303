// A service message between its brackets: name attribute='BASE64' … as in an XML element, without entities.
//
// Decoded it is: name NUL (attribute NUL value NUL)*. Names are as the script wrote them and compare without case.
#pragma once
#include <cstddef>
#include <optional>
#include <string_view>

namespace stepwell::run {

// Decodes `size` bytes in place; `buffer` has room for one more. Nothing when it is no message: a syntax error, a value
// that is no base64 or contains NUL, an attribute twice. The attribute nonce is left out.
std::optional<std::string_view> decode_in_place(char* buffer, std::size_t size);

// Whether `raw` is a message that carries this nonce.
bool carries_nonce(std::string_view raw, std::string_view nonce);

// What `raw` begins with, as far as it could be a message's name.
std::string_view name_in(std::string_view raw);

// Attributes of a decoded message, one after the other.
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

// The attribute's value; empty when there is none.
std::string_view attribute_of(std::string_view encoded, std::string_view name);

bool equal_names(std::string_view a, std::string_view b);

// Whether anything follows from a message beyond the modes of output and the masking of secrets: engine/collect_log
// obeys it. All others stay in the log for people and later versions.
bool has_effect(std::string_view message_name);

} // namespace stepwell::run
