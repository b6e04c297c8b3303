#include "variables/substitute.h"

#include "base/text.h"
#include "variables/token.h"

#include <unordered_map>
#include <unordered_set>

namespace stepwell::variables {

namespace {

constexpr std::size_t deepest = 64;
constexpr std::size_t longest_tag_shown = 200;

// Work of one substitution. Every name is looked up and expanded once, whatever refers to it, so values that double
// each other cost no more than their text.
class Expansion {
public:
    Expansion(Lookup const& lookup, std::size_t limit) : lookup_(lookup), left_over_(limit) {}

    Substituted run(std::string_view text) {
        std::string out;
        expand(text, out);
        done_.text = done_.too_long ? std::string(text) : std::move(out);
        return std::move(done_);
    }

private:
    struct Expanded {
        enum class State { unknown, busy, ready } state = State::unknown;
        std::string_view text; // of the lookup, or of `own`
        std::string own;
    };

    void append(std::string& out, std::string_view piece) {
        if (piece.size() > left_over_) done_.too_long = true;
        if (done_.too_long) return;
        left_over_ -= piece.size();
        out += piece;
    }

    void expand(std::string_view text, std::string& out) {
        std::size_t pos = 0;
        while (pos < text.size() && !done_.too_long) {
            auto hash = std::min(text.find('#', pos), text.size());
            append(out, text.substr(pos, hash - pos));
            pos = hash < text.size() ? after_hash(text, hash, out) : hash;
        }
    }

    // Writes what stands for the '#' at `at` and what belongs to it; returns where to go on.
    std::size_t after_hash(std::string_view text, std::size_t at, std::string& out) {
        auto rest = text.substr(at);
        if (rest.starts_with("#{")) return substitute_token(text, at, out);
        if (rest.starts_with("###{") && rest.size() > 4) return append(out, "#"), at + 2;
        if (rest.starts_with("##{")) return append(out, "#{"), at + 3;
        append(out, rest.substr(0, 2));
        return at + std::min<std::size_t>(rest.size(), 2);
    }

    std::size_t substitute_token(std::string_view text, std::size_t at, std::string& out) {
        auto token = read_token(text, at, [&](std::string const& name) { return value_of(name); });
        auto written = text.substr(at, token.end > at ? token.end - at : 2);
        if (token.kind == Token::Kind::tag) {
            report(done_.left, tags_, shown_tag(text.substr(at, longest_tag_shown)));
            written = text.substr(at, 2);
        }
        if (token.kind == Token::Kind::missing_index) report(done_.unknown, unknown_, inside(written));
        auto value = token.kind == Token::Kind::name ? value_of(token.name) : std::nullopt;
        append(out, value ? *value : written);
        return at + written.size();
    }

    // To its closing brace, or the beginning of the next token.
    static std::string_view shown_tag(std::string_view from) {
        auto next = from.find("#{", 2), close = from.find('}');
        return from.substr(0, std::min(next, close == std::string_view::npos ? close : close + 1));
    }

    static std::string_view inside(std::string_view written) {
        return base::trim(written.substr(2, written.size() - 3));
    }

    // The expanded value; nothing when it is unknown or refers to itself, which is reported.
    std::optional<std::string_view> value_of(std::string const& name) {
        auto [entry, fresh] = values_.try_emplace(base::to_lower(name));
        auto& value = entry->second;
        if (fresh) look_up(name, value);
        if (value.state == Expanded::State::busy) {
            report_loop(name);
            return std::nullopt;
        }
        if (value.state == Expanded::State::unknown) return std::nullopt;
        return value.text;
    }

    void look_up(std::string const& name, Expanded& value) {
        auto found = lookup_(name);
        if (!found) {
            done_.unknown.push_back(name);
            return;
        }
        done_.read.push_back(name);
        done_.sensitive |= found->sensitive;
        value.text = found->text;
        value.state = Expanded::State::ready;
        if (found->literal || found->text.find("#{") == std::string_view::npos) return;
        value.state = Expanded::State::busy;
        open_.push_back(name);
        if (open_.size() > deepest)
            report_loop(name);
        else
            expand(found->text, value.own), value.text = value.own;
        open_.pop_back();
        value.state = Expanded::State::ready;
    }

    void report_loop(std::string const& name) {
        if (!looping_.insert(base::to_lower(name)).second) return;
        std::size_t first = 0;
        while (first + 1 < open_.size() && !base::equal_ignoring_case(open_[first], name)) ++first;
        std::vector<std::string> chain(open_.begin() + std::ptrdiff_t(first), open_.end());
        if (first + 1 < open_.size() || base::equal_ignoring_case(open_[first], name)) chain.push_back(name);
        done_.loops.push_back(base::join(chain, " → "));
    }

    static void report(std::vector<std::string>& to, std::unordered_set<std::string>& known, std::string_view what) {
        if (known.insert(base::to_lower(what)).second) to.emplace_back(what);
    }

    Lookup const& lookup_;
    std::size_t left_over_; // bytes that may still be written
    Substituted done_;
    std::unordered_map<std::string, Expanded> values_; // by name in lower case
    std::vector<std::string> open_;                    // names being expanded, the outermost first
    std::unordered_set<std::string> looping_, unknown_, tags_;
};

} // namespace

Substituted substitute(std::string_view text, Lookup const& lookup, std::size_t limit) {
    if (text.find("#{") == std::string_view::npos) {
        Substituted same;
        same.text = text;
        return same;
    }
    return Expansion(lookup, limit).run(text);
}

bool is_truthy(std::string_view text) {
    if (text.empty() || text == "0") return false;
    auto word = base::trim(text);
    return !base::equal_ignoring_case(word, "false") && !base::equal_ignoring_case(word, "no");
}

} // namespace stepwell::variables
