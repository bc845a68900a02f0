using System.Net.Sockets;
using LBTool.Core.Scenarios;

namespace LBTool.Live.Tests.Faults;

public class LiveChangeTests
{
    [Fact]
    public async Task Removing_a_latency_delivers_what_it_held_in_order()
    {
        await using var wire = Wire.Open();
        wire.Add("latency", ("latency", 600_000));
        var (client, server) = await wire.ConnectAsync();
        for (var i = 0; i < 20; i++)
        {
            await server.SayAsync($"chunk {i:00};");
            var all = 9 * (i + 1);
            await Peer.EventuallyAsync(() => wire.Proxy.Downstream.Received == all, "read by itself");
        }

        Assert.Equal(0, wire.Proxy.Downstream.Sent);
        Assert.True(wire.Proxy.Remove("latency"));
        Assert.Equal(string.Concat(Enumerable.Range(0, 20).Select(i => $"chunk {i:00};")), await client.HearAsync(180));

        // The link is a plain one again.
        await server.SayAsync("after");
        Assert.Equal("after", await client.HearAsync(5));
    }

    [Fact]
    public async Task A_stream_survives_toxics_that_come_change_and_go()
    {
        await using var wire = Wire.Open();
        var (client, server) = await wire.ConnectAsync();
        var data = new byte[30_000_000];
        new Random(5).NextBytes(data);
        var sending = server.SendAsync(data, Peer.Deadline()).AsTask();
        var receiving = client.ReadAsync(data.Length);
        for (var i = 0; !receiving.IsCompleted && i < 200; i++)
        {
            wire.Add("latency", ("latency", 2), ("jitter", 2));
            wire.Add("slicer", ("average_size", 5000), ("size_variation", 1000));
            await Task.Yield();
            wire.Proxy.Update("latency", Wire.Toxic("latency", StreamDirection.Downstream, ("latency", 3)));
            wire.Add("bandwidth", ("rate", 500_000));
            wire.Proxy.Remove("latency");
            wire.Proxy.Remove("bandwidth");
            await Task.Delay(1, Peer.Deadline());
            wire.Proxy.Remove("slicer");
        }

        Assert.Equal(data, await receiving);
        await sending;
    }

    [Fact]
    public async Task A_toxic_acts_on_connections_that_were_open_before()
    {
        await using var wire = Wire.Open();
        var (client, server) = await wire.ConnectAsync();
        await server.SayAsync("a");
        await client.HearAsync(1);
        wire.Add("timeout");
        await server.SayAsync("swallowed");
        await client.StaysSilentAsync();
    }

    [Fact]
    public async Task Removing_a_timeout_closes_those_it_swallowed_from_and_spares_the_others()
    {
        await using var wire = Wire.Open();
        var (bitten, bittenServer) = await wire.ConnectAsync();
        var (spared, sparedServer) = await wire.ConnectAsync();
        wire.Add("timeout");
        await bittenServer.SayAsync("gone");
        await Peer.EventuallyAsync(() => wire.Proxy.Downstream.Received == 4, "swallowed");
        Assert.True(wire.Proxy.Remove("timeout"));
        await bitten.SeesEndAsync();
        await sparedServer.SayAsync("fine");
        Assert.Equal("fine", await spared.HearAsync(4));
    }

    [Fact]
    public async Task Changes_return_although_a_peer_never_reads()
    {
        await using var wire = Wire.Open();
        var (client, server) = await wire.ConnectAsync();
        wire.Add("latency", ("latency", 1));
        var sending = server.SendAsync(new byte[100_000_000], Peer.Deadline()).AsTask();
        await Peer.EventuallyAsync(() => wire.Proxy.Downstream.Received - wire.Proxy.Downstream.Sent > 1_000_000, "stuck");

        await Task.Run(() =>
        {
            wire.Add("slicer", ("average_size", 10));
            wire.Proxy.Update("latency", Wire.Toxic("latency", StreamDirection.Downstream, ("latency", 5)));
            wire.Proxy.Remove("slicer");
            wire.Proxy.Remove("latency");
            wire.Proxy.Disable();
        }, Peer.Deadline()).WaitAsync(Peer.Deadline());
        await Assert.ThrowsAsync<SocketException>(() => sending);
        client.Dispose();
    }

    [Fact]
    public async Task Wrong_changes_are_refused_and_change_nothing()
    {
        await using var wire = Wire.Open();
        wire.Add("latency", ("latency", 1));
        Assert.Contains("latency", Assert.Throws<ArgumentException>(() => wire.Add("latency")).Message);
        Assert.Throws<ArgumentException>(() => wire.Add("nonsense"));
        Assert.Throws<ArgumentException>(() => wire.Add("noop", ("latency", 1)));
        Assert.Throws<ArgumentException>(() => wire.Proxy.Update("latency", Wire.Toxic("latency", StreamDirection.Upstream)));
        Assert.False(wire.Proxy.Update("absent", Wire.Toxic("latency", StreamDirection.Upstream)));
        Assert.False(wire.Proxy.Remove("absent"));
        Assert.Equal(1, Assert.Single(wire.Proxy.Toxics).Effect.Attributes["latency"]);
    }
}
