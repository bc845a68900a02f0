using System.Collections.Immutable;
using LBTool.Core.Plans;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Tests.Runs;

/// <summary>A small checked scenario made in code, for tests that need one but do not care how it was written.</summary>
internal static class Sample
{
    public static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    public static Scenario Scenario(params Fault[] faults) => new(
        Name: "sample",
        Seed: 1,
        Target: new Target(
            Protocol.Http,
            new AlgorithmChoice("round-robin", ImmutableSortedDictionary<string, double>.Empty),
            new HttpVersions(),
            Timeout: Seconds(30),
            Backends: [.. Enumerable.Range(1, 5).Select(i => Backend($"b{i}"))]),
        Load: new Load(Executor.ConstantArrivalRate, 100, 0, ArrivalSpacing.Uniform, Seconds(10), TimeSpan.Zero, 1, Seconds(10)),
        Faults: [.. faults],
        Phases: [],
        Expect: [],
        Gate: new Gate());

    public static Fault Kill(string name, string at, double? seconds = null, params string[] backends) => new(
        name,
        Moments.Parse(at)!,
        seconds is { } lasting ? Seconds(lasting) : null,
        new NamedBackends([.. backends.DefaultIfEmpty("b1")]),
        new ActionEffect(BackendAction.Kill));

    public static RunPlan Plan(params Fault[] faults) => Planner.Plan(Scenario(faults), seed: 1);

    private static BackendSpec Backend(string name) => new(
        name, 1, new ServiceTime(new Constant(TimeSpan.FromMilliseconds(10)), TimeSpan.Zero), null, null, 0, 64);
}
