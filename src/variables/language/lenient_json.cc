#include "variables/language/lenient_json.h"

#include "base/json.h"
#include "base/utf8.h"
#include "variables/dotnet/date.h"
#include "variables/dotnet/number.h"
#include "variables/language/unicode.h"

#include <algorithm>
#include <unordered_map>

namespace stepwell::variables {

namespace {

constexpr int max_json_depth = 64;

class Reader {
public:
    explicit Reader(JsonDocument& document) : text_(*document.source), document_(document) {}

    bool read() {
        bool fine = read_value(document_.root, 0);
        skip();
        return fine && !broken_ && at_ == text_.size();
    }

private:
    char look(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
    bool take(char c) {
        if (look() != c || at_ >= text_.size()) return false;
        ++at_;
        return true;
    }
    // Skips white space and comments.
    void skip() {
        while (at_ < text_.size()) {
            auto [code, size] = character_at(text_, at_);
            if (is_space(code))
                at_ += size;
            else if (text_.substr(at_).starts_with("//"))
                at_ = std::min(text_.find_first_of("\r\n", at_), text_.size());
            else if (text_.substr(at_).starts_with("/*"))
                skip_comment();
            else
                return;
        }
    }
    void skip_comment() {
        auto end = text_.find("*/", at_ + 2);
        broken_ |= end == std::string_view::npos;
        at_ = broken_ ? text_.size() : end + 2;
    }

    bool read_value(Json& to, int depth) {
        skip();
        auto c = look();
        if (c == '{' || c == '[') return depth < max_json_depth && read_members(to, depth, c == '{');
        if (c == '"' || c == '\'') {
            to.kind = Json::Kind::string;
            return read_string(to.text);
        }
        return read_word(to);
    }

    bool read_members(Json& to, int depth, bool named) {
        ++at_;
        to.kind = named ? Json::Kind::object : Json::Kind::array;
        std::vector<Json::Member> members;
        auto const close = named ? '}' : ']';
        for (;;) {
            skip();
            if (take(close)) break;
            Json::Member member;
            if (named && !read_name(member.name)) return false;
            if (!read_value(member.value, depth + 1)) return false;
            members.push_back(member);
            skip();
            if (!take(',') && look() != close) return false;
        }
        if (named) drop_repeated(members);
        auto kept = static_cast<Json::Member*>(
            document_.memory->allocate(sizeof(Json::Member) * members.size(), alignof(Json::Member)));
        std::uninitialized_copy(members.begin(), members.end(), kept);
        to.members = {kept, members.size()};
        return true;
    }

    // Of equal names, the last gives the value and the first the position.
    static void drop_repeated(std::vector<Json::Member>& members) {
        std::unordered_map<std::string_view, std::size_t> places;
        std::size_t kept = 0;
        for (auto const& member : members) {
            auto [place, fresh] = places.emplace(member.name, kept);
            members[place->second] = member;
            kept += fresh;
        }
        members.resize(kept);
    }

    bool read_name(std::string_view& name) {
        if (look() == '"' || look() == '\'') {
            if (!read_string(name)) return false;
        } else {
            auto start = at_;
            while (at_ < text_.size() && is_name_character()) at_ += character_at(text_, at_).size;
            if (at_ == start) return false;
            name = text_.substr(start, at_ - start);
        }
        skip();
        return take(':');
    }
    bool is_name_character() const {
        return is_letter_or_digit(character_at(text_, at_).code) || look() == '_' || look() == '$';
    }

    bool read_string(std::string_view& to) {
        auto quote = text_[at_++];
        auto start = at_;
        char const stops[] = {quote, '\\', '\0'};
        at_ = text_.find_first_of(stops, at_);
        if (at_ == std::string_view::npos) return false;
        if (text_[at_] == quote) {
            to = text_.substr(start, at_++ - start);
        } else {
            std::string content(text_.substr(start, at_ - start));
            if (!read_escaped(content, quote)) return false;
            to = keep(content);
        }
        document_.has_tokens |= to.find("#{") != std::string_view::npos;
        return true;
    }

    bool read_escaped(std::string& content, char quote) {
        while (at_ < text_.size()) {
            auto c = text_[at_++];
            if (c == quote) return true;
            if (c != '\\')
                content += c;
            else if (!read_escape(content))
                return false;
        }
        return false;
    }
    bool read_escape(std::string& content) {
        constexpr std::string_view letters = "bfnrt\"'\\/", meant = "\b\f\n\r\t\"'\\/";
        auto c = look();
        if (c == 'u') return read_unit(content);
        auto place = at_ < text_.size() ? letters.find(c) : std::string_view::npos;
        if (place == std::string_view::npos) return false;
        content += meant[place];
        ++at_;
        return true;
    }
    std::optional<char32_t> hex_unit() {
        char32_t unit = 0;
        if (look() != 'u') return std::nullopt;
        for (std::size_t i = 1; i <= 4; ++i) {
            auto c = look(i) | 0x20;
            if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) return std::nullopt;
            unit = unit * 16 + char32_t(c <= '9' ? c - '0' : c - 'a' + 10);
        }
        at_ += 5;
        return unit;
    }
    bool read_unit(std::string& content) {
        auto unit = hex_unit();
        if (!unit) return false;
        if (base::is_high_surrogate(*unit) && look() == '\\' && look(1) == 'u') {
            ++at_;
            auto low = hex_unit();
            if (!low) return false;
            if (base::is_low_surrogate(*low)) unit = base::join_surrogates(*unit, *low);
        }
        append_character(content, base::is_surrogate(*unit) ? base::replacement_character : *unit);
        return true;
    }

