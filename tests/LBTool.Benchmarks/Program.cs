using BenchmarkDotNet.Running;
using LBTool.Benchmarks;
using LBTool.Benchmarks.Tcp;
using LBTool.Benchmarks.Toxiproxy;

// Verbs that are not BenchmarkDotNet classes; everything else goes to its switcher.
var verbs = new Dictionary<string, Func<string[], Task>>
{
    ["health-cost"] = HealthCost.RunAsync,
    ["latency-precision"] = _ => LatencyPrecision.RunAsync(),
    ["link-cost"] = _ => LinkCost.RunAsync(),
    ["simulate-speed"] = _ => SimulateSpeed.RunAsync(),
    ["tcp-compare"] = TcpCompare.RunAsync,
    ["theory"] = TheoryTable.RunAsync,
    ["throughput"] = Throughput.RunAsync,
    ["toxiproxy-compare"] = ToxiproxyCompare.RunAsync,
};

if (args.Length > 0 && verbs.TryGetValue(args[0], out var verb))
{
    await verb(args[1..]);
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(Picks).Assembly).Run(args);
}
