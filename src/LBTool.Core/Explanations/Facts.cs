using System.Collections.Immutable;
using LBTool.Core.Balancing;
using LBTool.Core.Expectations;
using LBTool.Core.Plans;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Explanations;

/// <summary>A scenario as an explanation looks at it: times resolved, expectations read, shares known.</summary>
internal sealed class Facts
{
    private readonly MomentResolver _resolver;
    private readonly ImmutableArray<double> _shares;

    /// <param name="scenario">Checked.</param>
    /// <exception cref="ArgumentException">It was not.</exception>
    public Facts(Scenario scenario)
    {
        Scenario = scenario;
        Plan = Planner.Plan(scenario, scenario.Seed ?? 0);
        Expectations = [.. scenario.Expect.Select(written => ExpectationParser.Parse(written.Text).Expectation
            ?? throw new ArgumentException($"not an expectation: {written.Text}", nameof(scenario)))];
        _resolver = new MomentResolver(scenario, scenario.Load.Duration);
        _shares = SharesOf(scenario.Target);
    }

    /// <summary>What is explained.</summary>
    public Scenario Scenario { get; }

    /// <summary>With its times. Where there is no seed, the backends that are drawn are not those of a run: see <see cref="KnowsBackendsOf"/>.</summary>
    public RunPlan Plan { get; }

    /// <summary>What is expected, in the order of the scenario.</summary>
    public ImmutableArray<Expectation> Expectations { get; }

    /// <summary>Requests a second; null in a closed model, where answers decide.</summary>
    public double? Rate => Scenario.Load.Executor == Executor.ConstantArrivalRate ? Scenario.Load.Rate : null;

    /// <summary>The part of the requests that a backend gets while all are well, under an algorithm that keeps to weights.</summary>
    public double ShareOf(int backend) => _shares[backend];

    /// <summary>The part that the backends of a fault get together; the largest that it can be when they are drawn anew in each run.</summary>
    public double ShareOf(PlannedFault fault) => KnowsBackendsOf(fault)
        ? fault.Backends.Sum(index => _shares[index])
        : _shares.OrderDescending().Take(fault.Backends.Length).Sum();

    /// <summary>Whether the backends of a fault are the same in every run.</summary>
    public bool KnowsBackendsOf(PlannedFault fault) =>
        Scenario.Seed is not null
        || fault.Backends.Length == _shares.Length
        || Scenario.Faults.First(written => written.Name == fault.Name).Target is NamedBackends;

    /// <summary>Names of the backends of a fault, or how many are drawn.</summary>
    public ImmutableArray<string> NamesOf(PlannedFault fault) => KnowsBackendsOf(fault)
        ? [.. fault.Backends.Select(index => Plan.Backends[index])]
        : [$"{fault.Backends.Length} drawn with the seed"];

    /// <summary>The time of a moment.</summary>
    public TimeSpan TimeOf(Moment moment) =>
        _resolver.TimeOf(moment) ?? throw new ArgumentException($"{Moments.Format(moment)} does not resolve", nameof(moment));

    /// <summary>A phase's window.</summary>
    public Window WindowOf(Phase phase) => Named(phase.Name);

    /// <summary>The measured window that an expectation is about; null when the run decides it, as with states.</summary>
    public Window? WindowOf(Expectation expectation)
    {
        Window? window = expectation.When switch
        {
            null => new Window(TimeSpan.Zero, Plan.Length),
            DuringNamed named => Named(named.Name.Value),
            DuringMoments moments => new Window(TimeOf(moments.From.Value), TimeOf(moments.Until.Value)),
            Within within => new Window(TimeOf(within.Of.Value) + within.Earliest, TimeOf(within.Of.Value) + within.Latest),
            _ => null,
        };
        var warmup = Scenario.Load.Warmup;
        return window is { } found && found.From < warmup && expectation.When is not Within ? found with { From = warmup } : window;
    }

    private Window Named(string name) =>
        _resolver.WindowOf(name) ?? throw new ArgumentException($"no window is named {name}", nameof(name));

    private static ImmutableArray<double> SharesOf(Target target)
    {
        var equal = !Balancers.Find(target.Algorithm.Name)!.UsesWeights;
        var anyWeight = target.Backends.Any(backend => backend.Weight > 0);
        double[] parts = [.. target.Backends.Select(backend => !anyWeight ? 1 : equal ? Math.Sign(backend.Weight) : backend.Weight)];
        return [.. parts.Select(part => part / parts.Sum())];
    }
}
