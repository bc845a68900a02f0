namespace LBTool.Core.Tests.Faults;

public class BandwidthTests
{
    [Fact]
    public void N_bytes_take_n_over_rate_before_they_leave()
    {
        var link = VirtualLink.With("bandwidth", ("rate", 100));
        link.Send(0, 1000);
        link.RunUntil(1000);
        Assert.Equal([(10.0, 1000)], link.Data);
    }

    [Fact]
    public void A_long_chunk_leaves_in_pieces_of_a_tenth_of_a_second()
    {
        var link = VirtualLink.With("bandwidth", ("rate", 10));
        link.Send(0, 2500);
        link.RunUntil(10_000);
        Assert.Equal([(100.0, 1000), (200.0, 1000), (250.0, 500)], link.Data);
    }

    [Fact]
    public void Chunks_queue_behind_each_other_and_idle_time_gives_no_burst()
    {
        var link = VirtualLink.With("bandwidth", ("rate", 100));
        link.Send(0, 1000);
        link.Send(1, 1000);
        link.Send(500, 1000);
        link.RunUntil(1000);
        Assert.Equal([(10.0, 1000), (20.0, 1000), (510.0, 1000)], link.Data);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    public void Without_a_rate_nothing_passes_until_it_is_removed(double rate)
    {
        var link = VirtualLink.With("bandwidth", ("rate", rate));
        link.Send(0, 1000);
        link.End(5);
        link.RunUntil(100_000);
        Assert.Empty(link.Data);
        link.Remove("bandwidth");
        Assert.Equal([(100_000.0, 1000)], link.Data);
        Assert.Single(link.Ends);
    }

    [Fact]
    public void What_was_held_without_a_rate_obeys_the_new_rate()
    {
        var link = VirtualLink.With("bandwidth", ("rate", 0));
        link.Send(0, 1000);
        link.RunUntil(1000);
        link.Update("bandwidth", ("rate", 100));
        link.RunUntil(2000);

        // At most 0.1 s of lateness is made up for: 10 ms of work for it are over by now.
        Assert.Equal([(1000.0, 1000)], link.Data);
    }

    [Fact]
    public void An_update_or_a_removal_lets_the_rest_of_the_chunk_go()
    {
        var link = VirtualLink.With("bandwidth", ("rate", 10));
        link.Send(0, 10_000);
        link.RunUntil(150);
        link.Update("bandwidth", ("rate", 20));
        Assert.Equal([(100.0, 1000), (150.0, 9000)], link.Data);
        link.Send(200, 10_000);
        link.RunUntil(310);
        link.Remove("bandwidth");
        Assert.Equal([(300.0, 2000), (310.0, 8000)], link.Data[2..]);
    }

    [Fact]
    public void Pushes_back_when_its_short_queue_is_full()
    {
        var link = VirtualLink.With("bandwidth", ("rate", 1));
        var sent = 0;
        while (link.Chain.HasRoom)
        {
            link.Send(0, 1024);
            sent += 1024;
        }

        Assert.InRange(sent, 1024, 65 * 1024);
    }

    [Fact]
    public void What_waits_at_a_fast_rate_makes_up_for_a_late_timer()
    {
        var link = VirtualLink.With("bandwidth", ("rate", 10_000));
        while (link.Chain.HasRoom)
        {
            link.Chain.Offer(new byte[32 * 1024], TimeSpan.Zero);
        }

        var left = 0;
        while (link.Chain.TryTake(TimeSpan.FromMilliseconds(20), out var item))
        {
            left += item.Data.Length;
        }

        // 20 ms at 10 MB/s, in whole chunks: three times what a short queue holds.
        Assert.InRange(left, 200_000 - (32 * 1024), 200_000);
    }

    [Theory]
    [InlineData(1e-9)]
    [InlineData(1e300)]
    [InlineData(double.PositiveInfinity)]
    public void Absurd_rates_do_no_harm(double rate)
    {
        var link = VirtualLink.With("bandwidth", ("rate", rate));
        link.Send(0, 1000);
        link.RunUntil(10);
        link.Remove("bandwidth");
        Assert.Equal(1000, link.Bytes.Length);
    }
}
