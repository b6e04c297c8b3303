// Live views: server-sent events for one task, and one WebSocket for each browser tab with any number of tasks.
#include "api/access.h"
#include "api/origin.h"
#include "api/route_files.h"
#include "api/task_answer.h"
#include "base/error.h"
#include "base/log.h"
#include "base/utf8.h"
#include "operations/follow_task.h"

#include <boost/json.hpp>

#include <deque>
#include <mutex>

namespace stepwell::api {

using base::JsonWriter;
using operations::Cursor;
using operations::Follower;
using operations::News;

namespace {

constexpr char const* bad_cursor = "must be 0 or the value of Next in an earlier event";

std::string printed_json(operations::Printed const& printed) {
    std::string json;
    JsonWriter to(json);
    to.begin_object().member("Step", printed.step).member("Name", printed.name).member("Attempt", printed.attempt);
    if (!printed.target.empty()) to.member("Target", printed.target);
    to.member("Next", printed.next)
        .member("OccurredAt", base::to_text(printed.at))
        .member("Category", printed.category);
    if (printed.is_message) to.member("IsMessage", true);
    to.member("Text", base::to_utf8(printed.bytes)).end_object();
    return json;
}

// --- server-sent events ---------------------------------------------------------------------------------------

class TaskEvents final : public net::Source, public std::enable_shared_from_this<TaskEvents> {
public:
    TaskEvents(Call const& call, Cursor from)
        : house_(call.house), access_(call),
          follower_(call.house.store, call.house.engine, call.id(), std::move(from),
                    call.query.boolean("log").value_or(true) ? Follower::Show::all : Follower::Show::states) {}

    void next(Give give) override {
        auto self = shared_from_this();
        house_.workers.post([self, give = std::move(give)] { self->tell(give); });
    }
    void abandon() override { gone_ = true; }

private:
    void tell(Give const& give) {
        if (gone_ || over_) return give(std::nullopt);
        try {
            auto news = follower_.next();
            if (!news.empty()) return give(access_.is_allowed() ? std::optional(text_of(news)) : std::nullopt);
        } catch (std::exception const& error) {
            base::log_warning("live view ended: {}", error.what());
            return give(std::nullopt);
        }
        auto self = shared_from_this();
        follower_.wait([self, give] { self->next(give); });
    }
    std::string text_of(News const& news) {
        std::string text;
        for (auto const& printed : news.printed)
            text += "event: log\nid: " + printed.next + "\ndata: " + printed_json(printed) + "\n\n";
        if (news.task) text += "event: state\ndata: " + task_json(house_, *news.task) + "\n\n";
        if (news.over) {
            over_ = true;
            text += "event: end\ndata: {}\n\n";
        }
        return text;
    }

    House house_;
    AccessCheck access_;
    Follower follower_;
    std::atomic<bool> gone_ = false;
    bool over_ = false;
};

Cursor cursor_asked(Call const& call) {
    std::string text(call.request.headers["Last-Event-ID"]);
    if (text.empty()) text = call.query.text("from").value_or("0");
    auto cursor = operations::parse_cursor(text);
    if (!cursor) base::reject("from", bad_cursor);
    return *cursor;
}

net::Response stream(Call& call) {
    net::Response response;
    response.content_type = "text/event-stream";
    response.headers.add("Cache-Control", "no-store");
    response.headers.add("X-Accel-Buffering", "no");
    response.source = std::make_shared<TaskEvents>(call, cursor_asked(call));
    return response;
}

// --- one WebSocket for each tab -------------------------------------------------------------------------------------

// A message from the client: {"Subscribe":"ServerTasks-7","From":"0"} or {"Unsubscribe":"ServerTasks-7"}.
struct TabMessage {
    std::string subscribe, unsubscribe;
    std::optional<std::string> from;

