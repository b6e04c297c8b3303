#include "base/text.h"
#include "variables/evaluate.h"

#include <gtest/gtest.h>

using namespace stepwell;
using namespace stepwell::variables;

namespace {

Evaluated apply(std::string_view filters, std::string_view argument) {
    Dictionary const values({{"X", argument}});
    EvaluateOptions options;
    options.now = *base::parse_time("2030-05-22T09:05:07.250Z");
    auto done = evaluate("#{X | " + std::string(filters) + "}", values, options);
    done.read.clear();
    return done;
}
std::string text_of(std::string_view filters, std::string_view argument) {
    auto done = apply(filters, argument);
    return done.refusal == Refusal::none ? done.text : "refused: " + std::string(to_word(done.refusal));
}

struct Row {
    std::string_view filters, argument, expected;
};
void expect_all(std::vector<Row> const& rows) {
    for (auto const& [filters, argument, expected] : rows)
        EXPECT_EQ(text_of(filters, argument), expected) << argument << " | " << filters;
}
// Filters without a result: the token stays, in normal form.
void expect_nothing(std::string_view argument, std::vector<std::string_view> const& filters) {
    for (auto filter : filters) {
        auto done = apply(filter, argument);
        EXPECT_EQ(base::replace_all(done.text, "\"", ""),
                  base::replace_all("#{X | " + std::string(filter) + "}", "\"", ""));
        EXPECT_EQ(done.missing.size(), 1u) << filter;
    }
}

} // namespace

TEST(Case, is_changed_beyond_ascii) {
    expect_all({{"ToUpper", "straße é ñ", "STRAßE É Ñ"},
                {"tolower", "ÀÉ İ", "àé İ"},
                {"ToUpper", "ı ſ i", "ı ſ I"},
                {"TOLOWER", "ABC", "abc"}});
    expect_nothing("a", {"ToUpper x", "ToLower x"});
}

TEST(Escapes, make_text_fit_for_other_languages) {
    expect_all(
        {{"HtmlEscape", "<a href='/x'>\"&\"</a>", "&lt;a href=&apos;&#x2F;x&apos;&gt;&quot;&amp;&quot;&lt;&#x2F;a&gt;"},
         {"XmlEscape", "</a>'", "&lt;/a&gt;&apos;"},
         {"JsonEscape", "\"\\\r\n\t\b/", "\\\"\\\\\\r\\n\\t\b/"},
         {"UriEscape", "A b:c+d/e%20?x=[1]#é^", "A%20b:c+d/e%2520?x=[1]#%C3%A9%5E"},
         {"UriDataEscape", "A b:c+d/e~!'é", "A%20b%3Ac%2Bd%2Fe~%21%27%C3%A9"},
         {"YamlSingleQuoteEscape", "it's\n\n\r\nx\r\ny\r", "it''s\n\n\n\r\nx\r\n\r\ny\r"},
         {"YamlDoubleQuoteEscape", "a\"\\\r\n\té❤😀\x7F\x01",
          "a\\\"\\\\\\r\\n\\t\\u00e9\\u2764\\ud83d\\ude00\\u007f\\u0001"},
         {"PropertiesKeyEscape", " a b:c=d\\\r\n\tÿþ❤", "\\ a\\ b\\:c\\=d\\\\\\r\\n\\t\\u00ffþ\\u2764"},
         {"PropertiesValueEscape", " a b:c=d\\\n", "\\ a b:c=d\\\\\\n"}});
    expect_nothing("a", {"HtmlEscape x", "XmlEscape x", "JsonEscape x", "UriEscape x", "YamlDoubleQuoteEscape 1"});
}

TEST(Base64, knows_two_encodings) {
    expect_all({{"ToBase64", "Foo Bar é", "Rm9vIEJhciDDqQ=="},
                {"ToBase64 utf-8", "a", "YQ=="},
                {"ToBase64 UNICODE", "Baz", "QgBhAHoA"},
                {"FromBase64", "Rm9v\r\n IEJhcg==", "Foo Bar"},
                {"FromBase64 unicode", "QgBhAHoA", "Baz"},
                {"FromBase64", "", ""},
                {"FromBase64", "Rm9", "refused: base64"},
                {"FromBase64", "####", "refused: base64"},
                {"FromBase64 utf8", "Rm9vIEJhcg", "refused: base64"}});
    expect_nothing("YQ==", {"ToBase64 ascii", "ToBase64 utf8 utf8", "FromBase64 x"});
}

