using LBTool.Core.Balancing;
using LBTool.Core.Measurements;
using static LBTool.Simulation.Tests.Sample;

namespace LBTool.Simulation.Tests;

/// <summary>Retries, exact to the try. 1,000 requests in 10 s, all in one window of the budget.</summary>
public class RetryTests
{
    private const string Failing = "{ name: bad, at: 0s, target: all, action: fail-app }";

    [Fact]
    public void What_was_refused_is_answered_by_another_backend()
    {
        var result = Run("{ name: dead, at: 1005ms, for: 2s, target: b1, action: kill }", target: ", retries: { budget: none }");

        Assert.All(result.Requests, request => Assert.Equal(RequestOutcome.Ok, request.Outcome));
        var tries = result.Leases.ToLookup(lease => lease.Request);
        Assert.Contains(tries, leases => leases.First().Outcome == LeaseOutcome.ConnectFailed);
        Assert.Contains(tries, leases => leases.First().Outcome == LeaseOutcome.Broken);
        Assert.All(tries.Where(leases => leases.Count() > 1), leases => Assert.Equal([0, 1], leases.Select(lease => lease.Backend)));
        Assert.All(tries, leases => Assert.InRange(leases.Count(), 1, 2));
    }

    [Fact]
    public void Without_a_budget_a_pool_that_fails_gets_all_attempts()
    {
        var result = Run(Failing, target: ", retries: { attempts: 4, on: [5xx], budget: none }");

        Assert.Equal(4_000, result.Attempts.Length);
        Assert.All(result.Requests, request => Assert.Equal(500, request.Status));
    }

    [Fact]
    public void With_a_budget_it_gets_a_share_more_and_not_one_beyond()
    {
        var result = Run(Failing, target: ", retries: { attempts: 4, on: [5xx], budget: 20%, budget_min: 0 }");

        Assert.Equal(1_200, result.Attempts.Length);
    }

    [Fact]
    public void The_minimum_of_the_budget_is_allowed_besides()
    {
        var result = Run(Failing, target: ", retries: { attempts: 4, on: [5xx], budget: 0%, budget_min: 3 }");

        Assert.Equal(1_030, result.Attempts.Length);
    }

    // One request in two hangs on b1 for 100 ms and is then answered by b2 in 10.
    [Fact]
    public void A_try_ends_at_its_timeout_to_the_tick()
    {
        var result = Run(
            "{ name: silent, at: 0s, target: b1, http: { hang: true } }",
            target: ", retries: { on: [timeout], per_try_timeout: 100ms, budget: none }");

        // The end of the fault lets go of those that hang then.
        var hung = result.Requests.Where(request => request.Intended < Ms(9_900)).ToArray();
        Assert.All(hung, request => Assert.Equal(RequestOutcome.Ok, request.Outcome));
        Assert.Equal([Ms(10), Ms(110)], hung.Select(request => request.Latency).Distinct().Order());
        Assert.All(result.Leases.Where(lease => lease.Outcome == LeaseOutcome.Timeout),
            lease => Assert.Equal(Ms(100), lease.End - lease.Start));
    }

    [Fact]
    public void An_answer_that_has_begun_is_not_tried_again()
    {
        var result = Run("{ name: cut, at: 0s, target: b1, http: { abort: mid-body } }", target: ", retries: { budget: none }");

        Assert.Equal(1_000, result.Leases.Length);
        Assert.Equal(500, result.Requests.Count(request => request.Outcome == RequestOutcome.Reset));
    }

    // The id of an answer that the balancer threw away never reached the client, nor anybody else.
    [Fact]
    public void Another_try_carries_the_session_that_the_client_has()
    {
        var result = Run(
            backends: "{ count: 3, latency: 10ms, sessions: true, errors: 20% }",
            target: ", retries: { attempts: 3, on: [5xx], budget: none }, sticky: { by: cookie }",
            load: "{ executor: constant-arrival-rate, rate: 100/s, duration: 3s, timeout: 2s, clients: 50, sessions: 20 }");

        Assert.Contains(result.Leases.GroupBy(lease => lease.Request), tries => tries.Count() > 1);
        Assert.DoesNotContain(result.Findings, finding => finding.What == Finding.SessionMissing);
    }

    [Fact]
    public void Nothing_is_sent_again_without_retries()
    {
        var result = Run("{ name: down, at: 1s, for: 5s, target: b1, action: down }");

        Assert.Equal(1_000, result.Leases.Length);
        Assert.Equal(result.Attempts.Length, result.Attempts.DistinctBy(attempt => attempt.Request).Count());
    }
}
