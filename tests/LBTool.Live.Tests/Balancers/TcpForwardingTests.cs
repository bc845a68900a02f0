using System.Net.Sockets;
using LBTool.Core.Balancing;
using LBTool.Live.Tcp;
using LBTool.Live.Tests.Faults;

namespace LBTool.Live.Tests.Balancers;

public class TcpForwardingTests
{
    [Fact]
    public async Task Carries_a_large_stream_both_ways_and_keeps_the_half_close()
    {
        await using var rig = await TcpRig.StartAsync();
        var (client, server) = await rig.ConnectAsync();
        var data = new byte[5_000_000];
        new Random(1).NextBytes(data);

        var received = server.ReadAsync(data.Length);
        await client.SendAsync(data, Peer.Deadline());
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(data, await received);
        await server.SeesEndAsync();

        // The client has finished sending, still has its lease, and still gets its answer.
        Assert.Equal(1, rig.Pool.InFlight);
        var answer = client.ReadAsync(data.Length);
        await server.SendAsync(data, Peer.Deadline());
        server.Shutdown(SocketShutdown.Send);
        Assert.Equal(data, await answer);
        await client.SeesEndAsync();
        Assert.Equal(LeaseOutcome.Ok, (await rig.LeaseAsync()).Outcome);
        await Eventually.TrueAsync(() => rig.Balancer.OpenConnections == 0, "the connection is forgotten");
    }

    [Fact]
    public async Task A_backend_may_speak_and_end_first()
    {
        await using var rig = await TcpRig.StartAsync();
        var (client, server) = await rig.ConnectAsync();
        await server.SayAsync("welcome");
        server.Shutdown(SocketShutdown.Send);
        Assert.Equal("welcome", await client.HearAsync(7));
        await client.SeesEndAsync();

        await client.SayAsync("thanks");
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal("thanks", await server.HearAsync(6));
        await server.SeesEndAsync();
        Assert.Equal(LeaseOutcome.Ok, (await rig.LeaseAsync()).Outcome);
    }

    // A client who sees the end and comes again must not find itself still counted: many times, as it is a race.
    [Fact]
    public async Task The_lease_has_ended_when_the_client_sees_the_end()
    {
        await using var rig = await TcpRig.StartAsync();
        for (var round = 0; round < 200; round++)
        {
            var (client, server) = await rig.ConnectAsync();
            client.Shutdown(SocketShutdown.Send);
            await server.SeesEndAsync();
            server.Shutdown(SocketShutdown.Send);
            await client.SeesEndAsync();
            Assert.Equal(0, rig.Pool.InFlight);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pushes_back_on_a_sender_whose_receiver_does_not_read(bool fromClient)
    {
        await using var rig = await TcpRig.StartAsync();
        var (client, server) = await rig.ConnectAsync();
        var (sender, receiver) = fromClient ? (client, server) : (server, client);
        var sent = await sender.SendUntilStuckAsync();

        // Kernel buffers hold some megabytes; without push-back all 200 MB would go.
        Assert.InRange(sent, 1, 100_000_000);
        sender.Shutdown(SocketShutdown.Send);
        Assert.Equal(sent, await receiver.DrainAsync());
    }

    [Theory]
    [InlineData(true, LeaseOutcome.Abandoned)]
    [InlineData(false, LeaseOutcome.Broken)]
    public async Task A_reset_of_one_side_reaches_the_other_as_a_reset(bool byClient, LeaseOutcome outcome)
    {
        await using var rig = await TcpRig.StartAsync();
        var (client, server) = await rig.ConnectAsync();
        var (dies, sees) = byClient ? (client, server) : (server, client);
        await sees.SayAsync("x");
        await dies.HearAsync(1);
        dies.Reset();
        await sees.SeesResetAsync();
        Assert.Equal(outcome, (await rig.LeaseAsync()).Outcome);
        await Eventually.TrueAsync(() => rig.Balancer.OpenConnections == 0, "the connection is forgotten");
    }

    [Fact]
    public async Task Disposing_resets_what_is_open_and_ends_its_leases()
    {
        await using var rig = await TcpRig.StartAsync();
        var (client, server) = await rig.ConnectAsync();
        await client.SayAsync("x");
        await server.HearAsync(1);

        await rig.Balancer.DisposeAsync();

        await client.SeesResetAsync();
        await server.SeesResetAsync();
        Assert.Equal(LeaseOutcome.Cut, (await rig.LeaseAsync()).Outcome);
        await Peer.IsRefusedAsync(rig.Balancer.EndPoint);
    }

    [Fact]
    public async Task A_port_in_use_is_named()
    {
        await using var rig = await TcpRig.StartAsync();
        await using var second = new TcpServer(rig.Balancer.EndPoint, _ => { });
        var error = Assert.Throws<Core.Runs.WorldException>(second.Start);
        Assert.Contains($"port {rig.Balancer.EndPoint.Port} is in use", error.Message);
    }
}
