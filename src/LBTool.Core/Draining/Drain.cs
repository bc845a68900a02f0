using System.Collections.Immutable;
using LBTool.Core.Balancing;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Draining;

/// <summary>One backend that is drained, for whoever started it, watches it or wants to end it. <see cref="Drains"/> makes them.</summary>
public sealed class Drain
{
    private readonly Drains _drains;
    private ImmutableSortedDictionary<CutKind, int> _cut = ImmutableSortedDictionary<CutKind, int>.Empty;

    internal Drain(Drains drains, Backend backend, TimeSpan start, TimeSpan deadline)
    {
        _drains = drains;
        Backend = backend;
        Start = start;
        Deadline = deadline;
    }

    /// <summary>Who is drained.</summary>
    public Backend Backend { get; }

    /// <summary>Time of the run at which it began.</summary>
    public TimeSpan Start { get; }

    /// <summary>Time of the run at which what is left is cut.</summary>
    public TimeSpan Deadline { get; }

    internal DrainStep Step { get; set; }

    /// <summary>How far it has come.</summary>
    /// <param name="now">Time of the run.</param>
    public DrainProgress ProgressAt(TimeSpan now)
    {
        var left = Step == DrainStep.Draining && Deadline > now ? Deadline - now : TimeSpan.Zero;
        return new DrainProgress(Step, Step == DrainStep.Ended ? 0 : Backend.InFlight, left, _cut);
    }

    /// <summary>Ends it: the backend gets requests again. What was cut stays cut.</summary>
    /// <param name="now">Time of the run.</param>
    /// <returns>False when it had ended already.</returns>
    public bool Cancel(TimeSpan now) => _drains.End(this, now);

    internal void Count(CutKind kind, int count)
    {
        if (count > 0)
        {
            ImmutableInterlocked.Update(ref _cut, static (cut, add) => cut.SetItem(add.kind, cut.GetValueOrDefault(add.kind) + add.count), (kind, count));
        }
    }

    /// <summary>What was cut, in words.</summary>
    internal string CutText() => string.Join(", ", _cut.Select(row => $"{row.Value} {NameOf(row.Key, row.Value)}"));

    internal string TimeLeftText(TimeSpan now) => Durations.Format(ProgressAt(now).TimeLeft);

    private static string NameOf(CutKind kind, int count) => kind switch
    {
        CutKind.Request => "request",
        CutKind.Stream => "stream",
        CutKind.WebSocket => "WebSocket",
        CutKind.Connection => "connection",
        _ => "idle connection",
    } + (count == 1 ? "" : "s");
}