    static constexpr std::string_view type_name = "LiveMessage";
    static void describe(auto& field) {
        field("Subscribe", &TabMessage::subscribe, schema::plain, "The task to follow.");
        field("Unsubscribe", &TabMessage::unsubscribe, schema::plain, "The task to stop following.");
        field("From", &TabMessage::from, schema::plain, "The last Next that the client received; 0: the beginning.");
    }
};

// Server: {"Task":"ServerTasks-7","Log":[…]}  {"Task":…,"State":{…}}  {"Task":…,"End":true}  {"Task":…,"Error":"…"}
class Tab final : public net::Conversation, public std::enable_shared_from_this<Tab> {
public:
    explicit Tab(Call const& call) : house_(call.house), access_(call) {}

    void received(std::string message) override {
        if (++received_ > max_received) return end(); // the client sends faster than messages are handled
        auto self = shared_from_this();
        house_.workers.post([self, message = std::move(message)] {
            self->obey(message);
            --self->received_;
        });
    }
    void next(Give give) override {
        std::optional<std::string> message;
        {
            std::lock_guard lock(mutex_);
            if (outbox_.empty() && !over_) {
                waiting_ = std::move(give);
                return;
            }
            if (!outbox_.empty()) {
                message = std::move(outbox_.front());
                outbox_.pop_front();
                outbox_bytes_ -= message->size();
            }
        }
        give(std::move(message));
        resume_held();
    }
    void abandon() override {
        std::lock_guard lock(mutex_);
        gone_ = true;
        followed_.clear();
        outbox_.clear();
        waiting_ = nullptr;
    }
    // Ends the connection, for example because the caller has lost the right.
    void end() {
        Give give;
        {
            std::lock_guard lock(mutex_);
            over_ = true;
            followed_.clear();
            outbox_.clear();
            outbox_bytes_ = 0;
            give = std::exchange(waiting_, nullptr);
        }
        if (give) give(std::nullopt);
    }

private:
    struct Followed {
        Follower follower;
        std::mutex busy; // one thread sends news at a time
    };
    using FollowedPointer = std::shared_ptr<Followed>;
    static constexpr std::size_t max_followed = 100;
    static constexpr std::size_t max_received = 256;           // unhandled messages
    static constexpr std::size_t max_outbox_bytes = 16u << 20; // a client that reads more slowly is disconnected
    static constexpr std::size_t max_waiting = 16;             // unread messages of a slow client
    // bytes of unread messages, checked before another one is created
    static constexpr std::size_t max_waiting_bytes = 1u << 20;

