using System.Collections.Immutable;
using LBTool.Core.Faults;
using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Tests.Faults;

public class ToxicTableTests
{
    [Fact]
    public void Has_the_toxics_of_Toxiproxy() => Assert.Equal(
        ["latency", "bandwidth", "slow_close", "timeout", "reset_peer", "slicer", "limit_data", "packet_loss", "noop"],
        ToxicTable.All.Select(row => row.Name));

    [Fact]
    public void Every_row_describes_itself_and_makes_a_toxic() => Assert.All(ToxicTable.All, row =>
    {
        Assert.NotEmpty(row.Description);
        Assert.All(row.Attributes, attribute => Assert.NotEmpty(attribute.Description));
        Assert.Distinct(row.Attributes.Select(attribute => attribute.Name));
        Assert.NotNull(row.Create(new ToxicAttributes(ImmutableSortedDictionary<string, double>.Empty)));
    });

    [Fact]
    public void An_unknown_type_is_an_error_that_lists_the_known_ones()
    {
        var error = Assert.Throws<ArgumentException>(() => Create("latancy"));
        Assert.Contains("latancy", error.Message);
        Assert.All(ToxicTable.All, row => Assert.Contains(row.Name, error.Message));
        Assert.Throws<ArgumentException>(() => Create("Latency"));
    }

    [Fact]
    public void An_unknown_attribute_is_an_error_that_lists_the_known_ones()
    {
        var error = Assert.Throws<ArgumentException>(() => Create("latency", "latencie"));
        Assert.Contains("latencie", error.Message);
        Assert.Contains("jitter", error.Message);
    }

    private static InstalledToxic Create(string type, params string[] attributes) => InstalledToxic.Create(
        "x",
        new ToxicEffect(type, StreamDirection.Upstream, 1, attributes.ToImmutableSortedDictionary(name => name, _ => 1.0)),
        new RandomStream(1));
}
