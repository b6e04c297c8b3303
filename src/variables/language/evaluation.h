// One evaluation at work. Every value is evaluated once and remembered in a memory, whatever refers to it, in this
// evaluation or another that shares the memory.
#pragma once
#include "variables/evaluate.h"
#include "variables/filters/filter.h"
#include "variables/language/memory.h"
#include "variables/language/parser.h"

namespace stepwell::variables {

class Evaluation {
public:
    // `full` gives the same result whatever is in the memory. `brief` leaves out of the result the names that
    // remembered values looked at, and stops at a failure that is known.
    enum class Detail { full, brief };
    Evaluation(Dictionary const& dictionary, EvaluateOptions const& options, Memory& memory, Detail detail);

    Evaluated run(std::string_view text);
    Evaluated run(Variable const& variable);
    // Evaluates a value for the memory only. The result has no text.
    Evaluated learn(Variable const& variable);
    // After a refusal: the variables whose values were being evaluated, the outermost first.
    std::vector<Variable const*> const& stopped_in() const { return stopped_in_; }
    // Returns true if nothing that was looked at refers to what it is in, by way of JSON: then a refusal holds anywhere.
    bool went_straight() const { return rounds_ == 0; }

private:
    // Where a token stands.
    struct Context {
        Round const* round = nullptr; // the innermost loop around it
        bool outermost = false;       // in the text itself, not in a value or an option
    };
    // A symbol that is being resolved. One that is met again at the same place of its text goes round in circles.
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
        std::unordered_set<std::string> noted = {}; // texts of the trace

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
    // Nothing when a side has no value: then `failed` is that side.
    std::optional<bool> holds(syntax::Condition const& condition, Context context, syntax::Expression const*& failed);
    std::optional<Text> side(syntax::Condition::Side const& side, Context context);
    std::optional<Text> value_of(syntax::Expression const& expression, Context context);
    std::optional<std::string> apply(syntax::Filter const& filter, std::optional<std::string_view> argument,
                                     Context context);
    std::optional<double> calculate(syntax::Calculation const& calculation, Context context);
    // A token that stays as it is, for want of a value.
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

    // The container at a place, if its value is one; nothing else has parts.
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
    // Frames beyond the first few, found by what they are: with values nested deep, each symbol would be compared with
    // hundreds.
    std::unordered_map<Frame, std::size_t, HashFrame> deep_frames_;
    std::vector<bool> read_; // by number of the variable, where the memory does not know
    std::unordered_set<std::string> unknown_, missing_;
    std::unordered_map<Variable const*, std::size_t> opening_; // looked into for JSON now, since so many frames
    std::vector<Variable const*> expanding_, stopped_in_;
    Recorder* recorder_ = nullptr; // of the value that is being evaluated
    // What is being evaluated depends on a symbol further out than this frame that could not be looked into, because
    // it is looked into already. Such a value holds only here and is not remembered.
    std::size_t depends_on_frame_ = ~std::size_t(0);
    std::size_t met_frame_ = 0; // of the last recursion
    std::size_t rounds_ = 0;    // symbols that had none for that reason
    bool goes_on_ = false;      // after that, as JSON around it is not looked into
    bool went_round_ = false;   // the last symbol has no value for that reason
};

} // namespace stepwell::variables
