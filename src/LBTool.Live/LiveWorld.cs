using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using LBTool.Core.Arrivals;
using LBTool.Core.Balancing;
using LBTool.Core.Draining;
using LBTool.Core.Health;
using LBTool.Core.Measurements;
using LBTool.Core.Plans;
using LBTool.Core.Randomness;
using LBTool.Core.Runs;
using LBTool.Core.Scenarios;
using LBTool.Live.Balancers;
using LBTool.Live.Faults;
using LBTool.Live.Health;
using LBTool.Live.Load;
using LBTool.Live.Timing;
using LBTool.Live.Toxiproxy;
using LBTool.Live.Toxiproxy.Client;

namespace LBTool.Live;

/// <summary>
/// The real world: everything in this process, on loopback, over real sockets.
/// <code>
///   LoadDriver ──► balancer ──► LiveMember (FaultProxy ──► FakeBackend), one for each backend
///               HealthWatch ──►
///                                           ▲ ToxiproxyServer: the same fault proxies, for other programs
/// </code>
/// </summary>
/// <param name="plan">What is to be there.</param>
/// <param name="options">What the command line decides; null for the defaults.</param>
public sealed class LiveWorld(RunPlan plan, LiveOptions? options = null) : IWorld
{
    private static readonly TimeSpan EndsAtOnce = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestSettling = TimeSpan.FromSeconds(1);

    private readonly RunClock _clock = new();
    private readonly LiveOptions _options = options ?? new LiveOptions();
    private readonly ToxiproxyServer? _toxiproxy = CreateToxiproxy(plan, options ?? new LiveOptions());
    private ExternalToxiproxy? _external;
    private readonly CancellationTokenSource _over = new();
    private readonly List<Task> _closing = [];
    private ImmutableArray<Backend> _backends = [];
    private PoolFaults? _poolFaults;
    private HealthWatch? _health;
    private IBalancerFront? _balancer;
    private LoadDriver? _driver;

    /// <inheritdoc/>
    public Recording Recording { get; } = new();

    /// <inheritdoc/>
    public TimeSpan Now => _clock.Now;

    /// <summary>The backends with their fault proxies, in the order of the scenario.</summary>
    public ImmutableArray<LiveMember> Members { get; private set; } = [];

    /// <summary>What the balancer picks from; null until started.</summary>
    public Pool? Pool { get; private set; }

    /// <summary>What the balancer knows of its backends; null until started.</summary>
    public HealthBoard? Health => _health?.Board;

    /// <summary>Drains backends, watches that and ends it; null until started.</summary>
    public Drains? Drains { get; private set; }

    /// <summary>Where clients reach the balancer, <c>http://…</c> or <c>tcp://…</c>; null until started.</summary>
    public Uri? Address => _balancer is null ? null : new Uri($"{(Protocol == Protocol.Tcp ? "tcp" : "http")}://{_balancer.EndPoint}/");

    /// <summary>Where the Toxiproxy API of the fault proxies is: ours, or the server that the scenario names.</summary>
    public Uri Toxiproxy => Target.Toxiproxy ?? _toxiproxy!.Address;

    /// <summary>Whether a Toxiproxy server does the faults of the links.</summary>
    internal bool IsExternal => Target.Toxiproxy is not null;

    /// <summary>What is balanced.</summary>
    internal Protocol Protocol => Target.Protocol;

    private Target Target => plan.Scenario.Target;

    /// <summary>That of the balancer itself, when it ends.</summary>
    internal TimeSpan DrainDeadline => Target.Drain?.Deadline ?? EndsAtOnce;

    private BalancerRow Algorithm => Core.Balancing.Balancers.Find(Target.Algorithm.Name)!;

    /// <inheritdoc/>
    public int InFlight(int index) => _backends.IsEmpty ? 0 : _backends[index].InFlight;

