#include "api/render.h"

#include "base/text.h"
#include "domain/lint_members.h"

namespace stepwell::api {

using base::JsonWriter;
using domain::Noun;
using store::Stored;

std::string with_warnings(std::string json, std::vector<domain::Lint> const& lints) {
    return lints.empty() ? std::move(json) : with_members(json, "\"Warnings\":" + schema::to_json(lints));
}

std::string with_member_warnings(std::string json, Noun const& noun, Stored const& stored) {
    if (!domain::has_members_without_effect(*noun.type)) return json;
    return with_warnings(std::move(json), domain::lint_members(noun, *store::parse(noun, stored)));
}

std::string self_path(Noun const& noun, Stored const& stored) {
    auto space = noun.scope == domain::Scope::space && !stored.space_id.empty() ? stored.space_id + "/" : std::string();
    return "/api/" + space + std::string(noun.route) + "/" + stored.id;
}

std::string links_of(Noun const& noun, Stored const& stored) {
    std::string json;
    JsonWriter to(json);
    to.begin_object().member("Self", self_path(noun, stored));
    for (auto const& link : noun.links) {
        bool shown = link.only.empty();
        auto target = domain::fill_link(link.target, [&](std::string_view name) -> std::string_view {
            if (name == "SpaceId") return stored.space_id;
            std::string_view const value =
                name == "Id" ? stored.id : domain::link_value(noun, stored.link_values, name);
            shown = shown || base::starts_ignoring_case(value, link.only);
            return value;
        });
        if (shown) to.member(link.name, target);
    }
    to.end_object();
    return json;
}

std::string with_members(std::string_view json, std::string_view members) {
    std::string out;
    out.reserve(json.size() + members.size() + 2);
    out.append(json.substr(0, json.size() - 1));
    if (!members.empty() && out.size() > 1) out += ',';
    return out.append(members).append("}");
}

std::string with_links(Noun const& noun, Stored const& stored, std::string_view members) {
    std::string more(members);
    if (!more.empty()) more += ',';
    return with_members(stored.json, more + "\"Links\":" + links_of(noun, stored));
}

std::string list_of(std::vector<std::string> const& items) {
    std::size_t size = 2;
    for (auto const& item : items) size += item.size() + 1;
    std::string json;
    json.reserve(size);
    json += '[';
    for (auto const& item : items) {
        if (&item != items.data()) json += ',';
        json += item;
    }
    return json += ']';
}

std::string page_of(Call const& call, std::string_view item_type, std::string const& path, std::string_view names,
                    std::int64_t total, std::vector<std::string> const& items) {
    auto const [head, tail] = envelope_of(call, item_type, path, names, total);
    auto size = head.size() + tail.size();
    for (auto const& item : items) size += item.size() + 1;
    std::string json;
    json.reserve(size);
    json += head;
    for (auto const& item : items) {
        if (&item != items.data()) json += ',';
        json += item;
    }
    return json += tail;
}

Envelope envelope_of(Call const& call, std::string_view item_type, std::string const& path, std::string_view names,
                     std::int64_t total) {
    auto skip = call.query.skip(), take = call.query.take();
    auto pages = take > 0 && total > 0 ? (total - 1) / take + 1 : 1;
    auto filters = call.query.without_paging();
    auto page = [&](std::int64_t from, std::int64_t count) {
        return path + '?' + filters + "skip=" + std::to_string(from) + "&take=" + std::to_string(count);
    };
    std::string json;
    JsonWriter to(json);
    to.begin_object().member("ItemType", item_type).member("TotalResults", total).member("ItemsPerPage", take);
    to.member("NumberOfPages", pages).member("LastPageNumber", pages - 1).member("IsStale", false);
    to.key("Items").raw("[");
    auto const head = json.size();
    json += ']';
    to.key("Links").begin_object();
    to.member("Self", page(skip, take)).member("Template", path + "{?" + std::string(names) + "}");
    to.member("Page.All", page(0, 2147483647)).member("Page.Current", page(skip, take));
    if (take > 0 && skip + take < total) to.member("Page.Next", page(skip + take, take));
    if (skip > 0) to.member("Page.Previous", page(std::max<std::int64_t>(0, skip - take), take));
    to.member("Page.Last", page((pages - 1) * take, take));
    to.end_object().end_object();
    return {json.substr(0, head), json.substr(head)};
}

std::string empty_page(Call const& call, std::string_view item_type) {
    return page_of(call, item_type, call.request.path, "skip,take", 0, {});
}

std::string etag_of(Stored const& stored) { return '"' + std::to_string(stored.version) + '"'; }

} // namespace stepwell::api
