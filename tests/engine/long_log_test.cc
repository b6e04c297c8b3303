// Logs of any shape are read with little memory, and only as far as they are shown.
#include "engine/house.h"
#include "operations/follow_task.h"
#include "support/allocations.h"
#include "support/log_builder.h"

using namespace stepwell;
using namespace stepwell::tests;

namespace {

constexpr std::size_t mib = 1u << 20;
constexpr std::size_t max_memory = 16 * mib;
constexpr std::size_t long_line = 64 * mib;

struct LongLog : testing::Test {
    House house;
    std::string task;

    // A completed run whose log is that made by `build`.
    void make(std::function<void(LogBuilder&)> const& build) {
        auto runbook = house.runbook({{"Print", "true"}});
        task = house.run(runbook, {house.environment()});
        ASSERT_EQ(house.wait(task).state, domain::TaskState::success);
        house.store->write([&](store::Transaction& transaction) {
            LogBuilder builder(transaction.session, attempt());
            build(builder);
        });
    }
    store::Attempt attempt() { return house.attempts(task).at(0); }
    operations::Activity tree(std::size_t tail = 10'000) {
        operations::ActivityOptions options;
        options.tail = tail;
        return operations::read_activity(*house.store, *house.engine, house.task(task), options);
    }
    std::vector<operations::ActivityLine> lines(std::size_t tail = 10'000) {
        return tree(tail).children.at(0).children.at(0).lines;
    }
    operations::NumberedLines page(std::int64_t from, std::int64_t count) {
        return operations::read_lines(*house.engine, attempt(), from, count);
    }
    // Reads everything. Returns its size.
    template <class Source> std::size_t drain(Source source) {
        std::size_t size = 0;
        while (auto piece = source.next()) size += piece->size();
        return size;
    }
    std::size_t raw() { return drain(operations::TaskText(*house.store, *house.engine, house.task(task))); }
    std::size_t output() { return drain(operations::StepOutput(*house.engine, attempt())); }
    std::size_t live() {
        operations::Follower follower(*house.store, *house.engine, task, {});
        std::size_t size = 0;
        for (;;) {
            auto news = follower.next();
            for (auto const& printed : news.printed) size += printed.bytes.size();
            if (news.over) return size;
        }
    }
    template <class Read> void expect_little(char const* what, Read const& read) {
        Allocations const allocations;
        read();
        EXPECT_LT(allocations.peak(), max_memory) << what;
    }
    void expect_little_by_all() {
        expect_little("raw", [&] { raw(); });
        expect_little("output", [&] { output(); });
        expect_little("live", [&] { live(); });
        expect_little("tree", [&] { tree(); });
        expect_little("lines", [&] { page(0, operations::max_listed_lines); });
    }
};

} // namespace

TEST_F(LongLog, a_line_without_end) {
    make([](LogBuilder& log) { log.fill('x', long_line); });
    expect_little_by_all();
    EXPECT_EQ(output(), long_line);
    EXPECT_GT(raw(), long_line);
    EXPECT_EQ(live(), long_line);
    auto const shown = lines();
    ASSERT_EQ(shown.size(), 1u);
    EXPECT_TRUE(shown[0].is_begun || shown[0].is_cut);
    EXPECT_LE(shown[0].text.size(), operations::max_shown_line);
    auto const first = page(0, 3).lines;
    ASSERT_EQ(first.size(), 1u);
    EXPECT_TRUE(first[0].is_cut);
}

TEST_F(LongLog, lines_after_a_long_one_are_found) {
    make([](LogBuilder& log) {
        log.print("before\n");
        log.fill('x', long_line);
        log.print("end\nafter\n");
        log.print("error\n", run::Stream::err);
    });
    expect_little_by_all();
    auto const all = page(0, 10);
    ASSERT_EQ(all.lines.size(), 4u);
    EXPECT_EQ(all.lines[0].text, "before");
    EXPECT_TRUE(all.lines[1].is_cut);
    EXPECT_EQ(all.lines[1].text.substr(0, 3), "xxx");
    EXPECT_EQ(all.lines[2].text, "after");
    EXPECT_EQ(all.lines[3].text, "error");
    EXPECT_EQ(all.next, 4);
    EXPECT_EQ(page(2, 1).lines.at(0).text, "after");
    auto const shown = lines(2);
    ASSERT_GE(shown.size(), 2u);
    EXPECT_EQ(shown.back().text, "error");
    EXPECT_EQ(shown[shown.size() - 2].text, "after");
    EXPECT_EQ(shown.front().category, "Gap");
}

TEST_F(LongLog, the_end_is_read_from_the_end) {
    make([](LogBuilder& log) {
        for (int i = 0; i < 64; ++i) {
            log.fill('y', mib - 1);
            log.print("\n");
        }
        log.print("last\n");
    });
    Allocations const allocations;
    auto const shown = lines(1);
    EXPECT_LT(allocations.total(), 8 * mib) << "each chunk read takes more than 256 KiB";
    EXPECT_EQ(shown.back().text, "last");
    Allocations const of_page;
    auto const some = page(30, 4);
    EXPECT_EQ(some.lines.size(), 4u);
    EXPECT_LT(of_page.total(), 16 * mib) << "long lines are not read to their ends";
}