    /// <summary>Why a target cannot be had over sockets, and what to do instead; null when it can.</summary>
    public static string? WhyNot(Target target) => target.Balancers > 1
        ? $"balancers: {target.Balancers} exist only in a simulation: use lbtool simulate, or balancers: 1"
        : null;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken stop)
    {
        if (WhyNot(Target) is { } reason)
        {
            throw new WorldException(reason);
        }

        FileHandles.Demand(FileHandles.Limit);
        if (_options.Rehearse)
        {
            await Rehearsal.RunAsync(Protocol, Target.Http).WaitAsync(stop).ConfigureAwait(false);
        }

        Members = [.. Target.Backends.Select((spec, index) => new LiveMember(spec, index, plan, _clock, Recording))];
        _external = Target.Toxiproxy is null ? null : await ExternalToxiproxy.ConnectAsync(Target.Toxiproxy, stop).ConfigureAwait(false);
        await Task.WhenAll(Members.Select(member => member.StartAsync(CreateProxyAsync, stop))).ConfigureAwait(false);
        await (_toxiproxy?.StartAsync(stop) ?? Task.CompletedTask).ConfigureAwait(false);
        _backends = [.. Target.Backends.Select((spec, index) => new Backend(spec.Name, index, spec.Weight)
        {
            MaxInFlight = Target.LimitsOf(spec).MaxInFlight ?? int.MaxValue,
        })];
        Pool = new Pool(
            _backends, Algorithm.Create(Target.Algorithm.Parameters, RandomStream.Derive(plan.Seed, "balancer")), Target.SlowStart)
        {
            RampDue = due => _ = RampAsync(due),
        };
        ImmutableArray<IPEndPoint> addresses = [.. Members.Select(member => member.FaultProxy)];
        _health = new HealthWatch(Pool, plan, addresses, _clock, Recording.Events);
        Drains = CreateDrains();
        _poolFaults = new PoolFaults(Pool, _health.Board, Drains, (Target.Drain ?? DrainSpec.Default).Deadline);
        _balancer = CreateBalancer(Pool, addresses, _health.Board, Drains);
        await _balancer.StartAsync(stop).ConfigureAwait(false);
        await _health.StartAsync(stop).ConfigureAwait(false);
        _options.Started?.Invoke(this);
    }

    /// <summary>Makes now the time 0, for a session: it drives loads as people want them.</summary>
    internal void StartClock()
    {
        _clock.Start();
        _health!.Begin();
    }

    /// <summary>Prepares a load on the balancer.</summary>
    /// <param name="load">What to send.</param>
    /// <param name="stream">Name of the stream of its randomness.</param>
    /// <param name="after">The number that its first request follows.</param>
    internal LoadDriver CreateDriver(Core.Scenarios.Load load, string stream, long after) => new(
        load,
        Target.Http.Front,
        Address ?? throw new InvalidOperationException("the world is not started"),
        [.. Members.Select(member => member.Name)],
        RandomStream.Derive(plan.Seed, stream),
        _clock,
        Recording,
        new RequestMix(load, plan.Seed),
        after: after);

    /// <summary>Starts one more backend, and lets the balancer pick it. One change at a time.</summary>
    /// <returns>The backend and its fault proxy, and the same as the balancer sees it.</returns>
    /// <exception cref="WorldException">The system has no sockets, files or threads left for it.</exception>
    internal async Task<(LiveMember Member, Backend Pooled)> AddAsync(BackendSpec spec)
    {
        var member = new LiveMember(spec, Members.Length, plan, _clock, Recording);
        try
        {
            await member.StartAsync(CreateProxyAsync, CancellationToken.None).ConfigureAwait(false);
        }
        catch (WorldException)
        {
            await member.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        Members = Members.Add(member);
        var pooled = _balancer!.Add(spec.Name, spec.Weight, member.FaultProxy, Target.LimitsOf(spec));
        _backends = _backends.Add(pooled);
        _poolFaults!.Add(pooled);
        _health!.Join(pooled, member.FaultProxy);
        return (member, pooled);
    }

    /// <summary>Takes a backend out of the pool at once, and closes it when what is in flight on it has ended. One change at a time.</summary>
    /// <param name="member">The backend and its fault proxy.</param>
    /// <param name="pooled">The same as the balancer sees it.</param>
    internal void Remove(LiveMember member, Backend pooled)
    {
        Pool!.Remove(pooled, Now);
        _health!.Leave(pooled);
        _closing.RemoveAll(closing => closing.IsCompleted);
        _closing.Add(CloseAsync(member, pooled));
    }

    /// <summary>Drains the balancer itself, as long as the scenario says, and writes that down. Nothing else may follow but its end.</summary>
    internal async Task DrainBalancerAsync()
    {
        NoteDrain("started", $"the balancer drains: {Pool!.InFlight} in flight, {Durations.Format(DrainDeadline)} to end");
        var cut = await _balancer!.DrainAsync(DrainDeadline).ConfigureAwait(false);
        NoteDrain("drained", $"the drain of the balancer is over{cut}");
    }

    /// <inheritdoc/>
    public async Task DriveLoadAsync(CancellationToken stop)
    {
        _driver = CreateDriver(plan.Scenario.Load, "arrivals", after: 0);
        StartClock();
        await _driver.RunAsync(stop).ConfigureAwait(false);

        // The connections that clients have kept: over TCP each is a lease, which ends now.
        await _driver.DisposeAsync().ConfigureAwait(false);
        await SettleAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task WaitUntilAsync(TimeSpan at, CancellationToken stop) =>
        PreciseTimer.Shared.UntilAsync(_clock.TimestampOf(at), stop).AsTask();

    /// <inheritdoc/>
    public Task BeginAsync(PlannedFault fault)
    {
        if (PoolFaults.Have(fault))
        {
            _poolFaults!.Begin(fault, Now);
            return Task.CompletedTask;
        }

        return Task.WhenAll(fault.Backends.Select(index => Members[index].BeginAsync(fault)));
    }

    /// <inheritdoc/>
    public Task EndAsync(PlannedFault fault)
    {
        if (PoolFaults.Have(fault))
        {
            _poolFaults!.End(fault, Now);
            return Task.CompletedTask;
        }

        return Task.WhenAll(fault.Backends.Select(index => Members[index].EndAsync(fault)));
    }

    /// <summary>
    /// Clients first, then the balancer, then what is behind it: nobody loses a peer it still talks to. A part that fails
    /// keeps no other from it.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        using var external = _external;
        try
        {
            await DisposeFrontAsync().ConfigureAwait(false);
        }
        finally
        {
            await Task.WhenAll(Members.Select(member => member.DisposeAsync().AsTask())).ConfigureAwait(false);
        }
    }

    private async ValueTask DisposeFrontAsync()
    {
        // They go in the reverse order of these lines.
        await using var toxiproxy = _toxiproxy;
        await using var balancer = _balancer;
        await using var health = _health;
        await _over.CancelAsync().ConfigureAwait(false);
        await (_driver?.DisposeAsync() ?? ValueTask.CompletedTask).ConfigureAwait(false);
        await Task.WhenAll(_closing).ConfigureAwait(false);
    }

    private static ToxiproxyServer? CreateToxiproxy(RunPlan plan, LiveOptions options) =>
        plan.Scenario.Target.Toxiproxy is not null ? null
        : new ToxiproxyServer(new ToxiproxyOptions { Listen = new IPEndPoint(IPAddress.Loopback, options.ToxiproxyPort), Seed = plan.Seed });

    private IBalancerFront CreateBalancer(Pool pool, ImmutableArray<IPEndPoint> members, HealthBoard health, Drains drains)
    {
        var listen = new IPEndPoint(IPAddress.Loopback, _options.Port);
        return Protocol == Protocol.Tcp
            ? new TcpBalancer(
                pool,
                members,
                new TcpBalancerOptions(listen, Target.Timeout)
                {
                    Health = health,
                    UsesKey = Algorithm.UsesKey,
                    Sticky = Target.Sticky?.OnLost,
                    Queue = Target.Limits.Queue,
                    CountCut = drains.CountCut,
                    DrainDeadline = DrainDeadline,
                },
                _clock,
                Recording)
            : new HttpBalancer(
                pool,
                members,
                new HttpBalancerOptions(listen, Target.Http, Target.Timeout)
                {
                    Health = health,
                    Key = Algorithm.UsesKey ? Target.Algorithm.Key : null,
                    TrustForwardedFor = Target.TrustForwardedFor,
                    Sticky = Target.Sticky,
                    SessionKey = RandomStream.Derive(plan.Seed, "sessions"),
                    Retries = Target.Retries,
                    Queue = Target.Limits.Queue,
                    MaxConnections = Target.Backends.Select((spec, index) => (index, Target.LimitsOf(spec).MaxConnections)).ToImmutableDictionary(row => row.index, row => row.MaxConnections),
                    CountCut = drains.CountCut,
                    DrainDeadline = DrainDeadline,
                },
                _clock,
                Recording);
    }

    private async Task<IMemberProxy> CreateProxyAsync(LiveMember member)
    {
        if (_external is not null)
        {
            // Not to be interrupted: the server would keep a proxy that nobody here knows of.
            return await _external.CreateProxyAsync(member.Name, member.Backend, CancellationToken.None).ConfigureAwait(false);
        }

        var random = RandomStream.Derive(plan.Seed, $"faultproxy/{member.Name}");
        var proxy = new FaultProxy(member.Name, new IPEndPoint(IPAddress.Loopback, 0), member.Backend, random);
        proxy.Start();
        _toxiproxy!.Share(proxy, member.Backend);
        return new OwnMemberProxy(proxy);
    }

    private void NoteDrain(string step, string text) => Recording.Events.Note(new RunEvent(Now, Now, RunEventKind.Drain, step, text));

    private Drains CreateDrains() => new(Pool!, Health!, Recording.Events, backend => _balancer!.Cut(backend))
    {
        HonourSticky = Target is { Drain.HonourSticky: true, Sticky: not null },
        Drained = drain => _balancer!.CloseConnections(drain.Backend),
        DeadlineDue = due => _ = CutAsync(due),
    };

    // As for a ramp, it is so long from now: a session without a load has a clock that stands still.
    private async Task CutAsync(TimeSpan due)
    {
        try
        {
            await PreciseTimer.Shared.DelayAsync(due - Now, _over.Token).ConfigureAwait(false);
            Drains!.Advance(Now > due ? Now : due);
        }
        catch (OperationCanceledException)
        {
            // Nobody waits for the end of a drain any more.
        }
    }

    // The step may come before the run's clock has started: hence so long from now, and not at a time of the run.
    private async Task RampAsync(TimeSpan due)
    {
        try
        {
            await PreciseTimer.Shared.DelayAsync(due - Now, _over.Token).ConfigureAwait(false);
            Pool!.Ramp(Now);
        }
        catch (OperationCanceledException)
        {
            // Nobody picks from the pool any more.
        }
    }

    // No request of it lasts longer than the balancer's timeout without a byte; who trickles on is cut off.
    private async Task CloseAsync(LiveMember member, Backend pooled)
    {
        var latest = Now + Target.Timeout;
        while (pooled.InFlight > 0 && Now < latest && !_over.IsCancellationRequested)
        {
            await PreciseTimer.Shared.DelayAsync(TimeSpan.FromMilliseconds(10)).ConfigureAwait(false);
        }

        _toxiproxy?.Unshare(member.Name);
        await member.DisposeAsync().ConfigureAwait(false);
        _balancer!.Forget(pooled);
    }

    // A client that is done is done a moment before the balancer is, above all one that gave up: without its lease, what
    // was in flight would be missing from the result.
    private async Task SettleAsync()
    {
        var latest = Stopwatch.GetTimestamp() + RunClock.ToTimestamp(LongestSettling);
        while (Pool!.InFlight > 0 && Stopwatch.GetTimestamp() < latest)
        {
            await PreciseTimer.Shared.DelayAsync(TimeSpan.FromMilliseconds(1)).ConfigureAwait(false);
        }
    }
}
