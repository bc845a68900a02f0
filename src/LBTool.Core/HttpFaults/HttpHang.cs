using LBTool.Core.Scenarios.Reading;

namespace LBTool.Core.HttpFaults;

/// <summary>A worker takes the request and does nothing, until the client goes or the fault ends; then it begins with the work.</summary>
public sealed record HttpHang : HttpFault
{
    /// <inheritdoc/>
    public override string Summary => "hang";

    internal static HttpFaultRow Row { get; } = new(
        "hang", "a worker takes the request and does nothing, until the client goes or the fault ends; then it begins with the work",
        "hang: true",
        new Scalar<HttpFault>(
            "true", TryHang,
            () => [new() { ["const"] = true }],
            text => text == "false" ? "to have no hang, remove the fault" : null));

    private static bool TryHang(string text, out HttpFault value)
    {
        value = new HttpHang();
        return text == "true";
    }
}
