// The answers to the prompts of a run. The server checks them, whichever client sent them.
#pragma once
#include "base/fold.h"
#include "domain/prompt.h"

#include <set>

namespace stepwell::domain {

// Returns the names of the documents that a picker of this kind offers. The reference must remain valid as long as the
// function is used.
using NamesOf = std::function<std::vector<std::string> const&(AnswerKind)>;

// Answers by id of the variable. Blank answers are omitted if a default replaces them.
struct Answers {
    Bag<std::string> plain, sensitive;
};

// The value that applies if a prompt is not answered.
struct Default {
    std::string text;
    bool is_secret = false;
};
// Returns the default of a prompt as a run would see it; nullopt if it is not known yet.
using DefaultOf = std::function<std::optional<Default>(Prompt const&)>;

// Returns why the default of a prompt is not a valid answer to it; nullopt if it is valid. Checks the default as the
// author wrote it, without the other answers. Does not check a default that contains `#{…}`.
std::optional<std::string> find_fault_of_default(Prompt const& prompt, Reveal const& reveal, NamesOf const& names);

// The answers in a request for runs in one or more environments. An answer that is not used in one environment may be
// used in another.
class AnswerSheet {
public:
    // `given` must outlive the sheet. `member` is the name of the answers in the request; the paths of problems start
    // with it.
    AnswerSheet(Bag<std::string> const& given, std::string member, NamesOf names);

    Bag<std::string> const& given() const { return given_; }
    std::string const& member() const { return member_; }
    // Returns the answers for one environment. Checks the defaults too where no answer is given. Stores problems for
    // finish().
    Answers check(std::vector<Prompt> const& prompts, DefaultOf const& default_of);
    // Call after the last check(). Throws Error{invalid} with every problem, including answers that no prompt uses.
    void finish();

private:
    using Given = std::pair<std::string, std::string>;
    Given const* find(Prompt const& prompt);
    // The first prompt of each name.
    using Prompts = base::MapFolded<Prompt const*>;
    AnswerOptions const& options_of(Prompt const& prompt, Prompts const& prompts, DefaultOf const& default_of);
    void check_default(Prompt const& prompt, Prompts const& prompts, DefaultOf const& default_of);
    void wrong(Prompt const& prompt, Given const* given, std::string const& message);

    Bag<std::string> const& given_;
    std::string member_;
    NamesOf names_;
    AnswerIndex index_;
    std::set<Given const*> used_;
    std::vector<std::string> asked_; // names
    std::set<std::string> asked_names_;
    base::Problems problems_;
    std::set<std::pair<std::string, std::string>> told_; // problems already reported
};

} // namespace stepwell::domain
