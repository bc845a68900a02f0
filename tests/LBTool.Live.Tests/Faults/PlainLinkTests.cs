using System.Net;
using System.Net.Sockets;
using LBTool.Core.Randomness;
using LBTool.Live.Faults;

namespace LBTool.Live.Tests.Faults;

public class PlainLinkTests
{
    [Fact]
    public async Task Carries_bytes_both_ways_and_counts_them()
    {
        await using var wire = Wire.Open();
        var (client, server) = await wire.ConnectAsync();
        await client.SayAsync("question");
        Assert.Equal("question", await server.HearAsync(8));
        await server.SayAsync("answer");
        Assert.Equal("answer", await client.HearAsync(6));

        // What was sent is counted after it has gone.
        await Peer.EventuallyAsync(() => wire.Proxy.Upstream.Sent == 8 && wire.Proxy.Downstream.Sent == 6, "all bytes counted");
        Assert.Equal((8, 6), (wire.Proxy.Upstream.Received, wire.Proxy.Downstream.Received));
    }

    [Fact]
    public async Task Carries_a_large_stream_unchanged_and_keeps_the_half_close()
    {
        await using var wire = Wire.Open();
        var (client, server) = await wire.ConnectAsync();
        var data = new byte[5_000_000];
        new Random(1).NextBytes(data);

        var received = server.ReadAsync(data.Length);
        await client.SendAsync(data, Peer.Deadline());
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(data, await received);
        await server.SeesEndAsync();

        // The client has finished sending, and still gets its answer.
        var answer = client.ReadAsync(data.Length);
        await server.SendAsync(data, Peer.Deadline());
        server.Shutdown(SocketShutdown.Send);
        Assert.Equal(data, await answer);
        await client.SeesEndAsync();
        await Peer.EventuallyAsync(() => wire.Proxy.OpenConnections == 0, "connection forgotten");
    }

    [Fact]
    public async Task Pushes_back_on_a_sender_whose_receiver_does_not_read()
    {
        await using var wire = Wire.Open();
        var (client, server) = await wire.ConnectAsync();
        var sent = await client.SendUntilStuckAsync();

        // Kernel buffers hold some megabytes, a link at most 512 KiB; without push-back all 200 MB would go.
        Assert.InRange(sent, 1, 100_000_000);
        Assert.InRange(wire.Proxy.Upstream.Received - wire.Proxy.Upstream.Sent, 0, 512 * 1024);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(sent, await server.DrainAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_reset_of_one_side_reaches_the_other_as_a_reset(bool byClient)
    {
        await using var wire = Wire.Open();
        var (client, server) = await wire.ConnectAsync();
        var (dies, sees) = byClient ? (client, server) : (server, client);
        await sees.SayAsync("x");
        await dies.HearAsync(1);
        dies.LingerState = new LingerOption(true, 0);
        dies.Dispose();
        await sees.SeesResetAsync();
        await Peer.EventuallyAsync(() => wire.Proxy.OpenConnections == 0, "connection forgotten");
    }

    [Fact]
    public async Task Writing_to_a_peer_that_has_closed_ends_in_a_reset()
    {
        await using var wire = Wire.Open();
        var (client, server) = await wire.ConnectAsync();
        server.Dispose();
        await client.SeesEndAsync();
        await Peer.EventuallyAsync(
            () =>
            {
                try
                {
                    client.Send("more"u8);
                    return false;
                }
                catch (SocketException)
                {
                    return true;
                }
            },
            "the client notices");
        await Peer.EventuallyAsync(() => wire.Proxy.OpenConnections == 0, "connection forgotten");
    }

    [Fact]
    public async Task A_refused_upstream_closes_the_client_whose_connect_succeeds()
    {
        await using var wire = Wire.Open();
        wire.StopUpstream();

        for (var client = 0; client < 50; client++)
        {
            await (await wire.DialAsync()).SeesEndAsync();
        }

        await Peer.EventuallyAsync(() => wire.Proxy.OpenConnections == 0, "connection forgotten");
    }

    [Fact]
    public async Task Names_are_resolved_when_dialling()
    {
        using var upstream = Wire.Listen();
        var name = new DnsEndPoint("localhost", ((IPEndPoint)upstream.LocalEndPoint!).Port);
        await using var proxy = new FaultProxy("named", new IPEndPoint(IPAddress.Loopback, 0), name, new RandomStream(1));
        proxy.Start();
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(proxy.Listen, Peer.Deadline());
        using var server = await upstream.AcceptAsync(Peer.Deadline());
        await client.SayAsync("hello");
        Assert.Equal("hello", await server.HearAsync(5));
    }
}
