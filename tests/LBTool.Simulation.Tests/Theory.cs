using System.Collections.Immutable;
using LBTool.Core.Balancing;
using LBTool.Core.Plans;
using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;

namespace LBTool.Simulation.Tests;

/// <summary>Pools of equal one-at-a-time backends with exponential service times, measured in units of the mean service time.</summary>
internal static class Theory
{
    private static readonly TimeSpan Service = TimeSpan.FromSeconds(1);

    /// <summary>Mean time in system.</summary>
    /// <inheritdoc cref="Measure"/>
    public static double MeanTime(string algorithm, int servers, double load, double requests, int choices = 2, int workers = 1, ulong seed = 1) =>
        Measure(algorithm, servers, load, requests, choices, workers, seed).Time;

    /// <summary>Mean time in system, and the load that chance made of the one asked for.</summary>
    /// <param name="algorithm">The rule.</param>
    /// <param name="servers">Backends.</param>
    /// <param name="load">Arrivals a server and service time, below 1.</param>
    /// <param name="requests">Requests measured, about.</param>
    /// <param name="choices">For power-of-two-choices.</param>
    /// <param name="workers">Requests that a server serves at once.</param>
    /// <param name="seed">Root of all randomness.</param>
    /// <param name="warmup">Service times until requests are measured; by default enough for queues of M/M/1.</param>
    public static (double Time, double Load) Measure(
        string algorithm, int servers, double load, double requests, int choices = 2, int workers = 1, ulong seed = 1, double? warmup = null)
    {
        var row = Balancers.Find(algorithm)!;
        var parameters = row.Parameters.ToImmutableSortedDictionary(parameter => parameter.Name, parameter => parameter.Default);
        parameters = choices == 2 ? parameters : parameters.SetItem("choices", choices);
        var rate = load * servers * workers;

        // Queues fill up within some 1/(1−load)² service times at most (the relaxation time of M/M/1 near saturation).
        var start = TimeSpan.FromSeconds(warmup ?? 20 + (3 / ((1 - load) * (1 - load))));
        var service = new Counted(From: rate * start.TotalSeconds);
        var scenario = new Scenario(
            "theory",
            Seed: null,
            new Target(Protocol.Http, new AlgorithmChoice(row.Name, parameters), new HttpVersions(), TimeSpan.FromDays(1),
                [.. Enumerable.Range(1, servers).Select(number => new BackendSpec(
                    $"b{number}", 1, new ServiceTime(service, TimeSpan.Zero), workers, null, 0, 0))]),
            new Load(Executor.ConstantArrivalRate, rate, 0, ArrivalSpacing.Poisson, start + TimeSpan.FromSeconds(requests / rate), start, 1, TimeSpan.FromDays(1)),
            Faults: [],
            Phases: [],
            Expect: [],
            new Gate());
        var tally = new SimulatedWorld(Planner.Plan(scenario, seed), new SimulationOptions { Record = false }).DriveLoad();
        return (tally.Mean / Service, load * service.Sum / requests);
    }

    /// <summary>Exponential service times of mean 1, and how much work they came to from a certain draw on.</summary>
    private sealed record Counted(double From) : Distribution
    {
        private readonly Exponential _times = new(Service);
        private long _draws;

        public double Sum { get; private set; }

        public override double Sample(RandomStream random)
        {
            var time = _times.Sample(random);
            Sum += _draws++ < From ? 0 : time;
            return time;
        }

        public override double Average() => _times.Average();

        public override double Quantile(double share) => _times.Quantile(share);
    }
}
