using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Tests.Scenarios;

public class ServiceTimeTests
{
    private const int Draws = 200_000;

    [Fact]
    public void Pareto_has_its_least_value_mean_and_quantiles()
    {
        var sorted = Sorted("pareto(10ms, 3)");

        Assert.True(sorted[0] >= 0.010);

        // Mean s·a/(a−1) = 15 ms; deviation s·√(a/((a−1)²(a−2))) = 8.7 ms, of the mean of 200,000 draws 0.019 ms. Five of them.
        Assert.Equal(0.015, sorted.Average(), tolerance: 0.0001);
        AssertQuantiles(sorted, share => 0.010 * Math.Pow(1 - share, -1.0 / 3));
    }

    [Fact]
    public void Lognormal_and_exponential_have_their_quantiles()
    {
        AssertQuantiles(Sorted("exponential(20ms)"), share => -0.020 * Math.Log(1 - share));

        // ln X is normal: the quantiles at one deviation.
        var sorted = Sorted("lognormal(20ms, 0.5)");
        Assert.Equal(0.1587, ShareBelow(sorted, 0.020 * Math.Exp(-0.5)), tolerance: 0.006);
        Assert.Equal(0.5, ShareBelow(sorted, 0.020), tolerance: 0.006);
        Assert.Equal(0.8413, ShareBelow(sorted, 0.020 * Math.Exp(0.5)), tolerance: 0.006);
    }

    // A share p of 200,000 draws deviates by √(p(1−p)/200,000) ≤ 0.0011: five of them.
    [Theory]
    [InlineData("empirical(5ms, 7ms, 200ms)", 1.0 / 3, 1.0 / 3, 1.0 / 3)]
    [InlineData("{ 5ms: 90, 7ms: 9.5, 200ms: 0.5 }", 0.9, 0.095, 0.005)]
    [InlineData("empirical(5ms, 5ms, 7ms, 200ms)", 0.5, 0.25, 0.25)]
    public void Empirical_draws_each_value_by_its_weight(string text, double five, double seven, double much)
    {
        var sorted = Sorted(text);

        Assert.Equal([0.005, 0.007, 0.2], sorted.Distinct());
        Assert.Equal(five, ShareBelow(sorted, 0.006), tolerance: 0.0056);
        Assert.Equal(seven, ShareBelow(sorted, 0.1) - ShareBelow(sorted, 0.006), tolerance: 0.0056);
        Assert.Equal(much, 1 - ShareBelow(sorted, 0.1), tolerance: 0.0056);
    }

    // Means by their formulas: 20·exp(0.5²/2), 10·3/2, (7·1 + 5·3)/4. Quantiles: the normal's at 0.975 and 0.001 are
    // 1.959964 and -3.090232; 20·ln 100; 10·1000^(1/3).
    [Theory]
    [InlineData("10ms", 10, 0.99, 10)]
    [InlineData("exponential(20ms)", 20, 0.99, 92.103404)]
    [InlineData("lognormal(20ms, 0.5)", 22.662969, 0.975, 53.288165)]
    [InlineData("lognormal(20ms, 0.5)", 22.662969, 0.001, 4.265742)]
    [InlineData("lognormal(20ms, 0.5)", 22.662969, 0.5, 20)]
    [InlineData("pareto(10ms, 3)", 15, 0.999, 100)]
    [InlineData("{ 7ms: 1, 5ms: 3 }", 5.5, 0.75, 5)]
    [InlineData("{ 7ms: 1, 5ms: 3 }", 5.5, 0.76, 7)]
    public void Averages_and_quantiles_are_exact(string text, double average, double share, double quantile)
    {
        var distribution = Read(text);

        Assert.Equal(average / 1000, distribution.Average(), tolerance: 1e-8);
        Assert.Equal(quantile / 1000, distribution.Quantile(share), tolerance: 1e-8);
    }

