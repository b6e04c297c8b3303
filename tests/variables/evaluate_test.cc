#include "variables/evaluate.h"

#include <gtest/gtest.h>

using namespace stepwell;
using namespace stepwell::variables;

namespace {

using Names = std::vector<std::string>;
using Pairs = std::vector<std::pair<std::string_view, std::string_view>>;

Dictionary dictionary(Pairs const& pairs) {
    std::vector<Variable> all;
    for (auto const& [name, text] : pairs) all.push_back({name, text});
    return Dictionary(std::move(all));
}
Evaluated with(std::string_view text, Pairs const& pairs, EvaluateOptions const& options = {}) {
    auto done = evaluate(text, dictionary(pairs), options);
    done.read.clear(); // of a deleted dictionary
    return done;
}
std::string text_of(std::string_view text, Pairs const& pairs) { return with(text, pairs).text; }
std::string continued(std::string_view text, Pairs const& pairs) {
    EvaluateOptions options;
    options.carry_on = true;
    return with(text, pairs, options).text;
}

struct Row {
    std::string_view text, expected;
};
void expect_all(Pairs const& pairs, std::vector<Row> const& rows) {
    for (auto const& [text, expected] : rows) EXPECT_EQ(text_of(text, pairs), expected) << text;
}
// Texts that are not valid templates stay unchanged, with a problem.
void expect_refused(Pairs const& pairs, std::vector<std::string_view> const& texts) {
    for (auto text : texts) {
        auto done = with(text, pairs);
        EXPECT_EQ(done.text, text);
        EXPECT_TRUE(done.problem.starts_with("Parsing failure: ")) << text << " " << done.problem;
        EXPECT_EQ(done.error(), done.problem);
    }
}

} // namespace

TEST(Names, bind_their_longest_beginning_that_is_a_path) {
    expect_all({{"Foo,Bar", "1"}}, {{"#{Foo}", "1"}});
    expect_all({{"Foo", "0"}, {"Foo?", "1"}}, {{"#{Foo}", "1"}});
    expect_all({{"Foo?", "1"}, {"Foo", "2"}}, {{"#{Foo}", "2"}});
    expect_all({{"Time in seconds", "t"}}, {{"#{Time}", "t"}});
    expect_all({{"$x", "1"}, {",x", "2"}, {"", "3"}}, {{"#{x}", "#{x}"}});
    expect_all({{"Foo[ x]", "1"}, {"Bar[x ]", "2"}, {"Baz[]", "3"}, {"Qux[ ]", "4"}}, {{"#{Foo[x]}", "1"},
                                                                                       {"#{Foo[  x]}", "1"},
                                                                                       {"#{Bar[x]}", "#{Bar[x]}"},
                                                                                       {"#{Bar[x ]}", "2"},
                                                                                       {"#{Baz[]}", "3"},
                                                                                       {"#{Qux[]}", "4"},
                                                                                       {"#{Qux[ ]}", "4"}});
    expect_all({{"Foo[a].Name", "n"}}, {{"#{Foo[a]}", "a"}, {"#{Foo}", "#{Foo}"}, {"#{foo[A].NAME}", "n"}});
}

TEST(Names, are_compared_without_case_beyond_ascii) {
    expect_all({{"Größe", "xl"}, {"日本", "jp"}}, {{"#{GRÖßE}", "xl"}, {"#{größe}", "xl"}, {"#{日本}", "jp"}});
}

TEST(Names, set_twice_keep_their_place_and_take_the_later_value) {
    expect_all({{"L[b]", "1"}, {"L[a]", "2"}, {"l[B]", "3"}}, {{"#{each x in L}#{x},#{/each}", "3,2,"}});
}

TEST(Names, that_hold_a_token_stop_every_evaluation_unless_they_are_literal) {
    EXPECT_EQ(with("#{A}", {{"A", "1"}, {"Foo[#{k}]", "x"}}).refusal, Refusal::variable_name);
    EXPECT_EQ(with("plain", {{"Foo[#{k}]", "x"}}).refusal, Refusal::none);
    EXPECT_EQ(evaluate("#{A}", Dictionary({{"A", "1"}, {"Foo[#{k}]", "x", true}})).text, "1");
}

