// Evaluated values of one dictionary's variables, kept between evaluations.
#pragma once
#include "variables/language/budget.h"
#include "variables/language/place.h"

#include <deque>
#include <unordered_map>
#include <unordered_set>

namespace stepwell::variables {

// What was read to evaluate a value, in order. Values used inside it have their own traces.
struct Trace {
    enum class Kind : std::uint8_t { read, value, container, unknown, missing };
    struct Event {
        Kind kind;
        std::uint32_t text = 0;             // for unknown and missing: index into `texts`
        Variable const* variable = nullptr; // for the other kinds
    };
    std::vector<Event> events;
    std::vector<std::string> texts;
    std::string missing;    // the first token without a value, in this value or those it uses
    bool sensitive = false; // a sensitive value was used, directly or indirectly
};

class Memory {
public:
    struct Known {
        int height = 0; // nesting levels that its evaluation needed
        Trace trace;
        std::uint64_t evaluation = 0; // last evaluation that has added the trace to its result
        std::uint64_t recorder = 0;   // last recorder that has included it
        // True if a value in it refers to the value that contains it. Its result then depends on where the evaluation
        // started and is valid in that evaluation only.
        bool circular = false;

        bool holds_in(std::uint64_t number) const { return !circular || evaluation == number; }
    };
    struct Value : Known {
        std::string text;
    };
    struct Container : Known {
        std::optional<Place> place;
    };
    struct Failure {
        Stopped stopped;
        bool sensitive = false;
    };

    // `keeps_traces` must be true if several evaluations share the memory.
    Memory(Dictionary const& dictionary, bool keeps_traces)
        : keeps_traces(keeps_traces), read_by_evaluation(keeps_traces ? dictionary.all().size() : 0),
          read_by_recorder(read_by_evaluation.size()) {}

    bool const keeps_traces;
    std::uint64_t evaluations = 0, recorders = 0; // counters
    std::unordered_map<Variable const*, Value> values;
    std::unordered_map<Variable const*, Container> containers;
    std::unordered_map<Variable const*, Failure> failures; // a text that uses one of these has no result
    std::deque<JsonDocument> documents;
    // By variable number: the last evaluation and recorder that have noted that it was read. Empty without traces.
    std::vector<std::uint64_t> read_by_evaluation, read_by_recorder;
};

} // namespace stepwell::variables
