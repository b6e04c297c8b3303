#include "variables/filters/markdown.h"

#include "variables/filters/inlines.h"
#include "variables/language/unicode.h"

#include <cmark.h>

#include <algorithm>
#include <memory>
#include <optional>

namespace stepwell::variables {

namespace {

struct Free {
    void operator()(cmark_node* node) const { cmark_node_free(node); }
    void operator()(cmark_iter* iterator) const { cmark_iter_free(iterator); }
};

std::string_view view(char const* text) { return text ? text : ""; }

void add_inline(cmark_node* node, bool entering, Inlines& to) {
    auto title = [&] {
        auto text = view(cmark_node_get_title(node));
        return text.empty() ? std::string() : " title=\"" + escape_html(text) + "\"";
    };
    auto url = [&] { return escape_url(view(cmark_node_get_url(node))); };
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_TEXT: return to.add_text(view(cmark_node_get_literal(node)));
    case CMARK_NODE_SOFTBREAK: return to.add_html("\n");
    case CMARK_NODE_LINEBREAK: return to.add_html("<br />\n");
    case CMARK_NODE_CODE: return to.add_html("<code>" + escape_html(view(cmark_node_get_literal(node))) + "</code>");
    case CMARK_NODE_HTML_INLINE: return to.add_html(view(cmark_node_get_literal(node)));
    case CMARK_NODE_EMPH: return entering ? to.open_span("<em>") : to.close_span("</em>");
    case CMARK_NODE_STRONG: return entering ? to.open_span("<strong>") : to.close_span("</strong>");
    case CMARK_NODE_LINK:
        return entering ? to.open_span("<a href=\"" + url() + "\"" + title() + ">", true) : to.close_span("</a>");
    default: return;
    }
}

// The text of an image is an attribute.
std::string image(cmark_node* node) {
    std::string alt;
    std::unique_ptr<cmark_iter, Free> steps(cmark_iter_new(node));
    while (cmark_iter_next(steps.get()) != CMARK_EVENT_DONE) {
        auto at = cmark_iter_get_node(steps.get());
        auto type = cmark_node_get_type(at);
        if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE) alt += view(cmark_node_get_literal(at));
        if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK) alt += ' ';
    }
    auto title = view(cmark_node_get_title(node));
    return "<img src=\"" + escape_url(view(cmark_node_get_url(node))) + "\" alt=\"" + escape_html(alt) + "\"" +
           (title.empty() ? "" : " title=\"" + escape_html(title) + "\"") + " />";
}

void add_tree(cmark_node* root, Inlines& to) {
    std::unique_ptr<cmark_iter, Free> steps(cmark_iter_new(root));
    for (cmark_event_type event; (event = cmark_iter_next(steps.get())) != CMARK_EVENT_DONE;) {
        auto node = cmark_iter_get_node(steps.get());
        if (cmark_node_get_type(node) != CMARK_NODE_IMAGE) {
            add_inline(node, event == CMARK_EVENT_ENTER, to);
        } else if (event == CMARK_EVENT_ENTER) {
            to.add_html(image(node));
            cmark_iter_reset(steps.get(), node, CMARK_EVENT_EXIT);
        }
    }
}

// A paragraph whose second line is such as "--- | :---:".
class Table {
public:
    // Returns nullopt if the paragraph is not a table.
    static std::optional<Table> read(cmark_node* paragraph) {
        auto at = cmark_node_first_child(paragraph);
        while (at && cmark_node_get_type(at) != CMARK_NODE_SOFTBREAK) at = cmark_node_next(at);
        auto line = at ? cmark_node_next(at) : nullptr;
        auto after = line ? cmark_node_next(line) : nullptr;
        if (!line || cmark_node_get_type(line) != CMARK_NODE_TEXT) return std::nullopt;
        if (after && cmark_node_get_type(after) != CMARK_NODE_SOFTBREAK) return std::nullopt;
        Table table;
        if (!table.read_columns(view(cmark_node_get_literal(line)))) return std::nullopt;
        table.read_rows(paragraph);
        if (table.rows_[0].size() < 2 && !table.piped_) return std::nullopt;
        return table;
    }

    std::string to_html() const {
        std::string out = "<table>\n<thead>\n";
        add_row(out, rows_[0], "th");
        out += "</thead>\n";
        if (rows_.size() > 2) out += "<tbody>\n";
        for (std::size_t i = 2; i < rows_.size(); ++i) add_row(out, rows_[i], "td");
        if (rows_.size() > 2) out += "</tbody>\n";
        return out + "</table>\n";
    }

private:
    using Row = std::vector<std::string>;

    static std::string_view without_outer_pipes(std::string_view line) {
        line = trim_spaces(line);
        if (line.starts_with('|')) line.remove_prefix(1);
        if (line.ends_with('|')) line.remove_suffix(1);
        return line;
    }

