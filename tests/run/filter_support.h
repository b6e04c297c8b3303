// An output filter with its arena, and its complete output.
#pragma once
#include "run/output_filter.h"

#include <cstdlib>
#include <random>
#include <string>
#include <vector>

namespace stepwell::run {

struct Message {
    std::string name;
    std::vector<std::pair<std::string, std::string>> attributes;
    bool secret = false;
    Stream stream = Stream::out;

    std::string operator[](std::string_view attribute) const {
        for (auto const& [name_, value] : attributes)
            if (name_ == attribute) return value;
        return "(absent)";
    }
};

class Filtered final : public OutputFilter::Sink {
public:
    explicit Filtered(std::vector<std::string> const& secrets = {}, std::string nonce = {},
                      std::size_t arena = OutputFilter::arena_bytes)
        : arena_(arena / 8), nonce_(std::move(nonce)),
          filter_({reinterpret_cast<char*>(arena_.data()), arena}, nonce_, *this) {
        for (auto const& secret : secrets) filter_.add_secret(secret);
    }

    Filtered& feed(std::string_view bytes, Stream stream = Stream::out) {
        filter_.feed(stream, bytes);
        return *this;
    }
    Filtered& end() {
        filter_.end(Stream::out);
        filter_.end(Stream::err);
        return *this;
    }
    OutputFilter& filter() { return filter_; }

    // A change of level is written as «verbose» in front of the text.
    std::string text(Stream stream = Stream::out) const { return streams_[static_cast<int>(stream)].text; }
    std::string plain(Stream stream = Stream::out) const { return streams_[static_cast<int>(stream)].plain; }
    std::string take_plain() { return std::exchange(streams_[0].plain, {}); }
    std::vector<Message> messages;
    std::vector<std::string> markers;
    std::string log;   // text of both streams in order
    std::string order; // T for text, M for a message, ! for a marker; repetitions are merged

private:
    struct Out {
        std::string text, plain;
        Level level = Level::standard;
    };

    void note(char what) {
        if (order.empty() || order.back() != what) order += what;
    }
    void output(Stream stream, Level level, std::string_view masked) override {
        static constexpr char const* names[] = {"standard", "verbose", "warning", "highlight", "wait", "error"};
        Out& out = streams_[static_cast<int>(stream)];
        if (out.level != level) out.text += std::string("«") + names[static_cast<int>(level)] + "»";
        out.level = level;
        out.text += masked;
        out.plain += masked;
        log += masked;
        note('T');
    }
    void message(Stream stream, std::string_view encoded, bool secret) override {
        AttributeReader reader(encoded);
        Message message{std::string(reader.message_name()), {}, secret, stream};
        for (std::string_view name, value; reader.next(name, value);) message.attributes.emplace_back(name, value);
        messages.push_back(std::move(message));
        note('M');
    }
    void marker(std::string_view sentence) override {
        markers.emplace_back(sentence);
        note('!');
    }

    std::vector<std::uint64_t> arena_;
    std::string nonce_;
    Out streams_[2] = {{{}, {}, Level::standard}, {{}, {}, Level::error}};
    OutputFilter filter_;
};

inline unsigned test_seed() {
    char const* given = std::getenv("STEPWELL_SEED");
    return given ? static_cast<unsigned>(std::atoi(given)) : std::random_device{}();
}

} // namespace stepwell::run