    void obey(std::string const& message) {
        std::string task;
        try {
            auto const sent = schema::read_as<TabMessage>(base::parse_json(message));
            task = sent.subscribe;
            if (task.empty() == sent.unsubscribe.empty())
                base::reject("", "Send either Subscribe or Unsubscribe with the id of a task.");
            if (task.empty()) {
                std::lock_guard lock(mutex_);
                followed_.erase(sent.unsubscribe);
                return;
            }
            auto cursor = operations::parse_cursor(sent.from.value_or("0"));
            if (!cursor) base::reject("From", bad_cursor);
            if (!access_.is_allowed()) return end();
            access_.require_on_task(task);
            follow(task, std::move(*cursor));
        } catch (base::Error const& error) {
            std::string text = "{\"Task\":";
            base::append_quoted(text, task);
            base::append_quoted(text += ",\"Error\":", error.message());
            send(text + "}");
        }
    }
    void follow(std::string const& task, Cursor from) {
        auto followed = std::make_shared<Followed>(Follower(house_.store, house_.engine, task, std::move(from)));
        {
            std::lock_guard lock(mutex_);
            if (gone_) return;
            if (followed_.size() >= max_followed)
                base::reject("Subscribe", "this connection follows too many tasks; unsubscribe from some of them");
            followed_[task] = followed;
        }
        pump(task, followed);
    }
    bool still(std::string const& task, FollowedPointer const& followed) {
        std::lock_guard lock(mutex_);
        auto at = followed_.find(task);
        return at != followed_.end() && at->second == followed;
    }
    // Sends one part of the news and schedules the next one, so that other tasks are served meanwhile. Stops if there
    // is no news or the client reads too slowly.
    void pump(std::string const& task, FollowedPointer const& followed) {
        std::lock_guard busy(followed->busy);
        if (!still(task, followed) || hold_back(task, followed)) return;
        auto news = followed->follower.next();
        if (news.empty()) {
            auto self = weak_from_this();
            return followed->follower.wait([self, task, followed] {
                if (auto tab = self.lock()) tab->post_pump(task, followed);
            });
        }
        if (!access_.is_allowed_on_task(task)) return end();
        send_news(task, news);
        if (!news.over) return post_pump(task, followed);
        std::lock_guard lock(mutex_);
        followed_.erase(task);
    }
    void post_pump(std::string const& task, FollowedPointer const& followed) {
        auto self = shared_from_this();
        house_.workers.post([self, task, followed] {
            try {
                self->pump(task, followed);
            } catch (std::exception const& error) {
                base::log_warning("live view ended: {}", error.what());
                self->end();
            }
        });
    }
    void send_news(std::string const& task, News const& news) {
        std::string head = "{\"Task\":";
        base::append_quoted(head, task);
        if (!news.printed.empty()) {
            std::string list;
            for (auto const& printed : news.printed) list += (list.empty() ? "" : ",") + printed_json(printed);
            send(head + ",\"Log\":[" + list + "]}");
        }
        if (news.task) send(head + ",\"State\":" + task_json(house_, *news.task) + "}");
        if (news.over) send(head + ",\"End\":true}");
    }
    void send(std::string message) {
        Give give;
        {
            std::lock_guard lock(mutex_);
            if (gone_ || over_) return;
            if (waiting_) {
                give = std::exchange(waiting_, nullptr);
            } else if (outbox_bytes_ < max_outbox_bytes) {
                outbox_bytes_ += message.size();
                outbox_.push_back(std::move(message));
                return;
            }
        }
        if (!give) return end();
        give(std::move(message));
    }
    bool hold_back(std::string const& task, FollowedPointer const& followed) {
        std::lock_guard lock(mutex_);
        if (outbox_.size() < max_waiting && outbox_bytes_ < max_waiting_bytes) return false;
        held_.emplace_back(task, followed);
        return true;
    }
    void resume_held() {
        std::vector<std::pair<std::string, FollowedPointer>> held;
        {
            std::lock_guard lock(mutex_);
            if (outbox_.size() > max_waiting / 2 || outbox_bytes_ > max_waiting_bytes / 2) return;
            held.swap(held_);
        }
        for (auto const& [task, followed] : held) post_pump(task, followed);
    }

    House house_;
    AccessCheck access_;
    std::mutex mutex_;
    std::map<std::string, FollowedPointer> followed_;
    std::vector<std::pair<std::string, FollowedPointer>> held_;
    std::deque<std::string> outbox_;
    std::size_t outbox_bytes_ = 0;
    Give waiting_;
    std::atomic<std::size_t> received_ = 0;
    bool gone_ = false, over_ = false;
};

} // namespace

void add_live_routes(Routes& routes) {
    routes.add(Route("GET", "tasks/{id}/stream", Permission::task_view, On::task, Cost::work,
                     "Follow a task with server-sent events", stream));
    routes.add(Route("GET", "live", Permission::task_view, On::any_space, Cost::work,
                     "Follow several tasks over one WebSocket", [](Call& call) {
                         if (!is_of_no_other_site(call.request))
                             throw base::Error(base::Kind::forbidden,
                                               "Live views can only be opened from this server's own pages.");
                         net::Response response;
                         response.conversation = std::make_shared<Tab>(call);
                         return response;
                     }));
}

} // namespace stepwell::api
