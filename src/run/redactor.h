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
    // Decides what is held: the beginning of a form is masked when it is at least half of it.
    void flush();
    // Forgets what is held.
    void discard() {
        held_ = passed_on_ = 0;
        hidden_ = 0;
    }

private:
    enum class More { may_come, none };

    std::size_t scan(std::string_view text, std::size_t from, std::size_t limit, More more);
    std::size_t feed_held(std::string_view bytes, std::size_t from);
    void hold(std::string_view text, std::size_t stop);
    void pass(std::string_view text, std::size_t from, std::size_t hidden, std::size_t to);
    void hide(std::string_view bytes);

    SecretForms const& forms_;
    Sink& sink_;
    char* hold_;                // null when the arena was too small
    std::size_t held_ = 0;      // bytes of it
    std::size_t passed_on_ = 0; // the first of them, which went out and are only looked back to
    std::size_t hidden_ = 0;    // bytes behind those that are known to be secret
    bool stars_due_ = true;     // the next hidden byte needs ********
};

} // namespace stepwell::run