TEST(Texts, are_searched_by_characters_as_they_are) {
    expect_all({{"StartsWith ab", "abc", "true"},
                {"StartsWith \"\"", "abc", "true"},
                {"EndsWith bc", "abc", "true"},
                {"Contains B", "abc", "false"},
                {"Contains \"b c\"", "ab cd", "true"}});
    expect_nothing("abc", {"StartsWith", "StartsWith a b", "EndsWith", "Contains a b"});
}

TEST(Substring, counts_utf16_units) {
    expect_all({{"Substring 3", "Octopus", "Oct"},
                {"Substring 2 3", "Octopus", "top"},
                {"Substring 7 1", "Octopus", ""},
                {"Substring 5 99", "Octopus", "us"},
                {"Substring 2 1", "😀a", "a"},
                {"Substring 0 2", "😀a", "😀"},
                {"Substring \" 2 \"", "Octopus", "Oc"}});
    expect_nothing("Octopus",
                   {"Substring", "Substring 8 1", "Substring -1", "Substring -1 2", "Substring 1 2 3", "Substring x"});
}

TEST(Truncate, puts_its_suffix_on_top) {
    expect_all({{"Truncate 7", "Octopus Deploy", "Octopus..."},
                {"Truncate 7 \"\"", "Octopus Deploy", "Octopus"},
                {"Truncate 7 \"<|>\"", "Octopus Deploy", "Octopus<|>"},
                {"Truncate 14", "Octopus Deploy", "Octopus Deploy"},
                {"Truncate 0", "abc", "..."}});
    expect_nothing("abc", {"Truncate", "Truncate x", "Truncate -1"});
}

TEST(Trim, takes_a_side) {
    expect_all({{"Trim", " \ta\n\xC2\xA0", "a"},
                {"Trim start", " a ", "a "},
                {"Trim End", " a ", " a"},
                {"Trim end x", " a ", " a"}});
    expect_nothing(" a ", {"Trim both"});
}

TEST(Indent, has_blanks_or_prefixes) {
    auto two = "a\nb";
    expect_all({{"Indent", two, "    a\n    b"},
                {"Indent 1 2 3", "", ""},
                {"Indent 2", two, "  a\n  b"},
                {"Indent /2", two, "a\n  b"},
                {"Indent 1/3", two, " a\n   b"},
                {"Indent 256", two, "256a\n256b"},
                {"Indent //", two, "//a\n//b"},
                {"Indent \"/* \" \" * \"", two, "/* a\n * b"},
                {"Indent x", "", ""},
                {"Indent 0", two, "a\nb"},
                {"Indent", "a\r\n", "    a\r\n    "},
                {"Indent /256", "a", "/256a"},
                {"Indent x y", "", ""}});
    EXPECT_EQ(text_of("Indent 255", "a"), std::string(255, ' ') + "a");
    expect_nothing("a", {"Indent a b c"});
}

TEST(AppendAndPrepend, need_options_but_no_argument) {
    expect_all({{"Append a \" \" b", "x", "xa b"}, {"Prepend a b", "x", "abx"}, {"Append a | Prepend b", "x", "bxa"}});
    expect_nothing("x", {"Append", "Prepend"});
    EXPECT_EQ(evaluate("#{ | Append a}#{ | Prepend b}", Dictionary()).text, "ab");
}

TEST(Hashes, take_size_and_encoding_in_any_order) {
    expect_all({{"Md5", "", "d41d8cd98f00b204e9800998ecf8427e"},
                {"Sha1", "The quick brown fox jumps over the lazy dog", "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12"},
                {"Sha256 4", "", "e3b0c442"},
                {"Sha384 utf8 3", "", "38b060"},
                {"Sha512 3 unicode", "", "cf83e1"},
                {"Md5 base64", "Rm9v", "1356c67d7ad1638d816bfb822dd2c25d"},
                {"Md5 800", "Foo", "1356c67d7ad1638d816bfb822dd2c25d"}});
    expect_nothing("bar",
                   {"Md5 0", "Md5 -1", "Md5 bar", "Md5 4 4", "Md5 utf8 utf8", "Md5 utf8 12 extra", "Md5 base64"});
}

