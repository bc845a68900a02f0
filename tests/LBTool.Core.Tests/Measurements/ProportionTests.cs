using CsCheck;
using LBTool.Core.Measurements;

namespace LBTool.Core.Tests.Measurements;

public class ProportionTests
{
    private static readonly Gen<Proportion> AnyProportion =
        Gen.Int[1, 100_000].SelectMany(total => Gen.Int[0, total].Select(count => new Proportion(count, total)));

    // Worked out by hand for 10 of 100, z = 1.96: centre (0.1 + 0.019207) / 1.038415 = 0.114797,
    // spread 1.96 · √(0.0009 + 0.00009604) / 1.038415 = 0.059570.
    [Fact]
    public void The_Wilson_interval_of_10_in_100_is_5_52_to_17_44_percent()
    {
        var (low, high) = new Proportion(10, 100).Interval;
        Assert.Equal(0.05523, low, 0.0001);
        Assert.Equal(0.17437, high, 0.0001);
        Assert.Equal("5.52% … 17.44%", new Proportion(10, 100).ToString());
    }

    // With 0 of n it ends at z² / (n + z²) = 3.8415 / 13.8415.
    [Fact]
    public void None_of_ten_still_leaves_room_up_to_28_percent()
    {
        var (low, high) = new Proportion(0, 10).Interval;
        Assert.Equal(0, low);
        Assert.Equal(0.27754, high, 0.0001);
    }

    [Fact]
    public void The_interval_contains_the_share_and_stays_within_0_and_1() => AnyProportion.Sample(part =>
        part.Interval.Low >= 0 && part.Interval.Low <= part.Value && part.Value <= part.Interval.High && part.Interval.High <= 1);

    [Fact]
    public void More_of_the_same_narrows_the_interval() => AnyProportion.Sample(part =>
    {
        var more = new Proportion(4 * part.Count, 4 * part.Total);
        return more.Interval.High - more.Interval.Low < part.Interval.High - part.Interval.Low;
    });

    [Fact]
    public void Nothing_of_nothing_can_be_anything() => Assert.Equal((0, 1), new Proportion(0, 0).Interval);
}
