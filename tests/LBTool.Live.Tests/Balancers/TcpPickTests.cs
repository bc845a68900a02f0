using System.Net;
using System.Net.Sockets;
using LBTool.Core.Affinity;
using LBTool.Core.Balancing;
using LBTool.Core.Measurements;
using LBTool.Core.Randomness;
using LBTool.Live.Load;
using LBTool.Live.Tests.Faults;
using BalancerTable = LBTool.Core.Balancing.Balancers;

namespace LBTool.Live.Tests.Balancers;

public class TcpPickTests
{
    private const int Backends = 4;
    private const int Connections = 40;

    public static TheoryData<string> Algorithms => [.. BalancerTable.All.Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task One_connection_at_a_time_goes_where_the_pool_alone_would_send_it(string algorithm)
    {
        var row = BalancerTable.Find(algorithm)!;
        await using var rig = await TcpRig.StartAsync(Backends, rule: NewRule(row), usesKey: row.UsesKey);
        for (var number = 1; number <= Connections; number++)
        {
            await ConverseAsync(rig, IPAddress.Loopback);
        }

        Assert.Equal(PicksOfThePoolAlone(row, rig.Leases), rig.Leases.Select(lease => lease.Backend));
    }

    [Fact]
    public async Task The_clients_address_is_what_is_hashed()
    {
        Assert.SkipUnless(SourceAddresses.CanReach(new Uri("tcp://127.0.0.1:1")), "this system has no loopback address but 127.0.0.1");
        await using var rig = await TcpRig.StartAsync(Backends, rule: new Maglev(new RandomStream(1)), usesKey: true);
        var alone = new Pool(rig.Pool.Backends.Select(backend => new Backend(backend.Name, backend.Index)), new Maglev(new RandomStream(1)));
        var seen = new HashSet<int>();
        for (var client = 1; client <= 20; client++)
        {
            var address = IPAddress.Parse($"127.1.0.{client}");
            Assert.True(alone.TryTake(new PickContext(default, KeyHash.Of(address.GetAddressBytes())), out var expected));
            Assert.Equal(expected.Backend.Index, await ConverseAsync(rig, address));
            Assert.Equal(expected.Backend.Index, await ConverseAsync(rig, address));
            seen.Add(expected.Backend.Index);
        }

        Assert.True(seen.Count > 1, "all clients have the same backend");
    }

    [Theory]
    [InlineData(OnLost.Redistribute)]
    [InlineData(OnLost.Refuse)]
    public async Task A_client_stays_with_its_backend(OnLost onLost)
    {
        Assert.SkipUnless(SourceAddresses.CanReach(new Uri("tcp://127.0.0.1:1")), "this system has no loopback address but 127.0.0.1");
        await using var rig = await TcpRig.StartAsync(Backends, sticky: onLost);
        var homes = new List<int>();
        for (var client = 1; client <= Backends; client++)
        {
            homes.Add(await ConverseAsync(rig, Client(client)));
        }

        Assert.Equal([0, 1, 2, 3], homes);
        for (var client = Backends; client >= 1; client--)
        {
            Assert.Equal(homes[client - 1], await ConverseAsync(rig, Client(client)));
        }
    }

    [Fact]
    public async Task A_lost_session_moves_for_good()
    {
        await using var rig = await TcpRig.StartAsync(Backends, sticky: OnLost.Redistribute);
        Assert.Equal(0, await ConverseAsync(rig, IPAddress.Loopback));
        rig.Pool.SetAvailable(rig.Pool.Backends[0], false, default);
        var home = await ConverseAsync(rig, IPAddress.Loopback);
        Assert.NotEqual(0, home);

        rig.Pool.SetAvailable(rig.Pool.Backends[0], true, default);
        Assert.Equal(home, await ConverseAsync(rig, IPAddress.Loopback));
    }

    [Fact]
    public async Task A_session_moves_when_its_backend_refuses_the_connect()
    {
        await using var rig = await TcpRig.StartAsync(backends: 2, dead: 1, sticky: OnLost.Redistribute);
        Assert.Equal(1, await ConverseAsync(rig, IPAddress.Loopback));
        Assert.Equal(1, await ConverseAsync(rig, IPAddress.Loopback));
        Assert.Equal([0, 1, 1], rig.Leases.Select(lease => lease.Backend));
    }

    [Fact]
    public async Task A_session_that_may_not_move_is_closed_instead()
    {
        await using var rig = await TcpRig.StartAsync(backends: 2, dead: 1, sticky: OnLost.Refuse);
        await (await rig.DialAsync()).SeesEndAsync();
        Assert.Equal((0, LeaseOutcome.ConnectFailed), (await rig.LeaseAsync()) is var lease ? (lease.Backend, lease.Outcome) : default);

        rig.Pool.SetAvailable(rig.Pool.Backends[0], false, default);
        await (await rig.DialAsync()).SeesEndAsync();
        Assert.Single(rig.Leases);
    }

    private static IPAddress Client(int number) => IPAddress.Parse($"127.1.0.{number}");

    // A connection from beginning to end; says which backend had it.
    private static async Task<int> ConverseAsync(TcpRig rig, IPAddress from)
    {
        var before = rig.Recording.Leases.Count;
        var client = await rig.DialAsync(from);
        await Eventually.TrueAsync(() => rig.Pool.Backends.Any(backend => backend.InFlight == 1 && rig.IsConnected(backend.Index)), "a backend is connected");
        var index = rig.Pool.Backends.Single(backend => backend.InFlight == 1).Index;
        var server = await rig.AcceptAsync(index);
        client.Shutdown(SocketShutdown.Send);
        await server.SeesEndAsync();
        server.Shutdown(SocketShutdown.Send);
        await client.SeesEndAsync();
        Assert.True(rig.Recording.Leases.Count > before);
        return index;
    }

    // Leases begin and end at the times that they did, so that rules that learn learn the same.
    private static List<int> PicksOfThePoolAlone(BalancerRow row, IEnumerable<LeaseRecord> leases)
    {
        var pool = new Pool(Enumerable.Range(0, Backends).Select(index => new Backend($"b{index + 1}", index)), NewRule(row));
        var picks = new List<int>();
        foreach (var seen in leases)
        {
            var context = row.UsesKey
                ? new PickContext(seen.Start, KeyHash.Of(IPAddress.Loopback.GetAddressBytes()))
                : new PickContext(seen.Start);
            Assert.True(pool.TryTake(context, out var lease));
            picks.Add(lease.Backend.Index);
            lease.End(seen.End, seen.Outcome);
        }

        return picks;
    }

    private static Balancer NewRule(BalancerRow row) =>
        row.Create(row.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Default), new RandomStream(42));
}
