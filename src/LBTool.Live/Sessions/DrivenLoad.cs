using System.Text.Json;
using LBTool.Core.Measurements;
using LBTool.Live.Load;

namespace LBTool.Live.Sessions;

/// <summary>A load that a session drives.</summary>
public sealed class DrivenLoad
{
    private readonly long _numberBefore;
    private readonly long _droppedBefore;
    private readonly Recording _recording;

    internal DrivenLoad(Core.Scenarios.Load load, JsonElement written, LoadDriver driver, TimeSpan startedAt, Recording recording)
    {
        (Load, Written, Driver, StartedAt, _recording) = (load, written, driver, startedAt, recording);
        (_numberBefore, _droppedBefore) = (driver.LastNumber, recording.Dropped);
    }

    /// <summary>What is sent.</summary>
    public Core.Scenarios.Load Load { get; }

    /// <summary>As it was asked for.</summary>
    public JsonElement Written { get; }

    /// <summary>Time of the session.</summary>
    public TimeSpan StartedAt { get; }

    /// <summary>When it ends by itself; null: not before it is stopped.</summary>
    public TimeSpan? EndsAt => Load.Duration < Core.Scenarios.Load.Unending ? StartedAt + Load.Duration : null;

    /// <summary>Requests sent so far.</summary>
    public long Sent => Driver.LastNumber - _numberBefore - Dropped;

    /// <summary>Arrivals given up unsent so far.</summary>
    public long Dropped => _recording.Dropped - _droppedBefore;

    internal LoadDriver Driver { get; }

    /// <summary>Cancelled when no more is to be sent.</summary>
    internal CancellationTokenSource Finish { get; } = new();
}
