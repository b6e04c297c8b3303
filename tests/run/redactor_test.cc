#include "run/filter_support.h"

#include "base/crypto.h"
#include "base/files.h"
#include "base/json.h"
#include "base/text.h"

#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>

namespace stepwell::run {

namespace {

std::string masked(std::vector<std::string> const& secrets, std::string_view text) {
    return Filtered(secrets).feed(text).end().plain();
}

std::string json(std::string_view text) {
    std::string out;
    base::append_quoted(out, text);
    return out.substr(1, out.size() - 2);
}

// Returns the numbers of base64 characters before and after a secret that remain visible if the secret follows `before`
// unknown bytes. All characters with bits of the secret are masked, except a first one that contains other bits too.
struct Edges {
    std::size_t before, behind;
};
Edges edges(std::size_t before, std::size_t secret, std::size_t total) {
    return {(before * 8 + 5) / 6, (total + 2) / 3 * 4 - ((before + secret) * 8 + 5) / 6};
}

} // namespace

TEST(Redactor, masks_a_secret_and_leaves_the_rest) {
    EXPECT_EQ(masked({"hunter2!"}, "x hunter2! y hunter2!hunter2! z"), "x ******** y **************** z");
    EXPECT_EQ(masked({"hunter2!"}, "hunter2"), "********") << "cut off at the end";
    EXPECT_EQ(masked({"hunter2!"}, "hun"), "hun");
}

TEST(Redactor, does_not_mask_what_is_short_or_blank) {
    EXPECT_EQ(masked({"abc", "", "      ", "\n\n\n\n\n", "ab\n"}, "abc      \n\n\n\n\n\nab"),
              "abc      \n\n\n\n\n\nab");
    EXPECT_EQ(masked({"abcd"}, "abcd"), "********");
}

TEST(Redactor, masks_the_union_of_overlapping_secrets) {
    EXPECT_EQ(masked({"password", "password123"}, "password123"), "********");
    EXPECT_EQ(masked({"password123", "password"}, "password12 password123"), "********12 ********");
    EXPECT_EQ(masked({"abcdef", "defghi", "ghij"}, "abcdefghij."), "********.");
    EXPECT_EQ(masked({"abcdef", "cdef"}, "abcdef cdef"), "******** ********");
    EXPECT_EQ(masked({"aaaa"}, "baaaaaaab"), "b********b");
    EXPECT_EQ(masked({"xabcd", "abcdefgh"}, "xabcdefg"), "********") << "the second is cut off behind its half";
    EXPECT_EQ(masked({"xabcd", "abcdefghijklmnop"}, "xabcdef"), "********ef");
}

TEST(Redactor, masks_a_secret_broken_over_lines) {
    EXPECT_EQ(masked({"abcdefghijkl"}, "abcdef\nghijkl\n"), "********\n********\n");
    EXPECT_EQ(masked({"abcdefghijkl"}, "abcd\r\nefgh\r\nijkl."), "********\r\n********\r\n********.");
    EXPECT_EQ(masked({"abcdefghijkl"}, "abcdef\nnothing"), "abcdef\nnothing");
}

TEST(Redactor, masks_a_secret_with_controls_in_it_wherever_they_stand) {
    std::string const long_sequence = "\x1b[38;2;100;100;100;48;2;100;100;100;1;2;3;4;5;6;7m"; // over 40 bytes
    for (std::string const& text : {std::string("\xE0S\x9B") + "31mecret-1", std::string("\xE9S\x85") + "ecret-1",
                                   std::string("Se\xC2\x9B") + "31m\ncret-1", "Se" + long_sequence + "\ncret-1"}) {
        auto const shown = masked({"Secret-1"}, text);
        EXPECT_EQ(shown.find("cret-1"), shown.npos) << shown;
    }
    EXPECT_EQ(masked({"Secret-1"}, "\xE0\xA4\x9Bsecret-1 \xC2\x9B"), "\xE0\xA4\x9Bsecret-1 \xC2\x9B") << "twin";
}

TEST(Redactor, masks_secrets_of_several_lines) {
    std::string const key = "{\n  \"id\": \"abcdef\",\n  \"x\": 1\n}\n";
    EXPECT_EQ(masked({key}, key + "."), "********\n********\n********\n********\n.");
    EXPECT_EQ(masked({key}, base::replace_all(key, "\n", "\r\n")), "********\r\n********\r\n********\r\n********\r\n");
    EXPECT_EQ(masked({key}, "x   \"id\": \"abcdef\", y"), "x ******** y") << "one line alone";
    EXPECT_EQ(masked({"ab\ncd\nef\n"}, "ab\ncd\nef"), "********\n********\n********");
    EXPECT_EQ(masked({"ab\r\ncd\r\nef\r\n"}, "ab\ncd\nef\nabcdef"), "********\n********\n********\n********");
    EXPECT_EQ(masked({"first\n\n\n\n\n\n\nlast"}, "first\n\n\n\n\n\n\nlast"), "********\n\n\n\n\n\n\n********");
    EXPECT_EQ(masked({"ab\ncd\nef\n"}, "ab\\ncd\\nef ab\\r\\ncd\\r\\nef"), "******** ********");
    EXPECT_EQ(masked({"ab\ncd\nef\n"}, base::to_hex("ab\r\ncd\r\nef")), "********");
}

TEST(Redactor, masks_long_secrets_in_every_form) {
    std::string secret;
    std::mt19937 random(11);
    for (int i = 0; i < 5000; ++i) secret += i % 61 == 60 ? '\n' : static_cast<char>(33 + random() % 94);
    auto const only_stars = [](std::string text) {
        for (char const c : {'\n', '*'}) std::erase(text, c);
        return text.size() <= 4;
    };
    EXPECT_TRUE(only_stars(masked({secret}, secret)));
    EXPECT_TRUE(only_stars(masked({secret}, base::to_base64(secret))));
    EXPECT_TRUE(only_stars(masked({secret}, base::to_hex(secret))));
    EXPECT_TRUE(only_stars(masked({secret}, json(secret))));
    EXPECT_TRUE(only_stars(masked({secret}, base::encode_percent(secret))));
    std::string text;
    for (int i = 0; i < 400; ++i) text += "ä€𝄞x";
    std::string const wide = "é" + text;
    EXPECT_TRUE(only_stars(masked({wide}, base::encode_percent(wide))));
}

TEST(Redactor, masks_texts_that_repeat_themselves) {
    std::string const text(1 << 20, 'a');
    for (std::size_t const size : {4u, 512u, 513u, 20'000u})
        EXPECT_EQ(masked({std::string(size, 'a')}, text), "********");
}

TEST(Redactor, masks_a_form_wrapped_within_its_first_bytes) {
    std::string const secret = "hunter2-hunter2-hunter2";
    std::string const base64 = base::to_base64(secret), hex = base::to_hex(secret);
    for (std::size_t at = 1; at < 4; ++at) {
        std::string const wrapped = masked({secret}, base64.substr(0, at) + "\n" + base64.substr(at));
        EXPECT_EQ(wrapped, base64.substr(0, at) + "\n********" + base64.substr(base64.find('='))) << at;
        EXPECT_EQ(masked({secret}, hex.substr(0, at) + "\n" + hex.substr(at)), hex.substr(0, at) + "\n********") << at;
    }
}

// Programs of the machine create the forms, without the code of the redactor.
TEST(Redactor, masks_what_other_programs_make_of_a_secret) {
    char folder[] = "/tmp/redactor-XXXXXX";
    ASSERT_TRUE(mkdtemp(folder));
    std::string const script = std::string(folder) + "/forms.py";
    std::ofstream(script) << R"py(
import base64, html, json, shlex, subprocess, sys, urllib.parse, xml.sax.saxutils as xml
secrets = ["simple-password-42", "p@ss w0rd", "it's \"quoted\"", "a$b${c}`d`\\e", "100%&<tag>/+=?#", "tab\tand|pipe;x", "umläut€𝄞!", "--dash'' \"\"",
           "{\"k\": [1, 2]}", "x~y!z(1)*2", "C:\\Users\\n\\t", "\x01ctrl\x7f\x1b[0m", "first line\nsecond's \"line\"\nthird", "$$HOME%%PATH%"]
q = urllib.parse.quote
for secret in secrets:
    raw = secret.encode()
    forms = [json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], json.dumps(secret).replace("/", "\\/")[1:-1],
             html.escape(secret), html.escape(secret, quote=False), xml.escape(secret), xml.escape(secret, {'"': "&quot;", "'": "&apos;"}),
             html.escape(secret).replace("&#x27;", "&#39;"), q(secret), q(secret, safe=""), q(secret, safe="-_.!~*'()"), urllib.parse.quote_plus(secret),
             q(secret, safe="-_.!~*'();,/?:@&=+$#"), raw.hex(), raw.hex().upper(), base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode(),
             base64.encodebytes(raw * 9).decode(), repr(secret)[1:-1], str(raw)[2:-1], secret.replace("$", "$$"), secret.replace("%", "%%"),
             secret.replace("'", "''"), secret.replace('"', '""'), shlex.quote(secret).strip("'") if "'" != secret[-1] else secret]
    forms += [base64.b64encode(b"user:" + raw).decode(), base64.b64encode(b"u:" + raw).decode(), base64.b64encode(b"me:" + raw + b"x").decode()]
    forms += [base64.b64encode(secret.encode("utf-16-le")).decode()]
    lower = lambda s: "".join(c.lower() if i and (s[i-1] == "%" or s[i-2:i-1] == "%") else c for i, c in enumerate(s))
    forms += [lower(q(secret, safe=""))] if "%" not in secret else []
    for program in ["printf %q \"$1\"", "printf %s \"${1@Q}\"", "LC_ALL=C; printf %q \"$1\""]:
        written = subprocess.run(["bash", "-c", program, "x", secret], capture_output=True).stdout
        if written.startswith(b"$'"): written = written[2:-1]
        elif written.startswith(b"'"): written = written[1:-1]
        forms.append(written)
    forms.append(secret.encode("utf-16-le"))
    for form in forms:
        form = form if isinstance(form, bytes) else form.encode()
        sys.stdout.buffer.write(raw + b"\0\0" + form + b"\0\0\0")
)py";
    std::string const output = std::string(folder) + "/forms";
    ASSERT_EQ(std::system(fmt::format("/usr/bin/python3 {} > {}", script, output).c_str()), 0);
    std::string const bytes = base::read_file(output).value();
    std::system(fmt::format("rm -r {}", folder).c_str());
    int count = 0;
    for (std::size_t at = 0; at < bytes.size(); ++count) {
        std::size_t const middle = bytes.find(std::string_view("\0\0", 2), at);
        std::string const secret = bytes.substr(at, middle - at);
        std::size_t end = bytes.find(std::string_view("\0\0\0", 3), middle + 2);
        while (end + 3 < bytes.size() && bytes[end + 3] == '\0') ++end; // UTF-16 ends in NUL
        std::string const form = bytes.substr(middle + 2, end - middle - 2);
        at = end + 3;
        std::string left = masked({secret}, "<<" + form + ">>");
        left = base::replace_all(left.substr(2, left.size() - 4), "********", "");
        std::erase(left, '\n');
        EXPECT_LE(left.size(), std::max<std::size_t>(10, form.size() / 6))
            << secret << "\n  " << form << "\n  leaves " << left;
        EXPECT_EQ(left.find(secret), left.npos);
    }
    EXPECT_GT(count, 400);
}

TEST(Redactor, finds_random_secrets_in_all_forms_at_every_split) {
    unsigned const seed = test_seed();
    SCOPED_TRACE(fmt::format("STEPWELL_SEED={}", seed));
    std::mt19937 random(seed);
    auto const pick = [&](unsigned count) { return random() % count; };
#ifdef STEPWELL_SANITIZED
    int const rounds = 800;
#else
    int const rounds = 10'000;
#endif
    std::string_view const letters = "abcXYZ0189$\\\"'%+&<>/=!{}[]()#;|^?@ ";
    for (int round = 0; round < rounds; ++round) {
        std::string secret(4 + pick(28), 'x');
        for (char& c : secret) c = letters[pick(static_cast<unsigned>(letters.size()))];
        if (secret.find_first_not_of(' ') == secret.npos) continue;
        std::string const padding(pick(3), '~'); // in no form of these letters except in neighbors of base64
        std::string const base64 = base::to_base64(padding + secret + padding);
        auto const [before, behind] = edges(padding.size(), secret.size(), secret.size() + 2 * padding.size());
        std::vector<std::pair<std::string, std::string>> const cases = {
            {secret, "********"},
            {json(secret), "********"},
            {base::encode_percent(secret), "********"},
            {base::to_hex(secret), "********"},
            {base64, base64.substr(0, before) + "********" + base64.substr(base64.size() - behind)},
        };
        Filtered filtered({secret});
        for (auto const& [form, hidden] : cases) {
            std::string const text = "~~" + form + "~\n~";
            for (std::size_t split = 0; split <= text.size(); ++split) {
                filtered.feed(std::string_view(text).substr(0, split)).feed(std::string_view(text).substr(split)).end();
                ASSERT_EQ(filtered.take_plain(), "~~" + hidden + "~\n~") << secret << " as " << form << " at " << split;
            }
        }
    }
}

// The result is the same for any split and contains no secret.
TEST(Redactor, says_the_same_however_output_is_split) {
    unsigned const seed = test_seed();
    SCOPED_TRACE(fmt::format("STEPWELL_SEED={}", seed));
    std::mt19937 random(seed);
#ifdef STEPWELL_SANITIZED
    int const rounds = 1000;
#else
    int const rounds = 20'000;
#endif
    for (int round = 0; round < rounds; ++round) {
        std::vector<std::string> secrets;
        auto const text_of = [&](std::size_t size) {
            std::string text(size, 'a');
            for (char& c : text) c = "aab\n"[random() % 4]; // creates many overlaps
            return text;
        };
        for (int i = 0; i < 3; ++i) secrets.push_back(text_of(4 + random() % 5));
        std::string const text = text_of(60);
        std::string const whole = masked(secrets, text);
        for (auto const& secret : secrets) {
            std::string joined = secret;
            std::erase(joined, '\n');
            if (joined.size() >= 4) ASSERT_EQ(whole.find(joined), whole.npos) << secret << " in " << text;
        }
        ASSERT_EQ(std::count(whole.begin(), whole.end(), '\n'), std::count(text.begin(), text.end(), '\n'));
        Filtered filtered(secrets);
        for (std::size_t at = 0; at < text.size();) {
            std::size_t const size = 1 + random() % 7;
            filtered.feed(std::string_view(text).substr(at, size));
            at += size;
        }
        ASSERT_EQ(filtered.end().plain(), whole) << text;
    }
}

} // namespace stepwell::run
