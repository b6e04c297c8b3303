#include "run/shown_message.h"

#include "run/service_message.h"

namespace stepwell::run {

namespace {

struct Shown {
    std::string_view message, attribute;
};
constexpr Shown shown[] = {
    {"progress", "message"}, {"resultMessage", "message"}, {"createArtifact", "name"}, {"setVariable", "name"}};

bool is_shown(std::string_view message, std::string_view attribute) {
    for (auto const& one : shown)
        if (equal_names(one.message, message) && equal_names(one.attribute, attribute)) return true;
    return false;
}

} // namespace

ShownMessage::ShownMessage(Arena& arena, SecretForms const& forms) : arena_(arena), redactor_(arena, forms, *this) {}

std::string_view ShownMessage::mask(std::string_view encoded) {
    buffer_ = arena_.lend();
    if (!buffer_) return encoded;
    size_ = 0;
    too_small_ = false;
    AttributeReader reader(encoded);
    masked(reader.message_name());
    put_end();
    for (std::string_view name, value; reader.next(name, value); put_end()) {
        masked(name);
        put_end();
        if (!is_shown(reader.message_name(), name)) {
            masked(value);
            continue;
        }
        redactor_.feed(value);
        redactor_.flush();
    }
    return too_small_ ? encoded : std::string_view(buffer_, size_);
}

void ShownMessage::release() {
    if (buffer_) arena_.give_back(buffer_);
    buffer_ = nullptr;
}

void ShownMessage::masked(std::string_view bytes) {
    too_small_ = too_small_ || bytes.size() > Arena::loan_bytes - size_;
    if (too_small_) return;
    bytes.copy(buffer_ + size_, bytes.size());
    size_ += bytes.size();
}

void ShownMessage::put_end() { masked(std::string_view("\0", 1)); }

} // namespace stepwell::run
