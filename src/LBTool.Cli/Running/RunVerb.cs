using System.Collections.Immutable;
using System.Globalization;
using LBTool.Core.Measurements;
using LBTool.Core.Plans;
using LBTool.Core.Runs;
using LBTool.Core.Scenarios;
using LBTool.Live;
using LBTool.Simulation;

namespace LBTool.Cli.Running;

/// <summary>A verb that runs scenarios, and the world in which it does.</summary>
/// <param name="Name">On the command line.</param>
/// <param name="Words">Options of its own that change a result, for the command that repeats a run.</param>
/// <param name="TakesTime">Whether a run takes as long as its load, so that people want to see how far it is.</param>
/// <param name="Change">What it makes of a scenario.</param>
/// <param name="ConductAsync">Makes a world, and runs the conductor that it is given for it; told when a live world has started.</param>
internal sealed record RunVerb(
    string Name,
    ImmutableArray<string> Words,
    bool TakesTime,
    Func<Scenario, Scenario> Change,
    Func<RunPlan, Func<IWorld, Conductor>, Action<LiveWorld>?, CancellationToken, Task<RunResult>> ConductAsync)
{
    /// <summary>Over sockets.</summary>
    public static RunVerb Run { get; } = new(
        "run",
        [],
        TakesTime: true,
        scenario => LiveWorld.WhyNot(scenario.Target) is { } why ? throw new WorldException(why) : scenario,
        RunLiveAsync);

    /// <summary>In virtual time.</summary>
    /// <param name="scale">How many times the backends and the traffic, at least 1.</param>
    /// <param name="options">The simulator's.</param>
    public static RunVerb Simulate(int scale, SimulationOptions options) => new(
        "simulate",
        [.. WordsFor(scale, options.NetworkDelay)],
        TakesTime: false,
        scenario => ScaledScenario.WhyNot(scenario, scale) is { } why ? throw Failure.Usage($"--scale {scale}: {why}") : ScaledScenario.Create(scenario, scale),
        (plan, conductor, _, stop) => Task.Run(() => Simulate(plan, options, conductor, stop), CancellationToken.None));

    private static async Task<RunResult> RunLiveAsync(
        RunPlan plan, Func<IWorld, Conductor> conductor, Action<LiveWorld>? started, CancellationToken stop)
    {
        await using var world = new LiveWorld(plan, new LiveOptions { Started = started });
        return await conductor(world).RunAsync(stop);
    }

    private static RunResult Simulate(RunPlan plan, SimulationOptions options, Func<IWorld, Conductor> conductor, CancellationToken stop)
    {
        var world = new SimulatedWorld(plan, options);
        return world.Run(conductor(world), stop);
    }

    private static IEnumerable<string> WordsFor(int scale, TimeSpan delay)
    {
        IEnumerable<string> words = scale == 1 ? [] : ["--scale", scale.ToString(CultureInfo.InvariantCulture)];
        return delay == TimeSpan.Zero ? words : words.Append("--network-delay").Append(Durations.Format(delay));
    }
}
