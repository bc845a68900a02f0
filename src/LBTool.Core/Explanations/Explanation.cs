using System.Collections.Immutable;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Explanations;

/// <summary>What a scenario comes to by arithmetic alone, before anything runs: for whoever writes its expectations.</summary>
/// <param name="Timeline">What happens, and what is expected, in order of time.</param>
/// <param name="Figures">How soon health checks see something, and what is lost until then.</param>
/// <param name="Warnings">What in it contradicts itself.</param>
public sealed record Explanation(
    ImmutableArray<TimelineEntry> Timeline, ImmutableArray<Figure> Figures, ImmutableArray<Warning> Warnings)
{
    /// <summary>Explains a scenario.</summary>
    /// <exception cref="ArgumentException">The scenario was not checked: a name, a moment or an expectation does not resolve.</exception>
    public static Explanation Of(Scenario scenario)
    {
        var facts = new Facts(scenario);
        return new Explanation(
            [.. ScenarioTimeline.Of(facts)],
            [.. HealthFigures.Of(facts)],
            [.. HealthWarnings.Of(facts), .. CapacityWarnings.Of(facts), .. StateWarnings.Of(facts), .. LatencyWarnings.Of(facts), .. EffectWarnings.Of(facts)]);
    }
}

/// <summary>Something at a time of the run.</summary>
/// <param name="At">From the start of the load.</param>
/// <param name="Text">What.</param>
public sealed record TimelineEntry(TimeSpan At, string Text);

/// <summary>A value with the arithmetic that it comes from.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Value">The value.</param>
/// <param name="Because">How it comes about, and what is assumed.</param>
public sealed record Figure(string Name, string Value, string Because);

/// <summary>A contradiction in a scenario. It runs all the same, and will not show what it is to show.</summary>
/// <param name="Key">Where: a key of the scenario, a fault or an expectation.</param>
/// <param name="Problem">What is wrong, with the values.</param>
/// <param name="Advice">What to do about it.</param>
public sealed record Warning(string Key, string Problem, string Advice);
