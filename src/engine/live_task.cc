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

bool LiveTask::deliver(Mail mail) {
    return mailbox_.with([&](Mailbox& mailbox) {
        mailbox.mails.push_back(std::move(mail));
        return !std::exchange(mailbox.held, true);
    });
}

std::optional<Mail> LiveTask::take() {
    return mailbox_.with([](Mailbox& mailbox) -> std::optional<Mail> {
        if (mailbox.mails.empty()) {
            mailbox.held = false;
            return std::nullopt;
        }
        auto mail = std::move(mailbox.mails.front());
        mailbox.mails.pop_front();
        return mail;
    });
}

void LiveTask::hold() {
    mailbox_.with([](Mailbox& mailbox) { mailbox.held = true; });
}

void LiveTask::put_back(Mail mail) {
    mailbox_.with([&](Mailbox& mailbox) { mailbox.mails.push_front(std::move(mail)); });
}

} // namespace stepwell::engine
