// The API on a fresh installation, asked without a socket: the real store, engine and application.
#pragma once
#include "api/application.h"
#include "api/sign_in_limit.h"
#include "base/crypto.h"
#include "engine/engine.h"
#include "operations/set_up.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <filesystem>
#include <future>
#include <thread>
#include <unistd.h>

namespace stepwell::contract {

class Asking {
public:
    static constexpr char const* admin_key = "API-ADMINISTRATOR0000000000000";

    Asking() : writer_([this](std::stop_token stop) { store_.serve(stop); }) {
        set_up(store_);
        application_ = std::make_unique<api::Application>(api::House{store_, engine_, sign_in_limit_, work_});
        worker_ = std::jthread([this](std::stop_token stop) { work_.serve(stop); });
    }
    ~Asking() {
        worker_ = {};
        writer_.request_stop();
        writer_.join();
        std::filesystem::remove_all(folder_);
    }

    // `key` empty: anonymous. `target` is a path with or without a query.
    net::Response ask(std::string method, std::string const& target, std::string body = {}, std::string key = admin_key) {
        net::Request request;
        request.method = std::move(method);
        request.path = target.substr(0, target.find('?'));
        if (auto mark = target.find('?'); mark != std::string::npos) request.query = target.substr(mark + 1);
        request.body = std::move(body);
        request.peer = "127.0.0.1";
        if (!key.empty()) request.headers.add("X-Octopus-ApiKey", std::move(key));
        std::promise<net::Response> answered;
        application_->handle(std::move(request), [&](net::Response response) { answered.set_value(std::move(response)); });
        return answered.get_future().get();
    }
    net::Response get(std::string const& target) { return ask("GET", target); }
    net::Response get_anonymously(std::string const& target) { return ask("GET", target, {}, ""); }
    // The body of an answer that must be a success.
    base::Json json(std::string const& target) { return body_of(get(target)); }
    base::Json create(std::string const& target, std::string const& body) { return body_of(ask("POST", target, body)); }

    static base::Json body_of(net::Response const& response) {
        EXPECT_TRUE(response.status == 200 || response.status == 201) << response.status << " " << response.body;
        return base::parse_json(response.body);
    }

private:
    static std::string make_folder() {
        base::start_crypto();
        std::string name = std::filesystem::temp_directory_path() / "stepwell-contract-XXXXXX";
        if (!mkdtemp(name.data())) base::fail_with_errno("mkdtemp");
        return name;
    }
    static void set_up(store::Store& store) { operations::set_up(store, {"admin", "Password01!", admin_key}); }

    base::SystemClock clock_;
    std::string folder_ = make_folder();
    store::Store store_{folder_, clock_};
    std::jthread writer_;
    api::SignInLimit sign_in_limit_{clock_};
    base::WorkQueue work_{100};
    engine::Engine engine_{store_, {}};
    std::unique_ptr<api::Application> application_;
    std::jthread worker_;
};

inline std::string text(base::Json const& json) { return std::string(json.as_string()); }

} // namespace stepwell::contract
