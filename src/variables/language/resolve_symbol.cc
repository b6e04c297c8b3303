#include "variables/dotnet/number.h"
#include "variables/language/deeper.h"
#include "variables/language/printer.h"

#include <limits>

namespace stepwell::variables {

using namespace syntax;

namespace {

constexpr std::size_t cost_of_step = 16, cost_of_event = 16;
constexpr std::size_t cost_of_json_byte = 16;
constexpr std::size_t bytes_of_kept = 256;     // a value or JSON in the memory, without its texts
constexpr std::size_t bytes_of_document = 512; // parsed JSON, without its text and elements

Place text_place(std::string_view text) {
    Place made;
    made.kind = Place::Kind::text;
    made.text = text;
    made.literal = true;
    return made;
}

// Returns the maximum memory for the elements of parsed JSON, in addition to its text.
std::size_t bytes_of_items(std::string_view text) {
    auto const items = std::ranges::count_if(text, [](char c) { return c == ',' || c == '[' || c == '{'; });
    return std::size_t(items) * sizeof(Json::Member);
}

bool has_token(std::string_view text) { return text.find("#{") != std::string_view::npos; }

} // namespace

// Records the evaluation of a variable's value or JSON from start to end. The trace is stored with the result. If the
// result is valid only here and not stored, the trace belongs to the enclosing evaluation.
class Evaluation::Recording {
public:
    explicit Recording(Evaluation& evaluation)
        : evaluation_(evaluation), depth_(evaluation.depth_), outer_deepest_(evaluation.deepest_),
          outer_depends_on_(evaluation.depends_on_frame_) {
        evaluation_.deepest_ = depth_;
        evaluation_.depends_on_frame_ = none;
        if (!evaluation_.memory_.keeps_traces) return;
        recorder_.outer = evaluation_.recorder_;
        recorder_.number = ++evaluation_.memory_.recorders;
        evaluation_.recorder_ = &recorder_;
    }
    ~Recording() { finish(); }
    Recording(Recording const&) = delete;
    Recording& operator=(Recording const&) = delete;

    // Charges the result before it is stored.
    void pay() {
        evaluation_.budget_.take_bytes(bytes_of_kept + recorder_.trace.events.size() * sizeof(Trace::Event));
    }
    bool holds_anywhere() const { return evaluation_.depends_on_frame_ >= evaluation_.frames_.size(); }
    void keep(Trace::Kind kind, Variable const& variable, Memory::Known& known) {
        known.circular = evaluation_.rounds_ != rounds_;
        known.height = evaluation_.deepest_ - depth_;
        known.evaluation = evaluation_.number_; // the result already contains all of it
        known.trace = std::move(recorder_.trace);
        recorder_.trace = {};
        finish();
        evaluation_.note_known(kind, variable, known);
    }

private:
    static constexpr std::size_t none = ~std::size_t(0);

    void finish() {
        if (std::exchange(finished_, true)) return;
        auto& depends_on = evaluation_.depends_on_frame_;
        depends_on = std::min(outer_depends_on_, holds_anywhere() ? none : depends_on);
        evaluation_.deepest_ = std::max(outer_deepest_, evaluation_.deepest_);
        if (recorder_.number == 0) return;
        evaluation_.recorder_ = recorder_.outer;
        bool const ends = std::uncaught_exceptions() > exceptions_ && !evaluation_.goes_on_;
        if (recorder_.outer && !ends) recorder_.outer->add_all_of(recorder_.trace);
    }

