using LBTool.Core.Measurements;

namespace LBTool.Core.Tests.Measurements;

public class RecordLogTests
{
    [Fact]
    public void Records_come_back_in_order_across_blocks()
    {
        var log = new RecordLog<long>();
        for (var i = 0L; i < 50_000; i++)
        {
            log.Add(i);
        }

        Assert.Equal(Enumerable.Range(0, 50_000).Select(i => (long)i), log.Read());
        Assert.Equal([49_999L], log.Read(from: 49_999));
    }

    [Fact]
    public void What_is_forgotten_gives_its_memory_back_and_the_rest_stays()
    {
        const int Many = 100_000;
        var log = new RecordLog<long>();
        for (var i = 0L; i < Many; i++)
        {
            log.Add(i);
        }

        Assert.Equal(13, log.BlocksKept);
        log.Forget(Many - 10);
        Assert.Equal(1, log.BlocksKept);
        Assert.Equal(Enumerable.Range(Many - 10, 10).Select(i => (long)i), log.Read(Many - 10));
        log.Add(Many);
        Assert.Equal(Many, log.Read(Many).Single());
    }

    [Fact]
    public async Task Nothing_is_lost_or_doubled_when_many_threads_append_while_others_read()
    {
        const int Threads = 4;
        const int Each = 50_000;
        var log = new RecordLog<long>();
        var done = false;
        var reader = Task.Run(() =>
        {
            while (!Volatile.Read(ref done))
            {
                // 0 is never appended: reading one would mean that an unfinished record was handed out.
                Assert.DoesNotContain(0L, log.Read());
            }
        }, TestContext.Current.CancellationToken);
        Parallel.For(0, Threads, thread =>
        {
            for (var i = 1; i <= Each; i++)
            {
                log.Add((thread * Each) + i);
            }
        });
        Volatile.Write(ref done, true);
        await reader;
        Assert.Equal(Enumerable.Range(1, Threads * Each).Select(i => (long)i), log.Read().Order());
    }
}