TEST(Regexes, are_those_of_dotnet) {
    expect_all({{"Match \"^a.c$\"", "abc", "true"},
                {"Match \"^b$\"", "a\nb", "false"},
                {"Match \"c$\"", "abc\n", "true"},
                {"Match \"(?i)ABC\"", "abc", "true"},
                {"Match \"\\d+\"", "a1", "true"},
                {"Match \"\\w\"", "é", "true"},
                {"Match \"a{2}\"", "aa", "true"},
                {"Match \"\\u0041\"", "A", "true"},
                {"Match \"^[a-z-[aeiou]]+$\"", "xyz", "true"},
                {"Match \"^[a-z-[aeiou]]+$\"", "xaz", "false"},
                {"Match \"[[:alpha:]]\"", "b]", "false"},
                {"Match \"(?<=a)b\"", "ab", "true"},
                {"Match \"(a)\\1\"", "aa", "true"},
                {"Match \"\\v\"", "\n", "false"},
                {"Replace b x", "abcb", "axcx"},
                {"Replace b", "abc", "ac"},
                {"Replace \"(\\w)(\\d)\" \"$2$1\"", "a1 b2", "1a 2b"},
                {"Replace \"(?<n>b)(c)\" \"[${n}|$1|$2|$&|$$|$9|${x}]\"", "abcd", "a[b|c|b|bc|$|$9|${x}]d"},
                {"Replace \"a*\" x", "baac", "xbxxcx"},
                {"Replace \"$\" \"!\"", "ab\ncd", "ab\ncd!"},
                {"Replace \"a$\" x", "ababa", "ababx"},
                {"Replace b x y", "b", "x"},
                {"Replace \"(b)\" \"$`-$'-$+-$_\"", "abc", "aa-c-b-abcc"},
                {"Replace \"\" -", "é", "-é-"},
                {"Replace \"(?!x)\\.\" x", "a.b", "axb"},
                {"Replace \"[^\\w-]\" _", "a b-c", "a_b-c"}});
    for (auto bad : {"(", "[a", "a**", "a++", "\\", "\\Q", "(?P<a>x)", "(?R)", "(*ACCEPT)", "(?<n>a)(?|b)", "\\x4",
                     "*a", "\\p{Nope}"})
        EXPECT_EQ(text_of("Match \"" + std::string(bad) + "\"", "x"), "refused: regex") << bad;
    expect_nothing("a", {"Match", "Match a b", "Replace"});
}

TEST(Dates, move_and_keep_what_is_known_of_their_zone) {
    expect_all({{"AddHours 2", "2030-05-22 09:05:00", "2030-05-22T11:05:00.0000000"},
                {"AddHours -10", "2030-05-22T09:05:00Z", "2030-05-21T23:05:00.0000000Z"},
                {"AddDays 1", "2030-02-28T09:05:00.5+10:00", "2030-03-01T09:05:00.5000000+10:00"},
                {"AddHours \"1e2\"", "2030-05-22", "2030-05-26T04:00:00.0000000"},
                {"AddDays \"1.5\"", "05/22/2030", "2030-05-23T12:00:00.0000000"},
                {"AddDays 0", "22 May 2030 9:05 PM", "2030-05-22T21:05:00.0000000"},
                {"AddDays 0", "May 22, 2030", "2030-05-22T00:00:00.0000000"},
                {"AddDays 0", "Wed, 22 May 2030 09:05:00 GMT", "2030-05-22T09:05:00.0000000Z"},
                {"AddDays 0", "09:30", "2030-05-22T09:30:00.0000000"},
                {"AddDays 0", "22-May-30", "2030-05-22T00:00:00.0000000"},
                {"AddDays 0", "5/6/2030 12:00 AM", "2030-05-06T00:00:00.0000000"}});
    expect_nothing("2030-05-22",
                   {"AddHours", "AddHours x", "AddHours 1 2", "AddDays 99999999", "AddDays \"1e300\"", "AddHours NaN"});
    expect_nothing("hello", {"AddDays 1", "AddHours 1"});
    for (auto wrong : {"2030-13-01", "2030-02-30", "25:00", "1.2.3.4", ""})
        EXPECT_TRUE(text_of("AddDays 1", wrong).starts_with("#{X")) << wrong;
}

