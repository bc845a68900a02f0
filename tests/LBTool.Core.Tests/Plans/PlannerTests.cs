using LBTool.Core.Plans;
using LBTool.Core.Scenarios;
using LBTool.Core.Tests.Runs;

namespace LBTool.Core.Tests.Plans;

public class PlannerTests
{
    [Fact]
    public void Times_that_refer_to_other_faults_are_resolved_and_ordered()
    {
        var plan = Sample.Plan(
            Sample.Kill("late", "early.end + 500ms", 1),
            Sample.Kill("early", "2s", 3));
        Assert.Equal(["early", "late"], plan.Faults.Select(fault => fault.Name));
        Assert.Equal(Sample.Seconds(5.5), plan.Faults[1].Start);
        Assert.Equal(Sample.Seconds(6.5), plan.Faults[1].End);
    }

    [Fact]
    public void A_fault_without_a_length_or_with_a_long_one_ends_with_the_run()
    {
        var plan = Sample.Plan(Sample.Kill("open", "2s"), Sample.Kill("long", "3s", 100));
        Assert.All(plan.Faults, fault => Assert.Equal(plan.Length, fault.End));
    }

    [Fact]
    public void Backends_are_found_by_name_in_order_of_the_pool()
    {
        var plan = Sample.Plan(Sample.Kill("two", "2s", 1, "b4", "b2"));
        Assert.Equal([1, 3], plan.Faults[0].Backends);
    }

    [Theory]
    [InlineData(0.4, 2)]
    [InlineData(0.5, 3)]
    [InlineData(0.01, 1)]
    [InlineData(1.0, 5)]
    public void A_share_is_rounded_to_whole_backends_and_never_to_none(double share, int expected)
    {
        var fault = Sample.Kill("some", "2s", 1) with { Target = new ShareOfBackends(share) };
        Assert.Equal(expected, Sample.Plan(fault).Faults[0].Backends.Distinct().Count());
    }

    // 2 of 5 by 2,000 seeds: each of the 10 pairs is expected 200 times; χ² with 9 degrees of freedom exceeds 27.9
    // with probability 0.001, decided once since the seeds are fixed.
    [Fact]
    public void Drawn_backends_depend_on_the_seed_alone_and_are_uniform()
    {
        var scenario = Sample.Scenario(Sample.Kill("some", "2s", 1) with { Target = new SomeBackends(2) });
        string Drawn(ulong seed) => string.Join(",", Planner.Plan(scenario, seed).Faults[0].Backends);
        var counts = Enumerable.Range(0, 2000).CountBy(seed => Drawn((ulong)seed)).ToArray();
        Assert.Equal(10, counts.Length);
        Assert.True(counts.Sum(count => Math.Pow(count.Value - 200, 2) / 200) < 27.9);
        Assert.Equal(Drawn(7), Drawn(7));
    }

    [Fact]
    public void A_scenario_that_was_not_checked_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => Sample.Plan(Sample.Kill("lost", "nobody.start")));
        Assert.Contains("lost", error.Message);
    }
}
