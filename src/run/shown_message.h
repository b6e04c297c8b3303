// A service message as people may see it: its names, and what it only shows and does not hand on, are masked like
// output.
#pragma once
#include "run/redactor.h"

namespace stepwell::run {

class ShownMessage final : Redactor::Sink {
public:
    ShownMessage(Arena& arena, SecretForms const& forms);

    // A decoded message (run/service_message.h) with its texts for people masked. Valid until release(). Where there is
    // no room: the message itself.
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
