using System.Diagnostics;
using System.Net.Sockets;
using LBTool.Core.Scenarios;

namespace LBTool.Live.Tests.Faults;

public class ToxicLinkTests
{
    [Fact]
    public async Task Latency_is_never_less_than_asked_for()
    {
        await using var wire = Wire.Open();
        wire.Add("latency", ("latency", 50));
        var (client, server) = await wire.ConnectAsync();
        for (var i = 0; i < 10; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await server.SayAsync("x");
            await client.HearAsync(1);
            Assert.True(Stopwatch.GetElapsedTime(start).TotalMilliseconds >= 50);
        }
    }

    [Fact]
    public async Task Latency_does_not_limit_throughput()
    {
        await using var wire = Wire.Open();
        wire.Add("latency", ("latency", 300));
        var (client, server) = await wire.ConnectAsync();
        var data = new byte[20_000_000];
        new Random(2).NextBytes(data);
        var received = client.ReadAsync(data.Length);
        await server.SendAsync(data, Peer.Deadline());
        Assert.Equal(data, await received);
    }

    [Fact]
    public async Task Bandwidth_takes_at_least_its_time_and_loses_nothing()
    {
        await using var wire = Wire.Open();
        wire.Add("bandwidth", ("rate", 1000));
        var (client, server) = await wire.ConnectAsync();
        var data = new byte[300_000];
        new Random(3).NextBytes(data);
        var start = Stopwatch.GetTimestamp();
        var received = client.ReadAsync(data.Length);
        await server.SendAsync(data, Peer.Deadline());
        Assert.Equal(data, await received);
        Assert.True(Stopwatch.GetElapsedTime(start).TotalMilliseconds >= 300);
    }

    [Fact]
    public async Task A_toxic_of_one_direction_leaves_the_other_alone()
    {
        await using var wire = Wire.Open();
        wire.Proxy.Add("hold", Wire.Toxic("bandwidth", StreamDirection.Upstream, ("rate", 0)));
        var (client, server) = await wire.ConnectAsync();
        await client.SayAsync("held");
        await server.SayAsync("passes");
        Assert.Equal("passes", await client.HearAsync(6));
        await server.StaysSilentAsync();
    }

    [Fact]
    public async Task Timeout_swallows_and_then_closes_after_the_silence()
    {
        await using var wire = Wire.Open();
        wire.Add("timeout", ("timeout", 100));
        var (client, server) = await wire.ConnectAsync();
        var start = Stopwatch.GetTimestamp();
        await server.SayAsync("gone");
        await client.SeesEndAsync();
        Assert.True(Stopwatch.GetElapsedTime(start).TotalMilliseconds >= 100);
        await server.SeesEndAsync();
    }

    [Fact]
    public async Task Reset_peer_resets_both_sides_also_of_a_connection_older_than_itself()
    {
        await using var wire = Wire.Open();
        var (client, server) = await wire.ConnectAsync();
        wire.Add("reset_peer", ("timeout", 20));
        await client.SayAsync("to the server this passes");
        await server.HearAsync(25);
        await server.SayAsync("and this kills");
        await client.SeesResetAsync();
        await server.SeesResetAsync();
    }

    [Fact]
    public async Task Limit_data_delivers_its_bytes_and_closes_both_sides()
    {
        await using var wire = Wire.Open();
        wire.Add("limit_data", ("bytes", 100_000));
        var (client, server) = await wire.ConnectAsync();
        await server.SendAsync(new byte[100_000], Peer.Deadline());
        Assert.Equal(100_000, await client.DrainAsync());
        await server.SeesEndAsync();
    }

    [Fact]
    public async Task Slow_close_delays_the_end_and_not_the_data()
    {
        await using var wire = Wire.Open();
        wire.Add("slow_close", ("delay", 150));
        var (client, server) = await wire.ConnectAsync();
        await server.SayAsync("data");
        await client.HearAsync(4);
        var start = Stopwatch.GetTimestamp();
        server.Shutdown(SocketShutdown.Send);
        await client.SeesEndAsync();
        Assert.True(Stopwatch.GetElapsedTime(start).TotalMilliseconds >= 150);
    }

    [Fact]
    public async Task Slicer_cuts_the_stream_and_keeps_its_bytes()
    {
        await using var wire = Wire.Open();
        wire.Add("slicer", ("average_size", 100), ("size_variation", 50), ("delay", 1));
        var (client, server) = await wire.ConnectAsync();
        var data = new byte[50_000];
        new Random(4).NextBytes(data);
        await server.SendAsync(data, Peer.Deadline());
        Assert.Equal(data, await client.ReadAsync(data.Length));
    }

    [Fact]
    public async Task Held_data_pushes_back_on_the_sender()
    {
        await using var wire = Wire.Open();
        wire.Add("bandwidth", ("rate", 0));
        var (client, server) = await wire.ConnectAsync();
        var sending = server.SendAsync(new byte[50_000_000], Peer.Deadline()).AsTask();
        await Peer.EventuallyAsync(() => wire.Proxy.Downstream.Received >= 64 * 1024, "the link is full");
        await client.StaysSilentAsync();
        Assert.False(sending.IsCompleted);
        Assert.InRange(wire.Proxy.Downstream.Received, 1, 256 * 1024);

        Assert.True(wire.Proxy.Remove("bandwidth"));
        await client.ReadAsync(50_000_000);
        await sending;
    }

    [Theory]
    [InlineData("bandwidth", "rate", -5)]
    [InlineData("latency", "jitter", 1e18)]
    [InlineData("slicer", "size_variation", 1e18)]
    [InlineData("slicer", "delay", 1e18)]
    [InlineData("limit_data", "bytes", -1e18)]
    [InlineData("timeout", "timeout", 1e18)]
    [InlineData("reset_peer", "timeout", 1e18)]
    [InlineData("slow_close", "delay", double.NaN)]
    [InlineData("packet_loss", "loss_rate", 1e18)]
    public async Task Hostile_attributes_harm_neither_proxy_nor_later_connections(string type, string attribute, double value)
    {
        await using var wire = Wire.Open();
        wire.Add(type, (attribute, value));
        var (_, server) = await wire.ConnectAsync();
        await server.SayAsync("anything");
        await Peer.EventuallyAsync(() => wire.Proxy.Downstream.Received == 8, "the toxic was asked");
        Assert.True(wire.Proxy.Remove(type));

        var (client, again) = await wire.ConnectAsync();
        await again.SayAsync("fine");
        Assert.Equal("fine", await client.HearAsync(4));
    }

    [Fact]
    public async Task Toxicity_decides_for_a_connection_as_a_whole()
    {
        await using var wire = Wire.Open(seed: 5);
        wire.Proxy.Add("hold", Wire.Toxic("timeout", StreamDirection.Downstream) with { Toxicity = 0.5 });
        var clients = new List<Socket>();
        for (var i = 0; i < 100; i++)
        {
            var (client, server) = await wire.ConnectAsync();
            await server.SayAsync("1");
            await server.SayAsync("2");
            clients.Add(client);
        }

        await Peer.EventuallyAsync(() => wire.Proxy.Downstream.Received == 200, "all read");
        var clean = wire.Proxy.Downstream.Sent;

        // Binomial(100, 0.5): mean 50, deviation 5; 5 deviations are 25. A connection passes both bytes or none.
        await Peer.EventuallyAsync(() => (clean = wire.Proxy.Downstream.Sent) == clients.Sum(client => client.Available), "all written");
        Assert.InRange(clean / 2, 25, 75);
        Assert.All(clients, client => Assert.True(client.Available is 0 or 2));
    }
}
