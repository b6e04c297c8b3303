#include "api/long_list.h"

namespace stepwell::api {

using store::Session;
using store::Stored;

namespace {

class ListSource final : public net::Source {
public:
    ListSource(store::Store const& store, LongList list)
        : store_(store), list_(std::move(list)), first_(std::move(list_.head)) {}

    std::optional<std::string> next() {
        if (over_) return std::nullopt;
        auto text = std::exchange(first_, {});
        store_.read([&](Session& session) {
            while (at_ < list_.numbers.size() && text.size() < piece_bytes) {
                auto item = list_.item(session, list_.numbers[at_++]);
                if (!item) continue;
                if (std::exchange(any_, true)) text += list_.separator;
                text += *item;
            }
        });
        if (at_ < list_.numbers.size()) return text;
        over_ = true;
        return text += list_.tail;
    }
    void next(Give give) override { give(next()); }
    // Adds text that is sent before the rest.
    void put_back(std::string text) { first_ = std::move(text); }
    bool is_over() const { return over_; }

private:
    static constexpr std::size_t piece_bytes = 64u << 10;

    store::Store const& store_;
    LongList list_;
    std::string first_;
    std::size_t at_ = 0;
    bool any_ = false, over_ = false;
};

struct KeptCall {
    net::Request request;
    Call call;

    explicit KeptCall(Call const& of) : request(of.request), call(of.house, request) {
        call.caller = of.caller;
        call.space_id = of.space_id;
        call.space_given = of.space_given;
        call.path = of.path;
        call.route = of.route;
    }
};

LongList list_from(Call const& call, domain::Noun const& noun, std::vector<std::int64_t> numbers, Render render) {
    LongList list;
    list.numbers = std::move(numbers);
    list.item = [kept = keep(call), &noun,
                 render = std::move(render)](Session& session, std::int64_t number) -> std::optional<std::string> {
        auto stored = store::find_document_by_number(session, noun, number);
        return stored ? std::optional(render(*kept, session, *stored)) : std::nullopt;
    };
    return list;
}

// Returns the number of documents that a list reads with one query. Documents of some kinds have megabytes.
std::int64_t count_at_once(domain::Noun const& noun) {
    bool const bulky = &noun == &domain::noun_of<domain::VariableSet>() ||
                       &noun == &domain::noun_of<domain::RunbookProcess>() ||
                       &noun == &domain::noun_of<domain::DeploymentProcess>();
    return bulky ? 2 : max_items_at_once;
}

std::vector<std::string> render_all(Call const& call, Session& session, std::vector<Stored> const& all,
                                    Render const& render) {
    std::vector<std::string> items;
    items.reserve(all.size());
    for (auto const& stored : all) items.push_back(render(call, session, stored));
    return items;
}

} // namespace

net::Response answer_long(store::Store const& store, LongList list) {
    constexpr std::size_t max_body = 256u << 10;
    auto source = std::make_shared<ListSource>(store, std::move(list));
    std::string begun;
    while (!source->is_over() && begun.size() < max_body) begun += source->next().value_or("");
    if (source->is_over()) return answer_json(200, std::move(begun));
    source->put_back(std::move(begun));
    auto response = answer_json(200, {});
    response.source = std::move(source);
    return response;
}

std::shared_ptr<Call const> keep(Call const& call) {
    auto kept = std::make_shared<KeptCall>(call);
    return {kept, &kept->call};
}

net::Response answer_documents(Call const& call, domain::Noun const& noun, store::ListQuery const& query,
                               ListShape const& shape, Render render) {
    if (query.take <= count_at_once(noun))
        return call.store().read([&](Session& session) {
            auto listed = store::list_documents(session, noun, query);
            return answer_json(200, page_of(call, shape.item_type, shape.path, shape.names, listed.total,
                                            render_all(call, session, listed.items, render)));
        });
    auto found = call.store().read([&](Session& session) { return store::list_numbers(session, noun, query); });
    auto list = list_from(call, noun, std::move(found.numbers), std::move(render));
    auto envelope = envelope_of(call, shape.item_type, shape.path, shape.names, found.total);
    list.head = std::move(envelope.head);
    list.tail = std::move(envelope.tail);
    return answer_long(call.store(), std::move(list));
}

net::Response answer_all_documents(Call const& call, domain::Noun const& noun, store::ListQuery query, Render render) {
    query.skip = 0;
    query.take = count_at_once(noun);
    std::vector<std::string> items;
    bool const whole = call.store().read([&](Session& session) {
        auto listed = store::list_documents(session, noun, query);
        if (listed.total > query.take) return false;
        items = render_all(call, session, listed.items, render);
        return true;
    });
    if (whole) return answer_json(200, list_of(items));
    query.take = store::everything;
    auto found = call.store().read([&](Session& session) { return store::list_numbers(session, noun, query); });
    auto list = list_from(call, noun, std::move(found.numbers), std::move(render));
    list.head = "[";
    list.tail = "]";
    return answer_long(call.store(), std::move(list));
}

} // namespace stepwell::api
