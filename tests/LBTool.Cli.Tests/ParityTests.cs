using System.Diagnostics;
using LBTool.Core.Balancing;
using LBTool.Core.Measurements;
using LBTool.Core.Plans;
using LBTool.Core.Runs;
using LBTool.Core.Scenarios;
using LBTool.Live;
using LBTool.Simulation;

namespace LBTool.Cli.Tests;

/// <summary>
/// One user, one request at a time: the real world and the pretend one pick the same backends and see the same outcomes,
/// under every algorithm, for every behaviour of a backend and for every HTTP fault and action.
/// </summary>
public class ParityTests
{
    private const int MostTries = 20;
    private const ulong Seed = 7;
    private static readonly TimeSpan FaultStart = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // How much later than in the pretend world a request may end.
    private static readonly TimeSpan Hiccup = TimeSpan.FromMilliseconds(100);

    /// <summary>Each over both protocols.</summary>
    public static MatrixTheoryData<string, string> Algorithms => new(Balancers.All.Select(row => row.Name), ["http", "tcp"]);

    /// <summary>What may be done to a backend, and how the balancer may find it, whatever the protocol.</summary>
    public static TheoryData<string, string> TcpWorlds => new()
    {
        { "action: kill", "" },
        { "action: stop", "" },
        { "action: down", "" },
        { "action: restart", "" },
        { "action: pause", "" },
        { "action: lose-capacity, workers: 0", "" },
        { "toxic: { type: reset_peer }", "" },
        { "toxic: { type: limit_data, bytes: 500 }", "" },
        { "toxic: { type: limit_data, bytes: 0 }", "" },
        { "", "errors: 30%" },
        { "", "rate_limit: { rate: 1/m, burst: 5 }" },
        { "", "concurrency: 1, queue: 0" },
        { "", "gc_pause: { every: 100ms, for: 5ms }" },
        { "action: restart", "cold_start: { factor: 3, requests: 2 }" },
    };

