// A worker whose scripts print without end, as fast as they are read. A script whose body contains "short" ends
// immediately.
#pragma once
#include "run/contract.h"
#include "run/spool_record.h"

#include "base/sync.h"

#include <map>

namespace stepwell::tests {

class EndlessWorker final : public run::Worker {
public:
    void tell(run::Listener& listener) { listener_ = &listener; }

    void prepare(run::Order order) override {
        scripts_.with([&](auto& scripts) {
            auto& script = scripts[order.ticket];
            script.is_short = order.script.body.find("short") != std::string::npos;
        });
    }
    void start(run::Ticket const& ticket) override {
        bool is_short = scripts_.with([&](auto& scripts) { return scripts[ticket].is_short; });
        listener_->started(ticket, base::SystemClock().now());
        if (is_short)
            end(ticket, run::Ending::exited);
        else
            listener_->advanced(ticket);
    }
    void adopt(run::Ticket const& ticket, run::Order) override {
        listener_->started(ticket, base::SystemClock().now());
        listener_->advanced(ticket);
    }
    run::Page read(run::Ticket const& ticket, std::uint64_t sequence, std::size_t limit) override {
        return scripts_.with([&](auto& scripts) {
            run::Page page{{}, sequence};
            auto& script = scripts[ticket];
            if (script.is_short || script.left == 0) return page;
            std::string const bytes(60'000, '\n');
            char header[run::record_header_size];
            while (page.bytes.size() < limit) {
                run::encode_header({page.next_sequence++, run::RecordKind::output, run::Stream::out,
                                    run::Level::standard, base::SystemClock().now(), std::uint32_t(bytes.size()),
                                    bytes},
                                   header);
                page.bytes.append(header, sizeof header).append(bytes);
            }
            script.read += page.bytes.size();
            if (script.is_canceled) --script.left;
            return page;
        });
    }
    void acknowledge(run::Ticket const&, std::uint64_t) override {}
    void cancel(run::Ticket const& ticket) override {
        scripts_.with([&](auto& scripts) { scripts[ticket].is_canceled = true; });
        end(ticket, run::Ending::canceled);
    }
    void complete(run::Ticket const&) override {}
    std::vector<run::Ticket> list() override { return {}; }
    void remove_unstarted() override {}
    std::string const& boot_id() const override { return boot_id_; }

    // Returns the bytes read from each endless script.
    std::vector<std::size_t> amounts() {
        return scripts_.with([](auto& scripts) {
            std::vector<std::size_t> all;
            for (auto const& [ticket, script] : scripts)
                if (!script.is_short) all.push_back(script.read);
            return all;
        });
    }

private:
    struct Script {
        bool is_short = false, is_canceled = false;
        std::size_t read = 0;
        int left = 20; // pages after a cancellation
    };
    void end(run::Ticket const& ticket, run::Ending ending) {
        run::Result result;
        result.ending = ending;
        result.ended = base::SystemClock().now();
        listener_->ended(ticket, result);
    }

    std::string const boot_id_ = "endless";
    run::Listener* listener_ = nullptr;
    base::Sync<std::map<run::Ticket, Script>> scripts_;
};

} // namespace stepwell::tests
