#include "run/escapes.h"
#include "run/noise.h"
#include "run/walks.h"

#include <algorithm>

namespace stepwell::run {

namespace {

constexpr std::size_t erasable_from = 4; // bytes of a secret behind which one that a backspace erases is passed over

void add(Walk& all, Walk const& one) {
    all.end = std::max(all.end, one.end);
    all.undecided = all.undecided || one.undecided;
    all.half = all.half || one.half;
}

class TextWalk {
public:
    TextWalk(std::string_view secret, std::string_view text) : secret_(secret), text_(text) {}

    // As each of the forms, from here on. As long as none of them makes a difference, they are one.
    Walk follow(FormSet forms) {
        Walk all;
        Walk literal;
        do {
            FormSet const begun = at_ < text_.size() ? escaping_forms(text_[at_]) & forms : 0;
            forms &= ~begun;
            for (int i = 1; begun >> i != 0; ++i)
                if (begun >> i & 1) add(all, TextWalk(*this).follow(static_cast<Form>(i)));
        } while (step(Form::raw, literal));
        add(all, literal);
        return all;
    }

private:
    Walk follow(Form form) {
        Walk walk;
        while (step(form, walk)) {
        }
        return walk;
    }

    // False when the walk is over, with its outcome.
    bool step(Form form, Walk& walk) {
        for (; place_ < secret_.size() && is_line_end(secret_[place_]); ++place_) behind_line_end_ = true;
        if (place_ == secret_.size()) {
            walk.end = at_;
            return false;
        }
        if (at_ == text_.size()) return cut_off(walk);
        Taken const taken = take(form, text_, at_, secret_, place_);
        if (taken.text > 0) {
            at_ += taken.text;
            place_ += taken.secret;
            behind_line_end_ = false;
            return true;
        }
        return taken.cut_off ? cut_off(walk) : pass_over(form, walk);
    }

    // What is no part of the secret.
    bool pass_over(Form form, Walk& walk) {
        Noise const noise = noise_at(text_, at_);
        if (noise.cut_off) return cut_off(walk);
        if (noise.size > 0) return skip(noise.size);
        if (behind_line_end_) {
            for (std::string_view const line_end : {"\n", "\r"}) {
                Taken const taken = take(form, text_, at_, line_end, 0);
                if (taken.cut_off) return cut_off(walk);
                if (taken.text > 0) return skip(taken.text);
            }
        }
        if (place_ < erasable_from) return false;
        walk.undecided = at_ + 1 == text_.size();
        return !walk.undecided && text_[at_ + 1] == '\b' && skip(2);
    }

    bool skip(std::size_t count) {
        at_ += count;
        return at_ < longest_match;
    }

    bool cut_off(Walk& walk) const {
        walk.undecided = true;
        walk.half = place_ * 2 >= secret_.size();
        return false;
    }

    std::string_view secret_, text_;
    std::size_t at_ = 0, place_ = 0;
    bool behind_line_end_ = false;
};

} // namespace

Walk walk_text(FormSet forms, std::string_view secret, std::string_view text) {
    // Soon done, for texts that repeat themselves. An escape at the end may reach farther.
    if (escaping_forms(secret.back()) == 0 && text.starts_with(secret)) return {secret.size(), false, false};
    return TextWalk(secret, text).follow(forms);
}

} // namespace stepwell::run