    /// <summary>What a backend may do, what may be done to it, and how the balancer may find it: each by what a scenario says.</summary>
    public static TheoryData<string, string> Worlds
    {
        get
        {
            var data = new TheoryData<string, string>();
            string[] https =
            [
                "status: 429", "status: { code: 503, body: try later }", "delay: 5ms", "hang: true", "abort: before-headers",
                "abort: after-headers", "abort: mid-body", "truncate: 50%", "truncate: 0%", "slow_body: { bytes: 400, every: 5ms }",
                "slow_body: { bytes: 400, every: 1m }", "headers: { x-more: 1, Connection: close }", "huge_header: 50KB", "huge_header: 100KB",
            ];
            foreach (var http in https)
            {
                data.Add($"http: {{ {http}, percent: 50% }}", "");
            }

            foreach (var action in new[] { "kill", "stop", "down", "restart", "pause", "fail-app", "fail-health", "lose-capacity, workers: 0", "drain", "drain, deadline: 50ms", "remove, deadline: 50ms" })
            {
                data.Add($"action: {action}", "");
            }

            foreach (var backend in new[] { "errors: 30%", "rate_limit: { rate: 1/m, burst: 5 }", "sessions: true", "concurrency: 1, queue: 0", "gc_pause: { every: 100ms, for: 5ms }" })
            {
                data.Add("", backend);
            }

            data.Add("action: restart", "cold_start: { factor: 3, requests: 2 }");
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task Every_algorithm_picks_the_same(string algorithm, string protocol)
    {
        // Where measured latencies decide, they lie further apart than a busy machine adds to them, and few enough picks
        // are compared for none to age until it is as good as forgotten.
        var learns = algorithm is "least-response-time" or "peak-ewma";
        var (latencies, compared) = learns ? (new[] { "1ms", "150ms", "400ms", "900ms" }, 15) : (["1ms", "5ms", "15ms", "30ms"], 40);
        var backends = string.Join(", ", latencies.Select((latency, index) => $"{{ name: b{index + 1}, latency: {latency} }}"));
        var plan = Plan($"protocol: {protocol}, algorithm: {algorithm}, backends: [{backends}]", fault: "");

        var (simulated, live) = await RunBothAsync(plan, compared);

        Assert.Equal(Picks(simulated, compared), Picks(live, compared));
    }

    [Theory]
    [InlineData("sticky: { by: cookie }, algorithm: round-robin")]
    [InlineData("sticky: { by: source }, algorithm: random")]
    [InlineData("algorithm: { name: maglev, key: path }")]
    [InlineData("algorithm: { name: consistent-hash, key: \"header:x-lb-request\" }")]
    [InlineData("algorithm: { name: rendezvous, key: \"cookie:none\" }")]
    [InlineData("sticky: { by: cookie }, algorithm: random", "sessions: 5")]
    [InlineData("algorithm: random", "clients: 2, sessions: 3")]
    [InlineData("algorithm: { name: consistent-hash, key: path }", "keys: { count: 50, skew: 1 }")]
    [InlineData("algorithm: { name: maglev, key: \"header:X-User\" }", "keys: { count: 50, also: \"header:x-user\" }")]
    [InlineData("algorithm: { name: rendezvous, key: \"cookie:user\" }", "sessions: 2, keys: { count: 50, also: \"cookie:user\" }")]
    [InlineData("algorithm: { name: ip-hash, key: \"query:user\" }", "keys: { count: 50, also: \"query:user\" }")]
    public async Task Sessions_and_keys_go_to_the_same_backends_which_find_the_same(string target, string load = "")
    {
        var plan = Plan($"{target}, backends: {{ count: 4, cache: {{ size: 8, hit: 1ms, miss: 2ms }}, sessions: true }}", fault: "", load);

        var (simulated, live) = await RunBothAsync(plan, 60);

        Assert.Equal(Picks(simulated, 30), Picks(live, 30));
        Assert.Equal(Findings(simulated, 60), Findings(live, 60));
    }

    // The first request to each backend finds its cache empty and takes long: the fault begins while one of them is
    // served, so that in both worlds the same request is the first that it hits.
    [Theory]
    [MemberData(nameof(Worlds))]
    public async Task Every_fault_and_behaviour_has_the_same_outcomes(string fault, string backend)
    {
        // What ends in a timeout takes as long; elsewhere a busy machine shall not run into one.
        var stalls = fault.Contains("hang") || fault.Contains("1m") || fault.Contains("pause") || fault.Contains("workers: 0");
        var plan = Plan(
            $"timeout: {(stalls ? "2s" : "20s")}, backends: {{ count: 2, body: 1000B, cache: {{ size: 9, hit: 1ms, miss: 200ms }}, {backend} }}",
            FaultOnB1(fault));

        await AssertSameAsync(plan, stalls ? 6 : 60, Outcomes);
    }

    // The same fault as above, and what the balancer makes of it where it may try again or must keep to a limit.
    [Theory]
    [InlineData("http: { status: 503, percent: 50% }", "retries: { attempts: 3, on: [503], budget: none }")]
    [InlineData("http: { status: 503 }", "retries: { attempts: 3, on: [5xx], budget: 30%, budget_min: 0 }")]
    [InlineData("http: { hang: true }", "retries: { on: [timeout], per_try_timeout: 300ms, budget: none }")]
    [InlineData("http: { abort: before-headers }", "retries: { on: [reset], budget: none }")]
    [InlineData("action: kill", "retries: { budget: none }")]
    [InlineData("action: down", "retries: { on: [connect-failed], budget: none }")]
    [InlineData("action: drain, deadline: 50ms", "retries: { on: [reset], budget: none }")]
    [InlineData("action: drain, deadline: 50ms", "retries: { on: [reset], budget: none }, sticky: { by: source, on_lost: 503 }")]
    [InlineData("action: remove", "limits: { max_requests: 1, queue: 3 }")]
    public async Task Retries_and_limits_have_the_same_outcomes(string fault, string rules)
    {
        var plan = Plan(
            $"timeout: 400ms, {rules}, backends: {{ count: 2, body: 1000B, cache: {{ size: 9, hit: 1ms, miss: 200ms }} }}",
            FaultOnB1(fault));

        await AssertSameAsync(plan, fault.Contains("hang") ? 10 : 60, Outcomes);
    }

    // A slow answer is under way when the fault begins, as above: by the service time here, which the same request meets.
    [Theory]
    [MemberData(nameof(TcpWorlds))]
    public async Task So_have_connections(string fault, string backend)
    {
        var plan = Plan(
            $"protocol: tcp, timeout: 400ms, backends: {{ count: 2, body: 1000B, latency: 120ms, {backend} }}",
            FaultOnB1(fault));

        await AssertSameAsync(plan, 12, ConnectionOutcomes);
    }

    // Three clients in turn, each on a connection of its own as long as that lasts.
    [Theory]
    [InlineData("")]
    [InlineData("action: kill")]
    [InlineData("action: stop")]
    [InlineData("action: down")]
    [InlineData("action: restart")]
    [InlineData("toxic: { type: reset_peer }")]
    [InlineData("toxic: { type: limit_data, bytes: 2500 }")]
    public async Task So_have_kept_connections(string fault)
    {
        const int Compared = 12;
        var plan = Plan(
            "protocol: tcp, timeout: 20s, backends: { count: 2, body: 1000B, latency: 120ms }", FaultOnB1(fault), "connections: kept, clients: 3");

        var (simulated, live) = await RunBothAsync(plan, Compared, overlapping: true);

        Assert.Equal(simulated.Requests.Take(Compared).Select(Answer), live.Requests.Take(Compared).Select(Answer));
        var picks = Math.Min(simulated.Leases.Length, live.Leases.Length) - 1;
        Assert.Equal(Picks(simulated, picks), Picks(live, picks));
    }

    private static async Task AssertSameAsync(RunPlan plan, int compared, Func<RunResult, string[]> outcomes)
    {
        var (simulated, live) = await RunBothAsync(plan, compared);
        Assert.Equal(outcomes(simulated).Take(compared), outcomes(live).Take(compared));
    }

    private static string FaultOnB1(string fault) =>
        fault.Length == 0 ? "" : $"{{ name: f, at: {Durations.Format(FaultStart)}, target: b1, {fault} }}";

    private static (long, int, Finding, ulong)[] Findings(RunResult result, int count) =>
        [.. result.Findings.Take(count).Select(finding => (finding.Request, finding.Backend, finding.What, finding.Session))];

    private static RunPlan Plan(string target, string fault, string load = "")
    {
        var reading = ScenarioReader.Read(
            $$"""
            version: 1
            name: parity
            target: { {{target}} }
            load: { executor: constant-vus, vus: 1, duration: 2m, timeout: 30s, {{load}} }
            faults: [{{fault}}]
            """,
            "parity.lb.yaml");
        Assert.Empty(reading.Problems);
        return Planner.Plan(reading.Scenario!, Seed);
    }

    // Each ends as soon as there is enough to compare, one request more included: the end cuts the last one off. Leases of
    // kept connections overlap.
    private static async Task<(RunResult Simulated, RunResult Live)> RunBothAsync(RunPlan plan, int compared, bool overlapping = false)
    {
        var pretended = new SimulatedWorld(plan);
        var simulated = await RunAsync(pretended, (conductor, stop) => Task.FromResult(pretended.Run(conductor, stop)));
        for (var tries = 0; tries < MostTries; tries++)
        {
            await using var real = new LiveWorld(plan);
            var live = await RunAsync(real, (conductor, stop) => conductor.RunAsync(stop));
            if (Comparable(simulated, live, compared, overlapping))
            {
                return (simulated, live with { Attempts = await ArrivalsAsync(real, compared, Arrivals(simulated.Attempts, compared)) });
            }
        }

        Assert.Fail($"in {MostTries} runs, requests of a single user always overlapped or took too long, or a fault began too late");
        return default;

        async Task<RunResult> RunAsync(IWorld world, Func<Conductor, CancellationToken, Task<RunResult>> run)
        {
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            var conductor = new Conductor(plan, world, TimeProvider.System, "test")
            {
                Progress = progress =>
                {
                    if (progress.Recording.Requests.Count > compared)
                    {
                        enough.Cancel();
                    }
                },
            };
            var result = await run(conductor, enough.Token);
            Assert.Null(conductor.Failure);
            Assert.True(result.Requests.Length > compared, $"only {result.Requests.Length} requests");
            return result;
        }
    }

    // What a frozen backend was sent arrives when the run's end has let it go on: a moment later, so they are waited for.
    private static async Task<RecordList<AttemptRecord>> ArrivalsAsync(LiveWorld world, int compared, int expected)
    {
        var patience = Stopwatch.StartNew();
        while (Arrivals(world.Recording.Attempts.Read(), compared) < expected && patience.Elapsed < Patience)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        return world.Recording.Attempts.ToList().OrderedBy(attempt => attempt.At);
    }

    private static int Arrivals(IEnumerable<AttemptRecord> attempts, int compared) => attempts.Count(attempt => attempt.Request <= compared);

    // The real balancer ends a lease a moment after the client has the answer. Where a busy machine lets the client's
    // next request overtake that, two were in flight, and the run says nothing about concurrency 1. Nor does one whose
    // fault began before the first request had arrived, or when it was over, or whose requests were held up so that
    // they may have met a timeout which they would not have met otherwise.
    private static bool Comparable(RunResult simulated, RunResult live, int compared, bool overlapping) =>
        (overlapping || live.Leases.Zip(live.Leases.Skip(1)).All(pair => pair.First.End < pair.Second.Start))
        && live.Requests.Take(compared).Zip(simulated.Requests).All(pair => Length(pair.First) < Length(pair.Second) + Hiccup)
        && live.Events.Where(noted => noted.Kind == RunEventKind.FaultStart).All(noted =>
            live.Attempts[0].At < FaultStart && noted.At < FaultStart + TimeSpan.FromMilliseconds(100));

    private static TimeSpan Length(RequestRecord request) => request.Done - request.Sent;

    private static int[] Picks(RunResult result, int compared)
    {
        Assert.True(result.Leases.Length >= compared, $"only {result.Leases.Length} picks");
        return [.. result.Leases.Take(compared).Select(lease => lease.Backend)];
    }

    // Whether the head of an answer that breaks off is still read before the reset is a race in the real world.
    private static string Answer(RequestRecord request) =>
        request.Outcome == RequestOutcome.Reset ? "broke" : $"{request.Backend} {request.Status} {request.Outcome}";

    private static string[] Outcomes(RunResult result)
    {
        var picks = result.Leases.ToLookup(lease => lease.Request, lease => $"{lease.Backend} ({lease.Outcome})");
        var attempts = result.Attempts.ToLookup(attempt => attempt.Request, attempt => attempt.Backend);
        return
        [
            .. result.Requests.Select(request =>
                $"{request.Number}: picked {string.Join(',', picks[request.Number])}, arrived {string.Join(',', attempts[request.Number])}, "
                + $"answered {Answer(request)}"),
        ];
    }

    // A balancer of connections does not know their numbers: its picks are told in order, beside what became of requests.
    private static string[] ConnectionOutcomes(RunResult result)
    {
        var attempts = result.Attempts.ToLookup(attempt => attempt.Request, attempt => attempt.Backend);
        return
        [
            .. result.Requests.Zip(result.Leases, (request, lease) =>
                $"{request.Number}: arrived {string.Join(',', attempts[request.Number])}, answered {Answer(request)}; "
                + $"a pick: {lease.Backend} ({lease.Outcome})"),
        ];
    }
}
