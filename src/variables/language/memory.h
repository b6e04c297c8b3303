// Values of the variables of one dictionary, kept between evaluations.
#pragma once
#include "variables/language/budget.h"
#include "variables/language/place.h"

#include <deque>
#include <unordered_map>
#include <unordered_set>

namespace stepwell::variables {

// What was looked at to find a value, in order. Values that went into it have traces of their own.
struct Trace {
    enum class Kind : std::uint8_t { read, value, container, unknown, missing };
    struct Event {
        Kind kind;
        std::uint32_t text = 0;             // of unknown and missing: index into `texts`
        Variable const* variable = nullptr; // of the others
    };
    std::vector<Event> events;
    std::vector<std::string> texts;
    std::string missing;    // the first token without a value, here or in what went into it
    bool sensitive = false; // a sensitive value was looked at, here or in what went into it
};

class Memory {
public:
    struct Known {
        int height = 0; // levels of nesting that its evaluation took
        Trace trace;
        std::uint64_t evaluation = 0; // last that has noted the trace
        std::uint64_t recorder = 0;   // last that has recorded it
        // Something in it refers to what it is in. What comes of that depends on where the evaluation began, so it
        // holds in that one only.
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

    // `keeps_traces`: several evaluations share it.
    Memory(Dictionary const& dictionary, bool keeps_traces)
        : keeps_traces(keeps_traces), read_by_evaluation(keeps_traces ? dictionary.all().size() : 0),
          read_by_recorder(read_by_evaluation.size()) {}

    bool const keeps_traces;
    std::uint64_t evaluations = 0, recorders = 0; // counters
    std::unordered_map<Variable const*, Value> values;
    std::unordered_map<Variable const*, Container> containers;
    std::unordered_map<Variable const*, Failure> failures; // wherever these stand, there is no result
    std::deque<JsonDocument> documents;
    // By number of a variable: the last that has noted that it was read. Empty without traces.
    std::vector<std::uint64_t> read_by_evaluation, read_by_recorder;
};

} // namespace stepwell::variables
