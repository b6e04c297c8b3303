// Masks known secrets in a stream of bytes, however the stream is split.
//
// Each group of overlapping matches becomes ********, once per line that it spans. Line ends inside it are kept.
#pragma once
#include "run/secret_forms.h"

#include <utility>

namespace stepwell::run {

class Redactor {
public:
    class Sink {
    public:
        virtual void masked(std::string_view bytes) = 0;

    protected:
        ~Sink() = default;
    };

    // `forms` may grow between calls; held bytes are then examined again.
    Redactor(Arena& arena, SecretForms const& forms, Sink& sink);

    void feed(std::string_view bytes);
    // Decides the held bytes when no bytes follow. The start of a form is masked if it reveals enough of the secret
    // (is_telling).
    void flush();
    // Like flush(), but for use before other text enters the log. Later bytes may still continue the held ones: if a
    // form started in them, its rest is masked.
    void settle();
    // Discards the held bytes.
    void discard() {
        held_ = passed_on_ = open_ = 0;
        hidden_ = 0;
    }

private:
    enum class More { is_waited_for, may_come, none };
    // The end of the text to pass on, and the start of the first undecided form, which is not after it.
    struct Scanned {
        std::size_t stop, open;
    };

    Scanned scan(std::string_view text, Scanned from, std::size_t limit, More more);
    std::size_t feed_held(std::string_view bytes, std::size_t from);
    void hold(std::string_view text, Scanned scanned);
    void pass(std::string_view text, std::size_t from, std::size_t hidden, std::size_t to);
    void hide(std::string_view bytes);

    SecretForms const& forms_;
    Sink& sink_;
    char* hold_;                // null if the arena was too small
    std::size_t held_ = 0;      // number of bytes in it
    std::size_t passed_on_ = 0; // leading held bytes that were passed on and serve only as context
    std::size_t open_ = 0;      // of these, the first byte that does not start a form
    std::size_t hidden_ = 0;    // number of following bytes known to be secret
    bool stars_due_ = true;     // the next hidden byte writes ********
};

} // namespace stepwell::run
