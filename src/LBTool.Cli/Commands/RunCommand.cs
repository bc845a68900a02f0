using System.CommandLine;
using LBTool.Cli.Running;

namespace LBTool.Cli.Commands;

/// <summary><c>lbtool run</c>: runs a scenario against sockets, and judges it.</summary>
internal static class RunCommand
{
    /// <summary>Makes the verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var symbols = new RunSymbols(live: true);
        var verb = new Verb("run", "Run a scenario on loopback: backends, balancer, load and faults; then judge it",
            "lbtool run slow-backend",
            "lbtool run slow-backend --algo rr --seed 42",
            "lbtool run checkout.lb.yaml --var rate=500 --expect 'p95 < 40ms' --out results",
            "lbtool run checkout.lb.yaml --format json --no-gate > summary.json");
        symbols.AddTo(verb);
        verb.SetAction((parsed, stop) => new RunSession(terminal, symbols.Read(parsed, RunVerb.Run)).RunAsync(stop));
        return verb;
    }
}
