namespace LBTool.Core.Tests.Faults;

public class SlicerTests
{
    [Fact]
    public void Pieces_keep_to_their_sizes_and_carry_every_byte_in_order()
    {
        var link = VirtualLink.With("slicer", ("average_size", 64), ("size_variation", 16));
        link.Send(0, 10_000);

        // Never over average + variation; a piece is at least half of what had to be cut, less the variation.
        Assert.All(link.Data, piece => Assert.InRange(piece.Length, ((64 + 16) / 2) - 16, 64 + 16));
        Assert.Equal(Enumerable.Range(0, 10_000).Select(i => (byte)i), link.Bytes);
    }

    [Fact]
    public void The_pause_comes_after_each_piece_the_last_included()
    {
        var link = VirtualLink.With("slicer", ("average_size", 5), ("delay", 2000));
        link.Send(0, 10);
        link.Send(1, 5);
        link.RunUntil(100);
        Assert.Equal([(0.0, 5), (2.0, 5), (4.0, 5)], link.Data);
    }

    [Fact]
    public void An_interruption_sends_the_rest_in_one_piece()
    {
        var link = VirtualLink.With("slicer", ("average_size", 10), ("delay", 1e6));
        link.Send(0, 40);
        link.RunUntil(1500);
        link.Remove("slicer");
        Assert.Equal([(0.0, 10), (1000.0, 10), (1500.0, 20)], link.Data);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0, 100, 0)]
    [InlineData(-5, -5, -5)]
    [InlineData(1, 1000, 0)]
    [InlineData(1, 1, 0)]
    [InlineData(1e300, 1e300, 0)]
    [InlineData(double.NaN, double.NaN, double.NaN)]
    public void Absurd_attributes_do_no_harm(double average, double variation, double delay)
    {
        var link = VirtualLink.With("slicer", ("average_size", average), ("size_variation", variation), ("delay", delay));
        link.Send(0, 32 * 1024);
        link.RunUntil(1);
        Assert.Equal(Enumerable.Range(0, 32 * 1024).Select(i => (byte)i), link.Bytes);
    }
}