    Evaluation& evaluation_;
    int depth_, outer_deepest_;
    std::size_t outer_depends_on_, rounds_ = evaluation_.rounds_;
    int exceptions_ = std::uncaught_exceptions();
    Recorder recorder_;
    bool finished_ = false;
};

std::optional<Text> Evaluation::value_of(Symbol const& symbol, Context context) {
    Resolving resolving(*this, symbol.source, symbol.offset);
    went_round_ = false;
    auto place = find_place(symbol, context);
    auto value = place ? item_of(*place) : std::nullopt;
    if (!value) note_unknown(symbol);
    return value;
}

void Evaluation::note_unknown(Symbol const& symbol) {
    if (went_round_) return;
    auto name = to_text(symbol);
    note_text(Trace::Kind::unknown, name);
    if (unknown_.insert(name).second) done_.unknown.push_back(std::move(name));
}

void Evaluation::Recorder::add(Trace::Kind kind, std::string const& text) {
    if (!noted.insert((kind == Trace::Kind::missing ? 'm' : 'u') + text).second) return;
    trace.events.push_back({kind, std::uint32_t(trace.texts.size())});
    trace.texts.push_back(text);
    if (kind == Trace::Kind::missing && trace.missing.empty()) trace.missing = text;
}

void Evaluation::Recorder::add_all_of(Trace const& other) {
    for (auto const& event : other.events)
        if (event.variable)
            add(event.kind, *event.variable);
        else
            add(event.kind, other.texts[event.text]);
    trace.sensitive |= other.sensitive;
    if (trace.missing.empty()) trace.missing = other.missing;
}

void Evaluation::note_text(Trace::Kind kind, std::string const& text) {
    if (recorder_) recorder_->add(kind, text);
}

bool Evaluation::is_first_read(std::size_t number) {
    if (memory_.keeps_traces) return std::exchange(memory_.read_by_evaluation[number], number_) != number_;
    bool const seen = read_[number];
    read_[number] = true;
    return !seen;
}

void Evaluation::note_read(Variable const& variable) {
    auto const number = dictionary_.number_of(variable);
    if (recorder_ && std::exchange(memory_.read_by_recorder[number], recorder_->number) != recorder_->number) {
        recorder_->add(Trace::Kind::read, variable);
        recorder_->trace.sensitive |= variable.sensitive;
    }
    if (!is_first_read(number)) return;
    done_.read.push_back(&variable);
    done_.sensitive |= variable.sensitive;
}

// Adds the trace of a stored value, as if the value were evaluated again.
void Evaluation::note_known(Trace::Kind kind, Variable const& variable, Memory::Known& known) {
    if (depth_ + known.height > max_depth) refuse_depth();
    deepest_ = std::max(deepest_, depth_ + known.height);
    if (known.circular) ++rounds_;
    if (!memory_.keeps_traces) return;
    if (recorder_ && std::exchange(known.recorder, recorder_->number) != recorder_->number) {
        auto& trace = recorder_->trace;
        recorder_->add(kind, variable);
        trace.sensitive |= known.trace.sensitive;
        if (trace.missing.empty()) trace.missing = known.trace.missing;
    }
    if (std::exchange(known.evaluation, number_) == number_) return;
    done_.sensitive |= known.trace.sensitive;
    if (!brief_) return note_trace(known.trace);
    if (done_.missing.empty() && !known.trace.missing.empty()) done_.missing.push_back(known.trace.missing);
}

void Evaluation::note_trace(Trace const& trace) {
    auto const recorder = std::exchange(recorder_, nullptr);
    for (auto const& event : trace.events) {
        budget_.spend(cost_of_event);
        switch (event.kind) {
        case Trace::Kind::read: note_read(*event.variable); break;
        case Trace::Kind::value: {
            auto& known = memory_.values.at(event.variable);
            if (std::exchange(known.evaluation, number_) != number_) note_trace(known.trace);
            break;
        }
        case Trace::Kind::container: {
            auto& known = memory_.containers.at(event.variable);
            if (std::exchange(known.evaluation, number_) != number_) note_trace(known.trace);
            break;
        }
        case Trace::Kind::unknown:
            if (unknown_.insert(trace.texts[event.text]).second) done_.unknown.push_back(trace.texts[event.text]);
            break;
        case Trace::Kind::missing:
            if (missing_.insert(trace.texts[event.text]).second) done_.missing.push_back(trace.texts[event.text]);
            break;
        }
    }
    recorder_ = recorder;
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
    auto known = memory_.values.find(&variable);
    if (known != memory_.values.end() && known->second.holds_in(number_)) {
        note_known(Trace::Kind::value, variable, known->second);
        return Text(std::string_view(known->second.text));
    }
    if (auto failure = find_failure(variable)) {
        done_.sensitive |= failure->sensitive;
        throw failure->stopped;
    }
    Expanding const expanding(*this, variable);
    Recording recording(*this);
    auto text = expand(variable.text);
    if (!recording.holds_anywhere()) return Text(std::move(text));
    recording.pay();
    auto& kept = memory_.values[&variable];
    kept.text = std::move(text);
    recording.keep(Trace::Kind::value, variable, kept);
    return Text(std::string_view(kept.text));
}

// While enclosing JSON is being parsed, a symbol in a cycle may still have a value.
Memory::Failure const* Evaluation::find_failure(Variable const& variable) const {
    if (!brief_) return nullptr;
    auto const failure = memory_.failures.find(&variable);
    if (failure == memory_.failures.end()) return nullptr;
    bool const may_hold = failure->second.stopped.refusal == Refusal::recursion && !opening_.empty();
    return may_hold ? nullptr : &failure->second;
}

// Text that does not parse stands for itself. Loops around the symbol are not visible.
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
    auto known = memory_.containers.find(&variable);
    if (known != memory_.containers.end() && known->second.holds_in(number_)) {
        note_known(Trace::Kind::container, variable, known->second);
        return known->second.place;
    }
    if (auto open = opening_.find(&variable); open != opening_.end()) {
        depends_on_frame_ = std::min(depends_on_frame_, open->second);
        went_round_ = true;
        ++rounds_;
        return std::nullopt;
    }
    Recording recording(*this);
    opening_.emplace(&variable, frames_.size());
    bool went_round = false;
    std::optional<Place> container;
    try {
        container = open_container(variable);
    } catch (Stopped const& stopped) {
        opening_.erase(&variable);
        if (stopped.refusal != Refusal::recursion) throw;
        went_round = true;
        ++rounds_;
        stopped_in_.clear();
        goes_on_ = false;
        depends_on_frame_ = std::min(depends_on_frame_, met_frame_);
    }
    opening_.erase(&variable);
    if (recording.holds_anywhere()) {
        recording.pay();
        auto& kept = memory_.containers[&variable];
        kept.place = container;
        recording.keep(Trace::Kind::container, variable, kept);
    }
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
    if (text.size() <= longest_json) budget_.take_bytes(bytes_of_document + text.size() + bytes_of_items(text));
    auto document = read_json(std::move(text));
    if (!document || !document->root.is_container()) return std::nullopt;
    Place made;
    made.kind = Place::Kind::json;
    made.document = &memory_.documents.emplace_back(std::move(*document));
    made.json = &made.document->root;
    made.literal = literal;
    return made;
}

} // namespace stepwell::variables
