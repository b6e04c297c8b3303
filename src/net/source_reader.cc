#include "net/source_reader.h"

#include "base/log.h"

namespace stepwell::net {

SourceReader::SourceReader(Loop& loop, std::shared_ptr<Source> source)
    : loop_(loop), source_(std::move(source)), bell_(loop.executor()) {}

void SourceReader::finish() {
    if (std::exchange(over_, true)) return;
    try {
        source_->abandon();
    } catch (std::exception const& error) {
        base::log_error("source: {}", error.what());
    }
}

void SourceReader::interrupt() {
    interrupted_ = true;
    bell_.ring();
}

void SourceReader::receive(std::optional<std::optional<std::string>> given) {
    answered_ = true;
    given_ = std::move(given);
    bell_.ring();
}

// Returns false if the source threw.
bool SourceReader::ask() {
    answered_ = false;
    given_.reset();
    using Given = Promise<std::optional<std::string>, SourceReader>;
    auto promise = std::make_shared<Given>(loop_.mailbox(), weak_from_this(), &SourceReader::receive);
    try {
        source_->next(
            [promise = std::move(promise)](std::optional<std::string> bytes) { promise->keep(std::move(bytes)); });
        return true;
    } catch (std::exception const& error) {
        base::log_error("source: {}", error.what());
        return false;
    }
}

Task<SourceReader::Outcome> SourceReader::next() {
    if (interrupted_) co_return Outcome::interrupted;
    bool const asked = ask();
    // A source that never waits must not block the others of this thread.
    at_once_ = answered_ ? at_once_ + 1 : 0;
    if (at_once_ % 16 == 15) co_await asio::post(loop_.executor(), use_task);
    while (asked && !answered_ && !interrupted_) co_await bell_.wait();
    if (asked && !answered_) co_return Outcome::interrupted;
    if (asked && given_ && *given_) co_return interrupted_ ? Outcome::interrupted : Outcome::piece;
    over_ = true;
    co_return asked&& given_ ? Outcome::end : Outcome::broken;
}

} // namespace stepwell::net
