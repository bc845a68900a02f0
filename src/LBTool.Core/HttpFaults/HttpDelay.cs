using LBTool.Core.Scenarios;
using LBTool.Core.Scenarios.Keys;
using LBTool.Core.Scenarios.Reading;

namespace LBTool.Core.HttpFaults;

/// <summary>The worker waits before it begins with the work, then answers as ever.</summary>
/// <param name="Time">Above 0.</param>
public sealed record HttpDelay(TimeSpan Time) : HttpFault
{
    /// <inheritdoc/>
    public override string Summary => $"{Durations.Format(Time)} delay";

    internal static HttpFaultRow Row { get; } = new(
        "delay", "the worker waits before it begins with the work, then answers as ever", "delay: 300ms",
        new MappedShape<TimeSpan, HttpFault>(Values.PositiveDuration, time => new HttpDelay(time)));
}
