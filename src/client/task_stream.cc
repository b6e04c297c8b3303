#include "client/task_stream.h"

#include "base/error.h"
#include "client/event_stream.h"

#include <boost/json.hpp>

namespace stepwell::client {

using base::Error;
using base::Kind;

namespace {

// After this silence the connection may be dead without notice; a new request is cheap.
constexpr auto longest_silence = std::chrono::minutes(2);

bool may_pass(Kind kind) { return kind == Kind::unavailable || kind == Kind::too_many || kind == Kind::internal; }

LogPiece piece_of(Json const& json) {
    LogPiece piece;
    if (auto const attempt = base::find_member(json, "Attempt"); attempt && attempt->is_number())
        piece.attempt = attempt->to_number<std::int64_t>();
    piece.step = text_in(json, "Step");
    piece.target = text_in(json, "Target");
    piece.step_name = text_in(json, "Name");
    piece.category = text_in(json, "Category");
    piece.text = text_in(json, "Text");
    auto const is_message = base::find_member(json, "IsMessage");
    piece.is_message = is_message && *is_message == Json(true);
    return piece;
}

} // namespace

TaskStream::TaskStream(Client& client, std::string task_id, Listener listener)
    : client_(client), task_id_(std::move(task_id)), listener_(std::move(listener)) {}

void TaskStream::take(std::string const& name, std::string const& data, std::string const& id) {
    pauses_.restart();
    if (name == "log" && listener_.printed) {
        listener_.printed(piece_of(base::parse_json(data)));
        cursor_ = id;
    } else if (name == "state") {
        task_ = base::parse_json(data);
    } else if (name == "end") {
        over_ = true;
    }
}

// Reads until the task or the stream ends. Returns true if it ended because of silence.
bool TaskStream::read_stream(int wake) {
    auto heard = std::chrono::steady_clock::now();
    net::Headers headers;
    headers.set("Accept", "text/event-stream");
    if (!cursor_.empty()) headers.set("Last-Event-ID", cursor_);
    EventStream events([this](StreamEvent const& event) { take(event.name, event.data, event.id); });
    auto const states_only = listener_.printed ? "" : "?log=false";
    client_.stream("/api/tasks/" + base::encode_percent(task_id_) + "/stream" + states_only, headers,
                   [&](std::string_view bytes) {
                       heard = std::chrono::steady_clock::now();
                       events.feed(bytes);
                       return !over_;
                   },
                   {wake, longest_silence});
    return std::chrono::steady_clock::now() - heard >= longest_silence;
}

bool TaskStream::follow(int wake) {
    while (!over_) {
        std::string why = "the server closed the stream";
        try {
            if (read_stream(wake)) continue;
        } catch (Error const& error) {
            if (!may_pass(error.kind())) throw;
            why = error.message();
        }
        if (over_) break;
        auto const pause = pauses_.next();
        if (wait_or_woken({}, wake)) return false;
        if (listener_.lost) listener_.lost(why, pause);
        if (wait_or_woken(pause, wake)) return false;
    }
    return true;
}

} // namespace stepwell::client
