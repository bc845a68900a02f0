using System.Collections.Immutable;
using LBTool.Core.Plans;
using LBTool.Core.Scenarios;

namespace LBTool.Live;

/// <summary>
/// A short run on throw-away sockets before the real one, once in a process, so that the time that the runtime takes to
/// compile the path of a request is not measured as latency of the balancer. Nothing of it is recorded.
/// </summary>
public static class Rehearsal
{
    private static readonly TimeSpan Length = TimeSpan.FromMilliseconds(400);
    private static readonly Lock Gate = new();
    private static Task? _done;

    /// <summary>Rehearses, unless that was done before.</summary>
    /// <param name="protocol">What the run to come balances.</param>
    /// <param name="http">Its HTTP versions.</param>
    public static Task RunAsync(Protocol protocol, HttpVersions http)
    {
        lock (Gate)
        {
            return _done ??= Task.Run(() => RehearseAsync(protocol, http));
        }
    }

    private static async Task RehearseAsync(Protocol protocol, HttpVersions http)
    {
        var plan = Planner.Plan(Scenario(protocol, http), seed: 0);
        var slow = plan.Faults[0];
        await using var world = new LiveWorld(plan, new LiveOptions { Rehearse = false });
        await world.StartAsync(CancellationToken.None).ConfigureAwait(false);
        await world.BeginAsync(slow).ConfigureAwait(false);
        await world.DriveLoadAsync(CancellationToken.None).ConfigureAwait(false);
        await world.EndAsync(slow).ConfigureAwait(false);
    }

    private static Scenario Scenario(Protocol protocol, HttpVersions http) => new(
        "rehearsal",
        Seed: 0,
        new Target(
            protocol,
            new AlgorithmChoice("round-robin", ImmutableSortedDictionary<string, double>.Empty),
            http,
            Timeout: TimeSpan.FromSeconds(5),
            [Backend("b1"), Backend("b2")]),
        new Core.Scenarios.Load(
            Executor.ConstantArrivalRate, Rate: 1000, Vus: 0, ArrivalSpacing.Poisson, Length, TimeSpan.Zero, Clients: 1, Timeout: TimeSpan.FromSeconds(5)),
        [new Fault("slow", Moments.Parse("0s")!, null, new NamedBackends(["b2"]), OneMillisecond)],
        [],
        [],
        new Gate());

    private static ToxicEffect OneMillisecond => new(
        "latency", StreamDirection.Downstream, 1, ImmutableSortedDictionary<string, double>.Empty.Add("latency", 1));

    private static BackendSpec Backend(string name) => new(
        name, 1, new ServiceTime(new Constant(TimeSpan.FromMilliseconds(1)), TimeSpan.FromMilliseconds(0.5)), 64, null, 0, 1000);
}
