using System.Collections.Immutable;
using LBTool.Core.Balancing;
using LBTool.Core.Plans;
using LBTool.Core.Scenarios;

namespace LBTool.Simulation.Tests;

/// <summary>Pools of equal one-at-a-time backends with exponential service times, measured in units of the mean service time.</summary>
internal static class Theory
{
    private static readonly TimeSpan Service = TimeSpan.FromSeconds(1);

    /// <summary>Mean time in system.</summary>
    /// <param name="algorithm">The rule.</param>
    /// <param name="servers">Backends.</param>
    /// <param name="load">Arrivals a server and service time, below 1.</param>
    /// <param name="requests">Requests measured, about.</param>
    /// <param name="choices">For power-of-two-choices.</param>
    /// <param name="workers">Requests that a server serves at once.</param>
    /// <param name="seed">Root of all randomness.</param>
    public static double MeanTime(string algorithm, int servers, double load, double requests, int choices = 2, int workers = 1, ulong seed = 1)
    {
        var row = Balancers.Find(algorithm)!;
        var parameters = row.Parameters.ToImmutableSortedDictionary(parameter => parameter.Name, parameter => parameter.Default);
        parameters = choices == 2 ? parameters : parameters.SetItem("choices", choices);
        var rate = load * servers * workers;

        // Queues fill up within some 1/(1−load)² service times at most (the relaxation time of M/M/1 near saturation).
        var warmup = TimeSpan.FromSeconds(20 + (3 / ((1 - load) * (1 - load))));
        var scenario = new Scenario(
            "theory",
            Seed: null,
            new Target(Protocol.Http, new AlgorithmChoice(row.Name, parameters), new HttpVersions(), TimeSpan.FromDays(1),
                [.. Enumerable.Range(1, servers).Select(number => new BackendSpec(
                    $"b{number}", 1, new ServiceTime(new Exponential(Service), TimeSpan.Zero), workers, null, 0, 0))]),
            new Load(Executor.ConstantArrivalRate, rate, 0, ArrivalSpacing.Poisson, warmup + TimeSpan.FromSeconds(requests / rate), warmup, 1, TimeSpan.FromDays(1)),
            Faults: [],
            Phases: [],
            Expect: [],
            new Gate());
        return new SimulatedWorld(Planner.Plan(scenario, seed), new SimulationOptions { Record = false }).DriveLoad().Mean / Service;
    }
}
