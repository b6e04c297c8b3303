// stepwell template eval: reads and writes one line of JSON per template, without a server.
#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "base/utf8.h"
#include "cli/commands.h"
#include "variables/evaluate.h"

#include <boost/json.hpp>
#include <iostream>

namespace stepwell::cli {

namespace {

using variables::Dictionary;
using variables::Evaluated;
using variables::Variable;

std::string_view text_of(Json const& value, std::string const& name) {
    if (!value.is_string()) base::reject(name, "must be a string");
    return value.as_string();
}

// A validated line. Texts point into the JSON it was read from.
struct Question {
    explicit Question(Json const& line) {
        if (!line.is_object()) base::reject("", "must be an object");
        auto const& object = line.as_object();
        auto optional = [&](char const* name) { return object.if_contains(name); };
        if (!optional("template")) base::reject("template", "is required");
        text = text_of(object.at("template"), "template");
        if (auto given = optional("op")) op = text_of(*given, "op");
        if (auto given = optional("haltOnError")) {
            if (!given->is_bool()) base::reject("haltOnError", "must be true or false");
            carry_on = !given->as_bool();
        }
        if (auto given = optional("default")) otherwise = given;
        dictionary = Dictionary(variables_of(optional("variables"), optional("order")));
    }

    std::string_view text, op = "evaluate";
    bool carry_on = false;
    Json const* otherwise = nullptr;
    Dictionary dictionary;

private:
    static Variable variable_of(std::string_view name, Json const& value) {
        Variable made;
        made.name = name;
        made.is_null = value.is_null();
        if (!made.is_null) made.text = text_of(value, "variables." + std::string(name));
        return made;
    }
    static std::vector<Variable> variables_of(Json const* values, Json const* order) {
        std::vector<Variable> all;
        if (values && !values->is_object()) base::reject("variables", "must be an object");
        if (order && !order->is_array()) base::reject("order", "must be a list of names");
        if (!values) return all;
        if (!order)
            for (auto const& [name, value] : values->as_object()) all.push_back(variable_of(name, value));
        else
            for (auto const& name : order->as_array()) {
                auto value = values->as_object().if_contains(text_of(name, "order"));
                if (!value) base::reject("order", "contains a name that is not in `variables`");
                all.push_back(variable_of(name.as_string(), *value));
            }
        return all;
    }
};

Json list_of(std::vector<std::string> const& texts) {
    boost::json::array list;
    for (auto const& text : texts) list.emplace_back(base::to_utf8(text));
    return list;
}

Json answer(Json result, std::string const& error = {}) {
    boost::json::array errors;
    if (!error.empty()) errors.emplace_back(base::to_utf8(error));
    return boost::json::object{{"result", std::move(result)}, {"errors", std::move(errors)}};
}

Json answer_of(Evaluated const& done) {
    if (done.refusal == variables::Refusal::none)
        return answer(done.is_null ? Json(nullptr) : Json(base::to_utf8(done.text)), done.error());
    return boost::json::object{{"throws", std::string(to_word(done.refusal))},
                               {"errors", list_of({done.refused_because})}};
}

// Evaluates the variable that the template names, and converts it to the result with `read`.
template <class Read> Json answer_value(Question const& question, Read const& read) {
    auto variable = question.dictionary.find(question.text);
    auto otherwise = question.otherwise ? *question.otherwise : Json(nullptr);
    if (!variable || variable->is_null) return answer(std::move(otherwise));
    auto done = variables::evaluate_variable(*variable, question.dictionary);
    if (done.refusal != variables::Refusal::none || done.is_null) return answer_of(done);
    std::optional<Json> result = read(done.text);
    return answer(result ? std::move(*result) : std::move(otherwise), done.error());
}

Json get(Question const& question) {
    return answer_value(question, [](std::string const& text) { return Json(text); });
}
Json get_flag(Question const& question) {
    auto made = answer_value(question, [](std::string const& text) -> std::optional<Json> {
        auto flag = base::to_bool(base::trim(text));
        return flag ? std::optional(Json(*flag)) : std::nullopt;
    });
    if (auto result = made.as_object().if_contains("result"); result && result->is_null()) *result = false;
    return made;
}
Json get_int32(Question const& question) {
    return answer_value(question, [](std::string const& text) -> std::optional<Json> {
        auto number = base::to_number(base::trim(text));
        bool fits = number && *number >= INT32_MIN && *number <= INT32_MAX;
        return fits ? std::optional(Json(*number)) : std::nullopt;
    });
}
Json get_raw(Question const& question) {
    auto variable = question.dictionary.find(question.text);
    return answer(variable && !variable->is_null ? Json(variable->text) : Json(nullptr));
}
Json require(Question const& question) {
    auto made = get(question);
    auto result = made.as_object().if_contains("result");
    if (!result || (result->is_string() && !result->as_string().empty())) return made;
    return boost::json::object{{"throws", "missing"},
                               {"errors", list_of({"the variable '" + std::string(question.text) + "' has no value"})}};
}

Json evaluate(Question const& question) {
    variables::EvaluateOptions options;
    options.carry_on = question.carry_on;
    return answer_of(variables::evaluate(question.text, question.dictionary, options));
}
Json truthy(Question const& question) {
    auto done = variables::evaluate(question.text, question.dictionary);
    if (done.refusal != variables::Refusal::none) return answer_of(done);
    return answer(done.complete() && variables::is_truthy(done.text), done.error());
}
Json parse(Question const& question) {
    return answer(Json(question.text), variables::find_problem(question.text, question.carry_on));
}
Json print(Question const& question) {
    return answer(Json(variables::to_normal_form(question.text)), variables::find_problem(question.text));
}
Json arguments(Question const& question) { return answer(list_of(variables::names_in(question.text))); }
Json get_indexes(Question const& question) {
    return answer(list_of(variables::indexes_below(question.text, question.dictionary)));
}

Json answer_to(Question const& question) {
    using Operation = Json (*)(Question const&);
    // The last two are the same as `evaluate`, for callers that interpret the result differently.
    constexpr std::pair<std::string_view, Operation> operations[] = {
        {"evaluate", evaluate},       {"truthy", truthy},   {"get", get},
        {"get_raw", get_raw},         {"require", require}, {"get_flag", get_flag},
        {"get_int32", get_int32},     {"parse", parse},     {"print", print},
        {"arguments", arguments},     {"now", evaluate},    {"yaml_roundtrip", evaluate},
        {"get_indexes", get_indexes},
    };
    for (auto [name, operation] : operations)
        if (name == question.op) return operation(question);
    base::reject("op", "there is no '" + std::string(question.op) + "'");
}

// Returns false if the line could not be evaluated.
bool answer_line(std::string const& line, Terminal const& terminal) {
    try {
        auto const json = base::parse_json(line, "The line");
        terminal.print(base::to_text(answer_to(Question(json))) + "\n");
        return true;
    } catch (base::Error const& error) {
        auto said = error.problems().empty() ? error.message() : base::to_text(error.problems().front());
        terminal.print(base::to_text(boost::json::object{{"error", base::to_utf8(said)}}) + "\n");
        return false;
    }
}

} // namespace

void add_template(CLI::App& app, Shared& shared) {
    auto group = add_command(app, "template", "Work with templates (#{…})", {"stepwell template eval"});
    group->require_subcommand(1);
    auto eval = add_command(*group, "eval",
                            "Evaluate templates: read one JSON object per line, with `template`, `variables` (name to "
                            "text or null) and optionally `order` (names) and `haltOnError`; print one per line",
                            {"stepwell template eval"});
    on_chosen(*eval, shared, [&shared] {
        auto const terminal = shared.terminal();
        int code = 0;
        for (std::string line; std::getline(std::cin, line);)
            if (!base::trim(line).empty() && !answer_line(line, terminal)) code = exit_could_not;
        return code;
    });
}

} // namespace stepwell::cli
