using LBTool.Core.Scenarios;
using LBTool.Core.Scenarios.Keys;
using LBTool.Core.Scenarios.Reading;

namespace LBTool.Core.HttpFaults;

/// <summary>After the work the head comes at once, and the body in pieces with pauses between them.</summary>
/// <param name="Bytes">Size of a piece, at least 1; the first comes with the head.</param>
/// <param name="Every">Time between two pieces, above 0.</param>
public sealed record HttpSlowBody(int Bytes, TimeSpan Every) : HttpFault
{
    private static readonly Key<int> Piece = Key.Required("bytes", Values.SizeWithin(1, 1_000_000), "size of a piece");

    private static readonly Key<TimeSpan> Pause = Key.Required("every", Values.PositiveDuration, "time between two pieces");

    /// <inheritdoc/>
    public override string Summary => $"slow body ({Bytes} bytes every {Durations.Format(Every)})";

    internal static HttpFaultRow Row { get; } = new(
        "slow_body", "after the work the head comes at once, and the body in pieces with pauses between them",
        "slow_body: { bytes: 100, every: 50ms }",
        Map.Of<HttpFault>([Piece, Pause], fields => new HttpSlowBody(fields.Get(Piece), fields.Get(Pause))));
}
