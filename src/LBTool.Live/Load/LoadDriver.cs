using System.Collections.Frozen;
using System.Collections.Immutable;
using LBTool.Core.Arrivals;
using LBTool.Core.Measurements;
using LBTool.Core.Randomness;
using LBTool.Core.Runs;
using LBTool.Core.Scenarios;
using LBTool.Live.Timing;

namespace LBTool.Live.Load;

/// <summary>
/// The traffic of a live run: sends requests to a load balancer as a <see cref="Core.Scenarios.Load"/> says, and
/// writes one <see cref="RequestRecord"/> at the end of each. It never sends a request twice.
/// <code>
///   Dispatcher ─ at its instant ─┐                    ┌ Client 0 ┐
///                                ├─► OpenRequests ──► │    …     │ ──► load balancer
///   virtual users ─ at once ─────┘   (≤ limit, until  └ Client N ┘
///                                     the deadline)
/// </code>
/// Request i belongs to client (i − 1) mod N, sent or dropped.
/// </summary>
public sealed class LoadDriver : IAsyncDisposable
{
    /// <summary>
    /// How many requests may be open at once: 16,384, or fewer where the limit on open files does not allow that many.
    /// An arrival of the open model that finds as many is dropped.
    /// </summary>
    public static int MaxOpen { get; } = FileHandles.RequestsAtOnce(atMost: 16_384);

    private readonly Core.Scenarios.Load _load;
    private readonly RandomStream _arrivals;
    private readonly RunClock _clock;
    private readonly Recording _recording;
    private readonly ImmutableArray<Client> _clients;
    private readonly OpenRequests _open;
    private readonly Lock _numbering = new();
    private TimeSpan _begin;
    private long _number;

    /// <summary>Prepares the traffic; nothing is sent before <see cref="RunAsync"/>.</summary>
    /// <param name="load">What to send.</param>
    /// <param name="httpVersion">1 for HTTP/1.1, 2 for HTTP/2 by prior knowledge; not used with TCP.</param>
    /// <param name="target">Address of the load balancer: <c>http://…</c>, or <c>tcp://…</c> for lines over TCP.</param>
    /// <param name="backendNames">Names in the order of their index, as answers name them in <c>x-lb-backend</c>.</param>
    /// <param name="arrivals">The randomness of the schedule.</param>
    /// <param name="clock">The time of the run; started before <see cref="RunAsync"/>.</param>
    /// <param name="recording">Takes the records.</param>
    /// <param name="mix">Says what each request asks for; null: as with a seed of 0.</param>
    /// <param name="maxOpen">Open model: requests open at once, instead of <see cref="MaxOpen"/>.</param>
    /// <param name="after">The number that the first request follows: another driver's <see cref="LastNumber"/>, or 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="httpVersion"/> is neither 1 nor 2.</exception>
    /// <exception cref="WorldException">There are more virtual users than <see cref="MaxOpen"/>.</exception>
    public LoadDriver(
        Core.Scenarios.Load load,
        int httpVersion,
        Uri target,
        ImmutableArray<string> backendNames,
        RandomStream arrivals,
        RunClock clock,
        Recording recording,
        RequestMix? mix = null,
        int? maxOpen = null,
        long after = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(httpVersion, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(httpVersion, 2);
        if (load.Vus > MaxOpen)
        {
            throw new WorldException(
                $"{load.Vus} virtual users need more sockets than this process may open: at most {MaxOpen} at a limit of {FileHandles.Limit} files; raise it (ulimit -n) or use fewer vus");
        }

        _number = after;
        _load = load;
        _arrivals = arrivals;
        _clock = clock;
        _recording = recording;
        var backends = backendNames.Select(KeyValuePair.Create<string, int>).ToFrozenDictionary(StringComparer.Ordinal);
        _clients = [.. Client.Create(new ClientOptions(target, backends, clock, load, mix ?? new RequestMix(load, seed: 0)), httpVersion)];
        var limit = load.Executor == Executor.ConstantVus ? load.Vus : maxOpen ?? MaxOpen;
        _open = new OpenRequests(limit, load.Timeout, clock, recording);
    }

    /// <summary>The number of the last request so far.</summary>
    public long LastNumber => Interlocked.Read(ref _number);

    /// <summary>Whether a request is still open that was sent before a time of the run.</summary>
    public bool HasOpenSentBefore(TimeSpan time) => _open.HasSentBefore(time);

    /// <summary>
    /// Drives the load from now, which should be <paramref name="begin"/>, to its end. Call it once.
    /// Completes when the last request has ended, at its deadline at the latest. When <paramref name="stop"/> is
    /// cancelled it sends no more, ends those open as <see cref="RequestOutcome.Aborted"/>, and completes normally.
    /// </summary>
    /// <param name="stop">Ends everything.</param>
    /// <param name="begin">Time of the run at which the load begins.</param>
    /// <param name="finish">Sends no more; what is open ends by itself.</param>
    public async Task RunAsync(CancellationToken stop, TimeSpan begin = default, CancellationToken finish = default)
    {
        _begin = begin;
        using var sending = CancellationTokenSource.CreateLinkedTokenSource(finish);
        using var drained = new CancellationTokenSource();
        var expiring = _open.ExpireAsync(drained.Token);
        using (stop.UnsafeRegister(_ => Abort(sending), null))
        {
            await SendAllAsync(sending.Token).ConfigureAwait(false);
            await _open.CloseAsync().ConfigureAwait(false);
        }

        await drained.CancelAsync().ConfigureAwait(false);
        await expiring.ConfigureAwait(false);
    }

    /// <summary>Closes all connections.</summary>
    public ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    // In this order: a virtual user whose request is aborted must not find that it may send another.
    private void Abort(CancellationTokenSource sending)
    {
        sending.Cancel();
        _open.Abort();
    }

    private Task SendAllAsync(CancellationToken stop) => _load.Executor == Executor.ConstantVus
        ? Task.WhenAll(Enumerable.Range(0, _load.Vus).Select(_ => Task.Run(() => BeUserAsync(stop), CancellationToken.None)))
        : new Dispatcher(Pacer.For(_load, _arrivals), _clock, _begin, intended => _ = SendAsync(intended)).RunAsync(stop);

    // The closed model: a virtual user, who waits for each answer before asking again.
    private async Task BeUserAsync(CancellationToken stop)
    {
        while (_clock.Now - _begin < _load.Duration && !stop.IsCancellationRequested)
        {
            // An interrupted run waits for nobody: that its requests have ended is seen elsewhere.
            await SendAsync(intended: null).WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task SendAsync(TimeSpan? intended)
    {
        OpenRequest? request;
        long number;

        // Users send from many threads; the numbers are to follow the times.
        lock (_numbering)
        {
            number = ++_number;
            request = _open.TryOpen(number, intended);
        }

        if (intended is { } scheduled)
        {
            Count(scheduled, dropped: request is null);
        }

        return request is null
            ? Task.CompletedTask
            : _clients[(int)((number - 1) % _clients.Length)].ExchangeAsync(request, _open);
    }

    private void Count(TimeSpan intended, bool dropped)
    {
        if (intended - _begin < _load.Warmup)
        {
            return;
        }

        _recording.CountScheduled();
        if (dropped)
        {
            _recording.CountDropped();
        }
    }
}
