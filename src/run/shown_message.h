// A service message as shown to users: its names, and attributes that are only displayed, are masked like output.
#pragma once
#include "run/redactor.h"

namespace stepwell::run {

class ShownMessage final : Redactor::Sink {
public:
    ShownMessage(Arena& arena, SecretForms const& forms);

    // Returns a decoded message (run/service_message.h) with its displayed texts masked; the message itself if there is
    // no space. Valid until release().
    std::string_view mask(std::string_view encoded);
    void release();

private:
    void masked(std::string_view bytes) override;
    void put_end();

    Arena& arena_;
    Redactor redactor_;
    char* buffer_ = nullptr; // a loan
    std::size_t size_ = 0;
    bool too_small_ = false;
};

} // namespace stepwell::run
