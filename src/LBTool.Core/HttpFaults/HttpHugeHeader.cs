using LBTool.Core.Scenarios.Keys;
using LBTool.Core.Scenarios.Reading;

namespace LBTool.Core.HttpFaults;

/// <summary>The usual answer with one header too many: <c>x-huge</c>, with a value of this size.</summary>
/// <param name="Bytes">Size of the value, 1 … 1,000,000.</param>
public sealed record HttpHugeHeader(int Bytes) : HttpFault
{
    /// <summary>Name of the header.</summary>
    public const string Name = "x-huge";

    /// <inheritdoc/>
    public override string Summary => $"header of {Bytes} bytes";

    internal static HttpFaultRow Row { get; } = new(
        "huge_header", "the usual answer with one more header, `x-huge`, whose value has this size", "huge_header: 100KB",
        new MappedShape<int, HttpFault>(Values.SizeWithin(1, 1_000_000), bytes => new HttpHugeHeader(bytes)));
}