    bool read_columns(std::string_view line) {
        if (line.find('|') == std::string_view::npos) return false;
        for (auto rest = without_outer_pipes(line); !rest.empty();) {
            auto end = std::min(rest.find('|'), rest.size());
            auto column = trim_spaces(rest.substr(0, end));
            bool left = column.starts_with(':'), right = column.size() > 1 && column.ends_with(':');
            auto dashes = column.substr(left, column.size() - left - right);
            if (dashes.empty() || dashes.find_first_not_of('-') != std::string_view::npos) return false;
            styles_.push_back(left && right ? "center" : left ? "left" : right ? "right" : "");
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
        return !styles_.empty();
    }

    void read_rows(cmark_node* paragraph) {
        Inlines cell;
        rows_.emplace_back();
        auto end_row = [&] {
            add_cell(cell);
            auto& row = rows_.back();
            if (row.size() > 1 && row.front().empty()) row.erase(row.begin());
            if (row.size() > 1 && row.back().empty()) row.pop_back();
        };
        for (auto at = cmark_node_first_child(paragraph); at; at = cmark_node_next(at)) {
            auto type = cmark_node_get_type(at);
            if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK) {
                end_row();
                rows_.emplace_back();
            } else if (type == CMARK_NODE_TEXT) {
                add_cells(view(cmark_node_get_literal(at)), cell);
            } else {
                add_tree(at, cell);
            }
        }
        end_row();
    }
    void add_cells(std::string_view text, Inlines& cell) {
        for (;;) {
            auto pipe = text.find('|');
            cell.add_text(text.substr(0, pipe));
            if (pipe == std::string_view::npos) return;
            piped_ = true;
            add_cell(cell);
            text.remove_prefix(pipe + 1);
        }
    }
    void add_cell(Inlines& cell) {
        auto html = cell.take();
        rows_.back().emplace_back(trim_spaces(html));
    }

    void add_row(std::string& out, Row const& row, std::string const& tag) const {
        out += "<tr>\n";
        for (std::size_t i = 0; i < styles_.size(); ++i) {
            out += "<" + tag;
            if (!styles_[i].empty()) out.append(" style=\"text-align: ").append(styles_[i]).append(";\"");
            out += ">" + (i < row.size() ? row[i] : std::string()) + "</" + tag + ">\n";
        }
        out += "</tr>\n";
    }

    std::vector<std::string_view> styles_; // of the columns
    std::vector<Row> rows_;                // the second is the line of dashes
    bool piped_ = false;
};

class Renderer {
public:
    std::string run(cmark_node* document) {
        std::unique_ptr<cmark_iter, Free> steps(cmark_iter_new(document));
        for (cmark_event_type event; (event = cmark_iter_next(steps.get())) != CMARK_EVENT_DONE;) {
            auto node = cmark_iter_get_node(steps.get());
            auto type = cmark_node_get_type(node);
            if (type != CMARK_NODE_PARAGRAPH && type != CMARK_NODE_HEADING) {
                add_block(node, event == CMARK_EVENT_ENTER);
            } else if (event == CMARK_EVENT_ENTER) {
                add_words(node);
                cmark_iter_reset(steps.get(), node, CMARK_EVENT_EXIT);
            }
        }
        return std::move(out_);
    }

private:
    void line(std::string_view html) {
        if (!out_.empty() && out_.back() != '\n') out_ += '\n';
        out_ += html;
    }

    void add_block(cmark_node* node, bool entering) {
        switch (cmark_node_get_type(node)) {
        case CMARK_NODE_BLOCK_QUOTE: return line(entering ? "<blockquote>\n" : "</blockquote>\n");
        case CMARK_NODE_LIST: return add_list(node, entering);
        case CMARK_NODE_ITEM:
            if (entering)
                line("<li>");
            else
                out_ += "</li>\n";
            return;
        case CMARK_NODE_CODE_BLOCK: return add_code(node);
        case CMARK_NODE_HTML_BLOCK: return line(view(cmark_node_get_literal(node)));
        case CMARK_NODE_THEMATIC_BREAK: return line("<hr />\n");
        default: return;
        }
    }

    void add_list(cmark_node* list, bool entering) {
        bool numbered = cmark_node_get_list_type(list) == CMARK_ORDERED_LIST;
        auto start = cmark_node_get_list_start(list);
        if (!entering) return line(numbered ? "</ol>\n" : "</ul>\n");
        if (!numbered) return line("<ul>\n");
        line(start == 1 ? "<ol>\n" : "<ol start=\"" + std::to_string(start) + "\">\n");
    }

    void add_code(cmark_node* block) {
        auto info = view(cmark_node_get_fence_info(block));
        auto language = info.substr(0, info.find(' '));
        line(language.empty() ? "<pre><code>" : "<pre><code class=\"language-" + escape_html(language) + "\">");
        out_ += escape_html(view(cmark_node_get_literal(block))) + "</code></pre>\n";
    }

    // Adds a paragraph or a heading.
    void add_words(cmark_node* node) {
        bool is_heading = cmark_node_get_type(node) == CMARK_NODE_HEADING;
        if (auto table = is_heading ? std::nullopt : Table::read(node)) return line(table->to_html());
        auto list = cmark_node_parent(cmark_node_parent(node));
        bool is_bare =
            !is_heading && list && cmark_node_get_type(list) == CMARK_NODE_LIST && cmark_node_get_list_tight(list);
        auto tag = is_heading ? "h" + std::to_string(cmark_node_get_heading_level(node)) : std::string("p");
        Inlines words;
        for (auto at = cmark_node_first_child(node); at; at = cmark_node_next(at)) add_tree(at, words);
        if (!is_bare) line("<" + tag + ">");
        out_ += words.take();
        if (!is_bare) out_ += "</" + tag + ">\n";
    }

    std::string out_;
};

} // namespace

std::string to_html(std::string_view markdown) {
    std::unique_ptr<cmark_node, Free> document(
        cmark_parse_document(markdown.data(), markdown.size(), CMARK_OPT_UNSAFE));
    cmark_consolidate_text_nodes(document.get());
    return Renderer().run(document.get());
}

} // namespace stepwell::variables
