using System.Diagnostics;
using System.Threading.Tasks.Sources;
using Microsoft.Extensions.ObjectPool;

namespace LBTool.Live.Timing;

/// <summary>
/// Waits that end never early and, on an idle machine, well below a tenth of a millisecond late.
/// <c>Task.Delay</c> rounds to whole milliseconds and may fire 4 ms early, which a 100 ms toxic cannot afford.
/// One thread serves all waits of the process: it keeps them in a heap and sleeps until the next is due or an earlier
/// one arrives.
/// </summary>
public sealed class PreciseTimer
{
    // Below so many, cancelled waits are not worth looking for.
    private const int FewCancelled = 64;

    private readonly Lock _gate = new();
    private readonly PriorityQueue<Wait, long> _waits = new();
    private readonly Alarm _alarm = Alarm.Create();
    private readonly ObjectPool<Wait> _pool = new DefaultObjectPool<Wait>(new WaitPolicy(), maximumRetained: 4096);

    // When the thread looks at the heap next; guarded by the gate. Only an earlier wait has to ring.
    private long _wakesAt = long.MaxValue;

    // About how many waits of the heap were cancelled; guarded by the gate.
    private int _cancelled;

    private PreciseTimer() =>
        new Thread(Run) { IsBackground = true, Name = "lbtool timer", Priority = ThreadPriority.AboveNormal }.Start();

    /// <summary>The timer of this process.</summary>
    public static PreciseTimer Shared { get; } = new();

    /// <summary>Waits in the heap; some of them may be cancelled, at most half and a few.</summary>
    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _waits.Count;
            }
        }
    }

    /// <summary>Completes when <paramref name="delay"/> has passed; at once when it is zero or less.</summary>
    public ValueTask DelayAsync(TimeSpan delay, CancellationToken stop = default) =>
        delay <= TimeSpan.Zero ? ValueTask.CompletedTask : UntilAsync(Stopwatch.GetTimestamp() + RunClock.ToTimestamp(delay), stop);

    /// <summary>
    /// Completes when <see cref="Stopwatch.GetTimestamp"/> has reached <paramref name="due"/>.
    /// Continuations run on the thread pool, unless <paramref name="goOnHere"/>.
    /// </summary>
    /// <param name="due">A timestamp; at once when it has passed.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <param name="goOnHere">
    /// Whether what follows runs on the timer's own thread, which saves waking another one. It must be short and never
    /// block: all waits of the process depend on that thread.
    /// </param>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled first.</exception>
    public ValueTask UntilAsync(long due, CancellationToken stop = default, bool goOnHere = false)
    {
        if (stop.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(stop);
        }

        if (due <= Stopwatch.GetTimestamp())
        {
            return ValueTask.CompletedTask;
        }

        var wait = _pool.Get();
        var task = wait.Start(this, stop, goOnHere);
        if (Add(wait, due))
        {
            _alarm.Ring();
        }

        return task;
    }

    // True when the thread has to wake up earlier than it means to.
    private bool Add(Wait wait, long due)
    {
        lock (_gate)
        {
            _waits.Enqueue(wait, due);
            if (due >= _wakesAt)
            {
                return false;
            }

            _wakesAt = due;
            return true;
        }
    }

    // A cancelled wait stays in the heap, and would keep alive whatever awaited it until it were due, which may be in
    // days: when half of them are such, they are thrown out.
    private void NoteCancelled()
    {
        lock (_gate)
        {
            if (++_cancelled < Math.Max(FewCancelled, _waits.Count / 2))
            {
                return;
            }

            // Asked once of each: others are being cancelled meanwhile, and one that stays in the heap must not be let go.
            var all = _waits.UnorderedItems.ToLookup(item => item.Element.IsCancelled);
            _waits.Clear();
            _waits.EnqueueRange(all[false]);
            foreach (var (wait, _) in all[true])
            {
                wait.Release();
            }

            _cancelled = 0;
        }
    }

    private void Run()
    {
        var due = new List<Wait>();
        while (true)
        {
            var next = TakeDue(due);
            foreach (var wait in due)
            {
                wait.Fire();
            }

            due.Clear();
            _alarm.SleepUntil(next);
        }
    }

    // Moves what is due into the list, and returns when the next one is.
    private long TakeDue(List<Wait> due)
    {
        lock (_gate)
        {
            var now = Stopwatch.GetTimestamp();
            while (_waits.TryPeek(out var wait, out var at) && at <= now)
            {
                _waits.Dequeue();
                _cancelled -= wait.IsCancelled ? 1 : 0;
                due.Add(wait);
            }

            _wakesAt = _waits.TryPeek(out _, out var next) ? next : long.MaxValue;
            return _wakesAt;
        }
    }

    /// <summary>
    /// One wait, reused. Two parties touch it, the timer and its awaiter, and a cancellation may come in between:
    /// it goes back to the pool when both the heap has let it go and the awaiter has its result.
    /// </summary>
    private sealed class Wait : IValueTaskSource
    {
        private ManualResetValueTaskSourceCore<bool> _core;
        private CancellationTokenRegistration _cancellation;
        private PreciseTimer _timer = null!;
        private int _settled;
        private int _released;
        private volatile bool _isCancelled;

        /// <summary>Whether it is in the heap for nothing.</summary>
        public bool IsCancelled => _isCancelled;

        public ValueTask Start(PreciseTimer timer, CancellationToken stop, bool goOnHere)
        {
            _timer = timer;
            _core.RunContinuationsAsynchronously = !goOnHere;
            _settled = 0;
            _released = 0;
            _isCancelled = false;
            var task = new ValueTask(this, _core.Version);
            _cancellation = stop.UnsafeRegister(static (state, token) => ((Wait)state!).Cancel(token), this);
            return task;
        }

        public void Fire()
        {
            if (Interlocked.Exchange(ref _settled, 1) == 0)
            {
                _core.SetResult(true);
            }

            Release();
        }

        private void Cancel(CancellationToken token)
        {
            if (Interlocked.Exchange(ref _settled, 1) == 0)
            {
                _isCancelled = true;
                _timer.NoteCancelled();
                _core.SetException(new OperationCanceledException(token));
            }
        }

        void IValueTaskSource.GetResult(short token)
        {
            _cancellation.Dispose();
            try
            {
                _core.GetResult(token);
            }
            finally
            {
                Release();
            }
        }

        ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

        void IValueTaskSource.OnCompleted(
            Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _core.OnCompleted(continuation, state, token, flags);

        /// <summary>One of the two parties has done with it.</summary>
        public void Release()
        {
            if (Interlocked.Increment(ref _released) == 2)
            {
                // In the pool it must not keep alive what awaited it.
                _core.Reset();
                _cancellation = default;
                _timer._pool.Return(this);
            }
        }
    }

    private sealed class WaitPolicy : PooledObjectPolicy<Wait>
    {
        public override Wait Create() => new();

        public override bool Return(Wait wait) => true;
    }
}
