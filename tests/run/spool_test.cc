#include "run/spool.h"

#include "run/spool_writer.h"
#include "run/worker_support.h"

#include <sys/mount.h>
#include <sys/statvfs.h>

namespace stepwell::run {
namespace {

struct NoPatience final : SpoolWriter::DiskFullWaiter {
    bool wait_for_room() override { throw std::runtime_error("there is room"); }
};

class Spool : public ::testing::Test {
protected:
    Spool() { directory.reset(::open(folder.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)); }

    static std::string encode(std::uint64_t sequence, std::string_view bytes, Level level = Level::standard) {
        char header[record_header_size];
        encode_header(
            {sequence, RecordKind::output, Stream::err, level, Time(1'700'000'000'123ms), count_lines(bytes), bytes},
            header);
        return std::string(header, sizeof header).append(bytes);
    }
    std::vector<std::string> segments() {
        std::vector<std::string> names;
        for (auto const& entry : std::filesystem::directory_iterator(folder.path()))
            names.push_back(entry.path().filename());
        std::ranges::sort(names);
        return names;
    }

    TemporaryFolder folder;
    base::Fd directory;
    NoPatience patience;
};

TEST_F(Spool, a_record_comes_back_as_it_was) {
    auto bytes = encode(7, "two\nlines\n", Level::highlight);
    auto decoded = decode_record(bytes);
    ASSERT_EQ(decoded.found, Found::record);
    EXPECT_EQ(decoded.size, bytes.size());
    EXPECT_EQ(decoded.record.sequence, 7u);
    EXPECT_EQ(decoded.record.stream, Stream::err);
    EXPECT_EQ(decoded.record.level, Level::highlight);
    EXPECT_EQ(decoded.record.at, Time(1'700'000'000'123ms));
    EXPECT_EQ(decoded.record.lines, 2u);
    EXPECT_EQ(decoded.record.bytes, "two\nlines\n");
}

TEST_F(Spool, its_format_stays_what_it_is) {
    // Calculated by hand from the description of format 1. Future servers must read it.
    auto bytes = base::from_hex("01000105060000002f216c850100000002000000000000007b68e5cf8b010000"
                                "68656c6c6f0a");
    EXPECT_EQ(base::to_hex(encode(2, "hello\n", Level::error)), base::to_hex(*bytes));
    EXPECT_EQ(decode_record(*bytes).found, Found::record);
}

TEST_F(Spool, any_changed_bit_is_noticed) {
    auto bytes = encode(3, "some output\n");
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        auto changed = bytes;
        changed[bit / 8] = char(changed[bit / 8] ^ (1 << (bit % 8)));
        EXPECT_NE(decode_record(changed).found, Found::record) << bit;
    }
    for (std::size_t size = 0; size < bytes.size(); ++size)
        EXPECT_EQ(decode_record(std::string_view(bytes).substr(0, size)).found, Found::partial) << size;
}

TEST_F(Spool, refuses_a_format_it_does_not_know) {
    auto bytes = encode(1, "first\n");
    auto foreign = encode(2, "second\n");
    foreign[0] = 9;
    try {
        for_each_record(bytes + foreign, [](Record const&) {});
        FAIL() << "it should refuse";
    } catch (base::Error const& error) {
        EXPECT_EQ(error.message(), "the log has records of format 9; this program reads format 1");
    }
}

TEST_F(Spool, iteration_stops_where_records_stop) {
    auto whole = encode(1, "a") + encode(2, "b");
    int count = 0;
    auto torn = encode(3, "c");
    torn.pop_back();
    EXPECT_EQ(for_each_record(whole + torn, [&](Record const&) { ++count; }), whole.size());
    EXPECT_EQ(for_each_record(whole + std::string(100, '\0'), [&](Record const&) { ++count; }), whole.size());
    EXPECT_EQ(count, 4);
}

TEST_F(Spool, gathers_what_belongs_together) {
    SpoolWriter writer(directory.get(), 1u << 20, patience);
    writer.output(Stream::out, Level::standard, "a");
    writer.output(Stream::out, Level::standard, "b\n");
    writer.output(Stream::err, Level::error, "c\n");
    writer.entry(RecordKind::message, Stream::out, "name");
    writer.flush();
    std::vector<std::string> seen;
    for_each_record(SpoolReader(directory.get()).read(1, 4096).bytes,
                    [&](Record const& record) { seen.emplace_back(record.bytes); });
    EXPECT_EQ(seen, (std::vector<std::string>{"ab\n", "c\n", "name"}));
}

TEST_F(Spool, finds_every_sequence_across_segments_and_frees_the_acknowledged) {
    SpoolWriter writer(directory.get(), 4u << 20, patience); // segments of 128 KiB
    for (int i = 1; i <= 100; ++i)
        writer.entry(RecordKind::output, Stream::out, std::string(10'000, char('a' + i % 26)));
    EXPECT_GT(segments().size(), 5u);
    SpoolReader reader(directory.get());
    for (std::uint64_t from : {1u, 2u, 50u, 14u, 99u, 100u}) {
        auto page = reader.read(from, 25'000);
        std::uint64_t next = from;
        for_each_record(page.bytes, [&](Record const& record) { EXPECT_EQ(record.sequence, next++); });
        EXPECT_EQ(page.next_sequence, next);
        EXPECT_GT(next, from);
    }
    EXPECT_TRUE(reader.read(101, 1000).bytes.empty());
    EXPECT_EQ(reader.read(101, 1000).next_sequence, 101u);
    EXPECT_EQ(reader.read(1, 10u << 20).next_sequence, 101u);

    auto before = segments().size();
    writer.acknowledge(60);
    EXPECT_LT(segments().size(), before);
    auto page = SpoolReader(directory.get()).read(60, 1);
    EXPECT_EQ(decode_record(page.bytes).record.sequence, 60u);
    writer.acknowledge(101);
    EXPECT_EQ(segments().size(), 1u);
    writer.entry(RecordKind::output, Stream::out, "after");
    EXPECT_EQ(decode_record(SpoolReader(directory.get()).read(101, 1).bytes).record.bytes, "after");
}

TEST_F(Spool, is_full_until_acknowledged) {
    SpoolWriter writer(directory.get(), 100'000, patience);
    while (!writer.full()) writer.entry(RecordKind::output, Stream::out, std::string(9'000, 'x'));
    EXPECT_LT(writer.next_sequence(), 14u);
    writer.acknowledge(writer.next_sequence());
    EXPECT_FALSE(writer.full());
}

TEST_F(Spool, a_torn_end_is_sealed_once) {
    {
        SpoolWriter writer(directory.get(), 1u << 20, patience);
        for (int i = 0; i < 5; ++i) writer.entry(RecordKind::output, Stream::out, "record\n");
    }
    auto file = folder / segments()[0];
    std::filesystem::resize_file(file, std::filesystem::file_size(file) - 3);
    EXPECT_EQ(seal_spool(directory.get(), "log may end early: test", Torn::at_end), 6u);
    EXPECT_EQ(seal_spool(directory.get(), "log may end early: test", Torn::at_end), 6u);
    std::vector<std::string> seen;
    auto page = SpoolReader(directory.get()).read(1, 4096);
    for_each_record(page.bytes, [&](Record const& record) { seen.emplace_back(record.bytes); });
    EXPECT_EQ(seen.size(), 5u);
    EXPECT_EQ(seen.back(), "log may end early: test");
    EXPECT_EQ(page.next_sequence, 6u);
}

TEST_F(Spool, is_sealed_without_reading_what_the_machine_has_kept) {
    {
        SpoolWriter writer(directory.get(), 4u << 20, patience); // segments of 128 KiB
        for (int i = 1; i <= 100; ++i) writer.entry(RecordKind::output, Stream::out, std::string(10'000, 'x'));
    }
    auto tear = [&](std::string const& name) {
        std::filesystem::resize_file(folder / name, std::filesystem::file_size(folder / name) - 3);
    };
    auto const names = segments();
    ASSERT_GT(names.size(), 5u);
    tear(names.back());
    tear(names.front());
    std::string const marker = "log may end early: test";
    EXPECT_EQ(seal_spool(directory.get(), marker, Torn::at_end), 101u);
    EXPECT_EQ(seal_spool(directory.get(), marker, Torn::at_end), 101u);
    EXPECT_EQ(SpoolReader(directory.get()).read(99, 100'000).next_sequence, 101u);
    auto const end = seal_spool(directory.get(), marker, Torn::anywhere);
    EXPECT_LT(end, 30u) << "the end of the first segment is gone";
    EXPECT_EQ(seal_spool(directory.get(), marker, Torn::anywhere), end);
    EXPECT_EQ(SpoolReader(directory.get()).read(1, 10u << 20).next_sequence, end);
}

TEST_F(Spool, an_empty_one_can_be_sealed) {
    EXPECT_EQ(seal_spool(directory.get(), "log may end early: test", Torn::at_end), 2u);
    EXPECT_EQ(SpoolReader(directory.get()).read(1, 100).next_sequence, 2u);
}

TEST_F(Spool, a_record_larger_than_the_page_is_still_read) {
    SpoolWriter writer(directory.get(), 1u << 20, patience);
    writer.entry(RecordKind::sealed, Stream::out, std::string(400'000, 'm'));
    auto page = SpoolReader(directory.get()).read(1, 10);
    EXPECT_EQ(decode_record(page.bytes).record.bytes.size(), 400'000u);
}

// Any wait fails the test: only acknowledged data of the spool itself fills the disk.
TEST_F(Spool, makes_room_of_its_own_on_a_full_disk) {
    if (::mount("tmpfs", folder.path().c_str(), "tmpfs", 0, "size=256k") != 0) GTEST_SKIP() << "needs root";
    {
        base::Fd disk(::open(folder.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        SpoolWriter writer(disk.get(), 1u << 20, patience);
        std::string const bytes(60'000, 'x');
        for (int i = 0; i < 40; ++i) {
            writer.entry(RecordKind::message, Stream::out, bytes);
            if (i % 2 == 1) writer.acknowledge(writer.next_sequence());
        }
        EXPECT_EQ(writer.next_sequence(), 41u);
    }
    ::umount2(folder.path().c_str(), MNT_DETACH);
}

// Other programs have filled the disk, and the spool has no acknowledged data to delete.
TEST_F(Spool, waits_for_room_when_it_has_none_to_give) {
    if (::mount("tmpfs", folder.path().c_str(), "tmpfs", 0, "size=256k") != 0) GTEST_SKIP() << "needs root";
    struct Waiting final : SpoolWriter::DiskFullWaiter {
        std::string path;
        int waits = 0;
        bool wait_for_room() override {
            if (++waits == 3) ::unlink(path.c_str());
            return true;
        }
    } waiting;
    {
        waiting.path = folder.path() + "/filler";
        base::Fd disk(::open(folder.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        base::Fd filler(::open(waiting.path.c_str(), O_WRONLY | O_CREAT, 0600));
        std::string const block(4096, 'x');
        while (::write(filler.get(), block.data(), block.size()) > 0) {
        }
        filler.reset();
        SpoolWriter writer(disk.get(), 1u << 20, waiting);
        writer.entry(RecordKind::message, Stream::out, "late");
        EXPECT_EQ(waiting.waits, 3);
        EXPECT_EQ(SpoolReader(disk.get()).read(1, 1000).next_sequence, 2u);
    }
    ::umount2(folder.path().c_str(), MNT_DETACH);
}

// A flood must not fill the disk on which the server must record the cancellation.
TEST_F(Spool, a88_leaves_room_for_others_once_it_has_had_its_little) {
    if (::mount("tmpfs", folder.path().c_str(), "tmpfs", 0, "size=64m") != 0) GTEST_SKIP() << "needs root";
    auto free_bytes = [&] {
        struct statvfs space{};
        EXPECT_EQ(::statvfs(folder.path().c_str(), &space), 0);
        return std::uint64_t(space.f_bavail) * space.f_frsize;
    };
    struct Reader final : SpoolWriter::DiskFullWaiter {
        SpoolWriter* writer = nullptr;
        std::vector<std::uint64_t> free_at_waits;
        std::function<std::uint64_t()> look;
        bool wait_for_room() override {
            free_at_waits.push_back(look());
            writer->acknowledge(writer->next_sequence());
            return true;
        }
    } reader;
    reader.look = free_bytes;
    {
        base::Fd disk(::open(folder.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        SpoolWriter writer(disk.get(), 256u << 20, reader);
        reader.writer = &writer;
        std::string const bytes(60'000, 'x');
        for (int i = 0; i < 2'000; ++i) writer.entry(RecordKind::message, Stream::out, bytes); // 120 MB
        ASSERT_FALSE(reader.free_at_waits.empty());
        for (auto free : reader.free_at_waits) EXPECT_GE(free, 1u << 20);

        base::Fd filler(::open((folder.path() + "/filler").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
        ASSERT_EQ(::posix_fallocate(filler.get(), 0, off_t(free_bytes() - (1'200'000))), 0);
        auto const waits = reader.free_at_waits.size();
        writer.acknowledge(writer.next_sequence());
        for (int i = 0; i < 10; ++i) writer.entry(RecordKind::message, Stream::out, "a line");
        EXPECT_EQ(reader.free_at_waits.size(), waits) << "twin: little is written, however little room there is";
    }
    ::umount2(folder.path().c_str(), MNT_DETACH);
}

TEST_F(Spool, reads_on_in_a_segment_that_was_made_again) {
    auto name = folder.path() + "/" + SegmentName(1).text;
    base::Fd empty(::open(name.c_str(), O_WRONLY | O_CREAT, 0600));
    SpoolReader reader(directory.get());
    EXPECT_TRUE(reader.read(1, 1000).bytes.empty());
    ::unlink(name.c_str());
    EXPECT_TRUE(reader.read(1, 1000).bytes.empty());
    SpoolWriter writer(directory.get(), 1u << 20, patience);
    writer.entry(RecordKind::message, Stream::out, "new");
    EXPECT_EQ(reader.read(1, 1000).next_sequence, 2u);
}

} // namespace
} // namespace stepwell::run
