// Operations without HTTP and without scripts: a store and an engine with a folder of their own. A step with the body
// "short" ends immediately; any other step runs until it is canceled.
#pragma once
#include "base/error.h"
#include "domain/nouns.h"
#include "engine/endless_worker.h"
#include "engine/house.h"

namespace stepwell::operations {

class Bench : public testing::Test {
protected:
    tests::EndlessWorker worker;
    tests::House house{1, [this](run::Listener& listener) -> run::Worker& {
                           worker.tell(listener);
                           return worker;
                       }};
    Caller const caller = domain::system_caller();
    std::string const space = "Spaces-1";

    template <domain::Resource T> T load(std::string const& id) {
        return house.store->read([&](store::Session& session) { return store::load<T>(session, id, space); });
    }
    template <domain::Resource T> std::size_t count() {
        return house.store->read([&](store::Session& session) {
            return std::size_t(store::list_documents(session, domain::noun_of<T>(), {space, {}, {}, {}, 0, 1}).total);
        });
    }
    // Returns the problems that `call` throws; empty if it succeeds.
    template <class Call> static std::vector<std::string> problems_of(Call call) {
        std::vector<std::string> texts;
        try {
            call();
        } catch (base::Error const& error) {
            for (auto const& problem : error.problems()) texts.push_back(base::to_text(problem));
            if (texts.empty()) texts.push_back(error.message());
        }
        return texts;
    }
    using Problems = std::vector<std::string>;
};

} // namespace stepwell::operations
