using BenchmarkDotNet.Attributes;
using LBTool.Core.Balancing;
using LBTool.Core.Randomness;

namespace LBTool.Benchmarks;

/// <summary>
/// What each algorithm of the table costs: nanoseconds and bytes of a pick, and of a whole lease, which is picked,
/// counted, taken off again and learned from. Goals: 0 bytes; a pick below 200 ns at 10,000 backends, and at 10 not
/// above YARP's, see <see cref="YarpPicks"/>. Each backend has one to three requests in flight, a third of them tied
/// for the least; every pick has a key of its own.
/// </summary>
[MemoryDiagnoser]
[HideColumns("Error", "StdDev", "Alloc Ratio")]
public class Picks
{
    private const ulong KeyStep = 0x9E3779B97F4A7C15;

    private Pool _pool = null!;
    private Balancer _balancer = null!;
    private ulong _key;

    public static IEnumerable<string> Algorithms => Balancers.All.Select(row => row.Name);

    [ParamsSource(nameof(Algorithms))]
    public string Algorithm { get; set; } = "";

    [Params(10, 100, 1000, 10_000)]
    public int Backends { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var row = Balancers.Find(Algorithm)!;
        _balancer = row.Create(row.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Default), new RandomStream(1));
        _pool = new Pool(Enumerable.Range(0, Backends).Select(i => new Backend($"b{i + 1}", i)), _balancer);
        MakeBusy();
        WarmUp();
    }

    [Benchmark(Description = "pick")]
    public Backend Pick() => _balancer.Pick(_pool.Candidates, NextContext());

    [Benchmark(Description = "lease")]
    public Backend Lease()
    {
        var context = NextContext();
        _pool.TryTake(context, out var lease);
        lease.End(context.Now + TimeSpan.FromMilliseconds(10), LeaseOutcome.Ok);
        return lease.Backend;
    }

    private PickContext NextContext() => new(TimeSpan.Zero, _key += KeyStep);

    // Leases that never end: one, two or three for each backend.
    private void MakeBusy()
    {
        foreach (var backend in _pool.Backends)
        {
            for (var others = 0; others <= backend.Index % 3; others++)
            {
                _pool.TryTakeFrom(backend, TimeSpan.Zero, out _);
            }
        }
    }

    // Rules that remember find what they need in the long run.
    private void WarmUp()
    {
        for (var i = 0; i < 1_000_000; i++)
        {
            _balancer.Pick(_pool.Candidates, NextContext());
        }
    }
}
