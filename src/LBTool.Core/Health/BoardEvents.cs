using LBTool.Core.Balancing;
using LBTool.Core.Measurements;

namespace LBTool.Core.Health;

/// <summary>What a board writes down, in words.</summary>
/// <param name="events">Where.</param>
/// <param name="clock">Time of the run.</param>
internal sealed class BoardEvents(EventBook events, Func<TimeSpan> clock)
{
    /// <summary>A backend's first probe has ended, or one otherwise than the one before.</summary>
    public void Probe(Backend backend, ProbeResult result, TimeSpan intended, TimeSpan now) => events.Note(
        new RunEvent(intended, now, RunEventKind.Probe, result.Passed ? "passed" : "failed", $"probe of {backend.Name} {result}")
        {
            Backend = backend.Index,
        });

    /// <summary>A backend has a state, for a reason.</summary>
    public void State(WatchedBackend member, TimeSpan intended, string? why)
    {
        var name = BackendStates.NameOf(member.State);
        var text = $"{member.Backend.Name} is {name}{(why is null ? "" : $": {why}")}";
        events.Note(new RunEvent(intended, clock(), RunEventKind.StateChange, name, text) { Backend = member.Backend.Index });
    }

    /// <summary>A backend would be ejected if not so many were already. Once, until one of those comes back.</summary>
    public void Spared(WatchedBackend member, string reason, int ejected, TimeSpan now)
    {
        if (!member.WasSpared)
        {
            member.WasSpared = true;
            var text = $"{member.Backend.Name} is not ejected ({reason}): {ejected} are, and max_ejected allows no more";
            events.Note(new RunEvent(now, now, RunEventKind.Spared, "spared", text) { Backend = member.Backend.Index });
        }
    }

    /// <summary>Panic begins or ends.</summary>
    public void Panic(RunEventKind kind, WatchedBackend[] all, TimeSpan intended)
    {
        var well = $"{all.Count(member => member.IsWell)} of {all.Length} backends are well";
        var (name, text) = kind == RunEventKind.PanicStart ? ("begins", $"panic begins: {well}, all are used") : ("ends", $"panic ends: {well}");
        events.Note(new RunEvent(intended, clock(), kind, name, text));
    }
}
