using LBTool.Core.Expectations;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Tests.Expectations;

public class ExpectationParserTests
{
    [Theory]
    [InlineData("p99 < 60ms", 60 * TimeSpan.TicksPerMillisecond, Unit.Duration)]
    [InlineData("max <= 1.5s", 1_500 * TimeSpan.TicksPerMillisecond, Unit.Duration)]
    [InlineData("avg > 100us", 1_000, Unit.Duration)]
    [InlineData("errors < 0.1%", 0.001, Unit.Share)]
    [InlineData("errors == 0", 0, Unit.Count)]
    [InlineData("share{backend=b1} != 20 %", 0.2, Unit.Share)]
    [InlineData("rps >= 450/s", 450, Unit.Rate)]
    [InlineData("rps >= 450", 450, Unit.Rate)]
    [InlineData("max_inflight <= 20", 20, Unit.Count)]
    [InlineData("attempts <= 105%", 1.05, Unit.Share)]
    public void A_bound_is_read_in_the_base_of_its_unit(string text, double value, Unit unit) =>
        Assert.Equal(new FixedBound(value, unit), Read(text).Bound);

    [Theory]
    [InlineData("p50 < 1s", "p50", 50)]
    [InlineData("p99.9 < 1s", "p99.9", 99.9)]
    [InlineData("p99.99 < 1s", "p99.99", 99.99)]
    [InlineData("avg < 1s", "avg", 0)]
    public void A_percentile_carries_its_number(string text, string name, double percentile)
    {
        var expectation = Read(text);
        Assert.Equal((name, (decimal)percentile), (expectation.MetricName, expectation.Percentile));
    }

    [Theory]
    [InlineData("2x baseline", 2, 0)]
    [InlineData("1.5x baseline + 20ms", 1.5, 20)]
    [InlineData("1 x baseline - 5ms", 1, -5)]
    [InlineData("0.5x baseline+5ms", 0.5, 5)]
    public void A_relative_bound_is_a_factor_a_window_and_a_constant(string bound, double factor, double milliseconds)
    {
        var text = "p99 < " + bound + " during faulted";
        Assert.Equal(
            new RelativeBound(factor, new Placed<string>("baseline", text.IndexOf("baseline", StringComparison.Ordinal)),
                milliseconds * TimeSpan.TicksPerMillisecond, Unit.Duration, bound),
            Read(text).Bound);
    }

    [Fact]
    public void Counts_of_two_windows_compare_as_shares() =>
        Assert.Equal(Unit.Share, Read("errors < 2x baseline + 1% during faulted").Bound.Unit);

    [Fact]
    public void A_range_of_moments_is_a_window() =>
        Assert.Equal(
            new DuringMoments(
                new Placed<Moment>(new Moment(MomentAnchor.WindowStart, "drain-b2", TimeSpan.FromMilliseconds(200)), 33),
                new Placed<Moment>(new Moment(MomentAnchor.RunEnd, null, TimeSpan.Zero), 59)),
            Read("requests{backend=b2} == 0 during drain-b2.start + 200ms .. end").When);

    [Theory]
    [InlineData("within 5s of drain-b2.start", 0, 5)]
    [InlineData("within 1s .. 2.5s of drain-b2.start", 1, 2.5)]
    public void Within_has_an_earliest_and_a_latest_time(string when, double earliest, double latest)
    {
        var within = Assert.IsType<Within>(Read("inflight{backend=b2} == 0 " + when).When);
        Assert.Equal((TimeSpan.FromSeconds(earliest), TimeSpan.FromSeconds(latest)), (within.Earliest, within.Latest));
        Assert.Equal("drain-b2", within.Of.Value.Of);
    }

    [Fact]
    public void Names_carry_the_place_where_they_stand()
    {
        var expectation = Read("  share{ backend = b1 } < 5%  during  faulted ");
        Assert.Equal(new Placed<string>("b1", 19), expectation.Backend);
        Assert.Equal(new DuringNamed(new Placed<string>("faulted", 38)), expectation.When);
    }

    [Fact]
    public void Spaces_are_needed_only_where_words_would_run_together() =>
        Assert.Equal(Read("p99{backend=b1} < 60ms during a.start + 1s .. end").Bound, Read("p99{backend=b1}<60ms during a.start+1s..end").Bound);

    [Fact]
    public void Every_metric_has_an_example_that_reads_as_it()
    {
        Assert.True(Metrics.All.Length >= 12);
        Assert.All(Metrics.All, metric => Assert.Equal(metric, Read(metric.Example).Metric));
    }

    [Fact]
    public void Every_metric_name_is_there_once() =>
        Assert.Equal(Metrics.All.Length, Metrics.All.Select(metric => metric.Name).Distinct().Count());

    private static Expectation Read(string text)
    {
        var parsing = ExpectationParser.Parse(text);
        Assert.Null(parsing.Error);
        return parsing.Expectation!;
    }
}
