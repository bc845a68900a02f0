namespace LBTool.Core.Tests.Scenarios;

/// <summary>Scenarios that tests start from.</summary>
internal static class Samples
{
    public static string SlowBackend { get; } = Checkout.Read("tests/LBTool.Core.Tests/Scenarios/samples/slow-backend.lb.yaml");

    public static string Drain { get; } = Checkout.Read("tests/LBTool.Core.Tests/Scenarios/samples/drain.lb.yaml");

    public static string FallRise { get; } = Checkout.Read("tests/LBTool.Core.Tests/Scenarios/samples/fall-rise.lb.yaml");
}
