using LBTool.Core.Measurements;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Expectations;

/// <summary>
/// Judges one expectation after the other against one run. A doubt is never green: whatever keeps a value from being
/// known or trusted makes the outcome inconclusive, with the reason.
/// </summary>
internal sealed class ExpectationJudge(MeasuredRun run)
{
    private readonly Lazy<string?> _behind = new(() => FellBehind(run));

    /// <summary>Why the load was not the one asked for; null when it was.</summary>
    public string? Behind => _behind.Value;

    public ExpectationOutcome Judge(ExpectationText written)
    {
        var blank = new ExpectationOutcome(written.Text, written.Origin, Verdict.Inconclusive, null, "", 0, null, null);
        var parsing = ExpectationParser.Parse(written.Text);
        if (parsing.Expectation is not { } expectation)
        {
            return blank with { Reason = $"it cannot be read: {parsing.Error}" };
        }

        blank = blank with { Bound = BoundText(expectation, null) };
        var backend = expectation.Backend is { } named ? BackendGroup.Of(named.Value, run.Result.Plan.Scenario.Target.Backends) : null;
        return backend is null && expectation.Backend is not null ? blank with { Reason = $"there is no backend '{expectation.Backend.Value}'" }
            : expectation.When is DuringState during ? JudgeStretches(expectation, during, backend, blank)
            : expectation.When is Within within ? JudgeWithin(expectation, within, backend, blank)
            : WindowOf(expectation.When) is { } window ? JudgeDuring(expectation, window, backend, blank)
            : blank with { Reason = "its window is not known in this scenario" };
    }

    /// <summary>The window that an expectation is about, as it happened; null when the scenario does not know it.</summary>
    public Window? WindowOf(When? when) => when switch
    {
        null => run.Windows.Whole,
        DuringNamed named => run.Windows.Named(named.Name.Value),
        DuringState during => Stretches(during) is [var first, ..] stretches ? new Window(first.From, stretches[^1].Until) : null,
        DuringMoments range => Between(run.Windows.TimeOf(range.From.Value), run.Windows.TimeOf(range.Until.Value, isEnd: true)),
        Within within => run.Windows.TimeOf(within.Of.Value) is { } moment ? new Window(moment, moment + within.Latest) : null,
        _ => null,
    };

    private static Window? Between(TimeSpan? from, TimeSpan? until) =>
        from is { } start && until is { } end ? new Window(start, end) : null;

    private Window[] Stretches(DuringState during)
    {
        var backend = run.Result.Plan.Backends.IndexOf(during.Backend.Value);
        return backend < 0 ? [] : [.. run.States(backend).Stretches(run.Windows.Measured(run.Windows.Whole), state => (state == during.State) == during.Is)];
    }

    // It must hold in each of them; one in which nothing happened says nothing, as long as another one does.
    private ExpectationOutcome JudgeStretches(Expectation expectation, DuringState during, BackendGroup? backend, ExpectationOutcome blank)
    {
        var outcomes = Stretches(during).Select(stretch => JudgeDuring(expectation, stretch, backend, blank)).ToArray();
        if (outcomes.Length == 0)
        {
            return blank with { Reason = $"there was no instant with {during.Text}" };
        }

        var deciding = outcomes.FirstOrDefault(outcome => outcome.Verdict == Verdict.Failed)
            ?? outcomes.FirstOrDefault(outcome => outcome is { Verdict: Verdict.Inconclusive, Samples: > 0 })
            ?? outcomes.FirstOrDefault(outcome => outcome.Verdict == Verdict.Passed)
            ?? outcomes[0];
        return deciding.Verdict == Verdict.Passed ? deciding with { Samples = outcomes.Sum(outcome => outcome.Samples) } : deciding;
    }

