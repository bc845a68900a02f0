using System.Globalization;
using LBTool.Core.Plans;
using LBTool.Core.Scenarios;
using LBTool.Live;

namespace LBTool.Cli.Running;

/// <summary>What the command line of <c>lbtool start</c> asks for.</summary>
/// <param name="Protocol">What is balanced.</param>
/// <param name="Algorithm">The rule that picks.</param>
/// <param name="Backends">How many, at least 1.</param>
/// <param name="Latency">How long each takes to answer.</param>
/// <param name="Port">Where the balancer listens; 0 for any free port.</param>
/// <param name="Seed">Root of all randomness; null to choose one.</param>
/// <param name="Quiet">No status lines.</param>
/// <param name="Toxiproxy">A Toxiproxy server that does the faults; null for our own fault proxies.</param>
/// <param name="ToxiproxyPort">Where the Toxiproxy API of our own fault proxies listens; 0 for any free port.</param>
internal sealed record StartOptions(
    Protocol Protocol,
    AlgorithmChoice Algorithm,
    int Backends,
    TimeSpan Latency,
    int Port,
    ulong? Seed,
    bool Quiet,
    Uri? Toxiproxy,
    int ToxiproxyPort);

/// <summary>One <c>lbtool start</c>: a world without a load of its own, until a signal ends it.</summary>
internal sealed class StartSession(Terminal terminal, StartOptions options)
{
    private static readonly TimeSpan StatusInterval = TimeSpan.FromSeconds(5);

    /// <summary>Returns 130 or 143, by the signal that ended it.</summary>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        var seed = options.Seed ?? (ulong)Random.Shared.Next();
        var plan = new RunPlan(CreateScenario(), seed, []);
        await using var world = new LiveWorld(
            plan, new LiveOptions { Port = options.Port, ToxiproxyPort = options.ToxiproxyPort, Rehearse = false });
        await world.StartAsync(stop);
        await WriteMembersAsync(world, plan);
        try
        {
            await WriteStatusAsync(world, plan, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await terminal.Output.WriteLineAsync("ended");
        }

        return terminal.Signals.ExitCode;
    }

    // No load is driven: what the scenario says about it is never used.
    private Scenario CreateScenario()
    {
        var backends = Enumerable.Range(1, options.Backends).Select(number => new BackendSpec(
            $"b{number}", Weight: 1, new ServiceTime(new Constant(options.Latency), TimeSpan.Zero), Concurrency: null, Queue: null, Errors: 0, BodyBytes: 128));
        return new Scenario(
            "session",
            Seed: null,
            new Target(options.Protocol, options.Algorithm, new HttpVersions(), TimeSpan.FromSeconds(30), [.. backends], options.Toxiproxy),
            new Load(Executor.ConstantVus, Rate: 0, Vus: 1, ArrivalSpacing.Uniform, TimeSpan.FromDays(1), TimeSpan.Zero, Clients: 1, TimeSpan.FromSeconds(30)),
            Faults: [],
            Phases: [],
            Expect: [],
            new Gate());
    }

    private async Task WriteMembersAsync(LiveWorld world, RunPlan plan)
    {
        await terminal.Output.WriteLineAsync($"balancer  {world.Address}  {options.Algorithm.Name}, seed {plan.Seed}");
        foreach (var member in world.Members)
        {
            await terminal.Output.WriteLineAsync($"backend   {member.Name}  {world.Address!.Scheme}://{member.Backend}/  behind fault proxy {member.FaultProxy}");
        }

        await terminal.Output.WriteLineAsync($"toxiproxy {world.Toxiproxy}  API of the fault proxies, one for each backend");
        await terminal.Output.WriteLineAsync("Ctrl-C ends");
    }

    private async Task WriteStatusAsync(LiveWorld world, RunPlan plan, CancellationToken stop)
    {
        var told = 0L;
        while (true)
        {
            await Task.Delay(StatusInterval, stop);
            var counts = new long[plan.Backends.Length];
            var end = world.Recording.Attempts.Count;
            foreach (var attempt in world.Recording.Attempts.Read(told))
            {
                counts[attempt.Backend]++;
            }

            if (end > told && !options.Quiet)
            {
                await terminal.Output.WriteLineAsync(Status(end - told, plan.Backends.Zip(counts)));
            }

            told = end;
            world.Recording.ForgetAll();
        }
    }

    private static string Status(long requests, IEnumerable<(string Name, long Count)> counts) => string.Create(CultureInfo.InvariantCulture,
        $"{requests / StatusInterval.TotalSeconds:0.#} requests/s: {string.Join(", ", counts.Select(row => $"{row.Name} {row.Count}"))}");
}