TEST_F(LongLog, empty_lines_by_the_hundred_thousand) {
    constexpr std::size_t count = mib / 4;
    make([](LogBuilder& log) { log.fill('\n', count); });
    expect_little_by_all();
    EXPECT_EQ(raw() / count, std::string("00:00:00   Info     |   \n").size());
    auto const shown = lines();
    EXPECT_LE(shown.size(), 10'001u);
    EXPECT_EQ(shown.back().number, std::int64_t(count));
    EXPECT_EQ(page(std::int64_t(count) - 2, 10).lines.size(), 2u);
}

TEST_F(LongLog, markers_and_messages_by_the_thousand) {
    make([](LogBuilder& log) {
        for (int i = 0; i < 50'000; ++i) log.mark("output withheld");
        for (int i = 0; i < 50'000; ++i) log.message("setVariable");
        log.print("end\n");
    });
    expect_little_by_all();
    EXPECT_EQ(lines().back().text, "end");
    EXPECT_LE(lines().size(), 10'001u);
}

TEST_F(LongLog, control_characters_and_bytes_that_are_no_text) {
    make([](LogBuilder& log) {
        for (int i = 0; i < 2000; ++i) {
            log.fill(i % 2 ? '\x01' : '\xff', 20'000);
            log.print("\n");
        }
    });
    expect_little_by_all();
}

TEST_F(LongLog, many_steps_share_the_room_of_a_tree) {
    std::vector<ScriptStep> steps;
    for (int i = 0; i < 12; ++i) steps.push_back({"Step " + std::to_string(i), "true"});
    task = house.run(house.runbook(steps), {house.environment()});
    ASSERT_EQ(house.wait(task).state, domain::TaskState::success);
    house.store->write([&](store::Transaction& transaction) {
        for (auto const& attempt : store::list_attempts(transaction.session, task)) {
            LogBuilder log(transaction.session, attempt);
            for (int line = 0; line < 20'000; ++line) log.print(std::string(100, 'z') + "\n");
            log.print("last of " + attempt.name + "\n");
        }
    });
    expect_little("tree", [&] { tree(); });
    auto const root = tree();
    ASSERT_EQ(root.children.size(), 12u);
    for (auto const& step : root.children) {
        auto const& shown = step.children.at(0).lines;
        EXPECT_GT(shown.size(), 500u) << step.name;
        EXPECT_EQ(shown.back().text.substr(0, 7), "last of");
    }
}

TEST_F(LongLog, raw_text_holds_every_byte_once) {
    auto const part = engine::LineMaker::max_part;
    make([&](LogBuilder& log) {
        for (auto size : {part - 1, part, part + 1, 2 * part, 3 * part + 7}) {
            log.fill('@', size);
            log.print("error\n", run::Stream::err);
            log.fill('@', 5);
            log.print("\n");
        }
    });
    auto const text = house.log(task);
    EXPECT_EQ(std::ranges::count(text, '@'), std::ranges::count(house.output(task), '@'));
    for (auto line : base::split(text, '\n'))
        if (line.find("error") != std::string_view::npos) EXPECT_TRUE(line.ends_with(" |   error")) << line.size();
}

TEST(LineMaker, hands_on_long_lines_in_parts_or_cut) {
    auto lines_of = [](engine::LineMaker::LongLine how, std::vector<std::string> const& pieces) {
        std::vector<std::string> made;
        engine::LineMaker maker(
            [&](engine::LogLine&& line) {
                made.push_back((line.begins ? "" : "+") + line.text + (line.ends ? "" : "…") +
                               (line.is_cut ? "!" : ""));
            },
            how, 4);
        for (auto const& piece : pieces) {
            engine::LogRecord record;
            record.bytes = piece;
            maker.add(record);
        }
        maker.end();
        return made;
    };
    using Lines = std::vector<std::string>;
    auto const split = engine::LineMaker::LongLine::split, cut = engine::LineMaker::LongLine::cut;
    EXPECT_EQ(lines_of(split, {"abcd\nabcdefghij\nx"}), (Lines{"abcd", "abcd…", "+efgh…", "+ij", "x"}));
    EXPECT_EQ(lines_of(split, {"ab", "cd", "e", "\n"}), (Lines{"abcd…", "+e"}));
    EXPECT_EQ(lines_of(split, {"ab", "cd", "\n\n"}), (Lines{"abcd", ""}));
    EXPECT_EQ(lines_of(cut, {"abcd\nabcdefghij\nx"}), (Lines{"abcd", "abc!", "x"}));
    EXPECT_EQ(lines_of(cut, {"ab\xC3\xA4", "\xC3\xA4\n"}), (Lines{"ab!"}));
}
