#include "domain/mentions.h"

#include "base/fold.h"
#include "base/text.h"
#include "variables/evaluate.h"

#include <algorithm>
#include <cctype>
#include <set>

namespace stepwell::domain {

std::vector<std::string> wholes_of(std::string_view name) {
    constexpr std::size_t max_wholes = 32;
    std::vector<std::string> wholes;
    auto const folded = base::fold(name);
    for (auto end = folded.find_first_of(".["); end != std::string::npos; end = folded.find_first_of(".[", end + 1)) {
        wholes.push_back(folded.substr(0, end));
        if (wholes.size() == max_wholes) return wholes;
    }
    wholes.push_back(folded);
    return wholes;
}

std::vector<std::string> names_asked_for(std::string_view text) {
    if (text.find("#{") == std::string_view::npos) return {};
    auto names = variables::names_in(text, true);
    for (auto& name : names) name = name.substr(0, name.find("[*]")); // any index
    return names;
}

Mentions::Mentions(std::vector<variables::Variable> values, std::vector<std::string_view> const& scripts)
    : values_(std::move(values)) {
    for (std::size_t i = 0; i < values_.size(); ++i) {
        if (values_[i].literal) continue;
        // Escaped expressions are expanded if the value is read as JSON.
        for (auto const& name : names_asked_for(base::replace_all(std::string(values_[i].text), "##{", "#{"))) {
            auto wholes = wholes_of(name);
            naming_[wholes.back()].push_back(i);
            for (auto const& whole : wholes) naming_below_[whole].push_back(i);
        }
    }
    for (auto script : scripts) {
        for (auto const& name : names_asked_for(script)) {
            auto wholes = wholes_of(name);
            asked_.insert(wholes.back());
            asked_below_.insert(wholes.begin(), wholes.end());
        }
        scripts_.append(base::fold(script)) += '\n';
    }
    // get_octopusvariable, octopus_parameters, octopusvariables
    has_helpers_ = scripts_.find("octopus") != std::string::npos;
}

std::vector<std::string> Mentions::readers_of(std::string const& name) const {
    std::vector<std::string> readers;
    auto add = [&](ValuesByName const& index, std::string const& key) {
        if (auto found = index.find(key); found != index.end())
            for (auto value : found->second) readers.push_back(base::fold(values_[value].name));
    };
    add(naming_below_, name);
    for (auto const& whole : wholes_of(name)) add(naming_, whole);
    return readers;
}

bool Mentions::is_word_in_script(std::string const& name) const {
    auto const is_of_word = [&](std::size_t at) {
        auto const c = at < scripts_.size() ? static_cast<unsigned char>(scripts_[at]) : '\n';
        return c >= 0x80 || std::isalnum(c) != 0 || c == '_';
    };
    for (auto at = scripts_.find(name); at != std::string::npos; at = scripts_.find(name, at + 1))
        if ((at == 0 || !is_of_word(at - 1)) && !is_of_word(at + name.size())) return true;
    return false;
}

bool Mentions::is_in_script(std::string const& name) const {
    if (asked_below_.contains(name)) return true;
    auto const is_asked = [&](std::string const& whole) { return asked_.contains(whole); };
    return std::ranges::any_of(wholes_of(name), is_asked) || (has_helpers_ && is_word_in_script(name));
}

bool Mentions::may_need(std::string_view name) {
    constexpr std::size_t max_names = 100;
    if (looks_left_-- <= 0) return true;
    std::set<std::string> seen{base::fold(name)};
    std::vector<std::string> open(seen.begin(), seen.end());
    while (!open.empty()) {
        auto const next = std::move(open.back());
        open.pop_back();
        if (is_in_script(next)) return true;
        for (auto& reader : readers_of(next)) {
            if (reader.starts_with("octopus")) return true; // a property of the step, or read by the server itself
            if (seen.insert(reader).second) open.push_back(std::move(reader));
        }
        if (seen.size() > max_names) return true;
    }
    return false;
}

} // namespace stepwell::domain
