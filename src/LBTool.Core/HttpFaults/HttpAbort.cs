using LBTool.Core.Scenarios.Reading;

namespace LBTool.Core.HttpFaults;

/// <summary>After the work, the connection is reset at this point of the answer.</summary>
public sealed record HttpAbort(AbortPoint Point) : HttpFault
{
    private static readonly (string Name, AbortPoint Point)[] Points =
    [
        ("before-headers", AbortPoint.BeforeHeaders), ("after-headers", AbortPoint.AfterHeaders), ("mid-body", AbortPoint.MidBody),
    ];

    /// <inheritdoc/>
    public override string Summary => "abort " + Points.First(row => row.Point == Point).Name;

    internal static HttpFaultRow Row { get; } = new(
        "abort", "after the work, the connection is reset at this point of the answer", "abort: mid-body",
        new MappedShape<AbortPoint, HttpFault>(new Choice<AbortPoint>("abort", Points), point => new HttpAbort(point)));
}

/// <summary>A point of an answer.</summary>
public enum AbortPoint
{
    /// <summary>Before the first byte of the head.</summary>
    BeforeHeaders,

    /// <summary>After the head, before the body.</summary>
    AfterHeaders,

    /// <summary>After half of the body.</summary>
    MidBody,
}
