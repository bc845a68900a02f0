using BenchmarkDotNet.Running;
using LBTool.Benchmarks;

// Verbs that are not BenchmarkDotNet classes; everything else goes to its switcher.
var verbs = new Dictionary<string, Func<Task>>
{
    ["latency-precision"] = LatencyPrecision.RunAsync,
    ["link-cost"] = LinkCost.RunAsync,
};

if (args.Length > 0 && verbs.TryGetValue(args[0], out var verb))
{
    await verb();
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(LatencyPrecision).Assembly).Run(args);
}
