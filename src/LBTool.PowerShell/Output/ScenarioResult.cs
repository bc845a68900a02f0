namespace LBTool.PowerShell.Output;

/// <summary>What a run of a scenario measured and judged. It has what summary.json has, and the members of the last attempt at hand.</summary>
public sealed class ScenarioResult
{
    internal ScenarioResult(string summary, string? folder)
    {
        var json = Json.Parse(summary);
        SummaryJson = summary;
        Scenario = json.Text("scenario");
        Seed = json.Text("seed");
        Verdict = json.Text("verdict");
        Reason = json["reason"].Text();
        Rerun = json.Text("rerun");
        Version = json.Text("version");
        Attempts = [.. json["attempts"].Items.Select(item => new Attempt(item))];
        if (folder is not null)
        {
            SummaryPath = Path.Combine(folder, "summary.json");
            JUnitPath = Path.Combine(folder, "TEST-lbtool.xml");
            MarkdownPath = Path.Combine(folder, "summary.md");
        }
    }

    /// <summary>Title of the scenario.</summary>
    public string Scenario { get; }

    /// <summary>Whether it passed. Inconclusive is no pass.</summary>
    public bool Passed => Verdict == "passed";

    /// <summary><c>passed</c>, <c>failed</c> or <c>inconclusive</c>, of all attempts together.</summary>
    public string Verdict { get; }

    /// <summary>Why, when no single expectation says so.</summary>
    public string? Reason { get; }

    /// <summary>Seed of the first attempt: the same again gives the same draws.</summary>
    public string Seed { get; }

    /// <summary>The expectations of the last attempt.</summary>
    public Expectation[] Expectations => Last?.Expectations ?? [];

    /// <summary>The backends in the last attempt.</summary>
    public MeasuredBackend[] Backends => Last?.Backends ?? [];

    /// <summary>What happened in the last attempt.</summary>
    public SessionEvent[] Events => Last?.Events ?? [];

    /// <summary>Measured requests of the last attempt.</summary>
    public long Requests => Last?.Requests ?? 0;

    /// <summary>Those that failed.</summary>
    public long Errors => Last?.Errors ?? 0;

    /// <summary>Median latency of the last attempt in ms; null without requests.</summary>
    public double? P50Ms => Last?.P50Ms;

    /// <summary>99th percentile of latency of the last attempt in ms; null without requests.</summary>
    public double? P99Ms => Last?.P99Ms;

    /// <summary>Every attempt, in order.</summary>
    public Attempt[] Attempts { get; }

    /// <summary>The version of lbtool.</summary>
    public string Version { get; }

    /// <summary>The command line that runs exactly this again.</summary>
    public string Rerun { get; }

    /// <summary>The summary.json that was written; null without an output folder.</summary>
    public string? SummaryPath { get; }

    /// <summary>The JUnit report that was written; null without an output folder.</summary>
    public string? JUnitPath { get; }

    /// <summary>The Markdown report that was written; null without an output folder.</summary>
    public string? MarkdownPath { get; }

    /// <summary>The text of summary.json, for reports.</summary>
    internal string SummaryJson { get; }

    private Attempt? Last => Attempts.LastOrDefault();

    /// <summary>Verdict and scenario in a line.</summary>
    public override string ToString() => $"{Verdict}: {Scenario}, seed {Seed}";
}

/// <summary>One attempt at a scenario.</summary>
public sealed class Attempt
{
    internal Attempt(Json json)
    {
        var overall = json["overall"];
        Number = (int)json.Count("number");
        Seed = json.Text("seed");
        Verdict = json.Text("verdict");
        Reason = json["reason"].Text();
        End = json.Text("end");
        LengthMs = json.Number("lengthMs") ?? 0;
        Requests = overall.Count("requests");
        Errors = overall.Count("errors");
        Rps = overall.Number("rps") ?? 0;
        P50Ms = overall.Number("p50Ms");
        P95Ms = overall.Number("p95Ms");
        P99Ms = overall.Number("p99Ms");
        Expectations = [.. json["expectations"].Items.Select(item => new Expectation(item))];
        Backends = [.. json["backends"].Items.Select(item => new MeasuredBackend(item))];
        Events = [.. json["events"].Items.Select(item => new SessionEvent(item))];
    }

    /// <summary>From 1.</summary>
    public int Number { get; }

    /// <summary>Its seed.</summary>
    public string Seed { get; }

    /// <summary><c>passed</c>, <c>failed</c> or <c>inconclusive</c>.</summary>
    public string Verdict { get; }

    /// <summary>Why, when no single expectation says so.</summary>
    public string? Reason { get; }

    /// <summary><c>completed</c>, <c>aborted</c>, <c>interrupted</c> or <c>failed</c>.</summary>
    public string End { get; }

    /// <summary>Measured length of its load in ms.</summary>
    public double LengthMs { get; }

    /// <summary>Measured requests.</summary>
    public long Requests { get; }

    /// <summary>Those that failed.</summary>
    public long Errors { get; }

    /// <summary>Requests a second.</summary>
    public double Rps { get; }

    /// <summary>Median latency in ms; null without requests.</summary>
    public double? P50Ms { get; }

    /// <summary>95th percentile in ms.</summary>
    public double? P95Ms { get; }

    /// <summary>99th percentile in ms.</summary>
    public double? P99Ms { get; }

    /// <summary>The expectations, in the order written.</summary>
    public Expectation[] Expectations { get; }

    /// <summary>The backends, in the scenario's order.</summary>
    public MeasuredBackend[] Backends { get; }

    /// <summary>What happened, in order of time.</summary>
    public SessionEvent[] Events { get; }
}
