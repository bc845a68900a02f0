using CsCheck;
using LBTool.Core.Measurements;

namespace LBTool.Core.Tests.Measurements;

public class LatenciesTests
{
    private static readonly Gen<Latencies> AnyLatencies =
        Gen.Int[0, 5_000].Array[1, 200].Select(values => Of(values));

    [Theory]
    [InlineData("50", 5)] // rank ceil(0.5 · 10) = 5
    [InlineData("51", 6)] // rank ceil(5.1) = 6
    [InlineData("90", 9)]
    [InlineData("90.01", 10)]
    [InlineData("99.99", 10)]
    public void A_percentile_is_the_value_at_its_nearest_rank(string percent, int expected) =>
        Assert.Equal(HandMadeRun.Ms(expected), Of(10, 9, 8, 7, 6, 5, 4, 3, 2, 1).Percentile(decimal.Parse(percent, System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public void A_percentile_of_equal_latencies_is_exactly_that_latency() =>
        Assert.Equal(TimeSpan.FromTicks(1_000_001), Latencies.Of([Record(TimeSpan.FromTicks(1_000_001)), Record(TimeSpan.FromTicks(1_000_001))]).Percentile(50));

    [Fact]
    public void No_latencies_have_no_value()
    {
        var none = Of();
        Assert.Equal((0, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero), (none.Count, none.Mean, none.Max, none.Percentile(99)));
    }

    [Fact]
    public void A_fast_error_has_no_latency_and_a_timeout_has() =>
        Assert.Equal(
            [true, false, false, false, false, true, false],
            Enum.GetValues<RequestOutcome>().Select(outcome => Latencies.HasLatency(Record(HandMadeRun.Ms(1)) with { Outcome = outcome })));

    [Fact]
    public void A_timeout_behind_the_balancer_has_a_latency_too() =>
        Assert.True(Latencies.HasLatency(Record(HandMadeRun.Ms(1)) with { Outcome = RequestOutcome.ServerError, Status = 504 }));

    [Fact]
    public void Latency_counts_from_the_intended_instant_unless_asked_otherwise()
    {
        RequestRecord[] late = [Record(HandMadeRun.Ms(30)) with { Sent = HandMadeRun.Ms(20) }];
        Assert.Equal(HandMadeRun.Ms(30), Latencies.Of([.. late]).Max);
        Assert.Equal(HandMadeRun.Ms(10), Latencies.Of([.. late], fromSending: true).Max);
    }

    [Fact]
    public void Percentiles_never_fall_as_they_rise_and_stay_between_the_least_and_the_largest() =>
        Gen.Select(AnyLatencies, Gen.Decimal[50, 99.99m], Gen.Decimal[50, 99.99m]).Sample((latencies, a, b) =>
        {
            var (low, high) = (latencies.Percentile(Math.Min(a, b)), latencies.Percentile(Math.Max(a, b)));
            return low <= high && high <= latencies.Max;
        });

    [Fact]
    public void At_least_the_asked_part_does_not_exceed_a_percentile_and_less_lies_below_it() =>
        Gen.Select(Gen.Int[0, 50].Array[1, 200], Gen.Int[50, 99]).Sample((values, percent) =>
        {
            var at = Of(values).Percentile(percent);
            var (notAbove, below) = (values.Count(value => HandMadeRun.Ms(value) <= at), values.Count(value => HandMadeRun.Ms(value) < at));
            return 100 * notAbove >= percent * values.Length && 100 * below < percent * values.Length;
        });

    [Fact]
    public void Latencies_of_any_length_are_in_order_together() =>
        Gen.OneOf(Gen.Long[-50, 50], Gen.Long[uint.MaxValue - 2L, uint.MaxValue + 2L], Gen.Long[0, TimeSpan.TicksPerDay]).Array[1, 40].Sample(ticks =>
        {
            var latencies = Latencies.Of([.. ticks.Select(value => Record(new(value)))]);
            long[] ordered = [.. ticks.Order()];
            Assert.Equal((ordered.Length, ordered[^1]), (latencies.Count, latencies.Max.Ticks));
            Assert.Equal((long)(ordered.Aggregate((Int128)0, (sum, value) => sum + value) / ordered.Length), latencies.Mean.Ticks);

            // In the middle of each one's part, so that no quotient is rounded to its neighbour's.
            Assert.Equal(ordered, ordered.Select((_, rank) => latencies.Percentile(100m * (rank + 0.5m) / ordered.Length).Ticks));
        });

    private static Latencies Of(params int[] milliseconds) =>
        Latencies.Of([.. milliseconds.Select(ms => Record(HandMadeRun.Ms(ms)))]);

    private static RequestRecord Record(TimeSpan latency) =>
        new(1, TimeSpan.Zero, TimeSpan.Zero, latency, latency, 0, 200, RequestOutcome.Ok);
}
