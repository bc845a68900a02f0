using CsCheck;
using LBTool.Core.Balancing;
using LBTool.Core.Measurements;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Tests.Measurements;

public class InflightStepsTests
{
    private static readonly Gen<(int Start, int Length)[]> AnyLeases =
        Gen.Select(Gen.Int[0, 100], Gen.Int[0, 30]).Array[0, 60];

    [Fact]
    public void Two_overlapping_leases_make_the_steps_drawn_by_hand() =>
        Assert.Equal(
            [(0, 0), (10, 1), (20, 2), (30, 1), (40, 0)],
            StepsIn(0, 100, (10, 20), (20, 20)));

    [Fact]
    public void A_lease_that_ends_as_another_starts_is_neither_dip_nor_peak() =>
        Assert.Equal([(0, 0), (10, 1), (20, 1), (30, 0)], StepsIn(0, 100, (10, 10), (20, 10)));

    [Fact]
    public void A_window_begins_with_what_was_open_before_it() =>
        Assert.Equal([(15, 1), (20, 0)], StepsIn(15, 25, (10, 10)));

    [Fact]
    public void A_window_does_not_hold_its_end() => Assert.Equal([(15, 1)], StepsIn(15, 20, (10, 10)));

    [Fact]
    public void A_lease_without_length_is_never_open() => Assert.Equal([(0, 0)], StepsIn(0, 100, (10, 0)));

    [Fact]
    public void An_empty_window_has_no_steps() => Assert.Empty(StepsIn(50, 50, (10, 80)));

    [Fact]
    public void At_every_instant_the_steps_count_the_leases_open_then() =>
        Gen.Select(AnyLeases, Gen.Int[0, 131]).Sample((leases, instant) =>
        {
            var expected = leases.Count(lease => lease.Start <= instant && instant < lease.Start + lease.Length);
            return StepsIn(instant, instant + 1, leases)[0].Open == expected;
        });

    [Fact]
    public void All_that_opens_closes() =>
        AnyLeases.Sample(leases => StepsIn(0, 1_000, leases)[^1].Open == 0);

    [Fact]
    public void The_sum_over_the_backends_is_the_whole() =>
        Gen.Select(AnyLeases, AnyLeases, Gen.Int[0, 131]).Sample((one, other, instant) =>
            StepsIn(instant, instant + 1, one)[0].Open + StepsIn(instant, instant + 1, other)[0].Open
            == StepsIn(instant, instant + 1, [.. one, .. other])[0].Open);

    private static (int At, int Open)[] StepsIn(int from, int until, params (int Start, int Length)[] leases) =>
    [
        .. InflightSteps.Of([.. leases.Select(lease =>
                new LeaseRecord(1, 0, HandMadeRun.Ms(lease.Start), HandMadeRun.Ms(lease.Start + lease.Length), LeaseOutcome.Ok))])
            .In(new Window(HandMadeRun.Ms(from), HandMadeRun.Ms(until)))
            .Select(step => ((int)step.At.TotalMilliseconds, step.Open)),
    ];

    [Fact]
    public void Of_several_backends_the_fullest_counts_at_every_instant() =>
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 30], Gen.Int[0, 10]).Array[0, 30].Sample(drawn =>
        {
            LeaseRecord[] leases = [.. drawn.Select(lease => new LeaseRecord(0, lease.Item1, new(lease.Item2), new(lease.Item2 + lease.Item3), LeaseOutcome.Ok)).OrderBy(lease => lease.Start)];
            RecordSlice<LeaseRecord>[] each = [.. Enumerable.Range(0, 3).Select(backend => (RecordSlice<LeaseRecord>)[.. leases.Where(lease => lease.Backend == backend)])];
            var fullest = InflightSteps.OfFullest(each);
            return Enumerable.Range(0, 45).All(instant =>
            {
                var now = new Window(new(instant), new(instant + 1));
                return fullest.RangeIn(now).High == each.Max(of => InflightSteps.Of(of).RangeIn(now).High);
            });
        });

    [Fact]
    public void The_most_in_a_window_is_that_of_the_steps() =>
        Gen.Select(Gen.Int[0, 30], Gen.Int[0, 10]).Array[0, 30].Select(Gen.Int[0, 45], Gen.Int[0, 45]).Sample((drawn, from, until) =>
        {
            RecordSlice<LeaseRecord> leases = [.. drawn.Select(lease => new LeaseRecord(0, 0, new(lease.Item1), new(lease.Item1 + lease.Item2), LeaseOutcome.Ok)).OrderBy(lease => lease.Start)];
            var window = new Window(new(Math.Min(from, until)), new(Math.Max(from, until)));
            return InflightSteps.MostOpen(leases, window) == InflightSteps.Of(leases).RangeIn(window).High;
        });
}
