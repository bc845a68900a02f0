using System.CommandLine;
using System.Globalization;
using LBTool.Core.Balancing;
using LBTool.Core.Scenarios;

namespace LBTool.Cli.Commands;

/// <summary><c>lbtool check</c>: says what a scenario is, or everything that is wrong with it; starts nothing.</summary>
internal static class CheckCommand
{
    /// <summary>Makes the verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var scenario = new ScenarioSymbols();
        var verb = new Verb("check", "Validate a scenario without starting anything",
            "lbtool check mine.lb.yaml", "lbtool check slow-backend --algo rr --expect 'p95 < 40ms'");
        scenario.AddTo(verb);
        verb.SetAction(async (parsed, stop) =>
        {
            var request = scenario.Read(parsed);
            await WriteAsync(request.FileOrName, await request.LoadAsync(stop), terminal.Output);
            return ExitCodes.Passed;
        });
        return verb;
    }

    private static async Task WriteAsync(string source, Scenario scenario, TextWriter output)
    {
        await output.WriteLineAsync($"{source}: OK");
        foreach (var (name, value) in Summary(scenario))
        {
            await output.WriteLineAsync($"  {name,-13} {value}");
        }
    }

    private static IEnumerable<(string Name, string Value)> Summary(Scenario scenario) =>
    [
        ("name", scenario.Name),
        ("algorithm", Describe(scenario.Target.Algorithm)),
        ("backends", $"{scenario.Target.Backends.Length}: {string.Join(", ", scenario.Target.Backends.Select(backend => backend.Name))}"),
        ("load", Describe(scenario.Load)),
        ("faults", scenario.Faults.IsEmpty ? "none" : string.Join(", ", scenario.Faults.Select(fault => fault.Name))),
        ("expectations", scenario.Expect.IsEmpty ? "none: a run will be inconclusive" : Number(scenario.Expect.Length)),
        ("gate", $"{scenario.Gate.Pass} of {scenario.Gate.Repeat} attempts must pass"),
    ];

    private static string Describe(AlgorithmChoice algorithm)
    {
        var parameters = string.Join(", ", Parameters(algorithm).Select(parameter => $"{parameter.Name} = {parameter.Value}"));
        return parameters.Length == 0 ? algorithm.Name : $"{algorithm.Name} ({parameters})";
    }

    // As a scenario writes them.
    private static IEnumerable<(string Name, string Value)> Parameters(AlgorithmChoice algorithm)
    {
        var row = Balancers.Find(algorithm.Name)!;
        return row.Parameters
            .Select(parameter => (parameter.Name, parameter.Format(algorithm.Parameters[parameter.Name])))
            .Prepend(("key", algorithm.Key.ToString()))
            .Skip(row.UsesKey ? 0 : 1);
    }

    private static string Describe(Load load) =>
        (load.Executor == Executor.ConstantVus ? $"{load.Vus} virtual users" : $"{Number(load.Rate)} requests/s, {load.Arrivals.ToString().ToLowerInvariant()}")
        + $" for {Durations.Format(load.Duration)}"
        + (load.Warmup > TimeSpan.Zero ? $", the first {Durations.Format(load.Warmup)} as warm-up" : "");

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
