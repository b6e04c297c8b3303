#include "run/output_filter.h"

#include <algorithm>

namespace stepwell::run {

namespace {

// The suffix of stdout- or stderr- in a message. `default` is the initial level of the stream.
struct Mode {
    std::string_view word;
    std::optional<Level> level; // nullopt: dropped
};

constexpr Mode modes[] = {
    {"output", Level::standard}, {"verbose", Level::verbose},     {"progress", Level::verbose},
    {"warning", Level::warning}, {"highlight", Level::highlight}, {"wait", Level::wait},
    {"error", Level::error},     {"ignore", std::nullopt},
};

constexpr Level default_level(Stream stream) { return stream == Stream::out ? Level::standard : Level::error; }

std::uint32_t hash_of(std::string_view name) {
    std::uint32_t hash = 2166136261u;
    for (char const c : name) hash = (hash ^ static_cast<unsigned char>(c | 32)) * 16777619u;
    return hash;
}

// Space for tables, buffers and some secrets.
constexpr std::size_t smallest_arena = 128 * 1024;

std::string_view write_number(std::size_t number, char (&digits)[20]) {
    char* const end = digits + sizeof digits;
    char* begin = end;
    do *--begin = static_cast<char>('0' + number % 10);
    while ((number /= 10) > 0);
    return {begin, static_cast<std::size_t>(end - begin)};
}

// A sentence assembled without heap.
class Sentence {
public:
    Sentence& operator<<(std::string_view text) {
        std::size_t const size = std::min(text.size(), sizeof text_ - size_);
        std::copy_n(text.data(), size, text_ + size_);
        size_ += size;
        return *this;
    }
    operator std::string_view() const { return {text_, size_}; }

private:
    char text_[200];
    std::size_t size_ = 0;
};

} // namespace

OutputFilter::OutputFilter(std::span<char> arena, std::string_view nonce, Sink& sink)
    : sink_(sink), arena_(arena), forms_(arena_), shown_(arena_, forms_), usable_(arena.size() >= smallest_arena),
      out_(*this, nonce, Stream::out, default_level(Stream::out)),
      err_(*this, nonce, Stream::err, default_level(Stream::err)) {}

bool OutputFilter::add_secret(std::string_view plain) {
    if (usable_ && !withheld_ && forms_.add(plain)) return true;
    withhold();
    return false;
}

void OutputFilter::feed(Stream stream, std::string_view bytes) {
    if (!usable_) return withhold();
    (stream == Stream::out ? out_ : err_).feed(bytes);
}

void OutputFilter::end(Stream stream) {
    if (usable_) (stream == Stream::out ? out_ : err_).end();
}

void OutputFilter::withhold() {
    if (withheld_) return;
    withheld_ = true;
    out_.discard();
    err_.discard();
    sink_.marker("The remaining output is withheld: the secrets of this run exceed the memory for masking.");
}

// A mode may be set through either stream; its name selects the stream.
bool OutputFilter::apply_mode(std::string_view name) {
    bool const for_out = equal_names(name.substr(0, 7), "stdout-");
    if (!for_out && !equal_names(name.substr(0, 7), "stderr-")) return false;
    Channel& channel = for_out ? out_ : err_;
    std::string_view const word = name.substr(7);
    if (equal_names(word, "default"))
        return channel.set_level(default_level(for_out ? Stream::out : Stream::err)), true;
    for (Mode const& mode : modes)
        if (equal_names(mode.word, word)) return channel.set_level(mode.level), true;
    return false;
}

// Masks the secrets that the message announces from now on. Returns true if the message has no other purpose.
bool OutputFilter::learn(std::string_view encoded) {
    std::string_view const name = AttributeReader(encoded).message_name();
    bool const is_mask = equal_names(name, "mask");
    bool const is_sensitive = equal_names(attribute_of(encoded, "sensitive"), "true");
    if (is_mask || is_sensitive) add_secret(attribute_of(encoded, "value"));
    return is_mask;
}

void OutputFilter::tell(Stream stream, std::string_view encoded) {
    bool const is_sensitive = withheld_ || equal_names(attribute_of(encoded, "sensitive"), "true");
    if (is_sensitive || !forms_.occurs_in(encoded)) return sink_.message(stream, encoded, is_sensitive);
    std::string_view const masked = shown_.mask(encoded);
    sink_.message(stream, masked, forms_.occurs_in(masked));
    shown_.release();
}

// Reports each name once; the name itself may be a secret.
void OutputFilter::report_ignored(std::string_view name) {
    if (withheld_ || has_effect(name) || reported_count_ == std::size(reported_)) return;
    std::uint32_t const hash = hash_of(name);
    auto const end = reported_ + reported_count_;
    if (std::find(reported_, end, hash) != end) return;
    reported_[reported_count_++] = hash;
    Sentence sentence;
    if (reported_count_ == std::size(reported_))
        sentence << "Other service messages have no effect on this server either.";
    else if (forms_.occurs_in(name))
        sentence << "A service message has no effect on this server.";
    else
        sentence << "The service message '" << name.substr(0, 64) << "' has no effect on this server.";
    sink_.marker(sentence);
}

OutputFilter::Channel::Channel(OutputFilter& filter, std::string_view nonce, Stream stream, Level level)
    : filter_(filter), stream_(stream), level_(level), scanner_(filter.arena_, nonce, *this),
      redactor_(filter.arena_, filter.forms_, *this) {}

void OutputFilter::Channel::end() {
    scanner_.end();
    redactor_.flush();
}

// Held bytes belong to the previous level.
void OutputFilter::Channel::set_level(std::optional<Level> level) {
    if (level == level_) return;
    redactor_.flush();
    level_ = level;
}

void OutputFilter::Channel::text(std::string_view bytes) {
    if (!level_) return;
    if (stream_ == Stream::err && level_ == Level::error) filter_.saw_error_output_ = true;
    if (filter_.withheld_) return;
    (stream_ == Stream::out ? filter_.err_ : filter_.out_).redactor_.settle();
    redactor_.feed(bytes);
}

void OutputFilter::Channel::masked(std::string_view bytes) {
    if (level_) filter_.sink_.output(stream_, *level_, bytes);
}

void OutputFilter::Channel::message(std::string_view encoded) {
    std::string_view const name = AttributeReader(encoded).message_name();
    if (filter_.apply_mode(name) || filter_.learn(encoded)) return;
    redactor_.flush();
    filter_.tell(stream_, encoded);
    filter_.report_ignored(name);
}

void OutputFilter::Channel::unreadable(std::string_view name) {
    if (filter_.withheld_) return;
    redactor_.flush();
    std::optional<Level> const level = std::exchange(level_, Level::warning);
    for (std::string_view const piece :
         {std::string_view("Could not parse '##octopus["), name, std::string_view(" …]'\n")})
        redactor_.feed(piece);
    redactor_.flush();
    level_ = level;
}

void OutputFilter::Channel::too_long(std::size_t dropped) {
    redactor_.flush();
    char digits[20];
    Sentence sentence;
    sentence << dropped_message << write_number(dropped, digits) << " bytes.";
    filter_.sink_.marker(sentence);
}

} // namespace stepwell::run
