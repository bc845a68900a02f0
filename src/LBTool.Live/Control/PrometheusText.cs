using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace LBTool.Live.Control;

/// <summary>Numbers of a session in the text format of Prometheus, version 0.0.4.</summary>
internal static class PrometheusText
{
    private static readonly (string Name, string Type, string Help, Func<BackendAnswer, double?> Read)[] PerBackend =
    [
        ("lbtool_requests_total", "counter", "Requests that the balancer picked the backend for.", backend => backend.Requests),
        ("lbtool_errors_total", "counter", "Those that failed.", backend => backend.Errors),
        ("lbtool_in_flight", "gauge", "Requests in flight.", backend => backend.InFlight),
        ("lbtool_weight", "gauge", "Share relative to the others.", backend => backend.Weight),
        ("lbtool_up", "gauge", "1 while the backend is in the pool, else 0.", backend => backend.State is "up" or "unknown" ? 1 : 0),
        ("lbtool_latency_p50_seconds", "gauge", "Median latency of the last 10 s.", backend => backend.P50Ms / 1000),
        ("lbtool_latency_p99_seconds", "gauge", "99th percentile of the last 10 s.", backend => backend.P99Ms / 1000),
    ];

    /// <summary>Writes them.</summary>
    public static string Write(ImmutableArray<BackendAnswer> backends, ImmutableArray<FaultAnswer> faults, LoadAnswer? load)
    {
        var text = new StringBuilder();
        foreach (var (name, type, help, read) in PerBackend)
        {
            Head(text, name, type, help);
            foreach (var backend in backends.Where(backend => read(backend) is not null))
            {
                text.Append(CultureInfo.InvariantCulture, $"{name}{{backend=\"{backend.Name}\"}} {read(backend)}\n");
            }
        }

        Head(text, "lbtool_faults", "gauge", "Faults that act.");
        text.Append(CultureInfo.InvariantCulture, $"lbtool_faults {faults.Length}\n");
        Head(text, "lbtool_load_rate", "gauge", "Requests a second that are driven; 0 without a load of the open model.");
        text.Append(CultureInfo.InvariantCulture, $"lbtool_load_rate {load?.Rate ?? 0}\n");
        return text.ToString();
    }

    private static void Head(StringBuilder text, string name, string type, string help) =>
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");
}
