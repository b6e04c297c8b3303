// The answers to the prompts of a run, checked by the server whichever way they come.
#pragma once
#include "base/fold.h"
#include "domain/prompt.h"

#include <set>

namespace stepwell::domain {

// Names that a picker of this kind offers. They stay where they are.
using NamesOf = std::function<std::vector<std::string> const&(AnswerKind)>;

// By id of the variable. Blank ones are left out where a default takes their place.
struct Answers {
    Bag<std::string> plain, sensitive;
};

// What stands where a prompt is not answered.
struct Default {
    std::string text;
    bool is_secret = false;
};
// The default of a prompt as a run would see it; nothing when that is not known yet.
using DefaultOf = std::function<std::optional<Default>(Prompt const&)>;

// Why the default of a prompt is no answer to it, wherever that can be said without the other answers: as an author
// wrote it, with no `#{…}` in it.
std::optional<std::string> find_fault_of_default(Prompt const& prompt, Reveal const& reveal, NamesOf const& names);

// Answers as they were sent, to runs in one or several places: what one place does not ask for another may.
class AnswerSheet {
public:
    // `member` is what the answers are called where they were sent; it begins the paths of problems.
    AnswerSheet(Bag<std::string> const& given, std::string member, NamesOf names);

    Bag<std::string> const& given() const { return given_; }
    std::string const& member() const { return member_; }
    // Those for one place, whose defaults are answers too; problems are kept.
    Answers check(std::vector<Prompt> const& prompts, DefaultOf const& default_of);
    // After the last place: throws Error{invalid} with every problem.
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
    std::set<std::pair<std::string, std::string>> told_; // problems
};

} // namespace stepwell::domain