TEST(Identifiers, may_have_blanks_and_end_before_the_words_of_blocks) {
    expect_all({{"Foo Bar", "1"},
                {"Foo in", "2"},
                {"env:PATH", "3"},
                {"a/b", "4"},
                {"A (1)", "5"},
                {"x@y", "6"},
                {"Foo  Bar", "7"},
                {"if", "8"},
                {"else", "9"},
                {"each", "10"},
                {"calc", "11"}},
               {{"#{Foo Bar}", "1"},
                {"#{ Foo Bar  }", "1"},
                {"#{Foo in}", "2"},
                {"#{env:PATH}", "3"},
                {"#{a/b}", "4"},
                {"#{A (1)}", "5"},
                {"#{x@y}", "6"},
                {"#{Foo  Bar}", "7"},
                {"#{if}", "8"},
                {"#{Else}", "9"},
                {"#{ else }", "9"},
                {"#{each}", "10"},
                {"#{calc}", "11"},
                {"#{\nFoo Bar\n}", "1"}});
    expect_refused({{"Time in seconds", "1"}, {"Foo", "1"}},
                   {"#{Time in seconds}", "#{}", "#{ }", "#{.Foo}", "#{Foo.}", "#{Foo..x}", "#{Foo,x}", "#{Foo$}",
                    "#{Foo+1}", "#{ \"x\" }", "#{Foo", "x#{"});
}

TEST(Indexes, are_literal_looked_up_or_the_first) {
    Pairs const values{{"T[b].X", "1"},  {"T[a].Y", "2"},       {"k", "a"}, {"K[a]", "b"}, {"P[c[0].d].R", "r"},
                       {"T[#x]", "odd"}, {"Q[\"a\"]", "quoted"}};
    expect_all(values, {{"#{T[#{k}].Y}", "2"},
                        {"#{T[ #{ k } ].Y}", "2"},
                        {"#{T[#{K[#{k}]}].X}", "1"},
                        {"#{T[*].X}", "1"},
                        {"#{T[*].Y}", "#{T[*].Y}"},
                        {"#{T[*]}", "b"},
                        {"#{P[c[0].d].R}", "r"},
                        {"#{T[#{none}].Y}", "#{T[#{none}].Y}"},
                        {"#{Q[\"a\"]}", "quoted"},
                        {"#{T[x#{k}]}", "#{T[x#{k}]}"},
                        {"#{T[#{k | ToLower}].Y}", "#{T[#{k | ToLower}].Y}"}});
    EXPECT_EQ(with("#{T[#{none}].Y}", values).missing, Names{"#{T[#{none}].Y}"});
}

TEST(Hashes, are_escaped_by_hashes) {
    expect_all({{"Foo", "Bar"}, {"V", "##{x}"}}, {{"##{Foo}", "#{Foo}"},
                                                  {"###{Foo}", "#Bar"},
                                                  {"####{Foo}", "###{Foo}"},
                                                  {"#####{Foo}", "###Bar"},
                                                  {"######{Foo}", "#####{Foo}"},
                                                  {"#{Foo}###", "Bar###"},
                                                  {"##{/if}", "#{/if}"},
                                                  {"#", "#"},
                                                  {"a##", "a##"},
                                                  {"#x{Foo}", "#x{Foo}"},
                                                  {"##x#{Foo}", "##xBar"},
                                                  {"## #{Foo}", "## Bar"},
                                                  {"##{", "#{"},
                                                  {"####{", "###{"},
                                                  {"#{V}", "#{x}"},
                                                  {"#ü#{Foo}", "#üBar"}});
    expect_refused({{"Foo", "Bar"}}, {"###{"});
}

TEST(Missing, stay_in_normal_form_and_are_reported_once) {
    auto done = with("#{ A }#{B|ToUpper} #{A} #{C | Append x #{ D }}", {});
    EXPECT_EQ(done.text, "#{A}#{B | ToUpper} #{A} x#{D}");
    EXPECT_EQ(done.missing, (Names{"#{A}", "#{B | ToUpper}", "#{D}"}));
    EXPECT_EQ(done.error(), "The following tokens were unable to be evaluated: '#{A}', '#{B | ToUpper}', '#{D}'");
    EXPECT_EQ(text_of("#{A | Substring x \"y z\" #{D}}", {{"A", "1"}}), "#{A | Substring \"x\" \"y z\" #{D}}");
    EXPECT_EQ(with("#{Test}", {{"Test", "<#{Gone}>"}}).text, "<#{Gone}>");
    EXPECT_EQ(with("#{Test}", {{"Test", "<#{Gone}>"}}).missing, Names{"#{Gone}"});
    EXPECT_EQ(text_of("#{A}", {{"A", "#{B"}}), "#{B");
    EXPECT_EQ(with("#{A}", {{"A", "#{B"}}).error(), "");
}

