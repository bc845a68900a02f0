using System.Runtime.InteropServices;
using LBTool.Core.Balancing;

namespace LBTool.Core.Measurements;

/// <summary>
/// One request, as its client saw it. All times are times of the run (0 = start of the load). Packed, as all records are:
/// a run keeps millions of them.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 2)]
public readonly record struct RequestRecord : IRecord<RequestRecord>
{
    private const int StatusBits = 12;
    private readonly RequestAtBackend _who;
    private readonly CompactTime _intended;
    private readonly CompactTime _sent;
    private readonly CompactTime _firstByte;
    private readonly CompactTime _done;
    private readonly ushort _end;

    /// <param name="number">The request's number, from 1; sent along, so that balancer and backends can name it.</param>
    /// <param name="intended">When the schedule wanted it sent. Latency counts from here.</param>
    /// <param name="sent">When it was sent.</param>
    /// <param name="firstByte">When the answer's head had come; equals <paramref name="done"/> when none came.</param>
    /// <param name="done">When the answer had ended, or the request had failed.</param>
    /// <param name="backend">Index of the backend that answered, as its answer says; −1 when unknown.</param>
    /// <param name="status">HTTP status, 0 … 999; 0 when no head came.</param>
    /// <param name="outcome">How it ended.</param>
    public RequestRecord(
        long number, TimeSpan intended, TimeSpan sent, TimeSpan firstByte, TimeSpan done, int backend, int status, RequestOutcome outcome)
    {
        _who = new RequestAtBackend(number, backend);
        (_intended, _sent, _firstByte, _done) = (new(intended), new(sent), new(firstByte), new(done));
        _end = End(outcome, status);
    }

    /// <summary>The request's number, from 1.</summary>
    public long Number => _who.Number;

    /// <summary>When the schedule wanted it sent.</summary>
    public TimeSpan Intended { get => _intended.Value; init => _intended = new(value); }

    /// <summary>When it was sent.</summary>
    public TimeSpan Sent { get => _sent.Value; init => _sent = new(value); }

    /// <summary>When the answer's head had come; equals <see cref="Done"/> when none came.</summary>
    public TimeSpan FirstByte { get => _firstByte.Value; init => _firstByte = new(value); }

    /// <summary>When the answer had ended, or the request had failed.</summary>
    public TimeSpan Done { get => _done.Value; init => _done = new(value); }

    /// <summary>Index of the backend that answered, as its answer says; −1 when unknown.</summary>
    public int Backend { get => _who.Backend; init => _who = new(_who.Number, value); }

    /// <summary>HTTP status; 0 when no head came.</summary>
    public int Status { get => StatusOf(_end); init => _end = End(Outcome, value); }

    /// <summary>How it ended.</summary>
    public RequestOutcome Outcome { get => OutcomeOf(_end); init => _end = End(value, Status); }

    /// <summary>What the user felt: from the intended instant to the end.</summary>
    public TimeSpan Latency => Done - Intended;

    static int IRecord<RequestRecord>.Numbers => 7;

    static RequestRecord IRecord<RequestRecord>.PutTogether(ReadOnlySpan<long> numbers)
    {
        var (intended, sent) = (numbers[1], numbers[1] + numbers[2]);
        var done = sent + numbers[3];
        var end = (ushort)numbers[6];
        return new RequestRecord(
            numbers[0], new(intended), new(sent), new(done + numbers[4]), new(done), (int)numbers[5], StatusOf(end), OutcomeOf(end));
    }

    void IRecord<RequestRecord>.TakeApart(Span<long> numbers)
    {
        (numbers[0], numbers[1], numbers[2]) = (Number, Intended.Ticks, (Sent - Intended).Ticks);
        (numbers[3], numbers[4]) = ((Done - Sent).Ticks, (FirstByte - Done).Ticks);
        (numbers[5], numbers[6]) = (Backend, _end);
    }

    private static ushort End(RequestOutcome outcome, int status) => (ushort)(((int)outcome << StatusBits) | status);

    private static int StatusOf(ushort end) => end & ((1 << StatusBits) - 1);

    private static RequestOutcome OutcomeOf(ushort end) => (RequestOutcome)(end >> StatusBits);
}

/// <summary>One lease, as the balancer saw it.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 2)]
public readonly record struct LeaseRecord : IRecord<LeaseRecord>
{
    private readonly RequestAtBackend _who;
    private readonly CompactTime _start;
    private readonly CompactTime _end;
    private readonly LeaseOutcome _outcome;

    /// <param name="request">The request's number; 0 when it carried none.</param>
    /// <param name="backend">Index of the backend that was picked.</param>
    /// <param name="start">When it was picked.</param>
    /// <param name="end">When the lease ended.</param>
    /// <param name="outcome">How it went.</param>
    public LeaseRecord(long request, int backend, TimeSpan start, TimeSpan end, LeaseOutcome outcome)
    {
        _who = new RequestAtBackend(request, backend);
        (_start, _end, _outcome) = (new(start), new(end), outcome);
    }

    /// <summary>The request's number; 0 when it carried none.</summary>
    public long Request => _who.Number;

    /// <summary>Index of the backend that was picked.</summary>
    public int Backend { get => _who.Backend; init => _who = new(_who.Number, value); }

    /// <summary>When it was picked.</summary>
    public TimeSpan Start { get => _start.Value; init => _start = new(value); }

    /// <summary>When the lease ended.</summary>
    public TimeSpan End { get => _end.Value; init => _end = new(value); }

    /// <summary>How it went.</summary>
    public LeaseOutcome Outcome => _outcome;

    /// <summary>The backend did what was asked.</summary>
    public bool Ok => Outcome == LeaseOutcome.Ok;

    static int IRecord<LeaseRecord>.Numbers => 5;

    static LeaseRecord IRecord<LeaseRecord>.PutTogether(ReadOnlySpan<long> numbers) => new(
        numbers[0], (int)numbers[3], new(numbers[1]), new(numbers[1] + numbers[2]), (LeaseOutcome)numbers[4]);

    void IRecord<LeaseRecord>.TakeApart(Span<long> numbers)
    {
        (numbers[0], numbers[1], numbers[2]) = (Request, Start.Ticks, (End - Start).Ticks);
        (numbers[3], numbers[4]) = (Backend, (long)Outcome);
    }
}

/// <summary>One arrival of a request at a backend, as the backend saw it: an attempt.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 2)]
public readonly record struct AttemptRecord : IRecord<AttemptRecord>
{
    private readonly RequestAtBackend _who;
    private readonly CompactTime _at;

    /// <param name="request">The request's number; 0 when it carried none.</param>
    /// <param name="backend">Index of the backend.</param>
    /// <param name="at">When it arrived.</param>
    public AttemptRecord(long request, int backend, TimeSpan at) => (_who, _at) = (new(request, backend), new(at));

    /// <summary>The request's number; 0 when it carried none.</summary>
    public long Request => _who.Number;

    /// <summary>Index of the backend.</summary>
    public int Backend { get => _who.Backend; init => _who = new(_who.Number, value); }

    /// <summary>When it arrived.</summary>
    public TimeSpan At { get => _at.Value; init => _at = new(value); }

    static int IRecord<AttemptRecord>.Numbers => 3;

    static AttemptRecord IRecord<AttemptRecord>.PutTogether(ReadOnlySpan<long> numbers) =>
        new(numbers[0], (int)numbers[2], new(numbers[1]));

    void IRecord<AttemptRecord>.TakeApart(Span<long> numbers) =>
        (numbers[0], numbers[1], numbers[2]) = (Request, At.Ticks, Backend);
}
