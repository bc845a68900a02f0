using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LBTool.Core.Affinity;
using LBTool.Core.Balancing;
using LBTool.Core.Limits;
using LBTool.Live.Load;
using LBTool.Live.Tests.Faults;

namespace LBTool.Live.Tests.Balancers;

/// <summary>One backend that gets one connection at a time.</summary>
public class TcpLimitTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task One_too_many_is_closed_at_once()
    {
        await using var rig = await StartAsync(new QueueSpec(0, Long));
        var (first, server) = await rig.ConnectAsync();

        var second = await rig.DialAsync();
        await second.SeesEndAsync();

        Assert.Equal(1, rig.Pool.InFlight);
        await EndAsync(first, server);
        Assert.Equal(LeaseOutcome.Ok, (await rig.LeaseAsync()).Outcome);
    }

    [Fact]
    public async Task Who_waits_is_connected_when_there_is_room_and_one_more_is_closed_at_once()
    {
        await using var rig = await StartAsync(new QueueSpec(1, Long));
        var (first, server) = await rig.ConnectAsync();
        var waiting = await rig.DialAsync();
        await waiting.SayAsync("x");
        await Eventually.TrueAsync(() => rig.Balancer.OpenConnections == 2, "it waits");

        var third = await rig.DialAsync();
        await third.SeesEndAsync();
        Assert.False(rig.IsConnected(0));
        await EndAsync(first, server);

        var next = await rig.AcceptAsync();
        Assert.Equal("x", await next.HearAsync(1));
        await EndAsync(waiting, next);
        Assert.All(await rig.LeasesAsync(2), lease => Assert.Equal(LeaseOutcome.Ok, lease.Outcome));
    }

    [Fact]
    public async Task Who_waits_too_long_is_closed_and_not_earlier()
    {
        var timeout = TimeSpan.FromMilliseconds(100);
        await using var rig = await StartAsync(new QueueSpec(5, timeout));
        await rig.ConnectAsync();
        var start = Stopwatch.GetTimestamp();

        var second = await rig.DialAsync();
        await second.SeesEndAsync();

        Assert.True(Stopwatch.GetElapsedTime(start) >= timeout);
        Assert.Equal(1, rig.Pool.InFlight);
    }

    [Fact]
    public async Task A_balancer_that_ends_closes_who_waits()
    {
        await using var rig = await StartAsync(new QueueSpec(5, Long));
        await rig.ConnectAsync();
        var waiting = await rig.DialAsync();
        await Eventually.TrueAsync(() => rig.Balancer.OpenConnections == 2, "it waits");

        await rig.Balancer.DisposeAsync();

        await waiting.SeesResetAsync();
        await Eventually.TrueAsync(() => rig.Pool.InFlight == 0, "every lease has ended");
    }

    // Both backends are taken by others; then both have room again.
    [Fact]
    public async Task First_connections_of_a_client_that_wait_go_to_one_backend()
    {
        Assert.SkipUnless(SourceAddresses.CanReach(new Uri("tcp://127.0.0.1:1")), "this system has no loopback address but 127.0.0.1");
        await using var rig = await TcpRig.InFrontOfAsync(
            [Wire.Listen(), Wire.Listen()], sticky: OnLost.Redistribute, queue: new QueueSpec(5, Long), maxInFlight: 1);
        var others = new List<(Socket Client, Socket Server)>();
        for (var backend = 0; backend < 2; backend++)
        {
            others.Add((await rig.DialAsync(IPAddress.Parse($"127.1.0.{backend + 1}")), await rig.AcceptAsync(backend)));
        }

        var waiting = new[] { await rig.DialAsync(IPAddress.Loopback), await rig.DialAsync(IPAddress.Loopback) };
        await Eventually.TrueAsync(() => rig.Balancer.OpenConnections == 4, "both wait");
        foreach (var (client, server) in others)
        {
            await EndAsync(client, server);
        }

        // The first in line is the first that has come.
        foreach (var client in waiting)
        {
            await EndAsync(client, await rig.AcceptAsync(0));
        }

        Assert.Equal([0, 1, 0, 0], (await rig.LeasesAsync(4)).Select(lease => lease.Backend));
    }

    private static Task<TcpRig> StartAsync(QueueSpec queue) => TcpRig.InFrontOfAsync([Wire.Listen()], queue: queue, maxInFlight: 1);

    private static async Task EndAsync(Socket client, Socket server)
    {
        client.Shutdown(SocketShutdown.Send);
        await server.SeesEndAsync();
        server.Shutdown(SocketShutdown.Send);
        await client.SeesEndAsync();
    }
}