TEST(CarryingOn, copies_what_cannot_be_read) {
    Pairs const values{{"Foo", "Bar"}};
    EXPECT_EQ(continued("#{Foo} #{bad, #{Foo}", values), "Bar #{bad, Bar");
    EXPECT_EQ(continued("x#{Foo", values), "x#{Foo");
    EXPECT_EQ(continued("a#{/if}b#{Foo}", values), "a#{/if}bBar");
    EXPECT_EQ(continued("${#a[@]} #{Foo} \"#{x+1}\" #{Foo}", values), "${#a[@]} Bar \"#{x+1}\" Bar");
    EXPECT_EQ(continued("#{if Foo == \"Bar\"}#{Foo}#{/if}#{", values), "Bar#{");
    expect_refused(values, {"#{Foo} #{bad, #{Foo}", "x#{Foo", "a#{/if}b#{Foo}"});
}

TEST(Truth, is_everything_but_few_words) {
    for (auto value : {"", "0", "no", "No", " NO ", "false", "False", "\tfalse\n"})
        EXPECT_EQ(text_of("#{if A}yes#{else}no#{/if}", {{"A", value}}), "no") << value;
    for (auto value : {" ", " 0", "00", "0.0", "off", "n", "f", "null", "-", "true"})
        EXPECT_EQ(text_of("#{if A}yes#{else}no#{/if}", {{"A", value}}), "yes") << value;
    EXPECT_EQ(text_of("#{if A}yes#{/if}#{unless A}no#{else}x#{/unless}", {}), "no");
}

TEST(Conditionals, compare_symbols_filters_and_texts) {
    Pairs const values{{"A", "x"}, {"B", "X"}, {"T", "true"}, {"H", "a#b"}, {"N", "<#{Gone}>"}};
    expect_all(values, {{"#{if A==\"x\"}1#{/if}", "1"},
                        {"#{if A == B}1#{else}2#{/if}", "2"},
                        {"#{if A|ToUpper == B}1#{/if}", "1"},
                        {"#{if \"x\" != A}1#{else}2#{/if}", "2"},
                        {"#{IF A}1#{/if}", "1"},
                        {"#{ Unless A}1#{/unless}", ""},
                        {"#{if T == true}1#{else}2#{/if}", "2"},
                        {"#{if Gone == Gone2}1#{/if}", "1"},
                        {"#{if H == \\\"a#b\\\"}1#{/if}", "1"},
                        {"#{if A | Match \"x\"}1#{/if}", "1"},
                        {"#{if A == B | ToLower}1#{/if}", "1"},
                        {"#{if Gone}1#{/if}", ""},
                        {"#{if T and F}1#{/if}", ""},
                        {"#{if A\n==\n\"x\"}1#{/if}", "1"},
                        {"a #{if A} b #{/if} c", "a  b  c"}});
    expect_refused(values, {"#{if \"a\" == \"a\"}1#{/if}", "#{if A == 'x'}1#{/if}", "#{if !A}1#{/if}",
                            "#{if A}1#{/unless}", "#{ifA}1#{/if}", "#{if}1#{/if}", "#{if A == \"a#b\"}1#{/if}",
                            "#{if A < B}1#{/if}", "#{if A}1#{/IF}", "#{if A}1#{/ if}"});
    EXPECT_EQ(with("#{if Gone == A}1#{/if}", values).error(), "");
    EXPECT_EQ(with("#{if N}1#{/if}", values).missing, Names{"#{Gone}"});
}

TEST(Conditionals, without_a_value_stay_whole) {
    auto done = with("#{if Z | ToLower}a#{ x }#{else}b#{/if}", {});
    EXPECT_EQ(done.text, "#{if Z | ToLower}a#{x}#{else}b#{/if}");
    EXPECT_EQ(done.missing, Names{"Z | ToLower"});
    EXPECT_EQ(text_of("#{if A}1#{elseif Z|Nope == \"q\"}2#{else}3#{/if}", {}),
              "#{if Z | Nope == \"q\"}2#{else}3#{/if}");
    EXPECT_EQ(text_of("#{unless Z | Nope}1#{/unless}", {{"Z", "1"}}), "#{unless Z | Nope}1#{/unless}");
}

