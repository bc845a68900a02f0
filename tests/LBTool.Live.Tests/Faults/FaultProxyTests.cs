using System.Net;
using System.Net.Sockets;
using LBTool.Core.Randomness;
using LBTool.Live.Faults;

namespace LBTool.Live.Tests.Faults;

public class FaultProxyTests
{
    [Fact]
    public async Task A_killed_proxy_resets_both_sides_and_refuses_and_comes_back_on_its_port()
    {
        await using var wire = Wire.Open();
        var address = wire.Proxy.Listen;
        for (var i = 0; i < 20; i++)
        {
            var (client, server) = await wire.ConnectAsync();
            await client.SayAsync("x");
            await server.HearAsync(1);
            wire.Proxy.Kill();
            Assert.Equal(0, wire.Proxy.OpenConnections);
            await client.SeesResetAsync();
            await server.SeesResetAsync();
            await Peer.IsRefusedAsync(address);
            wire.Proxy.Enable();
            Assert.Equal(address, wire.Proxy.Listen);
        }
    }

    [Fact]
    public async Task A_disabled_proxy_closes_without_a_reset_and_keeps_its_toxics()
    {
        await using var wire = Wire.Open();
        wire.Add("noop");
        var (client, server) = await wire.ConnectAsync();
        wire.Proxy.Disable();
        await client.SeesEndAsync();
        await server.SeesEndAsync();
        await Peer.IsRefusedAsync(wire.Proxy.Listen);
        wire.Proxy.Enable();
        await wire.ConnectAsync();
        Assert.Single(wire.Proxy.Toxics);
    }

    [Fact]
    public async Task A_stopped_proxy_refuses_and_lets_open_connections_end_by_themselves()
    {
        await using var wire = Wire.Open();
        var (client, server) = await wire.ConnectAsync();
        wire.Proxy.Stop();
        await Peer.IsRefusedAsync(wire.Proxy.Listen);
        await client.SayAsync("still here");
        Assert.Equal("still here", await server.HearAsync(10));
        wire.Proxy.Enable();
        await wire.ConnectAsync();
        await server.SayAsync("yes");
        Assert.Equal("yes", await client.HearAsync(3));
    }

    [Fact]
    public async Task Enable_and_its_opposites_may_be_repeated()
    {
        await using var wire = Wire.Open();
        wire.Proxy.Enable();
        wire.Proxy.Kill();
        wire.Proxy.Kill();
        wire.Proxy.Disable();
        wire.Proxy.Stop();
        wire.Proxy.Enable();
        wire.Proxy.Enable();
        await wire.ConnectAsync();
    }

    [Fact]
    public async Task While_down_the_port_is_given_to_nobody()
    {
        await using var wire = Wire.Open();
        wire.Proxy.Kill();

        // As other programs bind: without the permission to share that the runtime gives by itself.
        for (var i = 0; i < 500; i++)
        {
            using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            Assert.NotEqual(wire.Proxy.Listen.Port, ((IPEndPoint)other.LocalEndPoint!).Port);
        }

        wire.Proxy.Enable();
        await wire.ConnectAsync();
    }

    [Fact]
    public async Task A_second_proxy_on_the_port_is_refused()
    {
        await using var wire = Wire.Open();
        await using var second = new FaultProxy("second", wire.Proxy.Listen, wire.Proxy.Listen, new RandomStream(1));
        var error = Assert.Throws<SocketException>(second.Start);
        Assert.Equal(SocketError.AddressAlreadyInUse, error.SocketErrorCode);
        Assert.False(second.IsListening);
    }

    [Fact]
    public async Task A_paused_proxy_carries_no_byte_and_goes_on_without_loss()
    {
        await using var wire = Wire.Open();
        var (client, server) = await wire.ConnectAsync();
        wire.Proxy.Pause();
        wire.Proxy.Pause();
        await client.SayAsync("up");
        await server.SayAsync("down");
        client.Shutdown(SocketShutdown.Send);
        using var late = await wire.DialAsync();
        await late.SayAsync("late");
        await client.StaysSilentAsync();
        await server.StaysSilentAsync();

        wire.Proxy.Resume();
        Assert.Equal("up", await server.HearAsync(2));
        await server.SeesEndAsync();
        Assert.Equal("down", await client.HearAsync(4));
        using var lateServer = await wire.AcceptAsync();
        Assert.Equal("late", await lateServer.HearAsync(4));
    }

