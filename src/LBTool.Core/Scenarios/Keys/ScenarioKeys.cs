using System.Collections.Immutable;
using LBTool.Core.Scenarios.Reading;

namespace LBTool.Core.Scenarios.Keys;

/// <summary>A scenario as far as it could be read.</summary>
internal sealed record ScenarioDraft(
    string? Name,
    ulong? Seed,
    Target? Target,
    Located<Load>? Load,
    ImmutableArray<FaultDraft> Faults,
    ImmutableArray<PhaseDraft> Phases,
    ImmutableArray<ExpectationText> Expect,
    Gate? Gate);

/// <summary>A phase as far as it could be read; <paramref name="Phase"/> only when all of it could.</summary>
internal sealed record PhaseDraft(Located<string> Name, Located<Moment>? From, Located<Moment>? Until, Phase? Phase);

/// <summary>The keys at the top of a scenario, and those too few for a table of their own.</summary>
internal static class ScenarioKeys
{
    private static readonly Key<int> Version = Key.Required("version",
        new Scalar<int>("1, the only version so far", (string text, out int value) => (value = 1) == 1 && text == "1", () => [Json.Number(1, 1, whole: true)]),
        "of this format");

    private static readonly Key<string> Name = Key.Required("name", Values.Title, "title, shown in every report");

    private static readonly Key<ulong> Seed = Key.Optional("seed", Values.Seed, "one is drawn, and printed",
        "root of all randomness: with the same seed, everything drawn is the same");

    private static readonly Key<ImmutableArray<(Located<string> Name, string Value)>> Vars = Key.Default(Variables.Key,
        new NamedShape<string>("a variable's name", Values.Name, Values.NamePattern, Values.AnyText), "{}",
        "defaults of the variables: `${NAME}` in any value is replaced by `--var NAME=VALUE`, or else by this");

    private static readonly Key<Target> Target = Key.Required("target", TargetKeys.Target, "the balancer under test and the backends behind it");

    private static readonly Key<Load> Load = Key.Required("load", LoadKeys.Load, "the traffic");

    private static readonly Key<ImmutableArray<FaultDraft>> Faults = Key.Default("faults",
        new ListShape<FaultDraft>(FaultKeys.Fault), "[]", "what goes wrong, and when");

    private static readonly Key<Moment> From = Key.Optional("from", Values.Moment, "the start of the run", "when it begins");

    private static readonly Key<Moment> Until = Key.Optional("until", Values.Moment, "the end of the run", "when it ends");

    private static readonly Key<ImmutableArray<(Located<string> Name, PhaseParts Value)>> Phases = Key.Default("phases",
        new NamedShape<PhaseParts>("a phase's name", Values.Name, Values.NamePattern, new MapShape<PhaseParts>(
            [From, Until],
            fields => new PhaseParts(fields.Find(From), fields.Find(Until), !fields.Failed))),
        "{}",
        "named windows of the run, which do not overlap; a fault's name is a window too");

    private static readonly Shape<Located<string>> Expression = new LocatedShape<string>(Values.Text);

    private static readonly Key<Located<string>> Expr = Key.Required("expr", Expression, "the expression");

    private static readonly Key<bool> Abort = Key.Default("abort", Values.Flag, "false", "end the run as soon as it is violated");

    private static readonly Key<TimeSpan> After = Key.Default("after", Values.Duration, "0s",
        "with `abort`: how much of its window must have passed before it may end the run");

    private static readonly Key<ImmutableArray<Expectation>> Expect = Key.Default("expect",
        new ListShape<Expectation>(new EitherShape<Expectation>(
            text: new MappedShape<Located<string>, Expectation>(Expression, text => new Expectation(text, false, TimeSpan.Zero)),
            map: Map.Of([Expr, Abort, After],
                fields => new Expectation(fields.Get(Expr), fields.Get(Abort), fields.Get(After)), CheckExpectation))),
        "[]",
        "what must hold; without any, a run is inconclusive");

    private static readonly Key<int> Repeat = Key.Default("repeat", Values.Count(1, 100), "1", "how often to run it at most");

    private static readonly Key<int> Pass = Key.Optional("pass", Values.Count(1, 100), "all of `repeat`", "how many runs must pass");

    private static readonly Key<int> MinSamples = Key.Default("min_samples", Values.Count(1, 1_000_000_000), "1",
        "fewest samples under which a latency is judged; with fewer it is inconclusive");

    private static readonly Key<Gate> Gate = Key.Default("gate",
        Map.Of([Repeat, Pass, MinSamples],
            fields => new Gate(fields.Get(Repeat), fields.Find(Pass)?.Value ?? fields.Get(Repeat), fields.Get(MinSamples)), CheckGate),
        "{}",
        "how often it must hold, and with how many samples");

    public static readonly MapShape<ScenarioDraft> Scenario = new(
        [Version, Name, Seed, Vars, Target, Load, Faults, Phases, Expect, Gate],
        fields => new ScenarioDraft(
            fields.Get(Name),
            fields.Find(Seed)?.Value,
            fields.Get(Target),
            fields.Find(Load),
            fields.Have(Faults) ? fields.Get(Faults) : [],
            fields.Have(Phases) ? [.. fields.Get(Phases).Select(phase => Draft(phase.Name, phase.Value))] : [],
            fields.Have(Expect) ? [.. fields.Get(Expect).Select(expectation => expectation.Within(fields.File))] : [],
            fields.Get(Gate)));

    private static PhaseDraft Draft(Located<string> name, PhaseParts parts) => new(
        name, parts.From, parts.Until,
        parts.IsWhole ? new Phase(name.Value, parts.From?.Value, parts.Until?.Value) : null);

    private static void CheckExpectation(Fields fields)
    {
        if (fields.Find(After) is not null && fields.Have(Abort) && !fields.Get(Abort))
        {
            fields.Report(After, "it says when a violation may end the run; that needs abort: true");
        }
    }

    private static void CheckGate(Fields fields)
    {
        if (fields.Find(Pass) is { } pass && fields.Have(Repeat) && pass.Value > fields.Get(Repeat))
        {
            fields.Report(Pass, $"{pass.Value} runs cannot pass when there are {fields.Get(Repeat)} (repeat)");
        }
    }

    /// <summary>What stands under a phase's name.</summary>
    private sealed record PhaseParts(Located<Moment>? From, Located<Moment>? Until, bool IsWhole);

    /// <summary>An expectation with its place, in a file yet unnamed.</summary>
    private sealed record Expectation(Located<string> Text, bool Abort, TimeSpan After)
    {
        public ExpectationText Within(string file) =>
            new(Text.Value, Abort, After, $"{file}({Text.Place.Line},{Text.Place.Column})");
    }
}
