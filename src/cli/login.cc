#include "base/error.h"
#include "cli/commands.h"
#include "cli/text_width.h"
#include "client/sign_in.h"

#include <boost/json.hpp>

#include <unistd.h>

namespace stepwell::cli {

namespace {

struct Login {
    std::string url, api_key, username;
    bool password_stdin = false;
};

std::string host_name() {
    char name[256]{};
    return ::gethostname(name, sizeof name - 1) == 0 ? name : "";
}

// Returns the configuration to store: with the given key, the entered key, or a key created for a password.
Config obtain(Login const& login, Shared const& shared, Terminal const& terminal) {
    if (login.username.empty()) {
        auto key = login.api_key.empty() ? shared.api_key : login.api_key;
        if (key.empty()) key = login.password_stdin ? read_line() : terminal.ask_secret("API key");
        return {login.url, key, ""};
    }
    auto const password =
        login.password_stdin ? read_line() : terminal.ask_secret("Password of " + printable(login.username));
    auto issued = client::issue_key(login.url, login.username, password, "stepwell command line on " + host_name());
    return {login.url, issued.key, issued.id};
}

// Revokes the key of an earlier sign-in, which is no longer needed.
void revoke(Config const& config, Terminal const& terminal) {
    if (config.key_id.empty()) return;
    try {
        open_client({config.server, config.api_key, "", {}}, terminal)
            .send("DELETE", "/api/users/me/apikeys/" + base::encode_percent(config.key_id));
    } catch (base::Error const& error) {
        terminal.say("The API key " + config.key_id + " could not be revoked: " + error.message());
    }
}

int log_in(Login const& login, Shared const& shared) {
    auto const terminal = shared.terminal();
    auto const path = config_path(process_environment);
    open_client({login.url, "", "", {}}, terminal); // checks the URL before a prompt
    auto const config = obtain(login, shared, terminal);
    auto client = open_client({config.server, config.api_key, "", {}}, terminal);
    auto const user = client.get("/api/users/me");
    auto const before = read_config(path);
    write_config(path, config);
    if (before) revoke(*before, terminal);
    terminal.print(fmt::format("Signed in to {} as {}. The key is in {}.\n", client.server(),
                               printable(client::text_in(user, "Username")), path));
    return 0;
}

int log_out(Shared const& shared) {
    auto const terminal = shared.terminal();
    auto const path = config_path(process_environment);
    auto const config = read_config(path);
    if (config) revoke(*config, terminal);
    terminal.print(remove_config(path) ? "Signed out.\n" : "No stored sign-in was found.\n");
    return 0;
}

} // namespace

void add_login(CLI::App& app, Shared& shared) {
    auto login = std::make_shared<Login>();
    auto command = add_command(app, "login", "Sign in: store a server URL and an API key",
                               {"stepwell login http://localhost:8065 --username admin",
                                "stepwell login http://localhost:8065 --username admin --password-stdin < password.txt",
                                "stepwell login http://localhost:8065 --api-key API-YOURKEY"});
    command->add_option("url", login->url, "Server URL")->required();
    auto key =
        command->add_option("--api-key", login->api_key, "API key (default: prompt for it, unless a user is given)");
    command
        ->add_option("--username,-u", login->username,
                     "User name: sign in with a password, then create and store an API key")
        ->excludes(key);
    command->add_flag("--password-stdin", login->password_stdin, "Read the password or the key from standard input");
    on_chosen(*command, shared, [login, &shared] {
        shared.is_signing_in = true;
        return log_in(*login, shared);
    });

    auto out =
        add_command(app, "logout", "Sign out: delete the stored server and key; revoke the key if login created it",
                    {"stepwell logout"});
    on_chosen(*out, shared, [&shared] { return log_out(shared); });
}

} // namespace stepwell::cli