    private ExpectationOutcome JudgeDuring(Expectation expectation, Window window, BackendGroup? backend, ExpectationOutcome blank)
    {
        var measured = run.Windows.Measured(window);
        if (measured.Length == TimeSpan.Zero)
        {
            return blank with { Reason = run.Windows.WhyEmpty(window) };
        }

        var (reading, bound, missing) = Compare(expectation, measured, backend, fromSending: false);
        if (missing is not null)
        {
            return blank with { Samples = reading.Samples, Actual = ActualUnlessEmpty(reading, expectation), Reason = missing };
        }

        var passed = Holds(expectation, reading, bound, measured, backend);
        var doubt = Doubt(expectation, window, measured, backend, reading, bound, passed);
        return blank with
        {
            Verdict = doubt is not null ? Verdict.Inconclusive : passed ? Verdict.Passed : Verdict.Failed,
            Actual = Actual(reading, bound, expectation.Bound.Unit),
            Value = double.IsFinite(reading.High) ? new Measured(reading.High, expectation.Bound.Unit) : null,
            Bound = BoundText(expectation, bound),
            Samples = reading.Samples,
            Interval = reading.Interval,
            Reason = doubt,
        };
    }

    private (Reading Reading, double Bound, string? Missing) Compare(Expectation expectation, Window measured, BackendGroup? backend, bool fromSending)
    {
        var metric = expectation.Metric;
        Reading Ask(Window window) =>
            metric.Measure(run, new Question(window, backend, expectation.Bound.Unit, expectation.Percentile, fromSending));

        var reading = Ask(measured);
        if (expectation.Bound is not RelativeBound relative)
        {
            return (reading, ((FixedBound)expectation.Bound).Value, reading.Missing);
        }

        var name = relative.Window.Value;
        if (run.Windows.Named(name) is not { } window || run.Windows.Measured(window) is not { Length.Ticks: > 0 } with)
        {
            return (reading, 0, $"'{name}', which it is compared with, was not measured");
        }

        var other = run.Windows.Ended(window) ? Ask(with) : Reading.Nothing("the run ended before it did");
        return (reading, (relative.Factor * other.High) + relative.Constant,
            reading.Missing ?? (WhyNoBound(other) is { } why ? $"'{name}', which it is compared with: {why}" : null));
    }

    // What never happened there would let everything pass.
    private static string? WhyNoBound(Reading other) => other.Missing ?? (double.IsFinite(other.High) ? null : other.Words);

    // What has a value at every instant must hold at each of them.
    private bool Holds(Expectation expectation, Reading reading, double bound, Window measured, BackendGroup? backend) =>
        expectation.Metric.Steps is { } steps
            ? steps(run, backend, measured).All(series => series.All(step => expectation.Comparison.Holds(step.Value, step.Value, bound)))
            : expectation.Comparison.Holds(reading.Low, reading.High, bound);

    // Everything that takes a verdict back, in the order in which it is best explained.
    private string? Doubt(
        Expectation expectation, Window window, Window measured, BackendGroup? backend, Reading reading, double bound, bool passed)
    {
        if (expectation.Metric == DriverMetrics.AchievedRate)
        {
            return passed ? null : DriverMetrics.FellBehind(run);
        }

        if (expectation.Metric.IsLatency && (Behind ?? DecidedByDriver(expectation, measured, backend, passed)) is { } late)
        {
            return late;
        }

        var over = !run.UnderWay && run.Windows.Ended(window);
        return over || (!passed && FailsForGood(expectation, reading, bound)) ? null : EndedBefore(window);
    }

    // While a run goes on, leases that are still open are not in the records: what was in flight is a lower bound.
    private bool FailsForGood(Expectation expectation, Reading reading, double bound) => expectation.Metric.Trend switch
    {
        Trend.Varies => true,
        Trend.Grows when expectation.Bound.Unit == Unit.Share => true,
        Trend.Level when !run.UnderWay || expectation.Bound.Unit == Unit.State => true,
        _ => expectation.Comparison.FailsForGood(reading.High, bound),
    };

    // Latency counts from the intended instant and so includes what the driver was late. If the verdict would be
    // another without that, it says something about the driver and not about the balancer.
    private string? DecidedByDriver(Expectation expectation, Window measured, BackendGroup? backend, bool passed)
    {
        if (passed && expectation.Comparison.Upper)
        {
            return null;
        }

        var (reading, bound, _) = Compare(expectation, measured, backend, fromSending: true);
        return expectation.Comparison.Holds(reading.Low, reading.High, bound) == passed ? null
            : $"the load driver sent late, and that decides: from the actual sending it is {Actual(reading, bound, Unit.Duration)}";
    }

