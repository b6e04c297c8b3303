#include "api/task_answer.h"

#include "api/node.h"
#include "base/text.h"
#include "operations/read_output.h"
#include "operations/read_outputs.h"

namespace stepwell::api {

using base::JsonWriter;
using base::Time;
using operations::Activity;
using store::Attempt;
using store::Task;

namespace {

void maybe_time(JsonWriter& to, std::string_view name, std::optional<Time> const& time) {
    to.key(name);
    if (time)
        to.text(base::to_text(*time));
    else
        to.null();
}
void maybe_text(JsonWriter& to, std::string_view name, std::string const& text) {
    to.key(name);
    if (text.empty())
        to.null();
    else
        to.text(text);
}

std::string completed_words(House const& house, Task const& task) {
    if (task.completed) return base::to_words(house.store.clock().now() - *task.completed) + " ago";
    return std::string(schema::name_of(task.state)) + "...";
}

std::string duration_words(House const& house, Task const& task) {
    if (!task.started) return "";
    return base::to_words(task.completed.value_or(house.store.clock().now()) - *task.started);
}

void write_links(JsonWriter& to, Task const& task) {
    auto self = "/api/tasks/" + task.id;
    to.key("Links").begin_object().member("Self", self).member("Web", "/app#/" + task.space_id + "/tasks/" + task.id);
    to.member("Raw", self + "/raw")
        .member("Details", self + "/details{?verbose,tail}")
        .member("State", self + "/state");
    if (task.completed)
        to.member("Rerun", "/api/tasks/rerun/" + task.id);
    else
        to.member("Cancel", self + "/cancel");
    to.member("QueuedBehind", self + "/queued-behind{?skip,take}");
    to.member("Artifacts", "/api/" + task.space_id + "/artifacts?regarding=" + task.id);
    to.member("Interruptions", "/api/" + task.space_id + "/interruptions?regarding=" + task.id);
    to.member("Events", self + "/stream").end_object();
}

} // namespace

std::string task_json(House const& house, Task const& task) {
    std::string json;
    JsonWriter to(json);
    using domain::TaskState;
    bool failed = task.state == TaskState::failed || task.state == TaskState::timed_out;
    to.begin_object().member("Id", task.id);
    maybe_text(to, "SpaceId", task.space_id);
    to.member("Name", task.name).member("Description", task.description).key("Arguments").raw(task.arguments);
    to.member("State", schema::name_of(task.state))
        .member("Completed", completed_words(house, task))
        .member("QueueTime", base::to_text(task.not_before.value_or(task.queued)));
    maybe_time(to, "QueueTimeExpiry", task.expires);
    maybe_time(to, "StartTime", task.started);
    to.member("LastUpdatedTime", base::to_text(task.updated));
    maybe_time(to, "CompletedTime", task.completed);
    maybe_text(to, "ServerNode", task.picked_up ? node_id() : std::string());
    to.member("Duration", duration_words(house, task));
    maybe_text(to, "ErrorMessage", task.error);
    to.member("HasBeenPickedUpByProcessor", task.picked_up)
        .member("FinishedSuccessfully", task.state == TaskState::success);
    to.member("IsCompleted", task.completed.has_value())
        .member("HasPendingInterruptions", false)
        .key("PendingInterruptionTypes")
        .raw("[]");
    to.member("HasPendingPreconditions", false).key("PendingPreconditionTypes").raw("[]");
    to.member("HasWarningsOrErrors", task.warnings || failed)
        .member("CanRerun", task.completed.has_value() && !task.run_id.empty());
    maybe_text(to, "ProjectId", task.project_id);
    to.member("EstimatedRemainingQueueDurationSeconds", 0);
    write_links(to, task);
    to.end_object();
    return json;
}

std::string output_path(std::string const& task_id, std::int64_t attempt) {
    auto path = "/api/tasks/" + task_id;
    return attempt > 0 ? path + "/output?attempt=" + std::to_string(attempt) : path + "/raw";
}

std::string cut_mark(std::string const& path) { return "… [line truncated; see " + path + "]"; }

namespace {

class ActivityWriter {
public:
    ActivityWriter(JsonWriter& to, std::string const& task_id) : to_(to), task_id_(task_id) {}

    void write(Activity const& activity) {
        to_.begin_object().member("Id", activity.id).member("Name", activity.name);
        maybe_time(to_, "Started", activity.started);
        maybe_time(to_, "Ended", activity.ended);
        to_.member("Status", activity.status).key("Children").begin_array();
        for (auto const& child : activity.children) write(child);
        to_.end_array().member("ShowAtSummaryLevel", true).key("LogElements").begin_array();
        for (auto const& line : activity.lines) {
            to_.begin_object().member("OccurredAt", base::to_text(line.at)).member("Category", line.category);
            to_.member("MessageText", text_of(line, activity.attempt))
                .key("Detail")
                .null()
                .member("Number", line.number)
                .end_object();
        }
        to_.end_array()
            .member("ProgressPercentage", activity.progress)
            .member("ProgressMessage", activity.progress_message)
            .end_object();
    }

private:
    std::string text_of(operations::ActivityLine const& line, std::int64_t attempt) const {
        auto mark = line.is_begun || line.is_cut ? cut_mark(output_path(task_id_, attempt)) : std::string();
        return (line.is_begun ? mark : "") + line.text + (line.is_cut ? mark : "");
    }

    JsonWriter& to_;
    std::string const& task_id_;
};

} // namespace

std::string details_json(House const& house, Task const& task, Activity const& root) {
    std::string json;
    JsonWriter to(json);
    auto attempts = house.store.read([&](store::Session& session) { return store::list_attempts(session, task.id); });
    std::int64_t size = 0;
    for (auto const& attempt : attempts) size += attempt.log_bytes;
    to.begin_object().member("Id", task.id).key("Task").raw(task_json(house, task));
    to.key("ActivityLogs").begin_array();
    auto const begin = json.size();
    ActivityWriter(to, task.id).write(root);
    auto const end = json.size();
    to.end_array().key("ActivityLog");
    json.reserve(json.size() + end - begin + 4096);
    to.raw(std::string_view(json).substr(begin, end - begin)); // the same bytes, without an intermediate copy
    auto outputs = house.store.read(
        [&](store::Session& session) { return operations::read_outputs(session, task.run_id, task.id).outputs; });
    to.key("Outputs").raw(schema::to_json(outputs));
    to.member("PhysicalLogSize", size).key("Progress").begin_object().member("ProgressPercentage", root.progress);
    to.member("EstimatedTimeRemaining", "").end_object();
    to.key("Links").begin_object().member("Self", "/api/tasks/" + task.id + "/details").end_object().end_object();
    return json;
}

// --- logs as streams ------------------------------------------------------------------------------------------------

namespace {

// Chunks come from the store or the page cache in much less than 1 ms, so they are read on the thread that requests
// them.
template <class Reader> class Pieces final : public net::Source {
public:
    template <class... Args> explicit Pieces(Args&&... args) : reader_(std::forward<Args>(args)...) {}
    void next(Give give) override { give(reader_.next()); }

private:
    Reader reader_;
};

} // namespace

std::shared_ptr<net::Source> raw_log(House const& house, Task const& task) {
    return std::make_shared<Pieces<operations::TaskText>>(house.store, house.engine, task);
}

std::shared_ptr<net::Source> output_bytes(House const& house, Attempt const& attempt) {
    return std::make_shared<Pieces<operations::StepOutput>>(house.engine, attempt);
}

} // namespace stepwell::api
