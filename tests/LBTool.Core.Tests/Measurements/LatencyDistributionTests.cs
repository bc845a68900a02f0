using LBTool.Core.Measurements;

namespace LBTool.Core.Tests.Measurements;

public class LatencyDistributionTests
{
    // 1 ms … 1000 ms, one request each. Three significant digits are an error of at most 0.1 %, upwards.
    [Fact]
    public void Points_are_the_exact_percentiles_to_three_digits()
    {
        var run = new HandMadeRun();
        for (var i = 1; i <= 1000; i++)
        {
            run.Request(i, took: i);
        }

        var latencies = run.Measured.Latencies(run.Measured.Windows.Whole);
        var points = LatencyDistribution.Of(latencies);
        Assert.True(points.Length > 10);
        Assert.All(points, point =>
        {
            var exact = latencies.Percentile((decimal)point.Percentile).TotalMilliseconds;
            Assert.InRange(point.Ms, exact * 0.999, exact * 1.002);
        });
        Assert.Equal((100, 1000, 1000), (points[^1].Percentile, points[^1].Ms, points[^1].Count));
    }

    [Fact]
    public void Nothing_measured_has_no_shape() =>
        Assert.Empty(LatencyDistribution.Of(Latencies.Of([])));
}
