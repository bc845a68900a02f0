using System.Collections.Immutable;
using LBTool.Core.Health;
using LBTool.Core.Measurements;

namespace LBTool.Core.Reports;

/// <summary>
/// The events that a person is shown. Of probes and states of backends there may be thousands: so many of them are shown,
/// the others are counted, and <c>summary.json</c> has them all.
/// </summary>
public static class EventExcerpt
{
    /// <summary>How many events of probes and states are shown.</summary>
    public const int MostOfHealth = 100;

    /// <summary>Those to show, in order, and how many are left out. What is no news is not among either.</summary>
    public static (ImmutableArray<EventReport> Shown, int LeftOut) Of(IEnumerable<EventReport> events)
    {
        var (shown, ofHealth) = (ImmutableArray.CreateBuilder<EventReport>(), 0);
        foreach (var happened in events.Where(happened => IsNews(happened.Kind, happened.Name, TimeSpan.FromMilliseconds(happened.AtMs))))
        {
            ofHealth += happened.Kind is RunEventKind.Probe or RunEventKind.StateChange ? 1 : 0;
            if (happened.Kind is not (RunEventKind.Probe or RunEventKind.StateChange) || ofHealth <= MostOfHealth)
            {
                shown.Add(happened);
            }
        }

        return (shown.ToImmutable(), Math.Max(0, ofHealth - MostOfHealth));
    }

    /// <summary>
    /// Whether an event tells anything: that a backend was well before the load does not, nor do the states of one that
    /// drains, because the drain tells the same and more.
    /// </summary>
    public static bool IsNews(RunEventKind kind, string name, TimeSpan at) => kind switch
    {
        RunEventKind.Probe => at > TimeSpan.Zero || name != "passed",
        RunEventKind.StateChange => name != BackendStates.NameOf(BackendState.Draining) && name != BackendStates.NameOf(BackendState.Drained)
            && (at > TimeSpan.Zero || name != BackendStates.NameOf(BackendState.Up)),
        _ => true,
    };

    /// <summary>What stands for those left out.</summary>
    public static string Rest(int leftOut) => $"and {leftOut} more of probes and states, all of them in summary.json";
}
