using System.Collections.Immutable;
using LBTool.Core.Health;
using LBTool.Core.Measurements;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Expectations;

/// <summary>What the balancer thought of its backends, and how soon it did.</summary>
internal static class HealthMetrics
{
    public static Metric State { get; } = new("state",
        $"what the balancer thinks of a backend at an instant: {string.Join(", ", BackendStates.Names)}; during a window it must hold at every instant, within a time at one",
        [Unit.State], BackendLabel.Required, Trend.Level, "state{backend=b3} == down within 1s .. 2.2s of sick-b3.start")
    {
        Measure = MeasureState,
        Steps = (run, backend, window) => backend!.Members
            .Select(member => run.States(member).In(window).Select(step => (step.At, (double)step.State))),
    };

    public static Metric Transitions { get; } = new("transitions",
        "changes of state; that of a backend from unknown is none",
        [Unit.Count], BackendLabel.Optional, Trend.Grows, "transitions{backend=b3} == 2")
    {
        Measure = (run, question) =>
        {
            var changes = Backends(run, question).Sum(backend => run.States(backend).Changes(question.Window));
            return UnlessEmpty(run, question, Reading.Of(changes, changes));
        },
    };

    public static Metric Panic { get; } = new("panic",
        "how often so few backends were well that all were used; as a share, of the window's time",
        [Unit.Count, Unit.Share], BackendLabel.None, Trend.Grows, "panic == 0")
    {
        Measure = MeasurePanic,
    };

    public static Metric TimeToEject { get; } = new("time_to_eject",
        "the longest time from the start of a fault until the balancer has taken a backend that it hits out of the pool (down or ejected); faults that start in the window count",
        [Unit.Duration], BackendLabel.Optional, Trend.Varies, "time_to_eject{backend=b3} <= 2.2s")
    {
        Measure = (run, question) => Longest(TimesToEject(run, question), "no fault hits it in the window"),
    };

    public static Metric TimeToReadmit { get; } = new("time_to_readmit",
        "the longest time from the end of a fault until the balancer has taken a backend that was out of the pool then back; faults that end in the window count",
        [Unit.Duration], BackendLabel.Optional, Trend.Varies, "time_to_readmit{backend=b3} <= 2s")
    {
        Measure = (run, question) => Longest(TimesToReadmit(run, question), "no backend was out of the pool when a fault of it ended in the window"),
    };

    public static ImmutableArray<Metric> Rows { get; } = [State, Transitions, TimeToEject, TimeToReadmit, Panic];

    private static Reading MeasureState(MeasuredRun run, Question question)
    {
        var states = question.Backend!.Members.SelectMany(member => run.States(member).In(question.Window)).Select(step => step.State).ToArray();
        return new Reading((double)states.Min(), (double)states.Max(), states.Length)
        {
            Words = string.Join(", ", states.Distinct().Select(BackendStates.NameOf)),
        };
    }

    // A backend that stays in the pool until its fault is over was never found out.
    private static IEnumerable<TimeSpan> TimesToEject(MeasuredRun run, Question question) =>
        from fault in run.Faults.Of(question.Backend)
        where question.Window.Contains(fault.Window.From)
        let found = run.States(fault.Backend).First(fault.Window.From, IsOut)
        select found <= fault.Window.Until ? found.Value - fault.Window.From : TimeSpan.MaxValue;

    private static IEnumerable<TimeSpan> TimesToReadmit(MeasuredRun run, Question question) =>
        from fault in run.Faults.Of(question.Backend)
        where question.Window.Contains(fault.Window.Until)
        let states = run.States(fault.Backend)
        where IsOut(states.In(new Window(fault.Window.Until, TimeSpan.MaxValue)).First().State)
        let back = states.First(fault.Window.Until, state => !IsOut(state))
        select back is { } instant ? instant - fault.Window.Until : TimeSpan.MaxValue;

    private static Reading Longest(IEnumerable<TimeSpan> times, string otherwise)
    {
        var all = times.ToArray();
        return all.Length == 0 ? Reading.Nothing(otherwise)
            : all.Max() == TimeSpan.MaxValue ? Reading.Of(double.PositiveInfinity, all.Length) with { Words = "never" }
            : Reading.Of(all.Max().Ticks, all.Length);
    }

    private static Reading MeasurePanic(MeasuredRun run, Question question)
    {
        var parts = run.Panics
            .Select(panic => new Window(Later(panic.From, question.Window.From), panic.Until < question.Window.Until ? panic.Until : question.Window.Until))
            .Where(part => part.Length > TimeSpan.Zero)
            .ToArray();
        return UnlessEmpty(run, question, question.Unit == Unit.Share
            ? Reading.Of(parts.Sum(part => part.Length / question.Window.Length), parts.Length)
            : Reading.Of(parts.Length, parts.Length));
    }

    // A balancer without traffic may well have nothing to think about.
    private static Reading UnlessEmpty(MeasuredRun run, Question question, Reading reading) =>
        run.Requests(question.Window).IsEmpty ? Reading.Nothing(TrafficMetrics.NoRequest) : reading;

    private static bool IsOut(BackendState state) => state is BackendState.Down or BackendState.Ejected;

    private static IEnumerable<int> Backends(MeasuredRun run, Question question) =>
        question.Backend is { } some ? some.Members : Enumerable.Range(0, run.Result.Plan.Backends.Length);

    private static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