TEST(Dates, are_written_in_standard_and_custom_formats) {
    auto date = "2030-05-22T09:05:07.25";
    expect_all(
        {{"Format Date d", date, "05/22/2030"},
         {"Format Date D", date, "Wednesday, 22 May 2030"},
         {"Format Date f", date, "Wednesday, 22 May 2030 09:05"},
         {"Format Date g", date, "05/22/2030 09:05"},
         {"Format Date G", date, "05/22/2030 09:05:07"},
         {"Format Date M", date, "May 22"},
         {"Format Date o", date, "2030-05-22T09:05:07.2500000"},
         {"Format Date R", date, "Wed, 22 May 2030 09:05:07 GMT"},
         {"Format Date s", date, "2030-05-22T09:05:07"},
         {"Format Date t", date, "09:05"},
         {"Format Date T", date, "09:05:07"},
         {"Format Date u", date, "2030-05-22 09:05:07Z"},
         {"Format Date Y", date, "2030 May"},
         {"Format Date \"d dd ddd dddd M MM MMM MMMM y yy yyyy\"", date, "22 22 Wed Wednesday 5 05 May May 30 30 2030"},
         {"Format Date \"h hh H HH m s ss t tt f ff fff FFF\"", date, "9 09 9 09 5 7 07 A AM 2 25 250 25"},
         {"Format Date \"%d\"", date, "22"},
         {"Format Date \"yyyy'year'\\\\y\"", date, "2030year\\30"},
         {"Format Date \"ss.FFF\"", "2030-05-22", "00"},
         {"Format DateTime \"HH:mm\"", date, "09:05"},
         {"Format DateTimeOffset \"yyyy zzz\"", "2030-05-22T09:05:00+10:00", "2030 +10:00"},
         {"Format DateTimeOffset \"HH K\"", "2030-05-22T09:05:00Z", "09 +00:00"},
         {"Format DateTimeOffset R", "2030-05-22T09:05:00+10:00", "Tue, 21 May 2030 23:05:00 GMT"},
         {"Format yyyy", "2030/05/22 09:05:00", "2030"},
         {"Format \"HH:mm zz\"", "2030-05-22T09:05:00-03:00", "09:05 -03"}});
    expect_nothing(date, {"Format Date q", "Format Date \"'open\"", "Format Date ffffffff", "Format Date \"%\"",
                          "Format Nope x", "Format", "Format a b c"});
}

TEST(Dates, of_now_take_no_argument) {
    EvaluateOptions options;
    options.now = *base::parse_time("2030-05-22T09:05:07.250Z");
    auto now = [&](std::string_view text) { return evaluate(text, Dictionary({{"X", "x"}}), options).text; };
    EXPECT_EQ(now("#{ | NowDateUtc}"), "2030-05-22T09:05:07.2500000Z");
    EXPECT_EQ(now("#{ | NowDateUtc \"yyyy-MM\"}"), "2030-05");
    EXPECT_EQ(now("#{ | NowDate}").size(), 27u);
    EXPECT_EQ(now("#{ | NowDateUtc | Format DateTimeOffset zz}"), "+00");
    EXPECT_EQ(now("#{ | NowDateUtc a b}"), "#{ | NowDateUtc \"a\" \"b\"}");
    EXPECT_EQ(now("#{X | NowDate}"), "#{X | NowDate}");
}

