#include "operations/take_answers.h"

#include "operations/pickers.h"
#include "store/secrets.h"
#include "variables/evaluate.h"

namespace stepwell::operations {

using namespace domain;
using store::Session;

namespace {

// The defaults as a run would see them. A default that refers to a value that is not known yet is unknown too.
class Defaults {
public:
    Defaults(engine::Subjects const& subjects, Bag<std::string> const& given, Reveal const& reveal)
        : subjects_(subjects), given_(given), reveal_(reveal) {}

    std::optional<Default> operator()(Prompt const& prompt) {
        if (prompt.variable->is_sensitive)
            return prompt.secret ? std::optional(Default{reveal_(*prompt.secret), true}) : std::nullopt;
        auto const text = prompt.variable->value.text.value_or("");
        if (text.find("#{") == std::string::npos) return Default{text, false};
        if (!known_) {
            known_.emplace(known_before(subjects_, given_, reveal_));
            evaluator_.emplace(known_->dictionary(), work_);
        }
        auto evaluated = evaluator_->brief(text);
        if (!evaluated.complete()) return std::nullopt; // a step may define the value
        return Default{std::move(evaluated.text), evaluated.sensitive};
    }

private:
    engine::Subjects const& subjects_;
    Bag<std::string> const& given_;
    Reveal const& reveal_;
    std::optional<variables::Resolution> known_;
    variables::SharedWork work_; // shared by all defaults
    std::optional<variables::Evaluator> evaluator_;
};

// Replaces names by ids in answers to variables that refer to documents.
void put_ids(Session& session, engine::Subjects const& subjects, std::string const& member, Answers& answers) {
    for_each_variable(*subjects.content, [&](Variable const& variable, VariableOrigin const&) {
        auto type = find_referring_type(variable.type);
        auto answer = type ? answers.plain.find(variable.id) : nullptr;
        if (answer)
            *answer = id_of_picked(session, type->noun, *answer, {subjects.space.id, member + '.' + variable.name});
    });
}

} // namespace

void take_answers(Store const& store, Session& session, AnswerSheet& sheet, engine::Subjects& subjects) {
    Reveal const reveal = [&](std::int64_t number) { return store::reveal_secret(session, store.key(), number); };
    Defaults defaults(subjects, sheet.given(), reveal);
    auto prompts = prompts_of(*subjects.content, context_of(engine::known_of(subjects), nullptr));
    auto answers = sheet.check(prompts, std::ref(defaults));
    put_ids(session, subjects, sheet.member(), answers);
    auto& run = subjects.run;
    run.form_values = std::move(answers.plain);
    for (auto const& [id, answer] : answers.sensitive.items)
        run.sensitive_form_values.items.emplace_back(id, schema::Secret{true, answer});
    subjects.secret_answers = std::move(answers.sensitive);
}

variables::Resolution known_before(engine::Subjects const& subjects, Bag<std::string> const& answers,
                                   Reveal const& reveal) {
    auto of = engine::known_of(subjects);
    auto all = candidates_of(*subjects.content, answers, reveal);
    for (auto& known : run_variables(of)) all.push_back(std::move(known));
    return domain::resolve(std::move(all), context_of(of, nullptr), closed(subjects.referred));
}

} // namespace stepwell::operations
