using System.Globalization;
using LBTool.Simulation.Tests;

namespace LBTool.Benchmarks;

/// <summary>Writes docs/theory.md: the simulator with the real rules beside exact formulas.</summary>
internal static class TheoryTable
{
    private static readonly double[] Loads = [0.5, 0.7, 0.9, 0.95];

    // Another for each cell, so that the luck of one is not that of all.
    private static ulong _seed;

    /// <param name="args">The file to write, and how many requests a cell measures (default 4 million).</param>
    public static Task RunAsync(string[] args)
    {
        var requests = args.Length > 1 ? double.Parse(args[1], CultureInfo.InvariantCulture) : 4e6;
        using var page = new StreamWriter(args[0]);
        page.NewLine = "\n";
        page.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            # Theory and simulation

            Mean time in system, in units of the mean service time: Poisson arrivals, exponential service, one request at a
            time on each backend, λ arrivals a backend and service time. Measured by the simulator with lbtool's own rules,
            {requests / 1e6:0.#} million requests a cell, a seed of its own for each. `scripts/theory.sh` makes this page again.

            ## Exact formulas

            """));
        Write(page, "random, 100 backends: 1/(1−λ)", Formulas.Random, load => Theory.MeanTime("random", 100, load, requests, seed: ++_seed));
        Write(page, "round-robin, 10 backends: E_n/M/1", load => Formulas.RoundRobin(10, load), load => Theory.MeanTime("round-robin", 10, load, requests, seed: ++_seed));
        Write(page, "one backend of 10 workers: M/M/n (Erlang C)", load => Formulas.OneQueue(10, load), load => Theory.MeanTime("random", 1, load, requests, workers: 10, seed: ++_seed));
        foreach (var choices in new[] { 2, 3, 5 })
        {
            Write(page, $"p2c, {choices} choices, 2,000 backends: Σ λ^((d^i−d)/(d−1))",
                load => Formulas.FixedPoint(choices, load), load => Theory.MeanTime("p2c", 2000, load, requests, choices, seed: ++_seed));
        }

        page.WriteLine("## Small pools\n");
        page.WriteLine("The fixed point is that of infinitely many backends. A small pool lies above it:\n");
        foreach (var servers in new[] { 5, 20, 100, 500 })
        {
            Write(page, $"p2c, 2 choices, {servers} backends", load => Formulas.FixedPoint(2, load), load => Theory.MeanTime("p2c", servers, load, requests, seed: ++_seed));
        }

        return Task.CompletedTask;
    }

    private static void Write(StreamWriter page, string title, Func<double, double> formula, Func<double, double> measure)
    {
        page.WriteLine($"### {title}\n");
        page.WriteLine("| λ | formula | measured | difference |\n| --- | --- | --- | --- |");
        foreach (var load in Loads)
        {
            var (exact, measured) = (formula(load), measure(load));
            page.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {load} | {exact:0.0000} | {measured:0.0000} | {100 * ((measured / exact) - 1):+0.00;−0.00} % |"));
            page.Flush();
        }

        page.WriteLine();
    }
}