TEST(Conditionals, choose_the_first_elseif_that_holds) {
    Pairs const values{{"T", "1"}, {"C", "x"}};
    expect_all(values, {{"#{if F}1#{elseif T}2#{elseif C == \"x\"}3#{else}4#{/if}", "2"},
                        {"#{if F}1#{elseif G}2#{elseif\nC == \"x\"}3#{/if}", "3"},
                        {"#{if F}1#{elseif G}2#{/if}", ""},
                        {"#{if T}#{if F}1#{elseif T}2#{/if}#{elseif T}3#{/if}", "2"},
                        {"#{unless T}x#{elseif y}z#{/unless}", ""},
                        {"#{if F}1#{else if T}2#{else}3#{/if}", "3"},
                        {"#{if T}1#{elseIf T}2#{/if}", "1#{elseIf T}2"},
                        {"#{if T}1#{elseif}2#{/if}", "1#{elseif}2"},
                        {"#{if T}a#{else}b#{else}c#{/if}", "a"},
                        {"#{if F}a#{else}b#{else}c#{/if}", "b#{else}c"}});
    EXPECT_EQ(text_of("#{unless F}x#{elseif y}z#{/unless}", values), "x#{elseif y}z");
}

TEST(Conditionals, that_do_not_close_are_names) {
    auto done = with("#{if X}abc#{Foo}", {{"Foo", "f"}});
    EXPECT_EQ(done.text, "#{if X}abcf");
    EXPECT_EQ(done.missing, Names{"#{if X}"});
    EXPECT_EQ(text_of("#{unless X}y", {{"unless X", "v"}}), "vy");
    expect_refused({}, {"#{each a in b}", "#{if T}a#{/unless}", "#{/if}"});
}

TEST(Loops, go_over_indexes_json_and_lists) {
    expect_all({{"L", "a, b,,c"},
                {"E", ""},
                {"N[x].V", "1"},
                {"N[y].V", "2"},
                {"M[a]", "1"},
                {"M", "own"},
                {"J", "[1, {\"a\":2}, \"t\", 1.50, true, null]"},
                {"O", "{k: 1, 'l': \"#{L}\"}"}},
               {{"#{each x in L}[#{x}]#{/each}", "[a][ b][][c]"},
                {"#{each x in E}[#{x}]#{/each}", "[]"},
                {"#{each x in Gone}[#{x}]#{/each}", ""},
                {"#{each x in N}#{x}=#{x.V};#{/each}", "x=1;y=2;"},
                {"#{each x in M}#{x};#{/each}", "own;"},
                {"#{each x in J}#{x};#{/each}", "1;{\"a\":2};t;1.5;True;;"},
                {"#{each x in J}#{if x.a}#{x.a}#{/if}#{/each}", "2"},
                {"#{each x in O}#{x}:#{x.Key}:#{x.Value};#{/each}", "k:k:1;l:l:a, b,,c;"},
                {"#{each x in L}#{Octopus.Template.Each.Index}#{Octopus.Template.Each.First}"
                 "#{if Octopus.Template.Each.Last == \"True\"}!#{/if} #{/each}",
                 "0True 1False 2False 3False! "},
                {"#{Each  x  in  N  }#{x}#{/each}", "xy"}});
    EXPECT_EQ(with("#{each x in Gone}#{x}#{/each}", {}).error(), "");
}

