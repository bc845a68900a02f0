using LBTool.Core.Expectations;
using LBTool.Core.Runs;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Explanations;

/// <summary>What a scenario says, in order of time.</summary>
internal static class ScenarioTimeline
{
    /// <summary>All of it; what happens at one time stands in the order load, phases, faults, expectations.</summary>
    public static IEnumerable<TimelineEntry> Of(Facts facts) =>
        Load(facts.Scenario.Load).Concat(Phases(facts)).Concat(Faults(facts)).Concat(Expectations(facts)).OrderBy(entry => entry.At);

    private static IEnumerable<TimelineEntry> Load(Load load)
    {
        yield return new(TimeSpan.Zero, "load begins: " + (load.Executor == Executor.ConstantVus
            ? $"{load.Vus} virtual users"
            : $"{Units.Number(load.Rate)} requests/s, {load.Arrivals.ToString().ToLowerInvariant()}"));
        if (load.Warmup > TimeSpan.Zero)
        {
            yield return new(load.Warmup, "warm-up ends: requests are measured");
        }

        yield return new(load.Duration, "load ends");
    }

    private static IEnumerable<TimelineEntry> Phases(Facts facts) => facts.Scenario.Phases.SelectMany(phase =>
    {
        var window = facts.WindowOf(phase);
        return new TimelineEntry[] { new(window.From, $"phase {phase.Name} begins"), new(window.Until, $"phase {phase.Name} ends") };
    });

    private static IEnumerable<TimelineEntry> Faults(Facts facts) => facts.Plan.Faults.SelectMany(fault => new TimelineEntry[]
    {
        new(fault.Start, FaultText.Begins(fault.Name, fault.Effect, facts.NamesOf(fault))),
        new(fault.End, $"{fault.Name} ends"),
    });

    private static IEnumerable<TimelineEntry> Expectations(Facts facts) => facts.Expectations.Select(expectation =>
        facts.WindowOf(expectation) is { } window
            ? new TimelineEntry(window.From, $"expected until {Durations.Format(window.Until)}: {expectation.Text}")
            : new TimelineEntry(facts.Scenario.Load.Warmup, $"expected whenever it applies: {expectation.Text}"));
}
