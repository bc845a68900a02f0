using LBTool.Core.Balancing;
using LBTool.Core.Measurements;
using LBTool.Core.Scenarios;

namespace LBTool.Simulation.Tests;

/// <summary>
/// After 5 s one of five backends answers 500 at once, and nobody ejects it: how much of the traffic falls into it? Under
/// 500 requests/s of 50 ms the others have some 6 in flight each, and it has soon none.
/// </summary>
public class SinkholeTests
{
    private const int Backends = 5;
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(5);

    [Fact]
    public void Round_robin_gives_it_its_turn_and_no_more()
    {
        var picks = PicksBy("round-robin");
        Assert.InRange(picks[0] - (picks.Sum() / Backends), -1, 1);
    }

    // It wins whenever it is one of the two that are drawn, which is in 2/n of all picks: n−1 of the n(n−1)/2 pairs have
    // it. Of 10,000 that is 4,000 with a deviation of 49; five are allowed. The others are hardly ever idle.
    [Fact]
    public void Two_choices_give_it_two_shares_at_most() => Assert.InRange(PicksBy("p2c")[0], 3000, 4000 + 245);

    // Idle, it is the least unless another one is idle too: nearly everything, until the others have run empty.
    [Fact]
    public void Least_connections_falls_into_it() => Assert.InRange(PicksBy("least-connections")[0], 6000, 9999);

    // A failure counts as 1 s, and is nothing to choose over 50 ms · 6 until it has faded for 10 s · ln(1 / 0.3) = 12 s: in
    // 20 s it is asked some few times. Its share of 2,000 is far away. Where answers take 2 s, and some 250 of them are
    // awaited of each backend, 1 s would be cheap: there it counts as what the others cost.
    [Theory]
    [InlineData("50ms")]
    [InlineData("2s")]
    public void Peak_ewma_keeps_away_from_it(string latency) => Assert.InRange(PicksBy("peak-ewma", latency)[0], 1, 2000 / 10);

    private static int[] PicksBy(string algorithm, string latency = "50ms")
    {
        var run = Sample.Run(
            $"{{ name: sink, at: {Durations.Format(Start)}, target: b1, http: {{ status: 500 }} }}",
            $"{{ count: {Backends}, latency: {latency} }}",
            "{ rate: 500/s, arrivals: poisson, duration: 25s }",
            algorithm);
        LeaseRecord[] leases = [.. run.Leases.Where(lease => lease.Start >= Start)];
        Assert.All(leases, lease => Assert.Equal(lease.Backend == 0 ? LeaseOutcome.ServerError : LeaseOutcome.Ok, lease.Outcome));
        return [.. Enumerable.Range(0, Backends).Select(backend => leases.Count(lease => lease.Backend == backend))];
    }
}
