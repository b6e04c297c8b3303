#include "schema/item_path.h"

#include <boost/json.hpp>
#include <charconv>

namespace stepwell::schema {

using base::Json;

namespace {

std::string_view text_of(Json const& value, std::string_view member) {
    auto const found = base::find_member(value, member);
    return found && found->is_string() ? std::string_view(found->get_string()) : std::string_view();
}

// Converts a path from left to right. An id may contain any character, so brackets are matched with the elements.
class PathReader {
public:
    PathReader(Json const& document, std::string_view path) : value_(&document), rest_(path) {}

    template <class Show> std::string convert(Show const& show) {
        while (value_ && !rest_.empty()) {
            if (rest_.front() == '[')
                take_element(show);
            else
                take_member();
        }
        return out_.append(rest_);
    }

private:
    void take(std::size_t size) {
        out_.append(rest_.substr(0, size));
        rest_.remove_prefix(size);
    }
    void take_member() {
        if (rest_.front() == '.') take(1);
        auto const name = rest_.substr(0, rest_.find_first_of(".["));
        value_ = base::find_member(*value_, name);
        take(name.size());
    }
    template <class Show> void take_element(Show const& show) {
        auto const list = value_->if_array();
        value_ = nullptr;
        auto const inside = rest_.substr(1);
        for (std::size_t i = 0; list && i < list->size() && !value_; ++i) {
            auto key = text_of((*list)[i], "Id");
            char digits[20]; // of the position, which is the key of an element without id
            if (key.empty()) key = {digits, std::to_chars(digits, digits + sizeof digits, i).ptr};
            if (!inside.starts_with(key) || !inside.substr(key.size()).starts_with(']')) continue;
            value_ = &(*list)[i];
            rest_.remove_prefix(key.size() + 2);
            out_ += '[' + show(*value_, i) + ']';
        }
    }

    Json const* value_; // null: the rest is not in the document
    std::string_view rest_;
    std::string out_;
};

} // namespace

std::string path_by_position(Json const& document, std::string_view path) {
    return PathReader(document, path).convert([](Json const&, std::size_t index) { return std::to_string(index); });
}

std::string path_by_name(Json const& document, std::string_view path) {
    return PathReader(document, path).convert([](Json const& element, std::size_t index) {
        auto const name = text_of(element, "Name");
        return name.empty() ? std::to_string(index) : '\'' + std::string(name) + '\'';
    });
}

void show_positions(std::string_view document, base::Problems& problems) {
    if (problems.empty()) return;
    auto const parsed = base::parse_json(document);
    for (auto& problem : problems) problem.path = path_by_position(parsed, problem.path);
}

} // namespace stepwell::schema
