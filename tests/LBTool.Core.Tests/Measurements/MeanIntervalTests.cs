using LBTool.Core.Measurements;

namespace LBTool.Core.Tests.Measurements;

public class MeanIntervalTests
{
    [Fact]
    public void Three_values_have_the_interval_of_two_degrees_of_freedom()
    {
        // Deviation 1, so 4.303 / √3.
        var interval = MeanInterval.Of([1, 2, 3]);

        Assert.Equal((2, 3), (interval.Mean, interval.Count));
        Assert.Equal(2.484, interval.HalfWidth!.Value, 3);
    }

    [Fact]
    public void One_value_has_no_interval() => Assert.Equal(new MeanInterval(5, null, 1), MeanInterval.Of([5]));

    [Fact]
    public void Beyond_the_table_it_is_nearly_normal()
    {
        // 100 values of ± 1: deviation 1.005; t of 99 degrees is 1.984.
        var interval = MeanInterval.Of([.. Enumerable.Range(0, 100).Select(n => n % 2 == 0 ? 1.0 : -1.0)]);

        Assert.Equal(1.984 * 0.1005, interval.HalfWidth!.Value, 3);
    }
}
