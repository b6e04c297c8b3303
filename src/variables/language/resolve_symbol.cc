#include "variables/dotnet/number.h"
#include "variables/language/deeper.h"
#include "variables/language/printer.h"

#include <limits>

namespace stepwell::variables {

using namespace syntax;

namespace {

constexpr std::size_t cost_of_step = 16;
constexpr std::size_t cost_of_json_byte = 16; // parsed, it takes some twenty times the room

Place text_place(std::string_view text) {
    Place made;
    made.kind = Place::Kind::text;
    made.text = text;
    made.literal = true;
    return made;
}

bool has_token(std::string_view text) { return text.find("#{") != std::string_view::npos; }

} // namespace

std::optional<Text> Evaluation::value_of(Symbol const& symbol, Context context) {
    Resolving resolving(*this, symbol.source, symbol.offset);
    went_round_ = false;
    auto place = find_place(symbol, context);
    auto value = place ? item_of(*place) : std::nullopt;
    if (!value) note_unknown(symbol);
    return value;
}

void Evaluation::note_unknown(Symbol const& symbol) {
    auto name = to_text(symbol);
    if (!went_round_ && unknown_.insert(name).second) done_.unknown.push_back(std::move(name));
}

void Evaluation::note_read(Variable const& variable) {
    auto seen = read_[dictionary_.number_of(variable)];
    if (seen) return;
    seen = true;
    done_.read.push_back(&variable);
    done_.sensitive |= variable.sensitive;
}

std::optional<Place> Evaluation::find_place(Symbol const& symbol, Context context) {
    std::vector<Step> steps(symbol.steps.begin(), symbol.steps.end());
    std::deque<Text> looked_up;
    for (auto& step : steps) {
        if (step.kind != Step::Kind::lookup) continue;
        auto value = value_of(*step.symbol, context);
        if (!value) return std::nullopt;
        step.kind = Step::Kind::index;
        step.text = looked_up.emplace_back(std::move(*value)).view();
    }
    for (auto round = context.round; round; round = round->outer)
        if (auto found = walk_round(*round, steps)) return found;
    Place root;
    root.node = PathTree::root;
    return walk(root, steps);
}

std::optional<Place> Evaluation::walk_round(Round const& round, std::span<Step const> steps) {
    budget_.spend(cost_of_step);
    if (equal_names(steps[0].text, round.variable)) return walk(round.item, steps.subspan(1));
    constexpr std::string_view prefix[] = {"Octopus", "Template", "Each"};
    if (steps.size() != 4) return std::nullopt;
    for (std::size_t i = 0; i < 4; ++i)
        if (steps[i].kind != Step::Kind::name || (i < 3 && !equal_names(steps[i].text, prefix[i]))) return std::nullopt;
    auto truth = [](bool holds) { return text_place(holds ? "True" : "False"); };
    if (equal_names(steps[3].text, "First")) return truth(round.index == 0);
    if (equal_names(steps[3].text, "Last")) return truth(round.last);
    if (!equal_names(steps[3].text, "Index")) return std::nullopt;
    auto made = text_place({});
    made.kind = Place::Kind::number;
    made.number = round.index;
    return made;
}

std::optional<Place> Evaluation::walk(Place place, std::span<Step const> steps) {
    for (auto const& step : steps) {
        budget_.spend(cost_of_step);
        auto next = step_into(place, step);
        if (!next) return std::nullopt;
        place = *next;
    }
    return place;
}

std::optional<Place> Evaluation::step_into(Place const& place, Step const& step) {
    if (place.kind == Place::Kind::node) {
        auto const& paths = dictionary_.paths();
        auto kind = step.kind == Step::Kind::name ? PathTree::Kind::name : PathTree::Kind::index;
        auto first = paths[place.node].first_index;
        bool any = kind == PathTree::Kind::index && step.text == "*" && first != PathTree::none;
        Place next;
        next.node = any ? first : paths.child(place.node, kind, step.text);
        if (next.node != PathTree::none) return next;
    }
    if (place.kind == Place::Kind::property && step.kind == Step::Kind::name) {
        auto part = place;
        part.kind = Place::Kind::json;
        if (equal_names(step.text, "Value")) return part;
        part.kind = Place::Kind::text;
        part.text = place.property->name;
        if (equal_names(step.text, "Key")) return part;
    }
    auto container = container_at(place);
    return container ? json_part(*container, step) : std::nullopt;
}

std::optional<Place> Evaluation::json_part(Place const& container, Step const& step) {
    Place part = container;
    if (container.json->kind == Json::Kind::object) {
        budget_.spend(container.json->members.size());
        part.json = container.json->find(step.text);
    } else {
        using Limits = std::numeric_limits<std::int32_t>;
        auto index = dotnet::parse_integer(step.text, Limits::min(), Limits::max());
        if (!index) return std::nullopt;
        if (*index < 0)
            throw Stopped{Refusal::json_index, "the index " + std::to_string(*index) + " of a JSON array is negative"};
        auto members = container.json->members;
        part.json = std::size_t(*index) < members.size() ? &members[std::size_t(*index)].value : nullptr;
    }
    return part.json ? part : text_place("");
}

bool Evaluation::has_item(Place const& place) const {
    return place.kind != Place::Kind::node || dictionary_.paths()[place.node].has_item();
}

bool Evaluation::is_literal(Place const& place) const {
    if (place.kind != Place::Kind::node) return place.literal;
    auto const& node = dictionary_.paths()[place.node];
    return node.variable ? node.variable->literal : node.literal;
}

std::optional<Text> Evaluation::item_of(Place const& place) {
    if (!has_item(place)) return std::nullopt;
    std::string_view text = place.text;
    if (place.kind == Place::Kind::number) return Text(std::to_string(place.number));
    if (place.kind == Place::Kind::property) text = place.property->name;
    if (place.kind == Place::Kind::node) {
        auto const& node = dictionary_.paths()[place.node];
        if (node.variable) {
            note_read(*node.variable);
            return value_of(*node.variable);
        }
        text = node.text;
    }
    if (place.kind == Place::Kind::json) {
        auto made = to_text(*place.json);
        budget_.spend(made.size());
        return Text(is_literal(place) ? std::move(made) : expand(made));
    }
    return is_literal(place) || !has_token(text) ? Text(text) : Text(expand(text));
}

Text Evaluation::value_of(Variable const& variable) {
    return variable.literal || !has_token(variable.text) ? Text(variable.text) : expanded(variable);
}

Text Evaluation::expanded(Variable const& variable) {
    auto known = expanded_.find(&variable);
    if (known != expanded_.end()) return Text(std::string_view(known->second));
    auto outer = std::exchange(depends_on_frame_, ~std::size_t(0));
    auto text = expand(variable.text);
    bool holds_anywhere = depends_on_frame_ >= frames_.size();
    depends_on_frame_ = std::min(outer, holds_anywhere ? ~std::size_t(0) : depends_on_frame_);
    if (!holds_anywhere) return Text(std::move(text));
    return Text(std::string_view(expanded_.emplace(&variable, std::move(text)).first->second));
}

// What is no template stands for itself. Loops around the symbol are not seen.
std::string Evaluation::expand(std::string_view text) {
    if (!has_token(text)) return std::string(text);
    Deeper deeper(*this);
    std::string out;
    if (auto plain = scan_plain(text)) {
        render_plain(text, *plain, out);
        return out;
    }
    auto parsed = read(text, OnBroken::refuse);
    if (!parsed.tokens) return std::string(text);
    render(parsed.tokens, {}, out);
    return out;
}

std::optional<Place> Evaluation::container_at(Place const& place) {
    went_round_ = false;
    if (!has_item(place) || place.kind == Place::Kind::number) return std::nullopt;
    if (place.kind == Place::Kind::node)
        if (auto variable = dictionary_.paths()[place.node].variable) return container_of(*variable);
    bool literal = is_literal(place);
    if (place.kind == Place::Kind::json && place.json->is_container() && (literal || !place.document->has_tokens))
        return place;
    return parse_container(std::move(*item_of(place)).take(), literal);
}

std::optional<Place> Evaluation::container_of(Variable const& variable) {
    note_read(variable);
    if (auto known = containers_.find(&variable); known != containers_.end()) return known->second;
    if (auto open = opening_.find(&variable); open != opening_.end()) {
        depends_on_frame_ = std::min(depends_on_frame_, open->second);
        went_round_ = true;
        return std::nullopt;
    }
    auto outer = std::exchange(depends_on_frame_, ~std::size_t(0));
    opening_.emplace(&variable, frames_.size());
    bool went_round = false;
    std::optional<Place> container;
    try {
        container = open_container(variable);
    } catch (Stopped const& stopped) {
        opening_.erase(&variable);
        if (stopped.refusal != Refusal::recursion) throw;
        went_round = true;
        depends_on_frame_ = std::min(depends_on_frame_, met_frame_);
    }
    opening_.erase(&variable);
    bool holds_anywhere = depends_on_frame_ >= frames_.size();
    depends_on_frame_ = std::min(outer, holds_anywhere ? ~std::size_t(0) : depends_on_frame_);
    if (holds_anywhere) containers_.emplace(&variable, container);
    went_round_ = went_round;
    return container;
}

std::optional<Place> Evaluation::open_container(Variable const& variable) {
    return parse_container(std::string(value_of(variable).view()), variable.literal);
}

std::optional<Place> Evaluation::parse_container(std::string text, bool literal) {
    // Words, numbers and strings have no parts.
    auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string::npos || std::string_view("{[/").find(text[first]) == std::string_view::npos)
        return std::nullopt;
    budget_.spend(std::min(text.size(), longest_json) * cost_of_json_byte);
    auto document = read_json(std::move(text));
    if (!document || !document->root.is_container()) return std::nullopt;
    Place made;
    made.kind = Place::Kind::json;
    made.document = &documents_.emplace_back(std::move(*document));
    made.json = &made.document->root;
    made.literal = literal;
    return made;
}

} // namespace stepwell::variables
