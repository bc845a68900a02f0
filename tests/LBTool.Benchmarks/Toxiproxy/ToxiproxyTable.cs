namespace LBTool.Benchmarks.Toxiproxy;

/// <summary>What was measured of one server, by row of the table.</summary>
internal sealed class ToxiproxyTable
{
    private const double InjectedMilliseconds = 100;

    // Ten samples beyond a 99th percentile; with fewer it is the luck of one of them.
    private const int SamplesForP99 = 1000;

    private readonly Dictionary<string, List<double>> _rows = [];
    private readonly Dictionary<int, (List<double> Plain, List<double> Slow)> _latencies = [];

    /// <summary>A further round of this row.</summary>
    public void Add(string row, double value)
    {
        _rows.TryAdd(row, []);
        _rows[row].Add(value);
    }

    /// <summary>Further round trips, with and without the injected latency; percentiles are those of all rounds together.</summary>
    public void AddLatencies(int connections, double[] plain, double[] slow)
    {
        _latencies.TryAdd(connections, ([], []));
        _latencies[connections].Plain.AddRange(plain);
        _latencies[connections].Slow.AddRange(slow);
    }

    public double Last(string row) => _rows[row][^1];

    /// <summary>Prints both side by side, with what is to be reached.</summary>
    public static void Print(ToxiproxyTable ours, ToxiproxyTable theirs)
    {
        Console.WriteLine($"{"",-32}{"lbtool",12}{"toxiproxy",12}{"ratio",8}  goal");
        foreach (var row in ours._rows.Keys)
        {
            var (a, b) = (At(ours._rows[row], 0.5), At(theirs._rows[row], 0.5));
            Print(row, a, b, Goal(row, a, a / b));
        }

        foreach (var connections in ours._latencies.Keys)
        {
            var (a, b) = (ours.Excess(connections, 0.5), theirs.Excess(connections, 0.5));
            Print($"latency=100, {connections} conn.: p50 + ms", a, b, ("at most 0.5 off", Math.Abs(a) <= 0.5));
            (a, b) = (ours.Excess(connections, 0.99), theirs.Excess(connections, 0.99));
            var samples = Math.Min(ours._latencies[connections].Slow.Count, theirs._latencies[connections].Slow.Count);
            Print($"latency=100, {connections} conn.: p99 + ms", a, b, samples < SamplesForP99
                ? ($"no worse; {samples} round trips are too few to tell", null)
                : ("no worse", a <= b));
        }
    }

    private static (string Text, bool? Reached) Goal(string row, double ours, double ratio) => row switch
    {
        "requests/s" or "requests/CPU second" => ("at least 1.25 x", ratio >= 1.25),
        "bulk MB/s" => ("at least 2 x", ratio >= 2),
        "KB/idle connection" => ("at most 30", ours <= 30),
        _ when row.StartsWith("bandwidth", StringComparison.Ordinal) => ("at most 1", ours <= 1),
        _ => ("", null),
    };

    private static void Print(string row, double ours, double theirs, (string Text, bool? Reached) goal)
    {
        var verdict = goal.Reached switch { true => "reached", false => "MISSED", null => "" };
        Console.WriteLine($"{row,-32}{ours,12:F2}{theirs,12:F2}{ours / theirs,8:F2}  {goal.Text} {verdict}");
    }

    // What a round trip takes beyond the injected latency and the median without it.
    private double Excess(int connections, double quantile) =>
        At(_latencies[connections].Slow, quantile) - At(_latencies[connections].Plain, 0.5) - InjectedMilliseconds;

    private static double At(List<double> values, double quantile)
    {
        var sorted = values.Order().ToArray();
        return sorted[(int)Math.Ceiling(quantile * sorted.Length) - 1];
    }
}
