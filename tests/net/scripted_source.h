// A source whose chunks the test provides, and which records its calls. As a conversation it echoes messages.
#pragma once
#include "base/sync.h"
#include "net/http.h"

#include <atomic>
#include <deque>

namespace stepwell::net {

class ScriptedSource : public Conversation {
public:
    void next(Give give) override {
        ++asked;
        auto ready = state_.with([&](State& state) -> std::optional<std::optional<std::string>> {
            if (state.pieces.empty()) {
                state.waiting = std::move(give);
                return {};
            }
            auto piece = std::move(state.pieces.front());
            state.pieces.pop_front();
            return piece;
        });
        if (ready) give(std::move(*ready));
    }
    void abandon() override { ++abandoned; }
    void received(std::string message) override {
        state_.with([&](State& state) { state.messages.push_back(message); });
        push("echo " + message);
    }

    void push(std::optional<std::string> piece) {
        auto give = state_.with([&](State& state) {
            if (!state.waiting) state.pieces.push_back(piece);
            return std::exchange(state.waiting, nullptr);
        });
        if (give) give(std::move(piece));
    }
    void end() { push(std::nullopt); }
    void drop() {
        state_.with([](State& state) { return std::exchange(state.waiting, nullptr); });
    }
    std::vector<std::string> messages() {
        return state_.with([](State& state) { return state.messages; });
    }

    std::atomic<int> asked = 0;
    std::atomic<int> abandoned = 0;

private:
    struct State {
        std::deque<std::optional<std::string>> pieces;
        Give waiting;
        std::vector<std::string> messages;
    };
    base::Sync<State> state_;
};

inline Response streaming(std::shared_ptr<Source> source, std::string content_type = "text/plain") {
    Response response;
    response.content_type = std::move(content_type);
    response.source = std::move(source);
    return response;
}

} // namespace stepwell::net
