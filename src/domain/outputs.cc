#include "domain/outputs.h"

#include "base/text.h"
#include "base/utf8.h"
#include "variables/evaluate.h"

#include <boost/json.hpp>

namespace stepwell::domain {

namespace {

constexpr std::size_t max_bytes = 256u << 10;

std::optional<base::Json> find_json(std::string_view text) try {
    return base::parse_json(text);
} catch (base::Error const&) {
    return std::nullopt;
}

// Returns why a text is not a value of the type; empty if it is one. Converts the text to the normal form of the type.
std::string settle(OutputType type, std::string& text) {
    if (text.size() > max_bytes) return "it is longer than " + std::to_string(max_bytes) + " bytes";
    switch (type) {
    case OutputType::number: {
        text = base::trim(text);
        auto json = find_json(text);
        return json && json->is_number() ? "" : "it is not a number";
    }
    case OutputType::boolean: {
        auto flag = base::to_bool(base::trim(text));
        if (flag) text = *flag ? "True" : "False";
        return flag ? "" : "it is neither True nor False";
    }
    case OutputType::json: return find_json(text) ? "" : "it is not valid JSON";
    case OutputType::string:
    case OutputType::sensitive: break;
    }
    return {};
}

} // namespace

RunOutput evaluate_output(DeclaredOutput const& declared, variables::Evaluator& evaluator) {
    RunOutput output{
        declared.name, declared.type, declared.description, {}, declared.type == OutputType::sensitive, {}};
    auto evaluated = evaluator.text(declared.value);
    output.sensitive = output.sensitive || evaluated.sensitive;
    if (!evaluated.complete()) {
        output.problem = evaluated.error_for_all();
    } else if (!evaluated.is_null) {
        output.problem = settle(declared.type, evaluated.text);
        if (output.problem.empty()) output.value = base::to_utf8(evaluated.text);
    }
    return output;
}

std::string json_of(RunOutput const& output) {
    if (!output.value || output.sensitive) return "null";
    if (output.type == OutputType::number || output.type == OutputType::json) return *output.value;
    if (output.type == OutputType::boolean) return *output.value == "True" ? "true" : "false";
    std::string json;
    base::append_quoted(json, *output.value);
    return json;
}

} // namespace stepwell::domain