    [Fact]
    public async Task A_paused_proxy_holds_back_what_a_toxic_sets_free()
    {
        await using var wire = Wire.Open();
        wire.Add("latency", ("latency", 10));
        var (client, server) = await wire.ConnectAsync();
        wire.Proxy.Pause();
        await server.SayAsync("delayed");
        await client.StaysSilentAsync();
        wire.Proxy.Resume();
        Assert.Equal("delayed", await client.HearAsync(7));
    }

    [Fact]
    public async Task A_paused_proxy_can_be_killed()
    {
        await using var wire = Wire.Open();
        var (client, _) = await wire.ConnectAsync();
        wire.Proxy.Pause();
        using var undialled = await wire.DialAsync();
        await Peer.EventuallyAsync(() => wire.Proxy.OpenConnections == 2, "accepted");
        wire.Proxy.Kill();
        await client.SeesResetAsync();
        await undialled.SeesResetAsync();
    }

    [Theory]
    [InlineData("latency", "latency", 60_000)]
    [InlineData("timeout", "timeout", 60_000)]
    [InlineData("bandwidth", "rate", 1)]
    [InlineData("slow_close", "delay", 1)]
    [InlineData("slicer", "average_size", 1)]
    public async Task A_thousand_connections_under_a_toxic_leave_nothing_behind(string type, string attribute, double value)
    {
        await using var wire = Wire.Open();
        wire.Add(type, (attribute, value));
        await wire.ConnectAsync();

        // Two listeners, and two connections with two ends each.
        var before = OperatingSystem.IsLinux() ? 6 : 0;
        await Peer.EventuallyAsync(() => wire.OpenSockets() == before, "both connections are there");
        for (var i = 0; i < 1000; i++)
        {
            var (client, server) = await wire.ConnectAsync();
            await server.SayAsync("x");
            client.LingerState = new LingerOption(true, 0);
            client.Dispose();
            server.LingerState = new LingerOption(true, 0);
            server.Dispose();
        }

        // Whatever waits behind the toxic is lost with it.
        wire.Proxy.Remove(type);
        await Peer.EventuallyAsync(() => wire.Proxy.OpenConnections == 1, "all forgotten");
        await Peer.EventuallyAsync(() => wire.Proxy.RunningConnections == 1, "all tasks ended");
        await Peer.EventuallyAsync(() => wire.OpenSockets() == before, "all sockets closed");
    }

    [Fact]
    public async Task Dispose_releases_connections_tasks_and_port_whatever_goes_on()
    {
        await using var wire = Wire.Open();
        wire.Add("latency", ("latency", 1e9));
        var (client, server) = await wire.ConnectAsync();
        await server.SayAsync("never arrives");
        var (sender, _) = await wire.ConnectAsync();
        var stuck = sender.SendAsync(new byte[100_000_000], Peer.Deadline()).AsTask();
        await Peer.EventuallyAsync(() => wire.Proxy.Upstream.Received > 64 * 1024, "data is on its way");
        wire.Proxy.Pause();
        await wire.DialAsync();

        await wire.Proxy.DisposeAsync().AsTask().WaitAsync(Peer.Deadline());

        // It would give up on work that hangs, and that would go on for ever.
        await Peer.EventuallyAsync(() => wire.Proxy.RunningConnections == 0, "no work is left");
        Assert.Equal(0, wire.Proxy.OpenConnections);
        Assert.Equal(0, await client.DrainAsync());
        await Assert.ThrowsAsync<SocketException>(() => stuck);
        wire.Proxy.Kill();
        Assert.Throws<ObjectDisposedException>(wire.Proxy.Enable);
        await Peer.IsRefusedAsync(wire.Proxy.Listen);
        using var next = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        next.Bind(wire.Proxy.Listen);
        next.Listen();
    }
}
