using LBTool.Core.Faults;

namespace LBTool.Core.Tests.Faults;

public class LatencyTests
{
    [Fact]
    public void Each_chunk_leaves_exactly_the_latency_after_it_came()
    {
        var link = VirtualLink.With("latency", ("latency", 100));
        link.Send(0, 10);
        link.Send(30, 20);
        link.RunUntil(1000);
        Assert.Equal([(100.0, 10), (130.0, 20)], link.Data);
    }

    [Fact]
    public void The_end_is_not_delayed_but_waits_behind_the_data()
    {
        var link = VirtualLink.With("latency", ("latency", 100));
        link.Send(0, 10);
        link.End(10);
        link.RunUntil(1000);
        Assert.Equal([(100.0, Ending.Finish)], link.Ends);

        var empty = VirtualLink.With("latency", ("latency", 100));
        empty.End(10);
        Assert.Equal([(10.0, Ending.Finish)], empty.Ends);
    }

    [Fact]
    public void Two_latencies_add_up()
    {
        var link = VirtualLink.With("latency", ("latency", 100)).Add(VirtualLink.Toxic("latency", name: "more", attributes: ("latency", 50)));
        link.Send(0, 1);
        link.Send(1, 1);
        link.RunUntil(1000);
        Assert.Equal([(150.0, 1), (151.0, 1)], link.Data);
    }

    [Fact]
    public void Jitter_stays_within_its_bounds_and_keeps_the_order()
    {
        var link = VirtualLink.With("latency", ("latency", 100), ("jitter", 20));
        for (var i = 0; i < 200; i++)
        {
            link.Send(i * 1000, 1);
        }

        link.RunUntil(1_000_000);
        var delays = link.Data.Select((item, index) => item.At - (index * 1000)).ToArray();
        Assert.Equal(200, delays.Length);
        Assert.All(delays, delay => Assert.InRange(delay, 80, 120));

        // Uniform on 80 … 120 has mean 100 and deviation 11.5; the mean of 200 is within 5 deviations of it, 4.1.
        Assert.InRange(delays.Average(), 95.9, 104.1);
        Assert.Equal(Enumerable.Range(0, 200).Select(i => (byte)i), link.Bytes);
    }

    [Fact]
    public void A_late_chunk_holds_up_those_behind_it()
    {
        var link = VirtualLink.With("latency", ("latency", 0), ("jitter", 1000));
        for (var i = 0; i < 100; i++)
        {
            link.Send(i, 1);
        }

        link.RunUntil(5000);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (byte)i), link.Bytes);
        Assert.Equal(link.Data.Select(item => item.At).Order(), link.Data.Select(item => item.At));
    }

    [Fact]
    public void A_negative_latency_is_none()
    {
        var link = VirtualLink.With("latency", ("latency", -100), ("jitter", -5));
        link.Send(7, 3);
        Assert.Equal([(7.0, 3)], link.Data);
    }

    [Fact]
    public void Removal_sets_all_waiting_chunks_free_at_once_and_in_order()
    {
        var link = VirtualLink.With("latency", ("latency", 3000));
        for (var i = 0; i < 20; i++)
        {
            link.Send(i * 10, 100);
        }

        link.RunUntil(500);
        Assert.Empty(link.Data);
        link.Remove("latency");
        Assert.Equal(Enumerable.Repeat((500.0, 100), 20), link.Data);
        Assert.Equal(Enumerable.Range(0, 2000).Select(i => (byte)i), link.Bytes);
        Assert.True(link.Chain.IsPassive);
    }

    [Fact]
    public void An_update_frees_the_first_chunk_and_gives_the_others_the_new_delay_from_their_arrival()
    {
        var link = VirtualLink.With("latency", ("latency", 1000));
        link.Send(0, 1);
        link.Send(100, 2);
        link.Send(200, 3);
        link.RunUntil(350);
        link.Update("latency", ("latency", 1000.5));
        link.RunUntil(5000);
        Assert.Equal([(350.0, 1), (1100.5, 2), (1200.5, 3)], link.Data);
    }

    [Fact]
    public void Holds_32_MiB_before_it_pushes_back()
    {
        var link = VirtualLink.With("latency", ("latency", 1000));
        var sent = 0L;
        while (link.Chain.HasRoom)
        {
            link.Send(0, 64 * 1024);
            sent += 64 * 1024;
        }

        Assert.InRange(sent, 31 << 20, (32 << 20) + (64 * 1024));
    }

    [Fact]
    public void A_flood_of_tiny_chunks_fills_the_queue_too()
    {
        var link = VirtualLink.With("latency", ("latency", 1000));
        var chunks = 0;
        while (link.Chain.HasRoom)
        {
            link.Send(0, 1);
            chunks++;
        }

        Assert.InRange(chunks, 100_000, 300_000);
    }
}