    private ExpectationOutcome JudgeWithin(Expectation expectation, Within within, BackendGroup? backend, ExpectationOutcome blank)
    {
        if (WindowOf(within) is not { } window)
        {
            return blank with { Reason = "its moment is not known in this scenario" };
        }

        var end = window.Until < run.Windows.Reached ? window.Until : run.Windows.Reached;
        var known = new Window(window.From, end + TimeSpan.FromTicks(1));
        if (known.Length == TimeSpan.Zero)
        {
            return blank with { Reason = run.Windows.WhyEmpty(window) };
        }

        var (reading, bound, missing) = Compare(expectation, known, backend, fromSending: false);
        if (missing is not null)
        {
            return blank with { Reason = missing };
        }

        // Of a backend with copies every one must come there, so that the first decides who came too early, and the last the rest.
        var series = expectation.Metric.Steps!(run, backend, known).Select(steps => steps.ToArray()).ToArray();
        var firsts = series
            .SelectMany(steps => steps.Where(step => expectation.Comparison.Holds(step.Value, step.Value, bound)).Take(1))
            .OrderBy(step => step.At)
            .ToArray();
        var outcome = blank with { Samples = series.Sum(steps => steps.Length) };
        if (firsts.Length < series.Length)
        {
            return outcome with
            {
                Verdict = window.Until <= run.Windows.Reached ? Verdict.Failed : Verdict.Inconclusive,
                Actual = Actual(reading, bound, expectation.Bound.Unit),
                Reason = window.Until <= run.Windows.Reached ? null : EndedBefore(window),
            };
        }

        var early = firsts[0].At - window.From < within.Earliest;
        var (at, value) = early ? firsts[0] : firsts[^1];
        return outcome with
        {
            Verdict = early ? Verdict.Failed : Verdict.Passed,
            Actual = $"{Units.Write(value, expectation.Bound.Unit)} after {Durations.Format(at - window.From)}",
        };
    }

    private string EndedBefore(Window window) =>
        $"the run ended at {Durations.Format(run.Windows.Reached)}, before the window did at {Durations.Format(window.Until)}";

    private static string? FellBehind(MeasuredRun run)
    {
        if (run.Result.Scheduled == 0)
        {
            return null;
        }

        var said = run.Result.Plan.Scenario.Expect
            .Select(written => ExpectationParser.Parse(written.Text).Expectation)
            .Where(expectation => expectation?.Metric == DriverMetrics.AchievedRate)
            .ToArray();
        var achieved = (double)run.Sent / run.Result.Scheduled;
        var held = said.Length == 0
            ? achieved >= DriverMetrics.LeastAchieved
            : said.All(expectation => expectation!.Comparison.Holds(achieved, achieved, ((FixedBound)expectation.Bound).Value));
        return held ? null : DriverMetrics.FellBehind(run);
    }

    private static string? ActualUnlessEmpty(Reading reading, Expectation expectation) =>
        reading.Samples == 0 ? null : Actual(reading, reading.High, expectation.Bound.Unit);

    private static string Actual(Reading reading, double bound, Unit unit) => reading.Words is { } words ? words
        : reading.Low == reading.High ? Units.WriteBeside(reading.High, bound, unit)
        : $"{Units.Write(reading.Low, unit)} … {Units.WriteBeside(reading.High, bound, unit)}";

    private static string BoundText(Expectation expectation, double? bound) => expectation.Bound switch
    {
        RelativeBound relative when bound is { } value =>
            $"{expectation.Comparison.Sign} {Units.Write(value, relative.Unit)} ({relative.Text})",
        RelativeBound relative => $"{expectation.Comparison.Sign} {relative.Text}",
        FixedBound fixedBound => $"{expectation.Comparison.Sign} {Units.Write(fixedBound.Value, fixedBound.Unit)}",
        _ => expectation.Comparison.Sign,
    };
}
