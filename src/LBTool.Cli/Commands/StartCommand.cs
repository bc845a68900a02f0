using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using System.Text.Json.Nodes;
using LBTool.Cli.Running;
using LBTool.Cli.Sessions;
using LBTool.Core.Balancing;
using LBTool.Core.Scenarios;
using LBTool.Core.Sessions;

namespace LBTool.Cli.Commands;

/// <summary><c>lbtool start</c>: a session: a balancer with fake backends to play with, until somebody ends it.</summary>
internal static class StartCommand
{
    private const int MostBackends = 1000;
    private const int UsualBackends = 3;
    private static readonly TimeSpan LongestLatency = TimeSpan.FromHours(1);
    private static readonly TimeSpan UsualLatency = TimeSpan.FromMilliseconds(10);

    /// <summary>Makes the verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var protocol = SharedOptions.One<Protocol?>("--protocol", "http|tcp", "What is balanced: requests or connections (default: http)", ReadProtocol);
        protocol.CompletionSources.Add("http", "tcp");
        var algorithm = SharedOptions.Algorithm();
        var backends = SharedOptions.One("--backends", "N", "How many backends (default: 3)", text => SharedOptions.WholeNumber(text, 1, MostBackends));
        var latency = SharedOptions.One("--latency", "DURATION", "How long a backend takes to answer (default: 10ms)", ReadLatency);
        var scenario = new Option<string?>("--scenario") { HelpName = "SCENARIO", Description = "Balancer and backends of this scenario file or built-in scenario" };
        scenario.CompletionSources.Add(_ => BuiltInScenarios.All.Select(known => new CompletionItem(known.Name)));
        var variables = SharedOptions.Variables();
        var name = SharedOptions.One("--name", "NAME", "Name of the session (default: the next free one of s1, s2, …)", ReadName);
        var load = SharedOptions.One("--load", "RATE", "Drive requests from the start, e.g. 200/s", ReadRate);
        var port = SharedOptions.Port("--port", "Port of the balancer (default: any free one)");
        var detach = new Option<bool>("--detach") { Description = "In the background; ends with: lbtool stop" };
        var guard = new Option<bool>("--stdin-guard") { Description = "End when standard input ends; one line of JSON says when it is ready" };
        var seed = SharedOptions.Seed();
        var toxiproxy = SharedOptions.Toxiproxy();
        var toxiproxyPort = SharedOptions.Port("--toxiproxy-port", "Port of the Toxiproxy API of the built-in fault proxies (default: any free one)");
        var quiet = new Option<bool>("--quiet") { Description = "No status lines" };
        var format = SharedOptions.Format("How it says that it is ready (default: text); with json it says nothing more");
        var verb = new Verb("start", "Start a session: a balancer and fake backends on loopback",
            "lbtool start",
            "lbtool start --algo p2c --backends 5 --latency 20ms --port 8080",
            "lbtool start --protocol tcp",
            "lbtool start --scenario slow-backend --load 200/s --detach")
        {
            protocol, algorithm, backends, latency, scenario, variables, name, load, port, detach, guard, seed, toxiproxy, toxiproxyPort, quiet, format,
        };
        verb.Validators.Add(result =>
        {
            if (result.GetResult(scenario) is null)
            {
                if (result.GetResult(variables) is not null)
                {
                    result.AddError("--var: only a scenario has variables; give --scenario too");
                }

                return;
            }

            foreach (var said in new Option[] { protocol, backends, latency }.Where(option => result.GetResult(option) is not null))
            {
                result.AddError($"{said.Name}: the scenario says it; leave it out, or leave out --scenario");
            }
        });
        verb.Validators.Add(result =>
        {
            if (result.GetResult(detach) is not null && result.GetResult(guard) is not null)
            {
                result.AddError("--detach and --stdin-guard: one outlives whoever started it, the other does not; give one of them");
            }
        });
        verb.SetAction(async (parsed, stop) =>
        {
            var read = parsed.GetValue(scenario) is { } file
                ? await ReadAsync(file, parsed.GetValue(variables), parsed.GetValue(algorithm), parsed.GetValue(toxiproxy), stop)
                : SessionScenario.Of(
                    parsed.GetValue(protocol) ?? Protocol.Http,
                    parsed.GetValue(backends) ?? UsualBackends,
                    parsed.GetValue(latency) ?? UsualLatency,
                    parsed.GetValue(algorithm) ?? SharedOptions.WithDefaults(Balancers.All[0]),
                    parsed.GetValue(toxiproxy));
            var json = parsed.GetValue(format) == OutputFormat.Json;
            return parsed.GetValue(detach) ? await DetachedStart.RunAsync(terminal, Without(parsed, detach), parsed.GetValue(name), json, stop)
                : await new StartSession(terminal, new StartOptions(
                    parsed.GetValue(name),
                    read,
                    parsed.GetValue(load),
                    parsed.GetValue(port) ?? 0,
                    parsed.GetValue(toxiproxyPort) ?? 0,
                    parsed.GetValue(seed),
                    parsed.GetValue(quiet),
                    json,
                    parsed.GetValue(guard) || StdinGuard.IsAskedFor)).RunAsync(stop);
        });
        return verb;
    }

    private static async Task<SessionScenario> ReadAsync(
        string file, ImmutableSortedDictionary<string, string>? variables, AlgorithmChoice? algorithm, Uri? toxiproxy, CancellationToken stop)
    {
        var source = await ScenarioSource.ReadAsync(file, stop);
        var (scenario, problems) = SessionScenario.Read(source.Text, source.Name, variables, algorithm?.Name, toxiproxy);
        return scenario ?? throw Failure.Usage(string.Join('\n', problems));
    }

    // The words of a command line, but those of one option: --detach, --detach=true.
    private static string[] Without(ParseResult parsed, Option option)
    {
        var result = parsed.GetResult(option);
        Token[] own = result?.IdentifierToken is { } identifier ? [identifier, .. result.Tokens] : [];
        return [.. parsed.Tokens.Where(token => !own.Contains(token, ReferenceEqualityComparer.Instance)).Select(token => token.Value)];
    }

    private static (Protocol?, string?) ReadProtocol(string text) => text switch
    {
        "http" => (Protocol.Http, null),
        "tcp" => (Protocol.Tcp, null),
        _ => (null, "http or tcp"),
    };

    private static (TimeSpan?, string?) ReadLatency(string text) =>
        Durations.TryParse(text, out var latency) && latency >= TimeSpan.Zero && latency <= LongestLatency
            ? (latency, null)
            : (null, $"{Durations.Forms}, up to {Durations.Format(LongestLatency)}");

    private static (string?, string?) ReadName(string text) =>
        SessionFiles.IsName(text) ? (text, null) : (null, "letters, digits, _ and -, a letter or digit first, at most 64");

    private static (BodyReading<Load>?, string?) ReadRate(string text)
    {
        var reading = Bodies.Load.Read(System.Text.Encoding.UTF8.GetBytes(new JsonObject { ["rate"] = text }.ToJsonString()));
        return reading.Value is null ? (null, Load.RateForms) : (reading, null);
    }
}
