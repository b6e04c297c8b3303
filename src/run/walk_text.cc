#include "run/escapes.h"
#include "run/noise.h"
#include "run/walks.h"

#include <algorithm>

namespace stepwell::run {

namespace {

constexpr std::size_t erasable_from = 4; // bytes of a secret after which a character erased by a backspace is skipped

void add(Walk& all, Walk const& one) {
    all.end = std::max(all.end, one.end);
    all.undecided = all.undecided || one.undecided;
    all.told = std::max(all.told, one.told);
}

class TextWalk {
public:
    // How to read an ambiguous control of the text; with Controls::left_out the text lacks the secret's own controls.
    enum class Controls { secret, noise, left_out };

    // `unclear` is set if controls can be read in more than one way.
    TextWalk(std::string_view secret, std::string_view text, Controls controls, bool& unclear)
        : secret_(secret), text_(text), controls_(controls), unclear_(&unclear) {}

    // Follows each form from here on. As long as they do not differ, they are followed together.
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

    // Returns false at the end, with the outcome in `walk`.
    bool step(Form form, Walk& walk) {
        for (std::size_t size; place_ < secret_.size() && (size = left_out(form)) > 0; place_ += size)
            behind_line_end_ = behind_line_end_ || is_line_end(secret_[place_]);
        if (place_ == secret_.size()) {
            walk.end = at_;
            return false;
        }
        if (begins_noise(secret_, place_)) *unclear_ = true;
        if (at_ == text_.size()) return cut_off(walk, matched_);
        if (controls_ != Controls::secret) {
            Noise const noise = noise_at(text_, at_);
            if (noise.cut_off) return cut_off(walk, matched_);
            if (noise.size > 0) return skip(noise.size);
        } else if (begins_noise(text_, at_)) {
            *unclear_ = true;
        }
        Taken const taken = take(form, text_, at_, secret_, place_);
        if (taken.text > 0) {
            at_ += taken.text;
            place_ += taken.secret;
            matched_ = at_;
            behind_line_end_ = false;
            return true;
        }
        return taken.cut_off ? cut_off(walk, text_.size()) : pass_over(form, walk);
    }

    // Returns false if noise_at finds nothing there.
    static bool begins_noise(std::string_view text, std::size_t at) {
        char const c = text[at];
        return c == '_' || (may_be_noise(c) && !(may_be_upper_control(c) && is_rest_of_character(text, at)));
    }

    // Returns the number of the secret's bytes that the text may lack.
    std::size_t left_out(Form form) const {
        if (is_line_end(secret_[place_])) return 1;
        return controls_ == Controls::left_out && form == Form::raw ? noise_at(secret_, place_).size : 0;
    }

    // Skips bytes that do not belong to the secret.
    bool pass_over(Form form, Walk& walk) {
        Noise const noise = noise_at(text_, at_);
        if (noise.cut_off) return cut_off(walk, matched_);
        if (noise.size > 0) return skip(noise.size);
        if (behind_line_end_) {
            for (std::string_view const line_end : {"\n", "\r"}) {
                Taken const taken = take(form, text_, at_, line_end, 0);
                if (taken.cut_off) return cut_off(walk, matched_);
                if (taken.text > 0) return skip(taken.text);
            }
        }
        if (place_ < erasable_from) return false;
        return pass_over_erased(walk);
    }

    // Skips a character and a backspace. The character may start like that of the secret in its position.
    bool pass_over_erased(Walk& walk) {
        std::size_t back = 0;
        while (back < 3 && back < place_ && back < at_ && is_rest_of_character(text_, at_ - back)) ++back;
        if (secret_.substr(place_ - back, back) != text_.substr(at_ - back, back)) return false;
        std::size_t const end = at_ - back + first_code_point(text_.substr(at_ - back)).size;
        walk.undecided = end >= text_.size();
        if (walk.undecided || text_[end] != '\b') return false;
        place_ -= back;
        return skip(end + 1 - at_);
    }

    bool skip(std::size_t count) {
        at_ += count;
        return at_ < longest_match;
    }

    // The part of the secret that is present ends at `end`.
    bool cut_off(Walk& walk, std::size_t end) const {
        walk.undecided = true;
        walk.told = is_telling(place_, secret_.size()) ? end : 0;
        return false;
    }

    std::string_view secret_, text_;
    std::size_t at_ = 0, place_ = 0;
    std::size_t matched_ = 0; // bytes of the text up to the last one of the secret
    Controls controls_;
    bool* unclear_;
    bool behind_line_end_ = false;
};

} // namespace

Walk walk_text(FormSet forms, std::string_view secret, std::string_view text) {
    // A fast path for repetitive texts. An escape at the end may extend further.
    if (escaping_forms(secret.back()) == 0 && text.starts_with(secret)) return {secret.size(), false, 0};
    using Controls = TextWalk::Controls;
    bool unclear = false;
    Walk all = TextWalk(secret, text, Controls::secret, unclear).follow(forms);
    if (!unclear || std::ranges::none_of(secret, [](char c) { return may_be_noise(c) && !is_line_end(c); })) return all;
    for (auto const controls : {Controls::noise, Controls::left_out})
        if (all.end == 0) add(all, TextWalk(secret, text, controls, unclear).follow(forms));
    return all;
}

} // namespace stepwell::run
