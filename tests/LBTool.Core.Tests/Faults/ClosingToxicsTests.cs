using LBTool.Core.Faults;

namespace LBTool.Core.Tests.Faults;

public class TimeoutTests
{
    [Fact]
    public void Swallows_data_and_closes_after_a_silence_that_each_chunk_restarts()
    {
        var link = VirtualLink.With("timeout", ("timeout", 100));
        link.Send(50, 10);
        link.Send(149, 10);
        link.RunUntil(1000);
        Assert.Empty(link.Data);
        Assert.Equal([(249.0, Ending.Close)], link.Ends);
    }

    [Fact]
    public void A_silent_connection_is_closed_too() =>
        Assert.Equal([(100.0, Ending.Close)], Ran(VirtualLink.With("timeout", ("timeout", 100))).Ends);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Without_a_time_it_never_closes(double timeout)
    {
        var link = VirtualLink.With("timeout", ("timeout", timeout));
        link.Send(0, 10);
        link.RunUntil(1e9);
        Assert.Empty(link.Ends);
        Assert.Empty(link.Data);
    }

    [Fact]
    public void The_end_of_the_source_passes()
    {
        var link = VirtualLink.With("timeout", ("timeout", 0));
        link.End(5);
        Assert.Equal([(5.0, Ending.Finish)], link.Ends);
    }

    [Fact]
    public void Removal_closes_a_connection_that_it_swallowed_bytes_of_and_spares_others()
    {
        var bitten = VirtualLink.With("timeout", ("timeout", 0));
        bitten.Send(0, 10);
        bitten.Update("timeout", ("timeout", 500));
        bitten.Remove("timeout");
        Assert.Equal([(0.0, Ending.Close)], bitten.Ends);

        var spared = VirtualLink.With("timeout", ("timeout", 500));
        spared.RunUntil(10);
        spared.Remove("timeout");
        spared.Send(20, 5);
        spared.RunUntil(1000);
        Assert.Empty(spared.Ends);
        Assert.Equal([(20.0, 5)], spared.Data);
    }

    private static VirtualLink Ran(VirtualLink link)
    {
        link.RunUntil(1000);
        return link;
    }
}

public class ResetPeerTests
{
    [Fact]
    public void Resets_the_given_time_after_the_first_data_which_is_lost()
    {
        var link = VirtualLink.With("reset_peer", ("timeout", 100));
        link.Send(40, 10);
        link.Send(60, 10);
        link.RunUntil(1000);
        Assert.Empty(link.Data);
        Assert.Equal([(140.0, Ending.Reset)], link.Ends);
    }

    [Fact]
    public void A_silent_connection_lives_and_an_end_is_reset_too()
    {
        var link = VirtualLink.With("reset_peer");
        link.RunUntil(10_000);
        Assert.Empty(link.Ends);
        link.End(10_001);
        Assert.Equal([(10_001.0, Ending.Reset)], link.Ends);
    }

    [Fact]
    public void Removal_during_the_wait_lets_the_connection_go_on_unharmed()
    {
        var link = VirtualLink.With("reset_peer", ("timeout", 1000));
        link.Send(0, 10);
        link.RunUntil(500);
        link.Remove("reset_peer");
        link.RunUntil(5000);
        Assert.Equal([(500.0, 10)], link.Data);
        Assert.Empty(link.Ends);
    }

    [Fact]
    public void An_update_during_the_wait_restarts_it()
    {
        var link = VirtualLink.With("reset_peer", ("timeout", 1000));
        link.Send(0, 10);
        link.RunUntil(500);
        link.Update("reset_peer", ("timeout", 200));
        link.RunUntil(5000);
        Assert.Equal([(700.0, Ending.Reset)], link.Ends);
    }
}

public class SlowCloseTests
{
    [Fact]
    public void Data_passes_at_once_and_the_end_later()
    {
        var link = VirtualLink.With("slow_close", ("delay", 300));
        link.Send(10, 5);
        link.End(20);
        link.RunUntil(1000);
        Assert.Equal([(10.0, 5)], link.Data);
        Assert.Equal([(320.0, Ending.Finish)], link.Ends);
    }

    [Fact]
    public void An_update_restarts_the_wait_and_a_removal_ends_it()
    {
        var link = VirtualLink.With("slow_close", ("delay", 1000));
        link.End(0);
        link.RunUntil(400);
        link.Update("slow_close", ("delay", 600));
        link.RunUntil(999);
        Assert.Empty(link.Ends);
        link.RunUntil(1000);
        Assert.Equal([(1000.0, Ending.Finish)], link.Ends);

        var removed = VirtualLink.With("slow_close", ("delay", 1000));
        removed.End(0);
        removed.RunUntil(400);
        removed.Remove("slow_close");
        Assert.Equal([(400.0, Ending.Finish)], removed.Ends);
    }
}

public class LimitDataTests
{
    [Fact]
    public void Cuts_the_chunk_at_the_limit_and_closes_behind_it()
    {
        var link = VirtualLink.With("limit_data", ("bytes", 15));
        link.Send(0, 10);
        link.Send(5, 10);
        Assert.Equal([(0.0, 10), (5.0, 5)], link.Data);
        Assert.Equal([(5.0, Ending.Close)], link.Ends);
    }

    [Fact]
    public void Exactly_the_limit_closes_right_after_it()
    {
        var link = VirtualLink.With("limit_data", ("bytes", 10));
        link.Send(3, 10);
        Assert.Equal([(3.0, 10)], link.Data);
        Assert.Equal([(3.0, Ending.Close)], link.Ends);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-7)]
    public void Without_a_limit_it_closes_at_the_first_chunk(double bytes)
    {
        var link = VirtualLink.With("limit_data", ("bytes", bytes));
        link.RunUntil(1000);
        Assert.Empty(link.Ends);
        link.Send(1001, 10);
        Assert.Empty(link.Data);
        Assert.Equal([(1001.0, Ending.Close)], link.Ends);
    }

    [Fact]
    public void The_count_survives_an_update_and_a_limit_below_it_closes_at_the_next_chunk()
    {
        var link = VirtualLink.With("limit_data", ("bytes", 100));
        link.Send(0, 60);
        link.Update("limit_data", ("bytes", 70));
        link.Update("limit_data", ("bytes", 50));
        link.RunUntil(50);
        Assert.Empty(link.Ends);
        link.Send(60, 1);
        Assert.Equal([(0.0, 60)], link.Data);
        Assert.Single(link.Ends);
    }
}
