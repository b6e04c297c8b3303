#include "engine/live_task.h"

namespace stepwell::engine {

domain::RunSubjects known_of(Subjects const& subjects) {
    domain::RunSubjects of;
    of.space = &subjects.space;
    of.project = &subjects.project;
    of.runbook = &subjects.runbook;
    of.snapshot = &subjects.snapshot;
    of.run = &subjects.run;
    of.environment = &subjects.environment;
    return of;
}

bool LiveTask::deliver(Message message) {
    return mailbox_.with([&](Mailbox& mailbox) {
        mailbox.messages.push_back(std::move(message));
        return !mailbox.held && !std::exchange(mailbox.messages_posted, true);
    });
}

bool LiveTask::want_log(run::Ticket const& ticket) {
    return mailbox_.with([&](Mailbox& mailbox) {
        mailbox.log_marks.insert(ticket);
        if (std::ranges::find(mailbox.logs, ticket) == mailbox.logs.end()) mailbox.logs.push_back(ticket);
        return !mailbox.held && !std::exchange(mailbox.log_posted, true);
    });
}

bool LiveTask::schedule_log(run::Ticket const& ticket) {
    return mailbox_.with([&](Mailbox& mailbox) { return mailbox.log_marks.insert(ticket).second; });
}

bool LiveTask::hold(Lane lane) {
    return mailbox_.with([&](Mailbox& mailbox) {
        (lane == Lane::messages ? mailbox.messages_posted : mailbox.log_posted) = false;
        return !std::exchange(mailbox.held, true);
    });
}

std::optional<Message> LiveTask::take() {
    return mailbox_.with([](Mailbox& mailbox) -> std::optional<Message> {
        if (mailbox.messages.empty()) return std::nullopt;
        auto message = std::move(mailbox.messages.front());
        mailbox.messages.pop_front();
        return message;
    });
}

std::optional<run::Ticket> LiveTask::take_log() {
    return mailbox_.with([](Mailbox& mailbox) -> std::optional<run::Ticket> {
        if (mailbox.logs.empty()) return std::nullopt;
        auto ticket = std::move(mailbox.logs.front());
        mailbox.logs.pop_front();
        mailbox.log_marks.erase(ticket);
        return ticket;
    });
}

void LiveTask::put_back(Message message) {
    mailbox_.with([&](Mailbox& mailbox) { mailbox.messages.push_front(std::move(message)); });
}

LiveTask::Wanted LiveTask::let_go() {
    return mailbox_.with([](Mailbox& mailbox) {
        mailbox.held = false;
        return Wanted{!mailbox.messages.empty() && !std::exchange(mailbox.messages_posted, true),
                      !mailbox.logs.empty() && !std::exchange(mailbox.log_posted, true)};
    });
}

} // namespace stepwell::engine
