using LBTool.Core.Balancing;
using LBTool.Core.Measurements;
using LBTool.Core.Sessions;

namespace LBTool.Core.Tests.Sessions;

public class RollingTrafficTests
{
    private readonly RollingTraffic _traffic = new();

    [Fact]
    public void Nothing_is_nothing() =>
        Assert.Equal(new TrafficSummary(0, 0, 0, 0, 0, null, null), _traffic.At(TimeSpan.FromSeconds(3)));

    [Fact]
    public void Totals_stay_and_rates_are_of_the_last_ten_seconds()
    {
        for (var second = 0; second < 30; second++)
        {
            Add(backend: second % 2, at: second + 0.5);
        }

        // At 29.9 s the seconds 20 … 29 count, which is 9.9 s of time.
        var all = _traffic.At(TimeSpan.FromSeconds(29.9));
        Assert.Equal((30, 10), (all.Requests, all.Recent));
        Assert.Equal(10 / 9.9, all.Rps, 1e-9);
        Assert.Equal(5, _traffic.At(TimeSpan.FromSeconds(29.9), backend: 1).Recent);
        Assert.Equal(0, _traffic.At(TimeSpan.FromSeconds(60)).Rps);
        Assert.Equal(30, _traffic.At(TimeSpan.FromSeconds(60)).Requests);
    }

    [Fact]
    public void A_rate_at_the_start_is_of_the_time_so_far()
    {
        Add(0, 0.1);
        Add(0, 0.2);

        Assert.Equal(4, _traffic.At(TimeSpan.FromSeconds(0.5)).Rps, 1e-9);
    }

    [Fact]
    public void After_a_reset_it_counts_anew()
    {
        Add(0, 1);
        _traffic.Reset(TimeSpan.FromSeconds(2));
        Add(0, 2.5);

        var summary = _traffic.At(TimeSpan.FromSeconds(3));

        Assert.Equal((1, 1.0), (summary.Requests, summary.Rps));
    }

    [Theory]
    [InlineData(LeaseOutcome.Ok, 0, true)]
    [InlineData(LeaseOutcome.ServerError, 1, true)]
    [InlineData(LeaseOutcome.Timeout, 1, true)]
    [InlineData(LeaseOutcome.Abandoned, 0, false)]
    public void A_client_that_left_is_neither_an_error_nor_a_latency(LeaseOutcome outcome, int errors, bool hasLatency)
    {
        Add(0, 0.5, outcome: outcome);

        var summary = _traffic.At(TimeSpan.FromSeconds(1));

        Assert.Equal((1, errors), (summary.Requests, summary.Errors));
        Assert.Equal(hasLatency, summary.P50 is not null);
    }

    [Fact]
    public void Percentiles_are_off_by_one_bucket_at_most()
    {
        for (var ms = 1; ms <= 1000; ms++)
        {
            Add(0, 1, latencyMs: ms);
        }

        // A bucket is 2^(1/32) wide and read at its middle: off by 2^(1/64), 1.1 %.
        var summary = _traffic.At(TimeSpan.FromSeconds(1.5));
        Assert.InRange(summary.P50!.Value.TotalMilliseconds, 500 / 1.011, 500 * 1.011);
        Assert.InRange(summary.P99!.Value.TotalMilliseconds, 990 / 1.011, 990 * 1.011);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3_600_000)]
    public void Latencies_beyond_the_buckets_count_in_the_last_ones(double ms)
    {
        Add(0, 1, latencyMs: ms);

        Assert.NotNull(_traffic.At(TimeSpan.FromSeconds(1.5)).P99);
    }

    private void Add(int backend, double at, double latencyMs = 10, LeaseOutcome outcome = LeaseOutcome.Ok)
    {
        var end = TimeSpan.FromSeconds(at);
        _traffic.Add(new LeaseRecord(0, backend, end - TimeSpan.FromMilliseconds(latencyMs), end, outcome));
    }
}
