using LBTool.Core.Health;

namespace LBTool.Core.Tests.Health;

public class ProbeTimesTests
{
    private static readonly ActiveCheck Check = new(TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(200), 3, 2);

    [Fact]
    public void Probes_come_every_interval_from_a_phase_of_the_first_one()
    {
        var times = ProbeTimes.Of(Check, seed: 11, "b1");
        var first = times.Next(TimeSpan.Zero);

        Assert.InRange(first, TimeSpan.Zero, Check.Interval);
        Assert.Equal(
            Enumerable.Range(1, 10).Select(number => first + (number * Check.Interval)),
            Enumerable.Range(1, 10).Select(_ => times.Next(TimeSpan.Zero)));
    }

    [Fact]
    public void Each_backend_has_its_own_phase_and_a_seed_always_gives_the_same()
    {
        var firsts = Enumerable.Range(1, 100).Select(number => ProbeTimes.Of(Check, 11, $"b{number}").Next(TimeSpan.Zero)).ToArray();

        Assert.Equal(firsts, Enumerable.Range(1, 100).Select(number => ProbeTimes.Of(Check, 11, $"b{number}").Next(TimeSpan.Zero)));
        // 100 draws over ten tenths: an empty one has a chance of 10 · 0.9^100 = 0.03 %, and the seed is fixed.
        Assert.Equal(10, firsts.Select(first => (int)(first / (Check.Interval / 10))).Distinct().Count());
    }

    [Fact]
    public void Jitter_puts_off_each_probe_and_never_adds_up()
    {
        var plain = ProbeTimes.Of(Check, 11, "b1").Next(TimeSpan.Zero);
        var times = ProbeTimes.Of(Check with { Jitter = TimeSpan.FromMilliseconds(100) }, 11, "b1");

        for (var number = 0; number < 1_000; number++)
        {
            var late = times.Next(TimeSpan.Zero) - (plain + (number * Check.Interval));
            Assert.InRange(late, TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
        }
    }

    [Fact]
    public void What_was_missed_is_left_out_and_the_beat_is_kept()
    {
        var plain = ProbeTimes.Of(Check, 11, "b1").Next(TimeSpan.Zero);
        var times = ProbeTimes.Of(Check, 11, "b1");
        times.Next(TimeSpan.Zero);

        Assert.Equal(plain + (3 * Check.Interval), times.Next(plain + (2.5 * Check.Interval)));
        Assert.Equal(plain + (4 * Check.Interval), times.Next(plain + (2.6 * Check.Interval)));
    }
}
