using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using LBTool.Core.Plans;
using LBTool.Core.Scenarios;
using LBTool.Simulation;

namespace LBTool.Benchmarks;

/// <summary>
/// How many requests a second the simulator gets through on one core, over the number of requests and of backends, and
/// the memory that the process needed at most. Backends serve one at a time, exponentially, at a load of 0.9, under p2c.
/// </summary>
internal static class SimulateSpeed
{
    private static readonly (int Backends, double Requests)[] Points =
        [(100, 1e5), (100, 1e6), (100, 1e7), (100, 3e7), (10, 1e6), (1_000, 1e6), (10_000, 1e6), (10_000, 1e7)];

    public static Task RunAsync()
    {
        Measure(100, 3e5);
        Console.WriteLine("backends  requests    seconds  requests/s  bytes/request  peak MB");
        foreach (var (backends, requests) in Points)
        {
            Measure(backends, requests).Write();
        }

        return Task.CompletedTask;
    }

    private static Point Measure(int backends, double requests)
    {
        var plan = PoolOf(backends, requests / (0.9 * backends));
        var world = new SimulatedWorld(plan, new SimulationOptions { Record = false });
        var (allocated, start) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
        var done = world.DriveLoad().Requests;
        return new Point(backends, done, Stopwatch.GetElapsedTime(start).TotalSeconds,
            (double)(GC.GetAllocatedBytesForCurrentThread() - allocated) / done, Process.GetCurrentProcess().PeakWorkingSet64 / 1e6);
    }

    private static RunPlan PoolOf(int backends, double seconds) => Planner.Plan(
        new Scenario(
            "speed",
            Seed: null,
            new Target(
                Protocol.Http,
                new AlgorithmChoice("power-of-two-choices", ImmutableSortedDictionary<string, double>.Empty.Add("choices", 2)),
                new HttpVersions(),
                TimeSpan.FromHours(1),
                [.. Enumerable.Range(1, backends).Select(number => new BackendSpec(
                    $"b{number}", 1, new ServiceTime(new Exponential(TimeSpan.FromSeconds(1)), TimeSpan.Zero), 1, null, 0, 0))]),
            new Load(Executor.ConstantArrivalRate, 0.9 * backends, 0, ArrivalSpacing.Poisson, TimeSpan.FromSeconds(seconds), TimeSpan.Zero, 1, TimeSpan.FromHours(1)),
            Faults: [],
            Phases: [],
            Expect: [],
            new Gate()),
        seed: 1);

    private sealed record Point(int Backends, long Requests, double Seconds, double BytesEach, double PeakMegabytes)
    {
        public void Write() => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Backends,8}  {Requests,8}  {Seconds,9:0.00}  {Requests / Seconds,10:0}  {BytesEach,13:0.0}  {PeakMegabytes,7:0}"));
    }
}
