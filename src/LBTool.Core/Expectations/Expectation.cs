using LBTool.Core.Health;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Expectations;

/// <summary>
/// One expectation, read: <c>p99{backend=b1} &lt; 2x baseline + 20ms during faulted</c>. Names in it carry their
/// position, so that whoever checks them can point at them.
/// </summary>
/// <param name="Text">As written.</param>
/// <param name="Metric">What is measured.</param>
/// <param name="Percentile">For <c>pNN</c>, the NN; else 0.</param>
/// <param name="Backend">The backend that it is about; null for all.</param>
/// <param name="Comparison">How it is compared.</param>
/// <param name="Bound">With what.</param>
/// <param name="When">The stretch of the run that counts; null for all of it.</param>
public sealed record Expectation(
    string Text, Metric Metric, decimal Percentile, Placed<string>? Backend, Comparison Comparison, Bound Bound, When? When)
{
    /// <summary>The metric as written, e.g. <c>p99.9</c>.</summary>
    public string MetricName => Percentile == 0 ? Metric.Name : "p" + Units.Number((double)Percentile);
}

/// <summary>Something, and where in the text it stands.</summary>
/// <param name="Value">The thing.</param>
/// <param name="Position">0-based column.</param>
public sealed record Placed<T>(T Value, int Position);

/// <summary>What a metric is compared with.</summary>
/// <param name="Unit">The unit in which they are compared.</param>
public abstract record Bound(Unit Unit);

/// <summary><c>60ms</c>, <c>5%</c>, <c>450/s</c>, <c>20</c>.</summary>
/// <param name="Value">In the base of <paramref name="Unit"/>.</param>
/// <param name="Unit">What it is.</param>
public sealed record FixedBound(double Value, Unit Unit) : Bound(Unit);

/// <summary><c>2x baseline + 20ms</c>: so many times the same metric in another window, and a constant.</summary>
/// <param name="Factor">0 or more.</param>
/// <param name="Window">The fault or phase that is compared with.</param>
/// <param name="Constant">Added; may be negative; in the base of <paramref name="Unit"/>.</param>
/// <param name="Unit">What it is.</param>
/// <param name="Text">As written.</param>
public sealed record RelativeBound(double Factor, Placed<string> Window, double Constant, Unit Unit, string Text) : Bound(Unit);

/// <summary>The stretch of the run that counts.</summary>
public abstract record When;

/// <summary><c>during faulted</c>: a fault or a phase.</summary>
public sealed record DuringNamed(Placed<string> Name) : When;

/// <summary><c>during drain-b2.start + 200ms .. end</c>.</summary>
public sealed record DuringMoments(Placed<Moment> From, Placed<Moment> Until) : When;

/// <summary><c>during state{backend=b3} == down</c>: every stretch in which the balancer thought so.</summary>
/// <param name="Backend">Whose state.</param>
/// <param name="Is">Whether it must be, or must not be, the state.</param>
/// <param name="State">The state.</param>
public sealed record DuringState(Placed<string> Backend, bool Is, BackendState State) : When
{
    /// <summary>As it is written.</summary>
    public string Text => $"state{{backend={Backend.Value}}} {(Is ? "==" : "!=")} {BackendStates.NameOf(State)}";
}

/// <summary><c>within 1s .. 2s of sick.start</c>: first reached so long after the moment.</summary>
/// <param name="Earliest">0 or more; 0 when one duration is given.</param>
/// <param name="Latest">At least <paramref name="Earliest"/>; included.</param>
/// <param name="Of">What it counts from.</param>
public sealed record Within(TimeSpan Earliest, TimeSpan Latest, Placed<Moment> Of) : When;
