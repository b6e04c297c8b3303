#include "run/shell_words.h"

#include "base/error.h"

namespace stepwell::run {

namespace {

[[noreturn]] void refuse(char const* reason) {
    throw base::Error(base::Kind::invalid, std::string("The script's parameters are invalid: ") + reason);
}

class Splitter {
public:
    explicit Splitter(std::string_view text) : rest_(text) {}

    std::vector<std::string> run() {
        while (!rest_.empty()) unquoted(take());
        end_word();
        return std::move(words_);
    }

private:
    char take() {
        char const c = rest_.front();
        rest_.remove_prefix(1);
        if (c == '\0') refuse("they contain a NUL character.");
        return c;
    }
    char take_inside(char const* problem) {
        if (rest_.empty()) refuse(problem);
        return take();
    }
    void add(char c) {
        word_ += c;
        in_word_ = true;
    }
    void end_word() {
        if (in_word_) words_.push_back(std::move(word_));
        word_.clear();
        in_word_ = false;
    }
    void unquoted(char c) {
        switch (c) {
        case ' ':
        case '\t':
        case '\r':
        case '\n': return end_word();
        case '\'': return single_quoted();
        case '"': return double_quoted();
        case '\\': return escaped();
        default: return add(c);
        }
    }
    void escaped() {
        char const c = take_inside("there is a backslash at the end.");
        if (c != '\n') add(c); // line continuation
    }
    void single_quoted() {
        in_word_ = true;
        for (char c = take_inside(no_end); c != '\''; c = take_inside(no_end)) add(c);
    }
    void double_quoted() {
        in_word_ = true;
        for (char c = take_inside(no_end); c != '"'; c = take_inside(no_end)) {
            if (c != '\\') {
                add(c);
                continue;
            }
            char const next = take_inside(no_end);
            if (std::string_view("$`\"\\\n").find(next) == std::string_view::npos) add('\\');
            if (next != '\n') add(next);
        }
    }

    static constexpr char no_end[] = "a quote is not closed.";
    std::string_view rest_;
    std::vector<std::string> words_;
    std::string word_;
    bool in_word_ = false;
};

} // namespace

std::vector<std::string> split_shell_words(std::string_view text) { return Splitter(text).run(); }

} // namespace stepwell::run
