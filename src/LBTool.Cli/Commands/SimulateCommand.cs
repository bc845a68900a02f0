using System.CommandLine;
using System.Globalization;
using LBTool.Cli.Running;
using LBTool.Core.Scenarios;
using LBTool.Simulation;

namespace LBTool.Cli.Commands;

/// <summary><c>lbtool simulate</c>: runs a scenario in virtual time, and judges it.</summary>
internal static class SimulateCommand
{
    private const int LargestScale = 10_000;
    private const int MostSeeds = 1_000;
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(10);

    /// <summary>Makes the verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var symbols = new RunSymbols(live: false);
        var scale = SharedOptions.One("--scale", "K", "K times the backends under K times the traffic (default: 1)", text => Number(text, LargestScale));
        var repeat = SharedOptions.One("--repeat", "K", "Run K seeds; show mean and 95 % confidence interval of each expectation's value", text => Number(text, MostSeeds));
        var delay = SharedOptions.One("--network-delay", "DURATION", "Time from client to balancer, from balancer to backend, and each way back (default: 0ms)", ReadDelay);
        var verb = new Verb("simulate", "Run a scenario in virtual time: exact, seeded, without sockets; then judge it",
            "lbtool simulate slow-backend",
            "lbtool simulate slow-backend --algo lc --scale 100",
            "lbtool simulate slow-backend --repeat 20",
            "lbtool simulate checkout.lb.yaml --seed 42 --events events.jsonl");
        symbols.AddTo(verb);
        verb.Add(scale);
        verb.Add(repeat);
        verb.Add(delay);
        verb.SetAction((parsed, stop) =>
        {
            var world = RunVerb.Simulate(
                parsed.GetValue(scale) ?? 1, new SimulationOptions { NetworkDelay = parsed.GetValue(delay) ?? TimeSpan.Zero });
            return new RunSession(terminal, symbols.Read(parsed, world) with { Repeat = parsed.GetValue(repeat) }).RunAsync(stop);
        });
        return verb;
    }

    private static (int?, string?) Number(string text, int highest) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= highest
            ? (number, null)
            : (null, $"a whole number from 1 to {highest}");

    private static (TimeSpan?, string?) ReadDelay(string text) =>
        Durations.TryParse(text, out var delay) && delay >= TimeSpan.Zero && delay <= LongestDelay
            ? (delay, null)
            : (null, $"{Durations.Forms}, up to {Durations.Format(LongestDelay)}");
}