    bool read_word(Json& to) {
        auto end = text_.find_first_of(" \t\r\n,:]}/", at_);
        auto word = text_.substr(at_, end == std::string_view::npos ? end : end - at_);
        if (word.empty()) return false;
        at_ += word.size();
        to.text = word;
        if (word == "null" || word == "undefined")
            to.kind = Json::Kind::null;
        else if (word == "true" || word == "false")
            to.kind = Json::Kind::truth;
        else if (word.find_first_not_of("0123456789", word[0] == '-') == std::string_view::npos && word != "-")
            to.kind = Json::Kind::integer;
        else if (word == "NaN" || word == "Infinity" || word == "-Infinity" || is_real(word))
            to.kind = Json::Kind::real;
        else
            return false;
        return true;
    }
    static bool is_real(std::string_view word) {
        return word.find_first_not_of("0123456789.eE+-") == std::string_view::npos &&
               dotnet::parse_double(word, false).has_value();
    }

    std::string_view keep(std::string const& content) {
        auto to = static_cast<char*>(document_.memory->allocate(content.size() + 1, 1));
        std::ranges::copy(content, to);
        return {to, content.size()};
    }

    std::string_view text_;
    JsonDocument& document_;
    std::size_t at_ = 0;
    bool broken_ = false;
};

void write_real(std::string_view text, std::string& out) {
    auto number = dotnet::to_text(dotnet::parse_double(text).value_or(0));
    out += number;
    if (number.find_first_of(".EIN") == std::string::npos) out += ".0";
}

void write_string(std::string_view text, std::string& out) {
    if (auto date = dotnet::read_iso_date(text))
        base::append_quoted(out, dotnet::format(*date, "yyyy-MM-ddTHH:mm:ss.FFFFFFFK", dotnet::As::date).value_or(""));
    else
        base::append_quoted(out, text);
}

void write(Json const& json, std::string& out) {
    switch (json.kind) {
    case Json::Kind::null: out += "null"; return;
    case Json::Kind::truth:
    case Json::Kind::integer: out += json.text; return;
    case Json::Kind::real: write_real(json.text, out); return;
    case Json::Kind::string: write_string(json.text, out); return;
    case Json::Kind::array:
    case Json::Kind::object: break;
    }
    bool object = json.kind == Json::Kind::object;
    out += object ? '{' : '[';
    for (auto const& member : json.members) {
        if (&member != json.members.data()) out += ',';
        if (object) {
            base::append_quoted(out, member.name);
            out += ':';
        }
        write(member.value, out);
    }
    out += object ? '}' : ']';
}

} // namespace

Json const* Json::find(std::string_view name) const {
    auto found = std::ranges::find(members, name, &Member::name);
    return found == members.end() ? nullptr : &found->value;
}

std::optional<JsonDocument> read_json(std::string source) {
    if (source.size() > longest_json) return std::nullopt;
    JsonDocument document;
    auto const first_block = std::clamp<std::size_t>(source.size(), 64, 1024);
    document.memory = std::make_unique<std::pmr::monotonic_buffer_resource>(first_block);
    document.source = std::make_unique<std::string const>(std::move(source));
    if (!Reader(document).read()) return std::nullopt;
    return document;
}

std::string to_text(Json const& json) {
    std::string out;
    switch (json.kind) {
    case Json::Kind::null: break;
    case Json::Kind::truth: out = json.text == "true" ? "True" : "False"; break;
    case Json::Kind::integer: out = json.text; break;
    case Json::Kind::real: out = dotnet::to_text(dotnet::parse_double(json.text).value_or(0)); break;
    case Json::Kind::string:
        if (auto date = dotnet::read_iso_date(json.text)) {
            auto local = date->zone == dotnet::Date::Zone::offset ? dotnet::to_local(*date) : *date;
            out = dotnet::format(local, "G", dotnet::As::date).value_or("");
        } else {
            out = json.text;
        }
        break;
    case Json::Kind::array:
    case Json::Kind::object: write(json, out);
    }
    return out;
}

} // namespace stepwell::variables
