namespace LBTool.PowerShell.Output;

/// <summary>One algorithm in a comparison.</summary>
public sealed class ComparedAlgorithm
{
    internal ComparedAlgorithm(Json json, int rank, string scenario, string seed)
    {
        Rank = rank;
        Scenario = scenario;
        Seed = seed;
        Algorithm = json.Text("algorithm");
        P50Ms = json.Number("p50Ms");
        P99Ms = json.Number("p99Ms");
        Requests = json.Count("requests");
        Errors = json.Count("errors");
        FaultyShare = json.Number("faultyShare");
        Verdict = json.Text("verdict");
    }

    /// <summary>From 1, the best.</summary>
    public int Rank { get; }

    /// <summary>Title of the scenario.</summary>
    public string Scenario { get; }

    /// <summary>The seed, the same for all.</summary>
    public string Seed { get; }

    /// <summary>Its long name.</summary>
    public string Algorithm { get; }

    /// <summary>Median latency in ms; null without requests.</summary>
    public double? P50Ms { get; }

    /// <summary>99th percentile of latency in ms; null without requests.</summary>
    public double? P99Ms { get; }

    /// <summary>Measured requests.</summary>
    public long Requests { get; }

    /// <summary>Those that failed.</summary>
    public long Errors { get; }

    /// <summary>Picks of faulty backends while they were, of all picks in that time, 0 … 1; null when there was no such time.</summary>
    public double? FaultyShare { get; }

    /// <summary><c>passed</c>, <c>failed</c> or <c>inconclusive</c>.</summary>
    public string Verdict { get; }

    /// <summary>Whether it passed. Inconclusive is no pass.</summary>
    public bool Passed => Verdict == "passed";
}
