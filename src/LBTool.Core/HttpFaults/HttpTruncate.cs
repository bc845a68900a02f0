using System.Globalization;
using LBTool.Core.Scenarios.Keys;
using LBTool.Core.Scenarios.Reading;

namespace LBTool.Core.HttpFaults;

/// <summary>After the work, the head promises the whole body, a part of it follows, and the connection closes.</summary>
/// <param name="Share">How much of the body is sent, rounded down to whole bytes: 0 up to but not including 1.</param>
public sealed record HttpTruncate(double Share) : HttpFault
{
    /// <inheritdoc/>
    public override string Summary => string.Create(CultureInfo.InvariantCulture, $"truncate at {Share * 100:0.##} % of the body");

    internal static HttpFaultRow Row { get; } = new(
        "truncate", "after the work, the head promises the whole body, this part of it follows, and the connection closes",
        "truncate: 50%",
        new MappedShape<double, HttpFault>(Values.ShareBelowAll, share => new HttpTruncate(share)));
}
