// One evaluation in progress. Each variable is evaluated once and stored in the Memory, which several evaluations may
// share.
#pragma once
#include "variables/evaluate.h"
#include "variables/filters/filter.h"
#include "variables/language/memory.h"
#include "variables/language/parser.h"

namespace stepwell::variables {

class Evaluation {
public:
    // `full` returns the same result whatever the memory contains. `brief` omits the names that remembered values used,
    // and stops at the first known failure.
    enum class Detail { full, brief };
    Evaluation(Dictionary const& dictionary, EvaluateOptions const& options, Memory& memory, Detail detail);

    Evaluated run(std::string_view text);
    Evaluated run(Variable const& variable);
    // Evaluates a value only to store it in the memory. The result has no text.
    Evaluated learn(Variable const& variable);
    // After a refusal: the variables that were being evaluated, outermost first.
    std::vector<Variable const*> const& stopped_in() const { return stopped_in_; }
    // Returns true if no used value refers, through JSON, to the value that contains it. A refusal then applies in
    // every evaluation.
    bool went_straight() const { return rounds_ == 0; }

private:
    // The surroundings of a token.
    struct Context {
        Round const* round = nullptr; // the innermost enclosing loop
        bool outermost = false;       // in the text itself, not in a value or an option
    };
    // A symbol that is being resolved. Meeting the same frame again means that a variable refers to itself.
    struct Frame {
        std::string_view source;
        std::size_t offset;
        bool operator==(Frame const&) const = default;
    };
    struct HashFrame {
        std::size_t operator()(Frame const& frame) const {
            return std::hash<std::string_view>()(frame.source) * 31 + frame.offset;
        }
    };
    struct PlainToken {
        std::size_t begin, end;
        Variable const* variable;
    };
    class Deeper;
    class Resolving;
    class Expanding;
    class Recording;
    struct Recorder {
        Recorder* outer = nullptr;
        std::uint64_t number = 0;
        Trace trace = {};
        std::unordered_set<std::string> noted = {}; // texts that the trace contains

        void add(Trace::Kind kind, Variable const& variable) { trace.events.push_back({kind, 0, &variable}); }
        void add(Trace::Kind kind, std::string const& text);
        void add_all_of(Trace const& other);
    };

    template <class Work> Evaluated guarded(std::string_view text, Work const& work);
    void run_text(std::string_view text);
    Parsed read(std::string_view text, OnBroken on_broken);

    // Tokens (evaluation.cc)
    std::optional<std::vector<PlainToken>> scan_plain(std::string_view text) const;
    void render_plain(std::string_view text, std::vector<PlainToken> const& tokens, std::string& out);
    void render(syntax::Cell const* tokens, Context context, std::string& out);
    void render(syntax::Token const& token, Context context, std::string& out);
    void render_substitution(syntax::Token const& token, Context context, std::string& out);
    void render_conditional(syntax::Token const& token, Context context, std::string& out);
    void render_each(syntax::Token const& token, Context context, std::string& out);
    void render_rounds(syntax::Token const& token, Context context, std::size_t count,
                       std::function<Place(std::size_t)> const& item, std::string& out);
    void render_calculation(syntax::Token const& token, Context context, std::string& out);
    // Returns nullopt if a side has no value; `failed` is then that side.
    std::optional<bool> holds(syntax::Condition const& condition, Context context, syntax::Expression const*& failed);
    std::optional<Text> side(syntax::Condition::Side const& side, Context context);
    std::optional<Text> value_of(syntax::Expression const& expression, Context context);
    std::optional<std::string> apply(syntax::Filter const& filter, std::optional<std::string_view> argument,
                                     Context context);
    std::optional<double> calculate(syntax::Calculation const& calculation, Context context);
    // Copies a token without a value to the output.
    void echo(std::string const& token, std::string& out);
    void report_missing(std::string token);

    // Symbols and values (resolve_symbol.cc)
    std::optional<Text> value_of(syntax::Symbol const& symbol, Context context);
    std::optional<Place> find_place(syntax::Symbol const& symbol, Context context);
    std::optional<Place> walk(Place place, std::span<syntax::Step const> steps);
    std::optional<Place> walk_round(Round const& round, std::span<syntax::Step const> steps);
    std::optional<Place> step_into(Place const& place, syntax::Step const& step);
    std::optional<Place> step_into_json(Place const& place, syntax::Step const& step);
    std::optional<Place> json_part(Place const& json, syntax::Step const& step);
    bool has_item(Place const& place) const;
    bool is_literal(Place const& place) const;
    std::optional<Text> item_of(Place const& place);
    Text value_of(Variable const& variable);
    Text expanded(Variable const& variable);
    Memory::Failure const* find_failure(Variable const& variable) const;
    std::string expand(std::string_view text);
    void note_known(Trace::Kind kind, Variable const& variable, Memory::Known& known);
    void note_trace(Trace const& trace);
    void note_text(Trace::Kind kind, std::string const& text);
    bool is_first_read(std::size_t number);
    void note_read(Variable const& variable);
    void note_unknown(syntax::Symbol const& symbol);

    // Returns the JSON container at a place if its value is one. Only containers have parts.
    std::optional<Place> container_at(Place const& place);
    std::optional<Place> parse_container(std::string text, bool literal);
    std::optional<Place> container_of(Variable const& variable);
    std::optional<Place> open_container(Variable const& variable);

    Dictionary const& dictionary_;
    EvaluateOptions const& options_;
    Memory& memory_;
    bool brief_;
    std::uint64_t number_;
    FilterHost host_;
    Budget& budget_;
    Evaluated done_;
    int depth_ = 0, deepest_ = 0;
    std::vector<Frame> frames_;
    // The frames beyond `max_shallow`, for lookup by value. With deeply nested values, a linear search would compare
    // each symbol with hundreds of frames.
    std::unordered_map<Frame, std::size_t, HashFrame> deep_frames_;
    std::vector<bool> read_; // by variable number; used if the memory keeps no traces
    std::unordered_set<std::string> unknown_, missing_;
    // variables being parsed as JSON, with the frame count at that time
    std::unordered_map<Variable const*, std::size_t> opening_;
    std::vector<Variable const*> expanding_, stopped_in_;
    Recorder* recorder_ = nullptr; // of the value being evaluated
    // The outermost frame that the current value depends on because a symbol there is still being parsed as JSON and
    // has no value yet. A value that depends on an outer frame is valid only here and is not remembered.
    std::size_t depends_on_frame_ = ~std::size_t(0);
    std::size_t met_frame_ = 0; // frame that the last recursion met again
    std::size_t rounds_ = 0;    // number of symbols without a value because of such a cycle
    bool goes_on_ = false;      // continues after a recursion, without reading the enclosing JSON
    bool went_round_ = false;   // the last symbol has no value because of such a cycle
};

} // namespace stepwell::variables
