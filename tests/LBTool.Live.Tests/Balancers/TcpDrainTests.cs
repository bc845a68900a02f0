using System.Diagnostics;
using System.Net.Sockets;
using LBTool.Core.Balancing;
using LBTool.Core.Draining;
using LBTool.Live.Tests.Faults;

namespace LBTool.Live.Tests.Balancers;

/// <summary>A TCP balancer that ends: nobody can be told to go, so that connections end by themselves or at the deadline.</summary>
public class TcpDrainTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Open_connections_go_on_and_new_ones_are_refused()
    {
        await using var rig = await TcpRig.StartAsync();
        var (client, server) = await rig.ConnectAsync();

        var drain = rig.Balancer.DrainAsync(TimeSpan.FromMinutes(5));
        await Eventually.TrueAsync(() => IsRefused(rig), "nothing is accepted any more");
        await client.SayAsync("still there?");
        Assert.Equal("still there?", await server.HearAsync(12));
        Assert.False(drain.IsCompleted);

        client.Shutdown(SocketShutdown.Send);
        await server.SeesEndAsync();
        server.Shutdown(SocketShutdown.Send);
        await client.SeesEndAsync();
        Assert.Empty((await drain.WaitAsync(TimeSpan.FromSeconds(60), Stop)).ByKind);
        Assert.Equal(LeaseOutcome.Ok, (await rig.LeaseAsync()).Outcome);
    }

    [Fact]
    public async Task What_is_left_is_cut_at_the_deadline_and_counted()
    {
        await using var rig = await TcpRig.StartAsync();
        var (first, _) = await rig.ConnectAsync();
        var (second, server) = await rig.ConnectAsync();
        var (start, deadline) = (Stopwatch.GetTimestamp(), TimeSpan.FromMilliseconds(100));

        var cut = await rig.Balancer.DrainAsync(deadline);

        Assert.True(Stopwatch.GetElapsedTime(start) >= deadline);
        Assert.Equal(2, cut.ByKind[CutKind.Connection]);
        await first.SeesResetAsync();
        await second.SeesResetAsync();
        await server.SeesResetAsync();
        Assert.All(await rig.LeasesAsync(2), lease => Assert.Equal(LeaseOutcome.Cut, lease.Outcome));
    }

    [Fact]
    public async Task With_nothing_open_it_is_over_at_once()
    {
        await using var rig = await TcpRig.StartAsync();

        Assert.Empty((await rig.Balancer.DrainAsync(TimeSpan.FromMinutes(5)).WaitAsync(TimeSpan.FromSeconds(60), Stop)).ByKind);
    }

    private static bool IsRefused(TcpRig rig)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(rig.Balancer.EndPoint);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
