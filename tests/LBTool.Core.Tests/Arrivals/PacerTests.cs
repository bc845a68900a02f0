using LBTool.Core.Arrivals;
using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Tests.Arrivals;

public class PacerTests
{
    [Theory]
    [InlineData(ArrivalSpacing.Uniform, typeof(Uniform))]
    [InlineData(ArrivalSpacing.Poisson, typeof(Poisson))]
    public void A_load_gets_the_pacer_of_its_spacing(ArrivalSpacing spacing, Type pacer) =>
        Assert.IsType(pacer, Pacer.For(LoadOf(Executor.ConstantArrivalRate, spacing), new RandomStream(1)));

    [Fact]
    public void A_closed_model_has_no_schedule() =>
        Assert.Throws<ArgumentException>(() => Pacer.For(LoadOf(Executor.ConstantVus, default), new RandomStream(1)));

    internal static List<TimeSpan> All(Pacer pacer)
    {
        var all = new List<TimeSpan>();
        while (pacer.TryNext(out var intended))
        {
            all.Add(intended);
        }

        Assert.False(pacer.TryNext(out _), "a schedule that is over stays over");
        return all;
    }

    private static Load LoadOf(Executor executor, ArrivalSpacing spacing) => new(
        executor, 10, 1, spacing, TimeSpan.FromSeconds(1), TimeSpan.Zero, 1, TimeSpan.FromSeconds(1));
}
