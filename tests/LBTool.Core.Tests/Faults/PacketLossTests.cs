namespace LBTool.Core.Tests.Faults;

public class PacketLossTests
{
    [Fact]
    public void Drops_whole_chunks_at_the_rate()
    {
        // Binomial(10000, 0.3): mean 3000, deviation 46; 5 deviations are 230.
        Assert.InRange(Dropped(("loss_rate", 0.3)), 2770, 3230);
    }

    [Fact]
    public void Correlation_makes_a_drop_more_likely_after_a_drop()
    {
        // A two-state chain with p = 0.1 after a chunk and 0.6 after a drop drops 0.1 / (1 - 0.5) = 20 % in the long run;
        // its deviation is sqrt(n p q (1 + 0.5) / (1 - 0.5)) = 69, and 5 of them are 346.
        Assert.InRange(Dropped(("loss_rate", 0.1), ("correlation", 0.5)), 2000 - 346, 2000 + 346);
    }

    [Theory]
    [InlineData(0, 10_000)]
    [InlineData(-3, 10_000)]
    [InlineData(1, 0)]
    [InlineData(7, 0)]
    public void Rates_are_clamped_and_the_end_passes(double rate, int arrived)
    {
        var link = VirtualLink.With("packet_loss", ("loss_rate", rate));
        Flood(link);
        link.End(0);
        Assert.Equal(arrived, link.Data.Length);
        Assert.Single(link.Ends);
    }

    private static int Dropped(params (string, double)[] attributes)
    {
        var link = VirtualLink.With("packet_loss", attributes);
        Flood(link);
        return 10_000 - link.Data.Length;
    }

    private static void Flood(VirtualLink link)
    {
        for (var i = 0; i < 10_000; i++)
        {
            link.Send(0, 1);
        }
    }
}
