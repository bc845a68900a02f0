using BenchmarkDotNet.Attributes;
using LBTool.Core.Balancing;
using LBTool.Core.Randomness;

namespace LBTool.Benchmarks;

/// <summary>
/// What a change of the pool costs the one who changes it: the tables and trees that a rule prepares for its candidates.
/// Picks go on with the old ones meanwhile. Goal: maglev at most 5 ms for 1,000 backends.
/// </summary>
[HideColumns("Error", "StdDev")]
public class Preparations
{
    private Pool _pool = null!;
    private Balancer _balancer = null!;

    [Params("maglev", "consistent-hash", "least-connections", "weighted-round-robin")]
    public string Algorithm { get; set; } = "";

    [Params(1000, 10_000)]
    public int Backends { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var row = Balancers.Find(Algorithm)!;
        _balancer = row.Create(row.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Default), new RandomStream(1));
        _pool = new Pool(Enumerable.Range(0, Backends).Select(i => new Backend($"b{i + 1}", i)), _balancer);
    }

    [Benchmark(Description = "prepare")]
    public object? Prepare() => _balancer.Prepare(_pool.Candidates);
}
