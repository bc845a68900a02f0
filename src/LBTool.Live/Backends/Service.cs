using LBTool.Core.Backends;
using LBTool.Core.Measurements;
using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;
using LBTool.Live.Timing;

namespace LBTool.Live.Backends;

/// <summary>What a fake backend does for its clients, whatever the protocol: it counts them, and takes its time.</summary>
internal abstract class Service
{
    private volatile BackendSpec _spec;
    private readonly int _index;
    private readonly RunClock _clock;
    private readonly Recording? _recording;
    private readonly RandomStream _serviceTimes;
    private readonly RandomStream _errors;
    private int _inFlight;
    private long _served;

    protected Service(BackendSpec spec, int index, RandomStream random, RunClock clock, Recording? recording)
    {
        _spec = spec;
        _index = index;
        _clock = clock;
        _recording = recording;
        _serviceTimes = new RandomStream(random.NextUInt64());
        _errors = new RandomStream(random.NextUInt64());
        SeedOfFaults = random.NextUInt64();
        Host = new Host(spec, new RandomStream(random.NextUInt64()));
    }

    /// <summary>Where its process runs.</summary>
    public Host Host { get; }

    /// <summary>Requests that have arrived and are not yet answered.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Requests answered so far, wrong answers included.</summary>
    public long Served => Interlocked.Read(ref _served);

    /// <summary>From now on requests are served so.</summary>
    public void Change(BackendSpec spec)
    {
        _spec = spec;
        Host.Change(spec);
    }

    /// <summary>The seed of the faults that act on requests.</summary>
    protected ulong SeedOfFaults { get; }

    /// <summary>A request has arrived.</summary>
    /// <param name="number">Its number; 0 when it has none.</param>
    /// <param name="isRecorded">Whether it is a client's, and written down.</param>
    protected void Arrive(long number, bool isRecorded = true)
    {
        Interlocked.Increment(ref _inFlight);
        if (isRecorded)
        {
            _recording?.Attempts.Add(new AttemptRecord(number, _index, _clock.Now));
        }
    }

    /// <summary>Writes down what was found in memory for a request.</summary>
    protected void Note(long number, Finding what, ulong session) =>
        _recording?.Findings.Add(new FindingRecord(number, _index, _clock.Now, what, session));

    /// <summary>A request has been answered.</summary>
    protected void CountServed() => Interlocked.Increment(ref _served);

    /// <summary>A request is over, answered or not.</summary>
    protected void Depart() => Interlocked.Decrement(ref _inFlight);

    /// <summary>Who arrives in a pause is not even looked at before its end.</summary>
    protected ValueTask StallAsync(Process process, CancellationToken gone) =>
        process.Memory.Pauses ? Host.UntilAsync(process.Memory.Finish(Host.Now, TimeSpan.Zero), gone) : ValueTask.CompletedTask;

    /// <summary>Takes as long as the work for a request does.</summary>
    protected async ValueTask WorkAsync(BackendProcess memory, bool hit, CancellationToken gone)
    {
        var start = Host.Now;
        var due = memory.Finish(start, memory.ServiceTime(start, hit, _serviceTimes));
        if (due > start)
        {
            await Host.UntilAsync(due, gone);
        }
    }

    /// <summary>Whether this request is one of those that fail by themselves.</summary>
    protected bool DrawError()
    {
        var share = _spec.Errors;
        return share > 0 && _errors.NextDouble() < share;
    }
}
