#include "variables/language/evaluation.h"

#include "base/text.h"
#include "variables/dotnet/number.h"
#include "variables/language/deeper.h"
#include "variables/language/printer.h"
#include "variables/language/unicode.h"

namespace stepwell::variables {

using namespace syntax;

namespace {

constexpr std::size_t cost_of_token = 32, cost_of_round = 128, cost_of_step = 32;

} // namespace

Evaluation::Evaluation(Dictionary const& dictionary, EvaluateOptions const& options, Memory& memory, Detail detail)
    : dictionary_(dictionary), options_(options), memory_(memory), brief_(detail == Detail::brief),
      number_(++memory.evaluations),
      host_{Budget(options), options.now ? *options.now : base::SystemClock().now(), {}}, budget_(host_.budget),
      read_(memory.keeps_traces ? 0 : dictionary.all().size()) {}

template <class Work> Evaluated Evaluation::guarded(std::string_view text, Work const& work) {
    try {
        work();
    } catch (Stopped& stopped) {
        done_.refusal = stopped.refusal;
        done_.refused_because = done_.sensitive && stopped.quotes_value ? "a filter failed on a sensitive value"
                                                                        : std::move(stopped.because);
        done_.is_null = false;
        done_.text = text;
    }
    if (options_.shared) {
        options_.shared->left -= budget_.spent();
        options_.shared->bytes_left -= budget_.bytes_taken();
    }
    if (done_.is_null) {
        done_.text.clear();
        done_.missing.clear();
    }
    return std::move(done_);
}

Evaluated Evaluation::run(std::string_view text) {
    return guarded(text, [&] { run_text(text); });
}

Evaluated Evaluation::run(Variable const& variable) {
    return guarded(variable.text, [&] {
        note_read(variable);
        run_text(variable.text);
    });
}

Evaluated Evaluation::learn(Variable const& variable) {
    return guarded({}, [&] { expanded(variable); });
}

void Evaluation::run_text(std::string_view text) {
    if (text.find("#{") == std::string_view::npos) {
        done_.text = text;
        return;
    }
    if (auto wrong = dictionary_.names().unusable())
        throw Stopped{Refusal::variable_name,
                      "Unknown step type: the name of the variable '" + std::string(wrong->name) + "' is not a path"};
    if (auto plain = scan_plain(text)) return render_plain(text, *plain, done_.text);
    auto parsed = read(text, options_.carry_on ? OnBroken::carry_on : OnBroken::refuse);
    if (parsed.tokens) {
        render(parsed.tokens, {nullptr, true}, done_.text);
    } else {
        done_.text = text;
        done_.problem = std::move(parsed.problem);
    }
}

// Returns the tokens of a text if each is exactly a name in the dictionary, which is the common case.
auto Evaluation::scan_plain(std::string_view text) const -> std::optional<std::vector<PlainToken>> {
    auto const& names = dictionary_.names();
    if (!names.all_plain()) return std::nullopt;
    std::vector<PlainToken> tokens;
    for (auto at = text.find('#'); at != std::string_view::npos; at = text.find('#', at)) {
        auto next = at + 1 < text.size() ? text[at + 1] : '\0';
        if (next == '#') return std::nullopt;
        if (next != '{') {
            ++at;
            continue;
        }
        std::size_t size = 0;
        auto inside = text.substr(at + 2);
        if (!scan_plain_path(inside, size) || size == inside.size() || inside[size] != '}') return std::nullopt;
        auto variable = names.find(inside.substr(0, size));
        if (!variable) return std::nullopt;
        tokens.push_back({at, at + 2 + size + 1, variable});
        at += 2 + size + 1;
    }
    return tokens;
}

void Evaluation::render_plain(std::string_view text, std::vector<PlainToken> const& tokens, std::string& out) {
    auto size = text.size();
    for (auto const& token : tokens) size += token.variable->text.size();
    out.reserve(out.size() + std::min({size, budget_.limit(), budget_.bytes_left()}));
    std::size_t at = 0;
    for (auto const& token : tokens) {
        budget_.append(out, text.substr(at, token.begin - at));
        at = token.end;
        budget_.spend(cost_of_token);
        auto const& variable = *token.variable;
        note_read(variable);
        if (variable.literal || variable.text.find("#{") == std::string_view::npos) {
            budget_.append(out, variable.text);
            continue;
        }
        Resolving resolving(*this, text.substr(token.begin + 2, token.end - token.begin - 3), token.begin + 2);
        budget_.append(out, expanded(variable).view());
    }
    budget_.append(out, text.substr(at));
}

Parsed Evaluation::read(std::string_view text, OnBroken on_broken) {
    budget_.spend(text.size());
    auto parsed = parse(text, on_broken);
    budget_.spend(parsed.steps * cost_of_step);
    return parsed;
}

void Evaluation::render(Cell const* tokens, Context context, std::string& out) {
    Deeper deeper(*this);
    for (; tokens->token; tokens = tokens->next) render(*tokens->token, context, out);
}

void Evaluation::render(Token const& token, Context context, std::string& out) {
    budget_.spend(cost_of_token);
    switch (token.kind) {
    case Token::Kind::text: return budget_.append(out, token.text);
    case Token::Kind::substitution: return render_substitution(token, context, out);
    case Token::Kind::conditional: return render_conditional(token, context, out);
    case Token::Kind::each: return render_each(token, context, out);
    case Token::Kind::calculation: return render_calculation(token, context, out);
    }
}

void Evaluation::echo(std::string const& token, std::string& out) {
    budget_.append(out, token);
    report_missing(token);
}

void Evaluation::report_missing(std::string token) {
    if (went_round_ && !opening_.empty()) return; // it will have a value once the enclosing JSON is parsed
    note_text(Trace::Kind::missing, token);
    if (missing_.insert(token).second) done_.missing.push_back(std::move(token));
}

void Evaluation::render_substitution(Token const& token, Context context, std::string& out) {
    auto const& expression = *token.expression;
    if (auto value = value_of(expression, context)) return budget_.append(out, value->view());
    if (expression.filters.empty() || expression.filters.back().name != "null") return echo(to_text(token), out);
    if (context.outermost)
        done_.is_null = true;
    else
        budget_.append(out, to_text(token));
}

void Evaluation::render_conditional(Token const& token, Context context, std::string& out) {
    auto condition = token.condition;
    auto body = token.body;
    Rest const *rest = token.rest, *elseif = nullptr;
    for (;;) {
        budget_.spend(cost_of_token);
        Expression const* failed = nullptr;
        auto truth = holds(*condition, context, failed);
        if (!truth) {
            budget_.append(out, elseif ? to_text(*elseif) : to_text(token));
            return report_missing(to_text(*failed));
        }
        if (*truth != token.unless) return render(body, context, out);
        if (rest->kind == Rest::Kind::end) return;
        if (rest->kind == Rest::Kind::otherwise) return render(rest->body, context, out);
        elseif = rest;
        condition = rest->condition;
        body = rest->body;
        rest = rest->rest;
    }
}

std::optional<bool> Evaluation::holds(Condition const& condition, Context context, Expression const*& failed) {
    auto left = side(condition.left, context);
    if (!left) {
        failed = condition.left.expression;
        return std::nullopt;
    }
    if (condition.kind == Condition::Kind::truthy) return is_truthy(left->view());
    auto right = side(condition.right, context);
    if (!right) {
        failed = condition.right.expression;
        return std::nullopt;
    }
    return (left->view() == right->view()) == (condition.kind == Condition::Kind::equal);
}

std::optional<Text> Evaluation::side(Condition::Side const& side, Context context) {
    if (!side.expression) return Text(side.text);
    auto value = value_of(*side.expression, context);
    if (!value && side.expression->filters.empty()) return Text(std::string_view());
    return value;
}

std::optional<Text> Evaluation::value_of(Expression const& expression, Context context) {
    std::optional<Text> value;
    if (expression.symbol) value = value_of(*expression.symbol, context);
    for (auto const& filter : expression.filters) {
        auto made = apply(filter, value ? std::optional(value->view()) : std::nullopt, context);
        value = made ? std::optional(Text(std::move(*made))) : std::nullopt;
    }
    return value;
}

std::optional<std::string> Evaluation::apply(Filter const& filter, std::optional<std::string_view> argument,
                                             Context context) {
    std::deque<std::string> made;
    std::vector<std::string_view> options;
    for (auto const& option : filter.options) {
        options.push_back(option.text);
        if (!option.token) continue;
        render(*option.token, {context.round, false}, made.emplace_back());
        options.back() = made.back();
    }
    budget_.spend(cost_of_token + (argument ? argument->size() : 0));
    std::optional<std::string> result;
    auto own = options_.filters.end();
    if (context.outermost && !context.round) own = options_.filters.find(base::to_lower(filter.name));
    if (own != options_.filters.end())
        result = argument ? own->second(*argument, options) : std::nullopt;
    else
        result = apply_filter(filter.name, {argument, options, host_});
    if (result) budget_.make_room(0, result->size());
    return result;
}

void Evaluation::render_each(Token const& token, Context context, std::string& out) {
    std::optional<Place> place, container;
    Text text;
    {
        Resolving resolving(*this, token.collection->source, token.collection->offset);
        place = find_place(*token.collection, context);
        if (!place) return note_unknown(*token.collection);
        if (has_item(*place)) {
            container = container_at(*place);
            if (!container) text = std::move(*item_of(*place));
        }
    }
    if (container) {
        auto members = container->json->members;
        bool object = container->json->kind == Json::Kind::object;
        render_rounds(
            token, context, members.size(),
            [&](std::size_t i) {
                Place item = *container;
                item.kind = object ? Place::Kind::property : Place::Kind::json;
                item.property = &members[i];
                item.json = &members[i].value;
                return item;
            },
            out);
    } else if (has_item(*place)) {
        auto rest = text.view();
        auto count = 1 + std::size_t(std::ranges::count(rest, ','));
        render_rounds(
            token, context, count,
            [&](std::size_t) {
                auto comma = std::min(rest.find(','), rest.size());
                Place item;
                item.kind = Place::Kind::text;
                item.text = rest.substr(0, comma);
                item.literal = is_literal(*place);
                rest.remove_prefix(std::min(comma + 1, rest.size()));
                return item;
            },
            out);
    } else {
        auto const& paths = dictionary_.paths();
        std::size_t count = 0;
        for (auto id = paths[place->node].first_index; id != PathTree::none; id = paths[id].next_index) ++count;
        if (count == 0) note_unknown(*token.collection);
        auto next = paths[place->node].first_index;
        render_rounds(
            token, context, count,
            [&](std::size_t) {
                Place item;
                item.node = std::exchange(next, paths[next].next_index);
                return item;
            },
            out);
    }
}

void Evaluation::render_rounds(Token const& token, Context context, std::size_t count,
                               std::function<Place(std::size_t)> const& item, std::string& out) {
    Round round;
    round.outer = context.round;
    round.variable = token.text;
    if (count > 0 && equal_names(token.text, "Octopus"))
        throw Stopped{Refusal::each_variable, "a loop variable cannot be named 'Octopus'"};
    for (round.index = 0; round.index < count; ++round.index) {
        budget_.spend(cost_of_round);
        round.item = item(round.index);
        round.last = round.index + 1 == count;
        render(token.body, {&round, context.outermost}, out);
    }
}

void Evaluation::render_calculation(Token const& token, Context context, std::string& out) {
    auto number = calculate(*token.calculation, context);
    budget_.append(out, number ? dotnet::to_text(*number) : to_text(token));
}

std::optional<double> Evaluation::calculate(Calculation const& calculation, Context context) {
    Deeper deeper(*this);
    budget_.spend(cost_of_token);
    if (calculation.kind == Calculation::Kind::number) return calculation.number;
    if (calculation.kind == Calculation::Kind::symbol) {
        auto value = value_of(*calculation.symbol, context);
        return value ? dotnet::parse_double(value->view()) : std::nullopt;
    }
    std::optional<double> result;
    for (auto const& term : calculation.terms) {
        auto operand = calculate(*term.operand, context);
        if (!operand) return std::nullopt;
        if (!result)
            result = operand;
        else if (term.operation == '+')
            *result += *operand;
        else if (term.operation == '-')
            *result -= *operand;
        else if (term.operation == '*')
            *result *= *operand;
        else
            *result /= *operand;
    }
    return result;
}

} // namespace stepwell::variables
