// Reads the chunks of a Source, one at a time, for a coroutine of its loop.
#pragma once
#include "net/loop.h"

namespace stepwell::net {

class SourceReader : public std::enable_shared_from_this<SourceReader> {
public:
    SourceReader(Loop& loop, std::shared_ptr<Source> source);
    ~SourceReader() { finish(); }

    enum class Outcome { piece, end, broken, interrupted };
    // After the outcome `piece`, piece() returns the chunk.
    Task<Outcome> next();
    std::string const& piece() const { return **given_; }
    // Makes a waiting next() and all later ones return immediately.
    void interrupt();
    // Ends reading. Abandons the source unless it has ended or failed.
    void finish();

private:
    void receive(std::optional<std::optional<std::string>> given);
    bool ask();

    Loop& loop_;
    std::shared_ptr<Source> source_;
    AsyncEvent bell_;
    bool answered_ = false;
    bool interrupted_ = false;
    bool over_ = false;
    int at_once_ = 0; // consecutive chunks that were available without waiting
    std::optional<std::optional<std::string>> given_;
};

} // namespace stepwell::net
