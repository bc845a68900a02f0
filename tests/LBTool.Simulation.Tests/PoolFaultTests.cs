using LBTool.Core.Measurements;
using static LBTool.Simulation.Tests.Sample;

namespace LBTool.Simulation.Tests;

/// <summary>What happens to the pool at run time, and slow start.</summary>
public class PoolFaultTests
{
    [Fact]
    public void A_removed_backend_gets_nothing_keeps_what_it_has_and_comes_back()
    {
        var result = Run("{ name: deploy, at: 1005ms, for: 1s, target: b1, action: remove }", "{ count: 2, latency: 50ms }");

        Assert.All(result.Requests, request => Assert.Equal(RequestOutcome.Ok, request.Outcome));
        Assert.Equal(0, PicksOfFirst(result, 1005, 2005));
        Assert.InRange(PicksOfFirst(result, 2005, 4005), 99, 101);
    }

    // Under weighted turns 0.1 of 1.1 is one in eleven.
    [Fact]
    public void A_weight_that_was_set_holds_until_the_fault_ends()
    {
        var result = Run("{ name: canary, at: 1s, for: 5500ms, target: b1, action: set-weight, weight: 0.1 }", algorithm: "wrr");

        Assert.InRange(PicksOfFirst(result, 1000, 6500), 49, 51);
        Assert.InRange(PicksOfFirst(result, 6500, 10_000), 174, 176);
    }

    // With a fifth of the turns at half of the window: a straight line from 0 to 1/2, and never below 10 % of its weight.
    [Fact]
    public void A_backend_that_is_back_ramps_up()
    {
        var result = Run(
            "{ name: deploy, at: 1s, for: 1s, target: b1, action: remove }", target: ", slow_start: 4s", algorithm: "rr");

        Assert.InRange(PicksOfFirst(result, 2000, 2500), 3, 7);
        Assert.InRange(PicksOfFirst(result, 3500, 4500), 28, 38);
        Assert.InRange(PicksOfFirst(result, 6000, 10_000), 199, 201);
    }

    [Fact]
    public void Without_any_backend_the_balancer_answers_503()
    {
        var result = Run("{ name: none, at: 1s, for: 1s, target: all, action: remove }");

        var failed = result.Requests.Where(request => request.Outcome != RequestOutcome.Ok).ToArray();
        Assert.Equal(100, failed.Length);
        Assert.All(failed, request => Assert.Equal((503, -1), (request.Status, request.Backend)));
    }

    private static int PicksOfFirst(RunResult result, double from, double until) =>
        result.Leases.Count(lease => lease.Backend == 0 && lease.Start >= Ms(from) && lease.Start < Ms(until));
}