TEST(Loops, nest_and_hide_outer_names) {
    expect_all(
        {{"A[1].B[x].C", "1x"},
         {"A[1].B[y].C", "1y"},
         {"A[2].B[z].C", "2z"},
         {"x", "outer"},
         {"L", "p,q"},
         {"Foo", "#{x}"},
         {"Octopus.Foo", "of"},
         {"S[p].v", "sp"},
         {"S[q].v", "sq"},
         {"Bar", "<#{item}>"}},
        {{"#{each a in A}#{each b in a.B}#{b.C}#{Octopus.Template.Each.Index},#{/each};#{/each}", "1x0,1y1,;2z0,;"},
         {"#{each x in L}#{each x in A[1].B}#{x}#{/each}#{x} #{/each}#{x}", "xyp xyq outer"},
         {"#{each x in L}#{S[#{x}].v}#{/each}", "spsq"},
         {"#{each x in L}#{x | Append #{x}}#{/each}", "ppqq"},
         {"#{each x in L}#{Foo}#{/each}", "outerouter"}, // values do not see the loop variable
         {"#{each item in L}#{Bar}#{/each}", "<#{item}><#{item}>"},
         {"#{each x in L}#{Octopus.Foo}#{/each}", "ofof"},
         {"#{each my item in L}#{my item}#{/each}", "pq"},
         {"#{each x in A[*].B}#{x.C}#{/each}", "1x1y"}});
    EXPECT_EQ(with("#{each octopus in L}x#{/each}", {{"L", "a"}}).refusal, Refusal::each_variable);
    EXPECT_EQ(with("#{each octopus in Gone}x#{/each}", {}).refusal, Refusal::none);
}

TEST(Loops, evaluate_items_when_they_are_used) {
    expect_all({{"u", "U"}, {"L", "#{u},b"}, {"J", "[\"##{u}\"]"}},
               {{"#{each x in L}#{x};#{/each}", "U;b;"}, {"#{each x in J}#{x}#{/each}", "U"}});
}

TEST(Json, is_looked_into_where_no_variable_is) {
    Pairs const values{
        {"T", "{\"a\": 1, \"b\": {\"c\": \"x\"}, \"d.e\": 2, n: null, 'q': [10, 20], s: \"{z:5}\", /* c */ }"},
        {"T.a", "own"},
        {"Foo", "f"},
        {"V", "{\"k\":\"#{Foo}\",\"esc\":\"##{Foo}\"}"},
        {"S", "5"},
        {"D", "{\"when\":\"2030-05-22T09:05:00Z\",\"r\":1e3,\"big\":1e20}"},
        {"B", "{a: NoQuotes}"},
        {"X", "{\"a\":1} trailing"}};
    expect_all(values, {{"#{T.a}", "own"},
                        {"#{T[a]}", "1"},
                        {"#{T.b.c}", "x"},
                        {"#{T[b][c]}", "x"},
                        {"#{T.b}", "{\"c\":\"x\"}"},
                        {"#{T[d.e]}", "2"},
                        {"#{T.n}|#{T.none}|#{T.B}", "||"},
                        {"#{T.q[1]}", "20"},
                        {"#{T.q[9]}", ""},
                        {"#{T.q[x]}", "#{T.q[x]}"},
                        {"#{T.s.z}", "5"},
                        {"#{V.k}", "f"},
                        {"#{V.esc}", "f"},
                        {"#{S.x}", "#{S.x}"},
                        {"#{D.when}", "05/22/2030 09:05:00"},
                        {"#{D.r}", "1000"},
                        {"#{D.big}", "1E+20"},
                        {"#{B.a}", "#{B.a}"},
                        {"#{X.a}", "#{X.a}"},
                        {"#{T.q}", "[10,20]"},
                        {"#{T.q[*]}", "#{T.q[*]}"}});
    EXPECT_EQ(with("#{T.none}", values).error(), "");
    EXPECT_EQ(with("#{T.q[-1]}", values).refusal, Refusal::json_index);
}

TEST(Json, may_refer_to_itself) {
    Pairs const values{{"T", "{A: \"#{T.B}\", B: \"#{T.C}\", C: 1}"}};
    auto done = with("#{T.A}#{T.B}#{T.C}", values);
    EXPECT_EQ(done.text, "111");
    EXPECT_EQ(done.error(), "");
    Pairs const each_other{{"T", "{a: \"#{U.b}\", c: 3}"}, {"U", "{b: \"#{T.c}\"}"}};
    EXPECT_EQ(text_of("#{T.a}", each_other), "3");
}

