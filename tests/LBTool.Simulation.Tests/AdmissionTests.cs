using LBTool.Core.Balancing;
using LBTool.Core.Measurements;
using LBTool.Core.Scenarios;
using static LBTool.Simulation.Tests.Sample;

namespace LBTool.Simulation.Tests;

/// <summary>Sessions whose backend goes, while requests wait or a trial is awaited.</summary>
public class AdmissionTests
{
    private const string OneAtATime = ", limits: { max_requests: 1, queue: 50, queue_timeout: 1s }";
    private const string Probed = ", health: { active: { interval: 200ms, timeout: 100ms, fall: 1, rise: 2 }, panic_threshold: 0% }";
    private const string Killed = "{ name: dead, at: 2s, for: 6s, target: b2, action: kill }";
    private const string Clients = "{ executor: constant-arrival-rate, rate: 60/s, duration: 10s, timeout: 5s, clients: 31 }";
    private static readonly Window Down = new(Ms(2_300), Ms(8_000));

    [Fact]
    public void Nobody_waits_for_a_backend_that_is_down()
    {
        var result = Run(Killed, "{ count: 3, latency: 20ms }", Clients, target: OneAtATime + Probed + ", sticky: { by: source }");

        Assert.All(Of(result), request => Assert.Equal((200, true), (request.Status, request.Latency < Ms(500))));
    }

    [Fact]
    public void Who_may_have_no_other_backend_is_refused_at_once()
    {
        var result = Run(
            Killed, "{ count: 3, latency: 20ms }", Clients, target: OneAtATime + Probed + ", sticky: { by: source, on_lost: '503' }");

        var refused = Of(result).Where(request => request.Status == 503).ToArray();
        Assert.InRange(refused.Length, 50, 250);
        Assert.All(refused, request => Assert.Equal(TimeSpan.Zero, request.Latency));
    }

    // Each client has a session, and b2 fails all the time; what it is tried with are requests of its own sessions.
    [Fact]
    public void A_trial_takes_no_session_of_another_backend()
    {
        var result = Run(
            "{ name: bad, at: 2s, for: 17s, target: b2, action: fail-app }", "{ count: 3, latency: 10ms, sessions: true }",
            "{ executor: constant-arrival-rate, rate: 150/s, duration: 20s, timeout: 2s, clients: 50, sessions: 1 }",
            target: ", sticky: { by: cookie, on_lost: '503' }, "
                + "health: { passive: { consecutive: 3, ejection: 1130ms, max_ejection: 1130ms }, panic_threshold: 0% }");

        Assert.InRange(result.Leases.Count(lease => lease.Backend == 1 && lease.Outcome == LeaseOutcome.ServerError), 10, 30);
        Assert.DoesNotContain(result.Findings, finding => finding.What == Finding.SessionMissing);
    }

    // It is killed while it is away, and both have a line of requests when it comes again.
    [Fact]
    public void A_backend_that_is_added_again_while_it_is_down_gets_nothing()
    {
        var result = Run(
            "{ name: away, at: 1s, for: 4s, target: b1, action: remove }, { name: dead, at: 2s, for: 6s, target: b1, action: kill }",
            "{ count: 2, latency: 100ms }", "{ executor: constant-arrival-rate, rate: 15/s, duration: 10s, timeout: 30s }",
            target: ", limits: { max_requests: 1, queue: 1000, queue_timeout: 20s }" + Probed);

        Assert.DoesNotContain(result.Leases, lease => lease.Backend == 0 && new Window(Ms(2_300), Ms(8_000)).Contains(lease.Start));
        Assert.Contains(result.Leases, lease => lease.Backend == 0 && lease.Start > Ms(8_000));
    }

    // b2 gets a weight while requests wait: who is served then has a lease from then, and not from the start of the run.
    [Fact]
    public void Who_waits_when_a_weight_changes_has_a_lease_from_then_on()
    {
        var result = Run(
            "{ name: on, at: 5s, target: b2, action: set-weight, weight: 1 }",
            "[{ name: b1, latency: 100ms }, { name: b2, latency: 100ms, weight: 0 }]",
            "{ executor: constant-arrival-rate, rate: 12/s, duration: 10s, timeout: 5s }", "peak-ewma",
            target: ", limits: { max_requests: 1, queue: 50, queue_timeout: 2s }");

        Assert.All(result.Leases, lease => Assert.True(
            lease.Start >= result.Requests.Single(request => request.Number == lease.Request).Sent, $"the lease of {lease.Request} starts at {lease.Start}"));
    }

    // Nine clients ask several times each before anybody has been answered: all but two wait for their first backend.
    [Fact]
    public void First_requests_of_a_session_that_wait_go_to_one_backend()
    {
        var result = Run(
            "", "{ count: 2, latency: 20ms }", "{ executor: constant-arrival-rate, rate: 1000/s, duration: 100ms, timeout: 30s, clients: 9 }",
            target: ", limits: { max_requests: 1, queue: 1000, queue_timeout: 20s }, sticky: { by: source }");

        Assert.Equal(100, result.Leases.Length);
        Assert.All(HomesOfClients(result, 9), homes => Assert.Single(homes));
    }

    // b1 refuses everybody from the start: the sessions that it was to have move before it has had them.
    [Fact]
    public void A_session_that_was_promised_to_a_backend_that_never_had_it_is_not_lost()
    {
        var result = Run(
            "{ name: dead, at: 0s, for: 10s, target: b1, action: down }", "{ count: 3, latency: 20ms, sessions: true }",
            "{ executor: constant-arrival-rate, rate: 1000/s, duration: 1s, timeout: 5s, clients: 10, sessions: 1 }",
            target: ", retries: { attempts: 3, on: [connect-failed], budget: none }, sticky: { by: source }");

        Assert.Contains(result.Leases, lease => lease is { Backend: 0, Outcome: LeaseOutcome.ConnectFailed });
        Assert.All(HomesOfClients(result, 10), homes => Assert.Single(homes));
        Assert.DoesNotContain(result.Findings, finding => finding.What == Finding.SessionMissing);
    }

    private static IEnumerable<IEnumerable<int>> HomesOfClients(RunResult result, int clients) => result.Leases
        .Where(lease => lease.Outcome == LeaseOutcome.Ok)
        .GroupBy(lease => (lease.Request - 1) % clients, lease => lease.Backend)
        .Select(leases => leases.Distinct());

    private static IEnumerable<RequestRecord> Of(RunResult result) => result.Requests.Where(request => Down.Contains(request.Intended));
}
