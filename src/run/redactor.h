// Masks known secrets in a stream of bytes, however it is split.
//
// Every union of overlapping matches becomes ********, again on each further line it spans; line ends inside are kept.
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

    // `forms` may grow between calls; what is held is examined again.
    Redactor(Arena& arena, SecretForms const& forms, Sink& sink);

    void feed(std::string_view bytes);
    // Decides what is held, because nothing that belongs to it follows: the beginning of a form is masked where it
    // tells enough of the secret (is_telling).
    void flush();
    // Passes on what is held, decided like that, because something else is next in the log. What follows may still go
    // on with it: the rest of a form whose beginning went out is masked.
    void settle();
    // Forgets what is held.
    void discard() {
        held_ = passed_on_ = open_ = 0;
        hidden_ = 0;
    }

private:
    enum class More { is_waited_for, may_come, none };
    // Where a text is passed on to, and where in it the first form begins that is not decided; no later than that.
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
    char* hold_;                // null when the arena was too small
    std::size_t held_ = 0;      // bytes of it
    std::size_t passed_on_ = 0; // the first of them, which went out and are only looked back to
    std::size_t open_ = 0;      // of those, the first that are not the beginning of a form
    std::size_t hidden_ = 0;    // bytes behind those that are known to be secret
    bool stars_due_ = true;     // the next hidden byte needs ********
};

} // namespace stepwell::run
