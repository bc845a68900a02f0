namespace LBTool.Core.Balancing;

/// <summary>
/// How much of its weight a backend has that came up a while ago, so that a cold one is not given its full share at
/// once: weight × max(minimum, (age / window)^(1 / aggression)), as Envoy's slow start mode; with an aggression of 1 the
/// straight line of HAProxy's <c>slowstart</c> and nginx's <c>slow_start</c>.
/// </summary>
/// <param name="Window">From coming up to the full weight; above 0.</param>
/// <param name="Aggression">Above 1 the weight grows fast at first, below 1 late; above 0.</param>
/// <param name="Minimum">The share that it has at least, above 0 and at most 1: with nothing at all it would not warm up.</param>
public sealed record SlowStart(TimeSpan Window, double Aggression = 1, double Minimum = 0.1)
{
    // HAProxy's number of steps.
    private const int Steps = 20;

    /// <summary>From one step of the ramp to the next: weights change in steps, because each makes new candidates.</summary>
    public TimeSpan Step => TimeSpan.FromTicks(Math.Max(1, Window.Ticks / Steps));

    /// <summary>
    /// The share of the weight at an age, in whole percents, so that weighted turns keep a short period.
    /// </summary>
    /// <param name="age">Time since the backend came up; below 0, for one who read the clock before that, as 0.</param>
    /// <returns>Above 0; 1 from the end of the window on.</returns>
    public double ShareAt(TimeSpan age) => age >= Window ? 1
        : Math.Max(Minimum, Math.Round(Math.Pow(Math.Max(0, age / Window), 1 / Aggression), 2));
}
