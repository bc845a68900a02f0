using LBTool.Core.Measurements;

namespace LBTool.Core.Tests.Measurements;

public class RecordLogTests
{
    [Fact]
    public void Records_come_back_in_order_across_blocks()
    {
        var log = new RecordLog<AttemptRecord>();
        for (var i = 0L; i < 50_000; i++)
        {
            log.Add(Of(i));
        }

        Assert.Equal(Enumerable.Range(0, 50_000).Select(i => (long)i), log.Read().Select(record => record.Request));
        Assert.Equal([49_999L], log.Read(from: 49_999).Select(record => record.Request));
    }

    [Fact]
    public void What_is_forgotten_gives_its_memory_back_and_the_rest_stays()
    {
        const int Many = 100_000;
        var log = new RecordLog<AttemptRecord>();
        for (var i = 0L; i < Many; i++)
        {
            log.Add(Of(i));
        }

        Assert.Equal(13, log.BlocksKept);
        log.Forget(Many - 10);
        Assert.Equal(1, log.BlocksKept);
        Assert.Equal(Enumerable.Range(Many - 10, 10).Select(i => (long)i), log.Read(Many - 10).Select(record => record.Request));
        log.Add(Of(Many));
        Assert.Equal(Many, log.Read(Many).Single().Request);
    }

    [Fact]
    public async Task Nothing_is_lost_or_doubled_when_many_threads_append_while_others_read()
    {
        const int Threads = 4;
        const int Each = 50_000;
        var log = new RecordLog<AttemptRecord>();
        var done = false;
        var reader = Task.Run(() =>
        {
            while (!Volatile.Read(ref done))
            {
                // 0 is never appended: reading one would mean that an unfinished record was handed out.
                Assert.DoesNotContain(0L, log.Read().Select(record => record.Request));
            }
        }, TestContext.Current.CancellationToken);
        Parallel.For(0, Threads, thread =>
        {
            for (var i = 1; i <= Each; i++)
            {
                log.Add(Of((thread * Each) + i));
            }
        });
        Volatile.Write(ref done, true);
        await reader;
        Assert.Equal(Enumerable.Range(1, Threads * Each).Select(i => (long)i), log.Read().Select(record => record.Request).Order());
    }

    [Fact]
    public void A_log_that_packs_hands_out_what_was_written_in_whatever_order()
    {
        const int Many = 30_000;
        var (plain, packed) = (new RecordLog<RequestRecord>(), new RecordLog<RequestRecord>(packs: true));
        foreach (var log in new[] { plain, packed })
        {
            for (var place = 0; place < Many; place++)
            {
                log.Reserve();
            }

            // Backwards, so that the last block is full first; one place is never completed, until the end.
            for (var place = Many - 1; place > 0; place--)
            {
                log.Complete(place, Request(place));
            }
        }

        Assert.Equal(plain.Read(), packed.Read());
        Assert.Equal(plain.ToList(), packed.ToList());
        packed.Complete(0, Request(0));
        Assert.Equal(Enumerable.Range(0, Many).Select(Request), packed.ToList());
        Assert.Equal(
            Enumerable.Range(0, Many).Select(place => place == 17 ? Request(place) with { Backend = 99 } : Request(place)),
            packed.ToList().Changed((record, place) => place == 17 ? record with { Backend = 99 } : record));
    }

    private static AttemptRecord Of(long number) => new(number, 0, TimeSpan.Zero);

    private static RequestRecord Request(int place) => new(
        place + 1, new(place * 10L), new(place * 10L), new(place * 1_000_003L), new(place * 1_000_003L), place % 5, 200, RequestOutcome.Ok);
}
