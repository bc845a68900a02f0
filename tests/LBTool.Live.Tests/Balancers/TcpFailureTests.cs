using System.Diagnostics;
using System.Net.Sockets;
using LBTool.Core.Balancing;
using LBTool.Core.Scenarios;
using LBTool.Live.Tests.Faults;

namespace LBTool.Live.Tests.Balancers;

public class TcpFailureTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task A_refused_connect_goes_to_another_backend_and_the_client_does_not_notice()
    {
        await using var rig = await TcpRig.StartAsync(backends: 3, dead: 2);
        var (client, server) = await rig.ConnectAsync(backend: 2);
        await client.SayAsync("hello");
        Assert.Equal("hello", await server.HearAsync(5));
        client.Shutdown(SocketShutdown.Send);
        server.Shutdown(SocketShutdown.Send);
        await client.SeesEndAsync();

        Assert.Equal(
            [(0, LeaseOutcome.ConnectFailed), (1, LeaseOutcome.ConnectFailed), (2, LeaseOutcome.Ok)],
            (await rig.LeasesAsync(3)).Select(lease => (lease.Backend, lease.Outcome)));
    }

    [Fact]
    public async Task So_many_backends_are_tried_and_none_twice_then_the_client_is_closed()
    {
        await using var rig = await TcpRig.StartAsync(backends: 6, dead: 6, rule: new LeastConnections(new(1)));
        for (var round = 1; round <= 20; round++)
        {
            await (await rig.DialAsync()).SeesEndAsync();
            var leases = await rig.LeasesAsync(round * Target.MostTries);
            Assert.Equal(round * Target.MostTries, leases.Length);
            Assert.Equal(Target.MostTries, leases.TakeLast(Target.MostTries).DistinctBy(lease => lease.Backend).Count());
            Assert.All(leases, lease => Assert.Equal(LeaseOutcome.ConnectFailed, lease.Outcome));
        }

        await Eventually.TrueAsync(() => rig.Balancer.OpenConnections == 0, "all connections are forgotten");
    }

    [Fact]
    public async Task Without_an_available_backend_the_client_is_closed_at_once()
    {
        await using var rig = await TcpRig.StartAsync(backends: 2);
        foreach (var backend in rig.Pool.Backends)
        {
            rig.Pool.SetAvailable(backend, false, default);
        }

        await (await rig.DialAsync()).SeesEndAsync();
        Assert.Empty(rig.Leases);

        rig.Pool.SetAvailable(rig.Pool.Backends[1], true, default);
        await rig.ConnectAsync(backend: 1);
    }

    // A backlog of one that is full: Linux drops what comes then, and the connect waits.
    [Fact]
    public async Task A_connect_that_takes_too_long_goes_to_another_backend()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a full backlog refuses connects here");
        using var full = TcpRig.Hold();
        full.Listen(0);
        using var first = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await first.ConnectAsync(full.LocalEndPoint!, Peer.Deadline());
        await using var rig = await TcpRig.InFrontOfAsync([full, Wire.Listen()], Short);

        var begin = Stopwatch.GetTimestamp();
        var (client, server) = await rig.ConnectAsync(backend: 1);
        var waited = Stopwatch.GetElapsedTime(begin);
        client.Shutdown(SocketShutdown.Send);
        server.Shutdown(SocketShutdown.Send);
        await client.SeesEndAsync();

        Assert.True(waited >= Short, $"gave up after {waited}");
        Assert.Equal(
            [(0, LeaseOutcome.ConnectFailed), (1, LeaseOutcome.Ok)],
            (await rig.LeasesAsync(2)).Select(lease => (lease.Backend, lease.Outcome)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_backend_that_owes_an_answer_for_too_long_is_cut_with_a_reset(bool hasSaidSomething)
    {
        await using var rig = await TcpRig.StartAsync(timeout: Short);
        var (client, server) = await rig.ConnectAsync();
        if (hasSaidSomething)
        {
            await server.SayAsync("x");
            await client.HearAsync(1);
        }

        var begin = Stopwatch.GetTimestamp();
        await client.SayAsync("well?");
        await client.SeesResetAsync();
        Assert.True(Stopwatch.GetElapsedTime(begin) >= Short);
        await server.SeesResetAsync();
        Assert.Equal(LeaseOutcome.Timeout, (await rig.LeaseAsync()).Outcome);
    }

    [Fact]
    public async Task A_client_that_has_ended_still_waits_for_the_backend_and_not_for_ever()
    {
        await using var rig = await TcpRig.StartAsync(timeout: Short);
        var (client, server) = await rig.ConnectAsync();
        await server.SayAsync("x");
        await client.HearAsync(1);
        client.Shutdown(SocketShutdown.Send);
        await client.SeesResetAsync();
        Assert.Equal(LeaseOutcome.Timeout, (await rig.LeaseAsync()).Outcome);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connection_on_which_nobody_waits_is_closed_in_order(bool backendSpokeLast)
    {
        await using var rig = await TcpRig.StartAsync(timeout: Short);
        var (client, server) = await rig.ConnectAsync();
        if (backendSpokeLast)
        {
            await server.SayAsync("x");
            await client.HearAsync(1);
        }

        await client.SeesEndAsync();
        await server.SeesEndAsync();
        Assert.Equal(LeaseOutcome.Ok, (await rig.LeaseAsync()).Outcome);
    }

    [Fact]
    public async Task A_balancer_that_goes_while_it_connects_tries_nobody_else()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a full backlog refuses connects here");
        using var full = TcpRig.Hold();
        full.Listen(0);
        using var first = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await first.ConnectAsync(full.LocalEndPoint!, Peer.Deadline());
        await using var rig = await TcpRig.InFrontOfAsync([full, Wire.Listen()]);
        var client = await rig.DialAsync();
        await Eventually.TrueAsync(() => rig.Pool.InFlight == 1, "it is connecting");

        await rig.Balancer.DisposeAsync();

        await client.SeesResetAsync();
        Assert.Equal((0, LeaseOutcome.Cut), (await rig.LeaseAsync()) is var lease ? (lease.Backend, lease.Outcome) : default);
    }

    // Every moment between two attempts is hit in some of so many: whoever ends a lease must end the one that it saw.
    [Fact]
    public async Task Cuts_between_attempts_end_each_lease_once()
    {
        await using var rig = await TcpRig.StartAsync(backends: 6, dead: 6);
        using var over = new CancellationTokenSource();
        var cutting = Task.Run(() =>
        {
            while (!over.IsCancellationRequested)
            {
                foreach (var backend in rig.Pool.Backends)
                {
                    rig.Balancer.Cut(backend);
                }
            }
        }, TestContext.Current.CancellationToken);
        for (var client = 0; client < 500; client++)
        {
            // A cut may be faster than the connect.
            await Record.ExceptionAsync(() => rig.DialAsync());
        }

        // Some may still be in line to be accepted then: nobody cuts them, and every backend refuses them.
        await AllIsOverAsync(rig);
        await over.CancelAsync();
        await cutting;

        await AllIsOverAsync(rig);
    }

    // So short a timeout closes sockets at every moment, also before they begin to connect.
    [Fact]
    public async Task A_client_whose_socket_is_given_up_before_it_connects_is_closed_and_its_lease_ended()
    {
        await using var rig = await TcpRig.StartAsync(backends: 2, timeout: TimeSpan.FromMicroseconds(16));
        var clients = new List<Socket>();
        for (var client = 0; client < 500; client++)
        {
            clients.Add(await rig.DialAsync());
        }

        foreach (var client in clients)
        {
            await client.SeesEndAsync();
        }

        await AllIsOverAsync(rig);
    }

    private static Task AllIsOverAsync(TcpRig rig) =>
        Eventually.TrueAsync(() => rig.Balancer.OpenConnections == 0 && rig.Pool.InFlight == 0, "all connections and leases are over");
}
