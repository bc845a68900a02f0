namespace LBTool.PowerShell.Output;

/// <summary>An expectation with what became of it.</summary>
public sealed class Expectation
{
    internal Expectation(Json json)
    {
        Text = json.Text("text");
        Verdict = json.Text("verdict");
        Actual = json["actual"].Text();
        Bound = json.Text("bound");
        Samples = json.Count("samples");
        Interval = json["interval"].Text();
        Reason = json["reason"].Text();
    }

    /// <summary>The expectation as it was written.</summary>
    public string Text { get; }

    /// <summary><c>passed</c>, <c>failed</c> or <c>inconclusive</c>.</summary>
    public string Verdict { get; }

    /// <summary>Whether it passed. Inconclusive is no pass.</summary>
    public bool Passed => Verdict == "passed";

    /// <summary>What was measured; null without data.</summary>
    public string? Actual { get; }

    /// <summary>What it was compared with.</summary>
    public string Bound { get; }

    /// <summary>How many values that stands on.</summary>
    public long Samples { get; }

    /// <summary>95 % confidence interval of a share; null for other metrics.</summary>
    public string? Interval { get; }

    /// <summary>Why, when the values do not say so.</summary>
    public string? Reason { get; }

    /// <summary>Expectation, verdict and value in a line.</summary>
    public override string ToString() => $"{Text}: {Verdict}, {(Actual is null ? "no data" : $"was {Actual}")} ({Samples} samples){(Reason is null ? "" : $"; {Reason}")}";
}
