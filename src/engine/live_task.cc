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
        return !mailbox.held && !std::exchange(mailbox.mail_posted, true);
    });
}

bool LiveTask::want_log() {
    return mailbox_.with([](Mailbox& mailbox) {
        mailbox.log_wanted = true;
        return !mailbox.held && !std::exchange(mailbox.log_posted, true);
    });
}

bool LiveTask::hold(Lane lane) {
    return mailbox_.with([&](Mailbox& mailbox) {
        (lane == Lane::mail ? mailbox.mail_posted : mailbox.log_posted) = false;
        return !std::exchange(mailbox.held, true);
    });
}

std::optional<Mail> LiveTask::take() {
    return mailbox_.with([](Mailbox& mailbox) -> std::optional<Mail> {
        if (mailbox.mails.empty()) return std::nullopt;
        auto mail = std::move(mailbox.mails.front());
        mailbox.mails.pop_front();
        return mail;
    });
}

bool LiveTask::take_log() {
    return mailbox_.with([](Mailbox& mailbox) { return std::exchange(mailbox.log_wanted, false); });
}

void LiveTask::put_back(Mail mail) {
    mailbox_.with([&](Mailbox& mailbox) { mailbox.mails.push_front(std::move(mail)); });
}

LiveTask::Wanted LiveTask::let_go() {
    return mailbox_.with([](Mailbox& mailbox) {
        mailbox.held = false;
        return Wanted{!mailbox.mails.empty() && !std::exchange(mailbox.mail_posted, true),
                      mailbox.log_wanted && !std::exchange(mailbox.log_posted, true)};
    });
}

} // namespace stepwell::engine