TEST(Numbers, are_written_in_standard_formats) {
    expect_all({{"Format C", "23.4", "$23.40"},
                {"Format C", "-1234.567", "-$1,234.57"},
                {"Format N", "1234567.891", "1,234,567.89"},
                {"Format N0", "1234.5", "1,235"},
                {"Format N0", "5-", "-5"},
                {"Format F3", "1.0005", "1.001"},
                {"Format P", "0.125", "12.50 %"},
                {"Format P0", "1", "100 %"},
                {"Format E2", "12345", "1.23E+004"},
                {"Format e", "0.001", "1.000000e-003"},
                {"Format G", "23.40", "23.40"},
                {"Format G3", "1234.5", "1.23E+03"},
                {"Format Int D5", "42", "00042"},
                {"Format int32 X4", "255", "00FF"},
                {"Format int x", "-1", "ffffffff"},
                {"Format double R", "1.10", "1.1"},
                {"Format double F2", "2.675", "2.67"},
                {"Format decimal F2", "2.675", "2.68"},
                {"Format double G", "1e20", "1E+20"},
                {"Format double E", "1e-7", "1.000000E-007"},
                {"Format int C0", "5", "$5"},
                {"Format N", "-0.001", "0.00"},
                {"Format double N", "-0.001", "-0.00"},
                {"Format Int N", "-1234", "-1,234.00"},
                {"Format decimal G", "0.00001", "0.00001"},
                {"Format double G", "0.00001", "1E-05"}});
    expect_nothing("42", {"Format D", "Format Q", "Format decimal X", "Format decimal R"});
    expect_nothing("4.5", {"Format Int D", "Format int32 N"});
}

TEST(Numbers, are_written_in_custom_formats) {
    expect_all({{"Format \"000.00\"", "4.567", "004.57"},
                {"Format \\\"###.00\\\"", "0.5", ".50"},
                {"Format \"0,0.0\"", "1234567.89", "1,234,567.9"},
                {"Format \"0.0%\"", "0.1234", "12.3%"},
                {"Format \"0,\"", "12345", "12"},
                {"Format \"0;(0);zero\"", "-5", "(5)"},
                {"Format \"0;(0);zero\"", "0", "zero"},
                {"Format \\\"0.##\\\"", "1.5", "1.5"},
                {"Format \"0.00E+00\"", "12345", "1.23E+04"},
                {"Format \"'n='0\"", "7", "n=7"},
                {"Format \"00-00\"", "1234", "12-34"},
                {"Format \"0 units\"", "3", "3 units"},
                {"Format yyyy", "2030", "yyyy"},
                {"Format \"0.0\"", "-0.04", "0.0"}});
}

TEST(Versions, are_read_leniently) {
    auto parts = [](std::string_view version) {
        std::string all;
        for (auto part :
             {"Major", "Minor", "Patch", "Revision", "PreRelease", "PreReleasePrefix", "PreReleaseCounter", "Metadata"})
            all += text_of("Version" + std::string(part), version) + "|";
        return all;
    };
    EXPECT_EQ(parts("1.2.3.4-beta.7+m.1"), "1|2|3|4|beta.7|beta|7|m.1|");
    EXPECT_EQ(parts(" v1.2 "), "1|2|0|0|||||");
    EXPECT_EQ(parts("19.0.0.Final"), "19|0|0|0|Final|Final|||");
    EXPECT_EQ(parts("latest"), "0|0|0|0|latest|latest|||");
    EXPECT_EQ(parts("1.2.3rc1"), "1|2|3|0|rc1|rc1|||");
    EXPECT_EQ(parts("284.0.0-debian_component_based"), "284|0|0|0|debian_component_based|debian|component_based||");
    EXPECT_EQ(parts("V1.2.3.4-branch\\hithere"), "1|2|3|4|branch\\hithere|branch|hithere||");
    for (auto bad : {"", "  ", "1.2.3 beta", "1.2!", "99999999999", "1.2.3+", "1.2-"})
        EXPECT_EQ(text_of("VersionMajor", bad), "refused: version") << bad;
}

