#include "schema/difference.h"
#include "schema/sample.h"

#include <random>

namespace stepwell::schema {

namespace {

namespace json = boost::json;

std::string difference(Json const& before, Json const& after) {
    std::string out;
    JsonWriter to(out);
    write_difference(before, after, to);
    return out;
}

std::string unescaped(std::string token) {
    auto replace = [&](std::string_view from, std::string_view with) {
        for (std::size_t at = 0; (at = token.find(from, at)) != std::string::npos; at += with.size())
            token.replace(at, from.size(), with);
    };
    replace("~1", "/");
    replace("~0", "~");
    return token;
}

// RFC 6902, limited to add, remove and replace.
void apply(Json& document, Json const& change) {
    std::string op(change.at("op").as_string()), path(change.at("path").as_string());
    if (path.empty()) {
        ASSERT_EQ(op, "replace");
        document = change.at("value");
        return;
    }
    auto slash = path.rfind('/');
    auto last = unescaped(path.substr(slash + 1));
    auto& parent = slash == 0 ? document : document.at_pointer(path.substr(0, slash));
    if (auto object = parent.if_object()) {
        if (op == "remove") {
            ASSERT_EQ(object->erase(last), 1u);
        } else {
            ASSERT_EQ(object->contains(last), op == "replace");
            (*object)[last] = change.at("value");
        }
        return;
    }
    auto& array = parent.as_array();
    if (op == "add") {
        ASSERT_EQ(last, "-");
        array.push_back(change.at("value"));
        return;
    }
    auto index = std::stoul(last);
    ASSERT_LT(index, array.size());
    if (op == "remove")
        array.erase(array.begin() + std::ptrdiff_t(index));
    else
        array[index] = change.at("value");
}

class Dice {
public:
    explicit Dice(unsigned seed) : random_(seed) {}

    Json value(int depth) {
        switch (below(depth > 0 ? 8 : 6)) {
        case 0: return nullptr;
        case 1: return below(2) == 0;
        case 2: return std::int64_t(below(5)) - 2;
        case 3: return double(below(4)) + 0.5;
        case 4: return std::uint64_t(below(3));
        case 5: return Json(json::string(name()));
        case 6: {
            json::array array;
            for (auto n = below(4); n > 0; --n) array.push_back(value(depth - 1));
            return array;
        }
        default: {
            json::object object;
            for (auto n = below(4); n > 0; --n) object[name()] = value(depth - 1);
            return object;
        }
        }
    }
    // Most of it is unchanged.
    Json changed(Json value_now, int depth) {
        if (below(6) == 0) return value(depth);
        if (auto array = value_now.if_array()) {
            for (auto& item : *array) item = changed(item, depth - 1);
            if (!array->empty() && below(3) == 0) array->erase(array->begin() + below(int(array->size())));
            if (below(3) == 0) array->insert(array->begin() + below(int(array->size()) + 1), value(depth - 1));
        }
        if (auto object = value_now.if_object()) {
            for (auto& member : *object) member.value() = changed(member.value(), depth - 1);
            if (!object->empty() && below(3) == 0) object->erase(object->begin());
            if (below(3) == 0) (*object)[name()] = value(depth - 1);
        }
        return value_now;
    }

private:
    int below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random_); }
    std::string name() {
        static constexpr char const* names[] = {"a", "b", "", "~", "/", "~1", "a/b", "0", "-", "é", "\""};
        return names[below(int(std::size(names)))];
    }
    std::mt19937 random_;
};

} // namespace

TEST(Difference, is_a_json_patch) {
    EXPECT_EQ(difference(parsed("{}"), parsed("{}")), "[]");
    EXPECT_EQ(
        difference(parsed(R"({"Name":"a","Gone":1,"L":[1,2,3],"Same":{"x":1}})"),
                   parsed(R"({"Name":"b","L":[1,5],"Same":{"x":1},"New":null})")),
        R"([{"op":"replace","path":"/Name","value":"b"},{"op":"remove","path":"/Gone"},{"op":"replace","path":"/L/1","value":5},)"
        R"({"op":"remove","path":"/L/2"},{"op":"add","path":"/New","value":null}])");
    EXPECT_EQ(difference(parsed(R"({"a/b":{"~":1}})"), parsed(R"({"a/b":{"~":2}})")),
              R"([{"op":"replace","path":"/a~1b/~0","value":2}])");
    EXPECT_EQ(difference(parsed("[1]"), parsed("{}")), R"([{"op":"replace","path":"","value":{}}])");
    EXPECT_EQ(difference(parsed("[1]"), parsed("[1,2,3]")),
              R"([{"op":"add","path":"/-","value":2},{"op":"add","path":"/-","value":3}])");
}

TEST(Difference, leads_from_before_to_after) {
    Dice dice(42);
    for (int i = 0; i < 3000; ++i) {
        auto before = dice.value(4);
        auto after = i % 3 == 0 ? dice.value(4) : dice.changed(before, 4);
        auto patch = parsed(difference(before, after));
        auto document = before;
        for (auto const& change : patch.as_array()) apply(document, change);
        ASSERT_EQ(document, after) << base::to_text(before) << " -> " << base::to_text(after) << " by "
                                   << base::to_text(patch);
        if (before == after) ASSERT_TRUE(patch.as_array().empty());
    }
}

} // namespace stepwell::schema
