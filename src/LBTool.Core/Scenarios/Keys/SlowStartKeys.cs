using LBTool.Core.Balancing;
using LBTool.Core.Scenarios.Reading;

namespace LBTool.Core.Scenarios.Keys;

/// <summary>The keys under <c>target.slow_start</c>.</summary>
internal static class SlowStartKeys
{
    private static readonly Key<TimeSpan> Window = Key.Required("window", Values.PositiveDuration, "from coming up to the full weight");

    private static readonly Key<double> Aggression = Key.Default("aggression", Values.Number(0.1, 10), "1",
        "weight × (age / window)^(1 / aggression): 1 is a straight line, above 1 it grows fast at first, below 1 late");

    private static readonly Key<double> Minimum = Key.Default("minimum", Values.ShareAboveNothing, "10%",
        "share of its weight that it has at least");

    public static readonly Shape<SlowStart> SlowStart = new EitherShape<SlowStart>(
        text: new MappedShape<TimeSpan, SlowStart>(Values.PositiveDuration, window => new SlowStart(window)),
        map: Map.Of([Window, Aggression, Minimum],
            fields => new SlowStart(fields.Get(Window), fields.Get(Aggression), fields.Get(Minimum))));
}
