using LBTool.Core.Scenarios;

namespace LBTool.Core.Measurements;

/// <summary>
/// The windows of a run as it went: faults with the times at which they really acted, and only what was measured, that
/// is after warm-up and before the run ended.
/// </summary>
public sealed class RunWindows
{
    private readonly TimeSpan _planned;
    private readonly TimeSpan _warmup;
    private readonly MomentResolver _resolver;

    /// <param name="result">The run.</param>
    /// <param name="underWay">The run still goes on; <see cref="RunResult.Length"/> is the time now.</param>
    public RunWindows(RunResult result, bool underWay)
    {
        _planned = result.Plan.Length;
        _warmup = result.Plan.Scenario.Load.Warmup;
        Reached = !underWay && result.End == RunEnd.Completed ? _planned
            : result.Length < _planned ? result.Length : _planned;
        _resolver = new MomentResolver(result.Plan.Scenario, _planned, Happened(result, _planned));
    }

    /// <summary>How far the run came; the planned length when it completed.</summary>
    public TimeSpan Reached { get; }

    /// <summary>The whole run.</summary>
    public Window Whole => new(TimeSpan.Zero, _planned);

    /// <summary>The fault or phase of this name; null when there is none.</summary>
    public Window? Named(string name) => _resolver.WindowOf(name);

    /// <summary>The time of a moment; null when it names nothing known.</summary>
    /// <param name="moment">The moment.</param>
    /// <param name="isEnd">Whether a window ends there.</param>
    public TimeSpan? TimeOf(Moment moment, bool isEnd = false) => _resolver.TimeOf(moment, isEnd);

    /// <summary>Whether the run came to the end of <paramref name="window"/>.</summary>
    public bool Ended(Window window) => window.Until <= Reached || Reached == _planned;

    /// <summary>The part of <paramref name="window"/> that was measured; may have no length.</summary>
    public Window Measured(Window window) => window with
    {
        From = window.From < _warmup ? _warmup : window.From,
        Until = window.Until > Reached ? Reached : window.Until,
    };

    /// <summary>A window that ends with the run also takes in what belongs to its last instant or comes a little late.</summary>
    public Window WithLast(Window window) => window.Until >= _planned ? window with { Until = TimeSpan.MaxValue } : window;

    /// <summary>Why nothing of <paramref name="window"/> was measured.</summary>
    public string WhyEmpty(Window window) =>
        window.From >= Reached ? $"the run ended at {Durations.Format(Reached)}, before the window began at {Durations.Format(window.From)}"
        : window.Until <= _warmup ? $"the window ends at {Durations.Format(window.Until)}, and nothing is measured during warm-up ({Durations.Format(_warmup)})"
        : "the window has no length";

    // A fault that is taken back early, because the run ended, would otherwise look like a window that was run to its end.
    private static Dictionary<string, Window> Happened(RunResult result, TimeSpan planned)
    {
        var happened = new Dictionary<string, Window>();
        foreach (var fault in result.Plan.Faults)
        {
            var start = EventOf(result, RunEventKind.FaultStart, fault.Name);
            var end = EventOf(result, RunEventKind.FaultEnd, fault.Name);
            happened[fault.Name] = new Window(start?.At ?? fault.Start, Within(end?.Since ?? fault.End))
            {
                Before = start?.Since ?? fault.Start,
                After = Within(end?.At ?? fault.End),
            };

            TimeSpan Within(TimeSpan until) => until < fault.End ? Least(fault.End, planned) : Least(until, planned);
        }

        return happened;
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static RunEvent? EventOf(RunResult result, RunEventKind kind, string fault) =>
        result.Events.FirstOrDefault(happening => happening.Kind == kind && happening.Name == fault);
}
