using LBTool.Core.Plans;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Runs;

/// <summary>Faults in words, for the book of events.</summary>
internal static class FaultText
{
    /// <summary>E.g. <c>slow-b1 begins: latency 200 jitter 20 on b1</c>.</summary>
    public static string Begins(PlannedFault fault, RunPlan plan)
    {
        var backends = string.Join(", ", fault.Backends.Select(index => plan.Backends[index]));
        return $"{fault.Name} begins: {Describe(fault.Effect)} on {backends}";
    }

    private static string Describe(FaultEffect effect) => effect switch
    {
        ToxicEffect toxic => $"{toxic.Type} toxic{Attributes(toxic)}",
        ActionEffect action => action.Action.ToString().ToLowerInvariant(),
        HttpEffect http => $"{Describe(http.Fault)} for {http.Percent:P0} of requests",
        _ => effect.ToString(),
    };

    private static string Describe(HttpFault fault) => fault switch
    {
        HttpStatus status => $"HTTP {status.Status}",
        HttpAbort { Point: AbortPoint.BeforeHeaders } => "abort before headers",
        HttpAbort { Point: AbortPoint.AfterHeaders } => "abort after headers",
        HttpAbort => "abort in mid-body",
        _ => fault.ToString(),
    };

    private static string Attributes(ToxicEffect toxic) => toxic.Attributes.Count == 0
        ? ""
        : $" ({string.Join(", ", toxic.Attributes.Select(attribute => $"{attribute.Key}={attribute.Value:0.###}"))})";
}
