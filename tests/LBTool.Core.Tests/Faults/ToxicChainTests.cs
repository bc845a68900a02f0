using LBTool.Core.Faults;

namespace LBTool.Core.Tests.Faults;

public class ToxicChainTests
{
    [Fact]
    public void Without_toxics_everything_passes_at_once()
    {
        var link = new VirtualLink();
        Assert.True(link.Chain.IsPassive);
        link.Send(1, 10);
        link.End(2);
        Assert.Equal([(1.0, 10)], link.Data);
        Assert.Equal([(2.0, Ending.Finish)], link.Ends);
    }

    [Fact]
    public void Toxics_act_in_the_order_in_which_they_were_added()
    {
        var sliceFirst = VirtualLink.With("slicer", ("average_size", 50)).Add(VirtualLink.Toxic("limit_data", attributes: ("bytes", 75)));
        sliceFirst.Send(0, 100);
        Assert.Equal([(0.0, 50), (0.0, 25)], sliceFirst.Data);

        var limitFirst = VirtualLink.With("limit_data", ("bytes", 75)).Add(VirtualLink.Toxic("slicer", attributes: ("average_size", 100)));
        limitFirst.Send(0, 100);
        Assert.Equal([(0.0, 75)], limitFirst.Data);
    }

    [Fact]
    public void A_close_of_one_toxic_waits_behind_data_that_a_later_toxic_delays()
    {
        var link = VirtualLink.With("limit_data", ("bytes", 10)).Add(VirtualLink.Toxic("latency", attributes: ("latency", 100)));
        link.Send(0, 10);
        link.RunUntil(1000);
        Assert.Equal([(100.0, 10)], link.Data);
        Assert.Equal([(100.0, Ending.Close)], link.Ends);
    }

    [Fact]
    public void A_full_later_stage_pushes_back_through_an_earlier_latency()
    {
        var link = VirtualLink.With("latency", ("latency", 1)).Add(VirtualLink.Toxic("bandwidth", attributes: ("rate", 0)));
        var sent = 0L;
        while (link.Chain.HasRoom)
        {
            link.Send(link.Now.TotalMilliseconds + 1, 64 * 1024);
            sent += 64 * 1024;
        }

        Assert.InRange(sent, 31 << 20, 33 << 20);
    }

    [Fact]
    public void What_a_removed_toxic_held_still_passes_those_behind_it()
    {
        var link = VirtualLink.With("latency", ("latency", 3000)).Add(VirtualLink.Toxic("bandwidth", attributes: ("rate", 10)));
        link.Send(0, 500);
        link.RunUntil(1000);
        link.Remove("latency");
        link.RunUntil(1049);
        Assert.Empty(link.Data);
        link.RunUntil(1050);
        Assert.Equal([(1050.0, 500)], link.Data);
    }

    [Fact]
    public void A_toxic_added_to_a_live_link_acts_on_what_comes_after()
    {
        var link = new VirtualLink();
        link.Send(0, 1);
        link.Add(VirtualLink.Toxic("latency", attributes: ("latency", 100)));
        link.Send(10, 2);
        link.RunUntil(200);
        Assert.Equal([(0.0, 1), (110.0, 2)], link.Data);
    }

    [Fact]
    public void Unknown_names_are_ignored_on_a_link()
    {
        var link = new VirtualLink();
        link.Remove("nothing");
        link.Update("latency", ("latency", 10));
        Assert.True(link.Chain.IsPassive);
    }

    [Theory]
    [MemberData(nameof(AllTypes))]
    public void At_toxicity_0_every_toxic_leaves_the_link_alone(string type)
    {
        var link = new VirtualLink().Add(Hostile(type, toxicity: 0));
        Assert.True(link.Chain.IsPassive);
        link.Send(1, 100_000);
        link.End(2);
        link.Remove(type);
        link.RunUntil(10_000);
        Assert.Equal([(1.0, 100_000)], link.Data);
        Assert.Equal([(2.0, Ending.Finish)], link.Ends);
    }

    [Theory]
    [MemberData(nameof(AllTypes))]
    public void Hostile_attributes_never_crash_and_removal_always_ends_what_they_did(string type)
    {
        foreach (var value in new[] { -1, -1e300, 1e300, double.MaxValue, double.NaN, double.PositiveInfinity, double.NegativeInfinity })
        {
            var link = new VirtualLink().Add(Hostile(type, 1, value));
            link.Send(1, 1000);
            link.RunUntil(10);
            link.End(11);
            link.Remove(type);
            link.RunUntil(20);
            Assert.NotEmpty(link.Ends);
        }
    }

    [Fact]
    public void Toxicity_is_the_share_of_links_that_are_hit()
    {
        // One toxic, many links. Binomial(10000, 0.3): mean 3000, deviation 46; 5 deviations are 230.
        var toxic = VirtualLink.Toxic("latency", toxicity: 0.3, attributes: ("latency", 10));
        var hit = Enumerable.Range(0, 10_000).Count(_ => !new VirtualLink().Add(toxic).Chain.IsPassive);
        Assert.InRange(hit, 2770, 3230);
    }

    [Fact]
    public void An_update_keeps_the_draw_unless_the_toxicity_changes()
    {
        var toxic = VirtualLink.Toxic("latency", toxicity: 0.5, attributes: ("latency", 10));
        var chains = Enumerable.Range(0, 200).Select(_ => new VirtualLink().Add(toxic).Chain).ToArray();
        var before = chains.Select(chain => chain.IsPassive).ToArray();

        Array.ForEach(chains, chain => chain.Update(toxic, TimeSpan.Zero));
        Assert.Equal(before, chains.Select(chain => chain.IsPassive));

        Array.ForEach(chains, chain => chain.Update(toxic with { Effect = toxic.Effect with { Toxicity = 1 } }, TimeSpan.Zero));
        Assert.DoesNotContain(chains, chain => chain.IsPassive);

        Array.ForEach(chains, chain => chain.Update(toxic with { Effect = toxic.Effect with { Toxicity = 0 } }, TimeSpan.Zero));
        Assert.All(chains, chain => Assert.True(chain.IsPassive));
    }

    [Fact]
    public void Equal_seeds_hit_the_same_links()
    {
        bool[] Hits(ulong seed)
        {
            var toxic = VirtualLink.Toxic("latency", toxicity: 0.5, seed: seed);
            return [.. Enumerable.Range(0, 64).Select(_ => new VirtualLink().Add(toxic).Chain.IsPassive)];
        }

        Assert.Equal(Hits(7), Hits(7));
        Assert.NotEqual(Hits(7), Hits(8));
    }

    public static TheoryData<string> AllTypes() => [.. ToxicTable.All.Select(row => row.Name)];

    private static InstalledToxic Hostile(string type, double toxicity, double value = 0) => VirtualLink.Toxic(
        type, toxicity, attributes: [.. ToxicTable.Find(type)!.Attributes.Select(attribute => (attribute.Name, value))]);
}
