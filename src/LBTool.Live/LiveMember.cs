using System.Net;
using System.Net.Sockets;
using LBTool.Core.HttpFaults;
using LBTool.Core.Measurements;
using LBTool.Core.Plans;
using LBTool.Core.Randomness;
using LBTool.Core.Runs;
using LBTool.Core.Scenarios;
using LBTool.Live.Backends;
using LBTool.Live.Faults;
using LBTool.Live.Timing;

namespace LBTool.Live;

/// <summary>
/// One member of the pool as the balancer meets it: a fake backend behind a fault proxy. Faults of the link act in the
/// proxy, faults of the process in both, faults of the application in the backend.
/// <code>
///   balancer ──► FaultProxy ──► FakeBackend
///               toxics, down     HTTP faults, restart
/// </code>
/// </summary>
public sealed class LiveMember : IAsyncDisposable
{
    private readonly FakeBackend _backend;

    // Names of the faults that keep it down or silent, or failed to: it comes back when the last of them has ended.
    private readonly HashSet<string> _down = [];
    private readonly HashSet<string> _paused = [];
    private IMemberProxy? _proxy;
    private int _disposed;

    internal LiveMember(BackendSpec spec, int index, RunPlan plan, RunClock clock, Recording recording)
    {
        Name = spec.Name;
        var random = RandomStream.Derive(plan.Seed, $"backend/{spec.Name}");
        var target = plan.Scenario.Target;
        _backend = target.Protocol == Protocol.Tcp
            ? FakeBackend.Echoing(spec, index, random, clock, recording)
            : new FakeBackend(spec, index, target.Http.Behind, random, clock, recording, target.Health.Active is { Tls: true, Port: null });
    }

    /// <summary>Its name in the scenario.</summary>
    public string Name { get; }

    /// <summary>Where the fake backend itself listens, once started.</summary>
    public IPEndPoint Backend => _backend.EndPoint;

    /// <summary>Where the balancer meets it, once started.</summary>
    public IPEndPoint FaultProxy => Proxy.Listen;

    private IMemberProxy Proxy => _proxy ?? throw new InvalidOperationException($"{Name} is not started");

    /// <exception cref="WorldException">The system has no sockets, files or threads left for it.</exception>
    internal async Task StartAsync(Func<LiveMember, Task<IMemberProxy>> createProxy, CancellationToken stop)
    {
        try
        {
            await _backend.StartAsync(stop).ConfigureAwait(false);
            _proxy = await createProxy(this).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or IOException or OutOfMemoryException)
        {
            // A thread that cannot be made is "out of memory" for .NET.
            throw new WorldException(
                $"backend {Name} did not start: {exception.Message.TrimEnd('.')}. Use fewer backends, or raise the limits of this process (ulimit -n, -u).", exception);
        }
    }

    /// <summary>From now on its backend behaves so.</summary>
    internal void Change(BackendSpec spec) => _backend.Change(spec);

    internal Task BeginAsync(PlannedFault fault)
    {
        switch (fault.Effect)
        {
            case ToxicEffect toxic:
                return Proxy.AddAsync(fault.Name, toxic);
            case HttpEffect http:
                _backend.Add(fault.Name, http);
                return Task.CompletedTask;
            case ActionEffect action:
                return BeginAsync(fault.Name, action);
            default:
                throw new NotSupportedException($"{Name} does not know the fault {fault.Effect}");
        }
    }

    internal async Task EndAsync(PlannedFault fault)
    {
        if (fault.Effect is ToxicEffect)
        {
            await Proxy.RemoveAsync(fault.Name).ConfigureAwait(false);
        }

        _backend.Remove(fault.Name);
        if (IsLast(fault.Name, _paused))
        {
            await Proxy.ResumeAsync().ConfigureAwait(false);
        }

        _paused.Remove(fault.Name);
        if (IsLast(fault.Name, _down) && fault.Effect is ActionEffect { Action: BackendAction.Kill })
        {
            // It is now that the new process starts, and is cold.
            _backend.Restart();
        }

        await ComeBackAsync(fault.Name).ConfigureAwait(false);
    }

    private static bool IsLast(string fault, HashSet<string> acting) => acting.Count == 1 && acting.Contains(fault);

    private async Task BeginAsync(string fault, ActionEffect effect)
    {
        switch (effect.Action)
        {
            case BackendAction.Kill:
                _down.Add(fault);
                await DieAsync().ConfigureAwait(false);
                break;
            case BackendAction.Restart:
                _down.Add(fault);
                await DieAsync().ConfigureAwait(false);
                await ComeBackAsync(fault).ConfigureAwait(false);
                break;
            case BackendAction.Stop:
                _down.Add(fault);
                await Proxy.StopAsync().ConfigureAwait(false);

                // Not awaited: what is in flight may take longer than the fault takes to begin.
                _ = _backend.StopAsync(CancellationToken.None);
                break;
            case BackendAction.Pause:
                if (_paused.Add(fault) && _paused.Count == 1)
                {
                    await Proxy.PauseAsync().ConfigureAwait(false);
                }

                break;
            case BackendAction.Down:
                _down.Add(fault);
                await Proxy.DisableAsync().ConfigureAwait(false);
                break;
            case BackendAction.FailHealth:
                _backend.Add(fault, LyingHealth.FailHealth);
                break;
            case BackendAction.FailApp:
                _backend.Add(fault, LyingHealth.FailApp);
                break;
            case BackendAction.LoseCapacity:
                _backend.Limit(fault, effect.Workers!.Value);
                break;
        }
    }

    private async Task DieAsync()
    {
        await Proxy.KillAsync().ConfigureAwait(false);
        _backend.Restart();
    }

    // A fault is forgotten only when this has succeeded: whoever tries again would else find nothing to do.
    private async Task ComeBackAsync(string fault)
    {
        if (IsLast(fault, _down))
        {
            await _backend.StartAsync(CancellationToken.None).ConfigureAwait(false);
            await Proxy.EnableAsync().ConfigureAwait(false);
        }

        _down.Remove(fault);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        if (_proxy is not null)
        {
            await _proxy.DisposeAsync().ConfigureAwait(false);
        }

        await _backend.DisposeAsync().ConfigureAwait(false);
    }
}
