using System.Diagnostics;
using LBTool.PowerShell.Output;

namespace LBTool.PowerShell.Sessions;

/// <summary>
/// Measures a session between two looks at it. Counts are exact, by their difference; latencies are those that the session
/// knows at the second look. Nothing is asked that the session would write into its journal.
/// </summary>
internal sealed class Measuring(ControlApi api)
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Dictionary<string, Backend> _before = Backends(api.Metrics(), api).ToDictionary(backend => backend.Name);

    /// <summary>Looks again, and sums up.</summary>
    public Measurement Complete()
    {
        var elapsed = _watch.Elapsed;
        var metrics = api.Metrics();
        var counts = Backends(metrics, api).Select(now => (Now: now, Before: _before.TryGetValue(now.Name, out var before) ? before : null))
            .Select(row => (row.Now, Requests: row.Now.Requests - (row.Before?.Requests ?? 0), Errors: row.Now.Errors - (row.Before?.Errors ?? 0)))
            .ToArray();
        var all = counts.Sum(row => row.Requests);
        return new Measurement(
            api.Session,
            elapsed,
            [.. counts.Select(row => new MeasuredBackend(
                row.Now.Name, row.Requests, all == 0 ? 0 : (double)row.Requests / all, row.Errors, row.Now.P50Ms, row.Now.P99Ms))],
            metrics.Number("p50Ms"),
            metrics.Number("p99Ms"));
    }

    private static IEnumerable<Backend> Backends(Json metrics, ControlApi api) => metrics["backends"].Items.Select(item => new Backend(item, api.Session));
}
