using LBTool.Core.Balancing;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Draining;

/// <summary>One backend that is drained, for whoever started it, watches it or wants to end it. <see cref="Drains"/> makes them.</summary>
public sealed class Drain
{
    private readonly Drains _drains;

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

    /// <summary>What its deadline has cut.</summary>
    internal CutTally Cut { get; } = new();

    /// <summary>How far it has come.</summary>
    /// <param name="now">Time of the run.</param>
    public DrainProgress ProgressAt(TimeSpan now)
    {
        var left = Step == DrainStep.Draining && Deadline > now ? Deadline - now : TimeSpan.Zero;
        return new DrainProgress(Step, Step == DrainStep.Ended ? 0 : Backend.InFlight, left, Cut.ByKind);
    }

    /// <summary>Ends it: the backend gets requests again. What was cut stays cut.</summary>
    /// <param name="now">Time of the run.</param>
    /// <returns>False when it had ended already.</returns>
    public bool Cancel(TimeSpan now) => _drains.End(this, now);

    internal string TimeLeftText(TimeSpan now) => Durations.Format(ProgressAt(now).TimeLeft);
}