TEST(UriParts, are_named_as_by_dotnet) {
    std::string_view const uri = "HTTPS://me:pw@Octopus.COM:8443/a/../docs/x%20y?filter=faq&z#frag";
    expect_all({{"UriPart AbsolutePath", uri, "/docs/x%20y"},
                {"UriPart AbsoluteUri", uri, "https://me:pw@octopus.com:8443/docs/x%20y?filter=faq&z#frag"},
                {"UriPart Authority", uri, "octopus.com:8443"},
                {"UriPart dnssafehost", uri, "octopus.com"},
                {"UriPart Fragment", uri, "#frag"},
                {"UriPart Host", uri, "octopus.com"},
                {"UriPart HostAndPort", uri, "octopus.com:8443"},
                {"UriPart HostNameType", uri, "Dns"},
                {"UriPart IsDefaultPort", uri, "false"},
                {"UriPart Path", uri, "/docs/x y"},
                {"UriPart PathAndQuery", uri, "/docs/x%20y?filter=faq&z"},
                {"UriPart Port", uri, "8443"},
                {"UriPart Query", uri, "?filter=faq&z"},
                {"UriPart Scheme", uri, "https"},
                {"UriPart SchemeAndServer", uri, "https://octopus.com:8443"},
                {"UriPart UserInfo", uri, "me:pw"},
                {"UriPart Port", "http://x", "80"},
                {"UriPart AbsolutePath", "http://x", "/"},
                {"UriPart HostNameType", "http://10.0.0.1", "IPv4"},
                {"UriPart HostNameType", "http://[::1]/", "IPv6"},
                {"UriPart DnsSafeHost", "http://[::1]/", "::1"},
                {"UriPart IsLoopback", "http://localhost", "true"},
                {"UriPart IsFile", "file:///etc/x", "true"},
                {"UriPart IsUnc", "https://a", "false"},
                {"UriPart IsAbsoluteUri", "/docs", "false"},
                {"UriPart IsAbsoluteUri", "http://a", "true"},
                {"UriPart Port", "/docs", "[UriPart Port error: This operation is not supported for a relative URI.]"},
                {"UriPart", "http://a", "[UriPart error: no argument given]"},
                {"UriPart bar", "http://a", "[UriPart bar error: argument 'bar' not supported]"},
                {"UriPart Host", "http://", "http://"},
                {"UriPart Query", "http://a/b c?d e", "?d%20e"}});
}

TEST(Markdown, becomes_html) {
    expect_all({{"Markdown", "_yeah!_", "<p><em>yeah!</em></p>\n\n"},
                {"MarkdownToHtml", "# T\n\n- a\n- **b**",
                 "<h1>T</h1>\n<ul>\n<li>a</li>\n<li><strong>b</strong></li>\n</ul>\n\n"},
                {"Markdown", "see https://octopus.com/a_b_c, ok",
                 "<p>see <a href=\"https://octopus.com/a_b_c\">https://octopus.com/a_b_c</a>, ok</p>\n\n"},
                {"Markdown", "www.x.org", "<p><a href=\"http://www.x.org\">www.x.org</a></p>\n\n"},
                {"Markdown", "[t](http://a \"q\") ![i](b.png)",
                 "<p><a href=\"http://a\" title=\"q\">t</a> <img src=\"b.png\" alt=\"i\" /></p>\n\n"},
                {"Markdown", "~~del~~ H~2~O x^2^ ++ins++ ==mark== a ~ b",
                 "<p><del>del</del> H<sub>2</sub>O x<sup>2</sup> <ins>ins</ins> <mark>mark</mark> a ~ b</p>\n\n"},
                {"Markdown", "`a<b` & <b>x</b>", "<p><code>a&lt;b</code> &amp; <b>x</b></p>\n\n"},
                {"Markdown", "```sh\nls\n```\n\n> q\n\n3. x",
                 "<pre><code class=\"language-sh\">ls\n</code></pre>\n<blockquote>\n<p>q</p>\n</blockquote>\n<ol "
                 "start=\"3\">\n<li>x</li>\n</ol>\n\n"},
                {"Markdown", "a | b\n-- | :-:\n1 | *2*",
                 "<table>\n<thead>\n<tr>\n<th>a</th>\n<th style=\"text-align: "
                 "center;\">b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n<td style=\"text-align: "
                 "center;\"><em>2</em></td>\n</tr>\n</tbody>\n</table>\n\n"},
                {"Markdown", "|A|B|\n|---|---|\n|1|2|",
                 "<table>\n<thead>\n<tr>\n<th>A</th>\n<th>B</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n<td>2</"
                 "td>\n</tr>\n</tbody>\n</table>\n\n"},
                {"Markdown", "a\n---\nb  \nc", "<h2>a</h2>\n<p>b<br />\nc</p>\n\n"}});
}

TEST(FilterNames, are_compared_without_case_and_unknown_ones_give_nothing) {
    expect_all({{"TOUPPER", "a", "A"}, {"nope", "a", "#{X | nope}"}, {"Bool", "a", "#{X | Bool}"}});
}
