using LBTool.Core.Balancing;
using LBTool.Core.Measurements;
using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;
using LBTool.Live.Http;
using BalancerTable = LBTool.Core.Balancing.Balancers;

namespace LBTool.Live.Tests.Balancers;

public class PickParityTests
{
    private const int Requests = 60;
    private const ulong Seed = 42;

    private static readonly string[] Names = ["b1", "b2", "b3", "b4", "b5"];

    public static TheoryData<string, int, int> EveryAlgorithmAndVersion()
    {
        Assert.True(BalancerTable.All.Length >= 13, "the table of algorithms has lost rows");
        var cases = new TheoryData<string, int, int>();
        foreach (var row in BalancerTable.All)
        {
            foreach (var (front, behind) in new[] { (1, 1), (1, 2), (2, 1), (2, 2) })
            {
                cases.Add(row.Name, front, behind);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(EveryAlgorithmAndVersion))]
    public async Task One_request_at_a_time_goes_where_the_pool_alone_would_send_it(string algorithm, int front, int behind)
    {
        await using var rig = await Rig.StartAsync(
            Names.Select(name => Rig.Spec(name)), new HttpVersions(front, behind), balancer: () => NewBalancer(algorithm));

        var seen = new List<string?>();
        for (var number = 1; number <= Requests; number++)
        {
            using var answer = await rig.Client.SendAsync(rig.Request(number), TestContext.Current.CancellationToken);
            seen.Add(answer.Header(LbHeaders.Backend));

            // A client has its answer a moment before the lease has ended.
            await Eventually.TrueAsync(() => rig.Pool.InFlight == 0, "the lease has ended");
        }

        Assert.Equal(PicksOfThePoolAlone(algorithm, rig.Recording.Leases.Read()), seen);
        Assert.Equal(Enumerable.Range(1, Requests).Select(n => (long)n), rig.Recording.Leases.Read().Select(lease => lease.Request));
        Assert.Equal(seen, rig.Recording.Leases.Read().Select(lease => Names[lease.Backend]));
        Assert.Equal(seen, rig.Recording.Attempts.Read().Select(attempt => Names[attempt.Backend]));
    }

    // Leases begin and end at the times that they did, so that rules that learn learn the same.
    private static List<string?> PicksOfThePoolAlone(string algorithm, IEnumerable<LeaseRecord> leases)
    {
        var pool = new Pool(Names.Select((name, i) => new Backend(name, i)), NewBalancer(algorithm));
        var picks = new List<string?>();
        foreach (var seen in leases)
        {
            Assert.True(pool.TryTake(new PickContext(seen.Start), out var lease));
            picks.Add(lease.Backend.Name);
            lease.End(seen.End, seen.Outcome);
        }

        return picks;
    }

    private static Balancer NewBalancer(string algorithm)
    {
        var row = BalancerTable.Find(algorithm)!;
        return row.Create(row.Parameters.ToDictionary(p => p.Name, p => p.Default), new RandomStream(Seed));
    }
}
