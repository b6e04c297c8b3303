// A store with a folder of its own, and documents in it as operations create them.
#pragma once
#include "base/error.h"
#include "base/files.h"
#include "base/id.h"
#include "base/text.h"
#include "domain/nouns.h"
#include "store/documents.h"
#include "store/secrets.h"
#include "store/sqlite/sqlite.h"
#include "store/tables.h"

#include <boost/json.hpp>
#include <filesystem>
#include <gtest/gtest.h>
#include <set>
#include <thread>

namespace stepwell::store {

using namespace domain;

class HeldClock final : public base::Clock {
public:
    Time now() const override { return now_; }
    void advance(base::Duration by) { now_ += by; }

private:
    Time now_{std::chrono::milliseconds(1'700'000'000'000)};
};

class TemporaryFolder {
public:
    TemporaryFolder() {
        char name[] = "/tmp/stepwell-store-XXXXXX";
        path_ = ::mkdtemp(name);
    }
    ~TemporaryFolder() { std::filesystem::remove_all(path_); }
    std::string const& path() const { return path_; }

private:
    std::string path_;
};

inline Actor tester() { return {"Users-1", "tester", false, "Test", "", ""}; }

struct Workbench : testing::Test {
    TemporaryFolder folder;
    HeldClock clock;
    std::unique_ptr<Store> store = std::make_unique<Store>(folder.path() + "/data", clock);

    std::string data() const { return folder.path() + "/data"; }
    void reopen() {
        store.reset();
        store = std::make_unique<Store>(data(), clock);
    }
    // Returns another connection, for writes that the store would never make.
    std::unique_ptr<Session> by_hand() { return by_hand_at(data()); }
    static std::unique_ptr<Session> by_hand_at(std::string const& folder) {
        return open_sqlite(folder + "/stepwell.db", Use::write);
    }
    // Returns why a start rejects the folder; empty if it succeeds.
    std::string why_refused() {
        store.reset();
        try {
            store = std::make_unique<Store>(data(), clock);
            return "";
        } catch (base::Error const& error) {
            return error.message();
        }
    }

    template <Resource T> Stored add(T object, std::string space = "Spaces-1") {
        if (object.id.empty()) object.id = store->next_id(T::prefix);
        set_space(noun_of<T>(), object, noun_of<T>().scope == Scope::space ? space : "");
        auto draft = draft_of(*store, tester(), object);
        store->write([&](Transaction& transaction) { insert_document(transaction, draft); });
        return *find_stored<T>(object.id);
    }
    template <Resource T> std::optional<Stored> find_stored(std::string const& id) {
        return store->read([&](Session& session) { return find_document(session, noun_of<T>(), id, {}); });
    }
    template <Resource T> bool save(T object, Stored const& before) {
        object.id = before.id;
        set_space(noun_of<T>(), object, before.space_id);
        auto draft = draft_of(*store, tester(), object, before.json);
        bool written = false;
        store->write([&](Transaction& transaction) { written = update_document(transaction, draft, before); });
        return written;
    }
    template <Resource T> void remove(Stored const& document) {
        auto const deletion = store->read(
            [&](Session& session) { return prepare_deletion(session, tester(), clock.now(), noun_of<T>(), document); });
        store->write([&](Transaction& transaction) { EXPECT_TRUE(delete_document(transaction, deletion)); });
    }
    std::int64_t count(std::string const& from) {
        return store->read([&](Session& session) { return *session.integer("select count(*) from " + from); });
    }
    std::optional<BrokenChain> broken() {
        return store->read([](Session& session) { return verify_events(session); });
    }
    std::vector<std::string> problems(std::function<void()> const& act) {
        std::vector<std::string> texts;
        try {
            act();
        } catch (base::Error const& error) {
            EXPECT_EQ(error.kind(), base::Kind::invalid) << error.message();
            for (auto const& problem : error.problems()) texts.push_back(to_text(problem));
        }
        return texts;
    }

    static Environment environment(std::string name) {
        Environment made;
        made.slug = base::slug_of(name);
        made.name = std::move(name);
        return made;
    }
    static Proxy proxy(std::string name, std::optional<std::string> password) {
        Proxy made;
        made.name = std::move(name);
        made.host = "h";
        made.password = {true, std::move(password)};
        return made;
    }
};

} // namespace stepwell::store
