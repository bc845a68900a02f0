using System.Diagnostics;
using LBTool.PowerShell.Output;

namespace LBTool.PowerShell.Sessions;

/// <summary>Measures a session for a while: counts by their difference, latencies by an expectation that every latency meets.</summary>
internal sealed class Measuring
{
    // An expectation's bound; the value that it was compared with is what we want.
    private const string AnyLatency = "< 1h";

    private readonly ControlApi _api;
    private readonly Duration _length;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Backend[] _before;
    private readonly Dictionary<string, Task<Json>> _latencies;

    private Measuring(ControlApi api, Duration length)
    {
        _api = api;
        _length = length;
        _before = Backends();
        _latencies = new[] { "" }.Concat(_before.Select(backend => $"{{backend={backend.Name}}}"))
            .SelectMany(where => new[] { $"p50{where}", $"p99{where}" })
            .ToDictionary(metric => metric, metric => Ask($"{metric} {AnyLatency}"));
    }

    /// <summary>Begins.</summary>
    public static Measuring Begin(ControlApi api, Duration length) => new(api, length);

    /// <summary>Waits for the end of the length, and sums up.</summary>
    public Measurement Complete()
    {
        var latencies = _latencies.ToDictionary(asked => asked.Key, asked => Milliseconds(ControlApi.Wait(asked.Value)["actual"].Text()));
        var elapsed = _watch.Elapsed;
        var before = _before.ToDictionary(backend => backend.Name);
        var counts = Backends()
            .Select(after => (after.Name, Was: before.TryGetValue(after.Name, out var was) ? was : null, Is: after))
            .Select(row => (row.Name, Requests: row.Is.Requests - (row.Was?.Requests ?? 0), Errors: row.Is.Errors - (row.Was?.Errors ?? 0)))
            .ToArray();
        var all = counts.Sum(row => row.Requests);
        return new Measurement(
            _api.Session,
            elapsed,
            [.. counts.Select(row => new MeasuredBackend(
                row.Name, row.Requests, all == 0 ? 0 : (double)row.Requests / all, row.Errors,
                Latency($"p50{{backend={row.Name}}}"), Latency($"p99{{backend={row.Name}}}")))],
            Latency("p50"),
            Latency("p99"));

        double? Latency(string metric) => latencies.TryGetValue(metric, out var value) ? value : null;
    }

    private Backend[] Backends() => [.. _api.Get("backends").Items.Select(item => new Backend(item, _api.Session))];

    private Task<Json> Ask(string expression) => _api.PostAsync(
        "expect", new Dictionary<string, object> { ["expr"] = expression, ["for"] = _length.ToString() }, _length.Time);

    private static double? Milliseconds(string? text) => text is null ? null : Duration.Parse(text).Time.TotalMilliseconds;
}
