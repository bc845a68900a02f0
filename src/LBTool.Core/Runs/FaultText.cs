using System.Globalization;
using LBTool.Core.Plans;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Runs;

/// <summary>Faults in words, for the book of events.</summary>
public static class FaultText
{
    /// <summary>E.g. <c>slow-b1 begins: latency toxic (jitter=20, latency=200) on b1</c>.</summary>
    public static string Begins(PlannedFault fault, RunPlan plan) =>
        Begins(fault.Name, fault.Effect, fault.Backends.Select(index => plan.Backends[index]));

    /// <summary>The same, of a fault that is in no plan.</summary>
    public static string Begins(string name, FaultEffect effect, IEnumerable<string> backends) =>
        $"{name} begins: {Describe(effect)} on {string.Join(", ", backends)}";

    /// <summary>E.g. <c>latency toxic (jitter=20, latency=200)</c>.</summary>
    public static string Describe(FaultEffect effect) => effect switch
    {
        ToxicEffect toxic => $"{toxic.Type} toxic{Attributes(toxic)}",
        ActionEffect { Workers: { } left } action => $"{ActionTable.Of(action.Action).Name} (workers={left})",
        ActionEffect { Deadline: { } deadline } action => $"{ActionTable.Of(action.Action).Name} (deadline={Durations.Format(deadline)})",
        ActionEffect { Weight: { } weight } action => string.Create(CultureInfo.InvariantCulture, $"{ActionTable.Of(action.Action).Name} (weight={weight})"),
        ActionEffect action => ActionTable.Of(action.Action).Name,
        HttpEffect http => string.Create(CultureInfo.InvariantCulture, $"{http.Fault.Summary} for {http.Percent * 100:0.##} % of {Requests(http)}"),
        _ => effect.ToString(),
    };

    private static string Requests(HttpEffect http) => http switch
    {
        { Path: null, Method: null } => "requests",
        _ => string.Join(' ', new[] { http.Method, http.Path ?? "requests" }.Where(part => part is not null)),
    };

    private static string Attributes(ToxicEffect toxic) => toxic.Attributes.Count == 0
        ? ""
        : $" ({string.Join(", ", toxic.Attributes.Select(attribute => $"{attribute.Key}={attribute.Value:0.###}"))})";
}
