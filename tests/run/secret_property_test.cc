// Random secrets in every form, cut at every place: no secret remains, and all surrounding text does.
//
// STEPWELL_SECRETS: number of secrets, instead of a few. STEPWELL_SEED: seed.
#include "run/filter_support.h"
#include "run/written_forms.h"

#include <algorithm>
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace stepwell::run {

namespace {

int wanted_secrets() {
    if (char const* given = std::getenv("STEPWELL_SECRETS")) return std::atoi(given);
#ifdef STEPWELL_SANITIZED
    return 12;
#else
    return 300;
#endif
}

bool is_line_end(char c) { return c == '\r' || c == '\n'; }

bool is_masked(std::string const& secret) {
    std::size_t const counted = secret.size() - static_cast<std::size_t>(std::ranges::count_if(secret, is_line_end));
    return counted >= 4 && secret.find_first_not_of(" \t\r\n\v\f") != secret.npos &&
           secret.find_first_not_of('*') != secret.npos;
}

std::string visible(std::string_view text) { return fmt::format("{:?}", text); }

// Checks the output: the text around the form must remain, and of the form no more than its edges.
void check(Written const& written, std::string const& secret, std::string const& out) {
    SCOPED_TRACE(
        fmt::format("{} of {}: {} gave {}", written.form, visible(secret), visible(written.text), visible(out)));
    std::string_view const text = written.text;
    ASSERT_TRUE(out.starts_with(text.substr(0, written.before)));
    ASSERT_TRUE(out.ends_with(text.substr(text.size() - written.after)));
    ASSERT_EQ(out.find(secret), out.npos);
    std::string_view const form = text.substr(written.before, text.size() - written.before - written.after);
    ASSERT_EQ(out.find(form), out.npos);
    ASSERT_NE(out.find("********"), out.npos);
    std::size_t left = 0;
    std::string_view rest = std::string_view(out).substr(written.before, out.size() - written.before - written.after);
    while (!rest.empty()) {
        bool const stars = rest.starts_with("********");
        left += !stars && !is_line_end(rest.front());
        rest.remove_prefix(stars ? 8 : 1);
    }
    ASSERT_LE(left, written.may_stay);
}

// Interrupts the text by the other stream at random places. In addition to the edges, less than half of the secret and
// less than 8 bytes of it may remain visible, even if the text is interrupted everywhere.
void check_interrupted(Filtered& filtered, Written const& written, std::string const& secret, std::mt19937& random) {
    std::string_view const text = written.text;
    for (unsigned most : {2000u, 40u, 1u}) {
        std::string const before = filtered.plain(Stream::err);
        std::size_t interruptions = 0;
        for (std::size_t at = 0, size; at < text.size(); at += size, ++interruptions) {
            size = 1 + random() % most;
            filtered.feed(text.substr(at, size)).feed("%", Stream::err);
        }
        std::string const out = filtered.end().take_plain();
        SCOPED_TRACE(fmt::format("{} of {}: {} gave {}", written.form, visible(secret), visible(text), visible(out)));
        ASSERT_EQ(filtered.plain(Stream::err).size(), before.size() + interruptions);
        ASSERT_EQ(out.find(secret), out.npos);
        if (written.may_stay < 100) ASSERT_NE(out.find("********"), out.npos);
        ASSERT_TRUE(out.starts_with(text.substr(0, written.before)));
    }
}

void check_splits(Filtered& filtered, std::string_view text, std::string const& whole, std::mt19937& random) {
    std::size_t const step = 1 + text.size() / 400; // fewer places for long ones
    for (std::size_t split = 1 + random() % step; split < text.size(); split += step) {
        filtered.feed(text.substr(0, split)).feed(text.substr(split)).end();
        ASSERT_EQ(filtered.take_plain(), whole) << "split at " << split << " of " << visible(text);
    }
    for (unsigned most : {1u, 3u, 40u}) {
        for (std::size_t at = 0, size; at < text.size(); at += size) {
            size = 1 + random() % most;
            filtered.feed(text.substr(at, size));
        }
        ASSERT_EQ(filtered.end().take_plain(), whole) << visible(text);
    }
}

} // namespace

TEST(SecretProperty, no_form_of_a_secret_comes_through_however_it_is_split) {
    unsigned const seed = test_seed();
    std::mt19937 random(seed);
    int const count = wanted_secrets();
    for (int done = 0; done < count;) {
        std::string const secret = random_secret(random);
        if (!is_masked(secret)) continue;
        ++done;
        SCOPED_TRACE(fmt::format("STEPWELL_SEED={}, secret {} is {}", seed, done, visible(secret)));
        Filtered filtered({secret});
        for (auto const& written : written_forms(secret, random)) {
            std::string const whole = filtered.feed(written.text).end().take_plain();
            check(written, secret, whole);
            if (HasFatalFailure()) return;
            check_splits(filtered, written.text, whole, random);
            if (HasFatalFailure()) return;
            check_interrupted(filtered, written, secret, random);
            if (HasFatalFailure()) return;
        }
        ASSERT_TRUE(filtered.markers.empty());
    }
}

// Each line of a secret is a secret, and so is each form of it.
TEST(SecretProperty, lines_of_a_secret_do_not_come_through_alone) {
    std::mt19937 random(test_seed());
    std::string const secret = "-----BEGIN KEY-----\nMIIEpAIBAAKCAQEA7\r\nabc\n  user: \"root\" & 'x'\nlast-line";
    Filtered filtered({secret});
    for (std::string const line : {"-----BEGIN KEY-----", "MIIEpAIBAAKCAQEA7", "  user: \"root\" & 'x'", "last-line"}) {
        for (auto const& written : written_forms(line, random)) {
            if (written.rare) continue;
            check(written, line, filtered.feed(written.text).end().take_plain());
            if (HasFatalFailure()) return;
        }
    }
    EXPECT_EQ(filtered.feed("abc\n").end().take_plain(), "abc\n");
}

} // namespace stepwell::run