TEST(Recursion, is_told_with_its_chain) {
    auto message = [](std::string const& symbol, std::string const& chain) {
        return "An attempt to parse the variable symbol \"" + symbol +
               "\" appears to have resulted in a self referencing loop (" + chain +
               "). Ensure that recursive loops do not exist in the variable values.";
    };
    auto round = with("#{A}", {{"A", "#{B}"}, {"B", "#{A}"}});
    EXPECT_EQ(round.refusal, Refusal::recursion);
    EXPECT_EQ(round.text, "#{A}");
    EXPECT_EQ(round.error(), message("A", "A -> B -> A"));
    EXPECT_EQ(with("#{A}", {{"A", "x#{A}"}}).error(), message("A", "A -> A -> A"));
    EXPECT_EQ(with("#{L}", {{"L", "#{each x in L}#{x}#{/each}"}}).refusal, Refusal::recursion);
    EXPECT_EQ(with("#{A}", {{"A", "#{if A}x#{/if}"}}).refusal, Refusal::recursion);
    EXPECT_EQ(text_of("#{A}", {{"A", "#{A.b}"}, {"A.b", "1"}}), "1");
    EXPECT_EQ(text_of("#{V}", {{"V", "#{V[#{foo}]}"}}), "#{V[#{foo}]}");
    EXPECT_EQ(text_of("#{A}#{A}", {{"A", "#{B}#{B}"}, {"B", "b"}}), "bbbb");
}

TEST(Null, as_last_filter_of_the_text_is_no_value_at_all) {
    EXPECT_TRUE(with("a#{ | null}b#{Gone}", {}).is_null);
    EXPECT_EQ(with("a#{ | null}b#{Gone}", {}).error(), "");
    EXPECT_TRUE(with("#{each x in L}#{X | null}#{/each}", {{"L", "a"}}).is_null);
    EXPECT_FALSE(with("#{if c}#{ | null}#{/if}", {}).is_null);
    EXPECT_EQ(text_of("#{A}", {{"A", "#{ | null}"}}), "#{ | null}");
    EXPECT_EQ(text_of("#{ | NULL}", {}), "#{ | NULL}");
    EXPECT_EQ(text_of("#{ | null | Append x}", {}), "x");
}

TEST(Calculations, know_the_usual_precedence) {
    Pairs const values{{"A", "5"},       {"B", "7"},   {"The/Var", "9"}, {"W", "x"},
                       {"K", "1,234.5"}, {"A-B", "3"}, {"S", " 2 "}};
    expect_all(values, {{"#{calc A+B*2}", "19"},        {"#{calc (1+2)*3}", "9"},
                        {"#{calc 10-2-3}", "5"},        {"#{calc 8/4/2}", "1"},
                        {"#{calc {A}-{B}}", "-2"},      {"#{calc A-B}", "3"},
                        {"#{calc {The/Var}/2}", "4.5"}, {"#{calc 7*0.2}", "1.4000000000000001"},
                        {"#{calc .5+2.25}", "2.75"},    {"#{calc K+1}", "1235.5"},
                        {"#{calc S*2}", "4"},           {"#{calc 1/0}", "Infinity"},
                        {"#{calc 0/0}", "NaN"},         {"#{calc 100000000*1000000000000}", "1E+20"},
                        {"#{CALC 3 + 2 }", "5"},        {"#{calc ({A})+1}", "6"},
                        {"#{calc W+2}", "#{W+2}"},      {"#{calc 2*(C+2)}", "#{2*C+2}"},
                        {"#{calc {C}/2}", "#{C/2}"},    {"#{calc A - 1}", "#{A - 1}"},
                        {"#{calc 2-B}", "-5"}});
    EXPECT_EQ(with("#{calc C+2}", values).error(), "");
    expect_refused(values, {"#{calc (A)+1}", "#{calc (1+A)}", "#{calc 1%2}"});
}

TEST(Filters, take_options_of_every_form) {
    Pairs const values{{"F", "abc"}, {"m", "b"}, {"r", "X"}};
    expect_all(values, {{"#{F|Replace \"b\" x}", "axc"},
                        {"#{F | Replace #{m}#{r}}", "aXc"},
                        {"#{F | Append \\\"#\"\\\"}", "abc#\""},
                        {"#{F | Append #{m}\"x\"}", "abcbx"},
                        {"#{F | Append #{m}| ToUpper}", "ABCB"},
                        {"#{F | Append #{m} \"\" | ToUpper}", "ABCB"},
                        {"#{F | Append #{if m}y#{/if}}", "abcy"},
                        {"#{F | Append #{calc 1+1}}", "abc2"},
                        {"#{F | Append \"}|\\\"}", "abc}|\\"},
                        {"#{F | Nope | Append z}", "z"},
                        {"#{F | Append}", "#{F | Append}"}});
    expect_refused(values, {"#{F | Replace #{m} #{r}}", "#{F | Append #{m} | ToUpper}", "#{F | AddHours 1.5}",
                            "#{F | Append 'x'}", "#{F |}", "#{|}"});
}

