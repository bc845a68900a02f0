using System.Collections.Immutable;
using System.Net;
using LBTool.Core.Balancing;
using LBTool.Core.Measurements;
using LBTool.Core.Plans;
using LBTool.Core.Randomness;
using LBTool.Core.Runs;
using LBTool.Core.Scenarios;
using LBTool.Live.Balancers;
using LBTool.Live.Load;
using LBTool.Live.Timing;

namespace LBTool.Live;

/// <summary>
/// The real world: everything in this process, on loopback, over real sockets.
/// <code>
///   LoadDriver ──► HttpBalancer ──► LiveMember (FaultProxy ──► FakeBackend), one for each backend
/// </code>
/// </summary>
/// <param name="plan">What is to be there.</param>
/// <param name="options">What the command line decides; null for the defaults.</param>
public sealed class LiveWorld(RunPlan plan, LiveOptions? options = null) : IWorld
{
    private readonly RunClock _clock = new();
    private readonly LiveOptions _options = options ?? new LiveOptions();
    private HttpBalancer? _balancer;
    private LoadDriver? _driver;

    /// <inheritdoc/>
    public Recording Recording { get; } = new();

    /// <inheritdoc/>
    public TimeSpan Now => _clock.Now;

    /// <summary>The backends with their fault proxies, in the order of the scenario.</summary>
    public ImmutableArray<LiveMember> Members { get; private set; } = [];

    /// <summary>What the balancer picks from; null until started.</summary>
    public Pool? Pool { get; private set; }

    /// <summary>Where clients reach the balancer; null until started.</summary>
    public Uri? Address => _balancer is null ? null : new Uri($"http://{_balancer.EndPoint}/");

    private Target Target => plan.Scenario.Target;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken stop)
    {
        if (Target.Balancers > 1)
        {
            throw new WorldException($"balancers: {Target.Balancers} exist only in a simulation: use lbtool simulate, or balancers: 1");
        }

        if (_options.Rehearse)
        {
            await Rehearsal.RunAsync(Target.Http).WaitAsync(stop).ConfigureAwait(false);
        }

        Members = [.. Target.Backends.Select((spec, index) => new LiveMember(spec, index, plan, _clock, Recording))];
        await Task.WhenAll(Members.Select(member => member.StartAsync(stop))).ConfigureAwait(false);
        Pool = new Pool(
            Target.Backends.Select((spec, index) => new Backend(spec.Name, index, spec.Weight)),
            CreateBalancer(Target.Algorithm));
        var balancer = new HttpBalancer(
            Pool,
            [.. Members.Select(member => member.FaultProxy)],
            new HttpBalancerOptions(new IPEndPoint(IPAddress.Loopback, _options.Port), Target.Http, Target.Timeout),
            _clock,
            Recording);
        await balancer.StartAsync(stop).ConfigureAwait(false);
        _balancer = balancer;
    }

    /// <inheritdoc/>
    public async Task DriveLoadAsync(CancellationToken stop)
    {
        _driver = new LoadDriver(
            plan.Scenario.Load,
            Target.Http.Front,
            Address ?? throw new InvalidOperationException("the world is not started"),
            plan.Backends,
            RandomStream.Derive(plan.Seed, "arrivals"),
            _clock,
            Recording);
        _clock.Start();
        await _driver.RunAsync(stop).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task WaitUntilAsync(TimeSpan at, CancellationToken stop) =>
        PreciseTimer.Shared.UntilAsync(_clock.TimestampOf(at), stop).AsTask();

    /// <inheritdoc/>
    public Task BeginAsync(PlannedFault fault)
    {
        foreach (var index in fault.Backends)
        {
            Members[index].Begin(fault);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task EndAsync(PlannedFault fault) =>
        Task.WhenAll(fault.Backends.Select(index => Members[index].EndAsync(fault)));

    /// <summary>Clients first, then the balancer, then what is behind it: nobody loses a peer it still talks to.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_driver is not null)
        {
            await _driver.DisposeAsync().ConfigureAwait(false);
        }

        if (_balancer is not null)
        {
            await _balancer.DisposeAsync().ConfigureAwait(false);
        }

        await Task.WhenAll(Members.Select(member => member.DisposeAsync().AsTask())).ConfigureAwait(false);
    }

    private Balancer CreateBalancer(AlgorithmChoice algorithm) =>
        Core.Balancing.Balancers.Find(algorithm.Name)!.Create(algorithm.Parameters, RandomStream.Derive(plan.Seed, "balancer"));
}