    [Fact]
    public void Empirical_distributions_of_the_same_values_are_equal()
    {
        Assert.Equal(Read("empirical(5ms, 7ms)"), Read("{ 5ms: 1, 7ms: 1 }"));
        Assert.Equal(Read("empirical(5ms, 7ms)").GetHashCode(), Read("empirical(5ms, 7ms)").GetHashCode());
        Assert.NotEqual(Read("empirical(5ms, 7ms)"), Read("{ 5ms: 2, 7ms: 1 }"));
        Assert.Throws<ArgumentException>(() => new Empirical([]));
    }

    // 2⁻⁵³ is the least that a draw can leave over: with a shape near 1 that is 285,000 years.
    [Fact]
    public void The_heaviest_tail_stays_below_30_days()
    {
        var most = new ServiceTime(new Pareto(TimeSpan.FromHours(1), 1.001), TimeSpan.Zero);
        var random = new RandomStream(1);

        Assert.All(Enumerable.Range(0, Draws).Select(_ => most.Sample(random)), time => Assert.InRange(time, TimeSpan.FromHours(1), TimeSpan.FromDays(30)));
    }

    [Theory]
    [InlineData("pareto(10ms, 1)", "SCALE is a duration above 0, SHAPE a number above 1, at most 100: up to 1 there is no mean")]
    [InlineData("pareto(10ms)", "SCALE is a duration above 0, SHAPE a number above 1, at most 100: up to 1 there is no mean")]
    [InlineData("empirical()", "each VALUE is a duration above 0, and there are at most 1000; with weights, write a map such as { 5ms: 9, 200ms: 1 }")]
    [InlineData("empirical(5ms, 7)", "each VALUE is a duration above 0, and there are at most 1000; with weights, write a map such as { 5ms: 9, 200ms: 1 }")]
    [InlineData("exponential(0ms)", "MEAN is a duration above 0")]
    [InlineData("lognormal(5ms, 9)", "MEDIAN is a duration above 0, SIGMA a number, 0 … 5")]
    [InlineData("10", "a unit is missing: write 10ms or 10s")]
    public void What_is_wrong_is_said(string text, string hint)
    {
        var problem = Assert.Single(Problems($"\"{text}\""));

        Assert.EndsWith($"found '{text}'; {hint}", problem);
    }

    [Theory]
    [InlineData("{ }", "latency: expected at least 1 entries; found 0")]
    [InlineData("{ 5: 1 }", "a unit is missing: write 5ms or 5s")]
    [InlineData("{ 5ms: 0 }", "expected a number above 0, at most 1000000; found '0'")]
    public void A_map_needs_values_with_units_and_weights_above_0(string map, string message) =>
        Assert.EndsWith(message, Assert.Single(Problems(map)));

    private static double[] Sorted(string text)
    {
        var time = new ServiceTime(Read(text), TimeSpan.Zero);
        var random = new RandomStream(1);
        return [.. Enumerable.Range(0, Draws).Select(_ => time.Sample(random).TotalSeconds).Order()];
    }

    // The share below a quantile of q deviates by √(q(1−q)/200,000) ≤ 0.0011: five of them.
    private static void AssertQuantiles(double[] sorted, Func<double, double> quantile) => Assert.All(
        new[] { 0.1, 0.5, 0.9, 0.99, 0.999 }, share => Assert.Equal(share, ShareBelow(sorted, quantile(share)), tolerance: 0.0056));

    private static double ShareBelow(double[] sorted, double bound) => (double)sorted.Count(value => value < bound) / sorted.Length;

    private static Distribution Read(string latency)
    {
        var reading = ScenarioReader.Read(Text(latency.StartsWith('{') ? latency : $"\"{latency}\""), "s");
        Assert.Empty(reading.Problems);
        return reading.Scenario!.Target.Backends[0].Latency.Distribution;
    }

    private static IEnumerable<string> Problems(string latency) =>
        ScenarioReader.Read(Text(latency), "s").Problems.Select(problem => problem.ToString());

    private static string Text(string latency) => $$"""
        version: 1
        name: times
        target: { backends: { count: 1, latency: {{latency}} } }
        load: { rate: 10/s, duration: 10s }
        """;
}