TEST(Values, that_are_literal_are_never_expanded) {
    Dictionary const values({{"A", "#{Password} ##{x}", true},
                             {"Password", "p"},
                             {"B", "<#{A}>"},
                             {"L", "#{Password},y", true},
                             {"J", "{\"a\":\"#{Password}\"}", true},
                             {"k", "#{Password}", true}});
    EXPECT_EQ(evaluate("#{A}", values).text, "#{Password} ##{x}");
    EXPECT_EQ(evaluate("#{B}", values).text, "<#{Password} ##{x}>");
    EXPECT_EQ(evaluate("#{each x in L}#{x};#{/each}", values).text, "#{Password};y;");
    EXPECT_EQ(evaluate("#{J.a}#{each x in J}#{x.Value}#{/each}", values).text, "#{Password}#{Password}");
    EXPECT_EQ(evaluate("#{A | ToUpper}#{if k == Password}1#{/if}", values).text, "#{PASSWORD} ##{X}");
    EXPECT_EQ(evaluate_variable(*values.find("A"), values).text, "#{Password} ##{x}");
}

TEST(Evaluated, tells_what_was_read_and_what_is_unknown) {
    Dictionary const values({{"A", "#{B}"}, {"B", "b"}, {"C", "c", false, true}, {"N[x].V", "v"}, {"J", "{\"a\":1}"}});
    auto names = [](Evaluated const& done) {
        Names all;
        for (auto variable : done.read) all.emplace_back(variable->name);
        return all;
    };
    auto done =
        evaluate("#{A}#{B}#{J.a}#{if Gone}x#{/if}#{each x in N}#{x.V}#{/each}#{each y in Gone2}#{/each}", values);
    EXPECT_EQ(names(done), (Names{"A", "B", "J", "N[x].V"}));
    EXPECT_EQ(done.unknown, (Names{"Gone", "Gone2"}));
    EXPECT_TRUE(done.missing.empty());
    EXPECT_FALSE(done.sensitive);
    EXPECT_TRUE(evaluate("#{if C == \"c\"}#{/if}", values).sensitive);
    EXPECT_EQ(evaluate("#{if A}#{Gone | ToUpper}#{calc Gone3 + 1}#{/if}", values).unknown, (Names{"Gone", "Gone3"}));
}

TEST(Evaluation, of_a_variable_takes_it_for_the_text) {
    auto const values = dictionary({{"A", "#{if B}x#{else}#{ | null}#{/if}"}, {"C", "[#{A}]"}});
    EXPECT_TRUE(evaluate_variable(*values.find("a"), values).is_null);
    EXPECT_EQ(evaluate_variable(*values.find("C"), values).text, "[#{ | null}]");
}

TEST(NormalForm, is_the_same_text_again) {
    for (auto text : {"#{if A == \"x\"}1#{else}2#{/if}", "#{unless A | Match \"x\"}##{y}#{/unless}",
                      "#{each a in B[c].D[#{e}]}#{a}#{/each}", "plain # text"})
        EXPECT_EQ(to_normal_form(text), text);
    EXPECT_EQ(to_normal_form("#{ if  A|X  y=="
                             "B }1#{/if}"),
              "#{if A | X \"y\" == B}1#{/if}");
    EXPECT_EQ(to_normal_form("#{bad"), "#{bad");
}

TEST(NamesIn, leave_out_loop_variables) {
    EXPECT_EQ(names_in("#{a.b[c]} #{each x in L}#{x.y}#{z}#{Octopus.Template.Each.Index}#{/each}#{x} #{calc p+{q}}"),
              (Names{"a.b[c]", "L", "z", "x", "p", "q"}));
    EXPECT_TRUE(names_in("#{bad").empty());
}

TEST(Indexes, below_a_path_come_in_order) {
    auto const values = dictionary({{"A[b].X", "1"}, {"A[a]", "2"}, {"A[b].Y", "3"}, {"A[c[0]].Z", "4"}});
    EXPECT_EQ(indexes_below("a", values), (Names{"b", "a", "c[0]"}));
    EXPECT_TRUE(indexes_below("A[b]", values).empty());
}
