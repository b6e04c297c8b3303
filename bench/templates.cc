// Measures how often per second a script body with 20 tokens is evaluated against many variables. For comparison, a
// loop expands the same text by finding "#{", looking up the name in a hash table and appending the value. Prints JSON.
#include "variables/evaluate.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string_view>
#include <unordered_map>
#include <vector>

using namespace stepwell::variables;

namespace {

struct Names {
    std::vector<std::string> names, texts;

    explicit Names(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            names.push_back(fmt::format("Octopus.Action[Step {}].Setting.Number{}", i % 50, i));
            texts.push_back(fmt::format("value of {} in production", i));
        }
    }
    Dictionary dictionary() const {
        std::vector<Variable> all;
        for (std::size_t i = 0; i < names.size(); ++i) all.push_back({names[i], texts[i]});
        return Dictionary(std::move(all));
    }
    std::string script() const {
        std::string text = "#!/usr/bin/env bash\nset -euo pipefail\n";
        for (std::size_t i = 0; i < 20; ++i)
            text += fmt::format("echo \"preparing number {}\" && deploy --setting \"#{{{}}}\" --retries 3\n", i,
                                names[i * 23 % names.size()]);
        return text;
    }
};

using Table = std::unordered_map<std::string_view, std::string_view>;

std::string plainly_replaced(std::string_view text, Table const& table) {
    std::string out;
    for (;;) {
        auto token = text.find("#{");
        out += text.substr(0, token);
        if (token == std::string_view::npos) return out;
        auto end = text.find('}', token);
        out += table.at(text.substr(token + 2, end - token - 2));
        text.remove_prefix(end + 1);
    }
}

template <class Work> double per_second(Work const& work) {
    using Clock = std::chrono::steady_clock;
    constexpr int rounds = 2000;
    auto start = Clock::now();
    for (int i = 0; i < rounds; ++i) work();
    return rounds / std::chrono::duration<double>(Clock::now() - start).count();
}

double median(std::vector<double>& all) {
    std::ranges::sort(all);
    return all[all.size() / 2];
}

} // namespace

int main() {
    std::string out;
    for (std::size_t count : {500u, 5000u}) {
        Names const names(count);
        auto const script = names.script();
        auto const dictionary = names.dictionary();
        Table table;
        for (std::size_t i = 0; i < count; ++i) table.emplace(names.names[i], names.texts[i]);
        if (evaluate(script, dictionary).text != plainly_replaced(script, table)) return 1;
        std::vector<double> ours, limit, making;
        std::size_t bytes = 0;
        for (int i = 0; i < 25; ++i) {
            ours.push_back(per_second([&] { bytes += evaluate(script, dictionary).text.size(); }));
            limit.push_back(per_second([&] { bytes += plainly_replaced(script, table).size(); }));
        }
        for (int i = 0; i < 25; ++i) {
            auto start = std::chrono::steady_clock::now();
            bytes += evaluate(script, names.dictionary()).text.size();
            making.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count());
        }
        if (bytes == 0) return 1;
        out += fmt::format("{}\"per_second_{}\": {:.0f}, \"limit_per_second_{}\": {:.0f}, \"first_us_{}\": {:.1f}",
                           out.empty() ? "" : ", ", count, median(ours), count, median(limit), count, median(making));
    }
    fmt::print("{{{}}}\n", out);
    return 0;
}
