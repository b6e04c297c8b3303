// Draws the pieces of a Source, one at a time, into a coroutine of its loop.
#pragma once
#include "net/loop.h"

namespace stepwell::net {

class SourceReader : public std::enable_shared_from_this<SourceReader> {
public:
    SourceReader(Loop& loop, std::shared_ptr<Source> source);
    ~SourceReader() { finish(); }

    enum class Outcome { piece, end, broken, interrupted };
    // After `piece`, piece() holds it.
    Task<Outcome> next();
    std::string const& piece() const { return **given_; }
    // Makes a waiting next(), and every later one, return at once.
    void interrupt();
    // No more will be asked for: abandons the source unless it came to its end or broke.
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
    int at_once_ = 0; // pieces in a row that were there without waiting
    std::optional<std::optional<std::string>> given_;
};

} // namespace stepwell::net
