using LBTool.Core.Affinity;
using LBTool.Core.Arrivals;
using LBTool.Core.Measurements;
using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;
using LBTool.Simulation.Requests;
using LBTool.Simulation.Time;

namespace LBTool.Simulation;

/// <summary>
/// The traffic of a simulated run: sends requests as a <see cref="Load"/> says, loses patience at their deadlines, and
/// writes one record at the end of each.
/// </summary>
internal sealed class Clients
{
    // Even an instant failure costs a real user this much; without it a user in a closed loop would stop time.
    private static readonly long Turnaround = TimeSpan.FromMicroseconds(100).Ticks;

    private readonly Simulation _simulation;
    private readonly Load _load;
    private readonly Deadlines _deadlines;
    private readonly TaskCompletionSource _over = new();
    private Pacer? _pacer;
    private TimeSpan _next;
    private int _sending;
    private long _number;

    public Clients(Simulation simulation)
    {
        _simulation = simulation;
        _load = simulation.Plan.Scenario.Load;
        _deadlines = new Deadlines(Queue, Requests, EventKind.ClientDeadlines, _load.Timeout);
    }

    public LoadTally Tally { get; } = new();

    /// <summary>Completes when nobody sends any more and all requests have ended.</summary>
    public Task Over => _over.Task;

    private EventQueue Queue => _simulation.Queue;

    private RequestTable Requests => _simulation.Requests;

    /// <summary>Begins to send.</summary>
    public void Start()
    {
        if (_load.Executor == Executor.ConstantVus)
        {
            _sending = _load.Vus;
            for (var user = 0; user < _load.Vus; user++)
            {
                Queue.Add(0, EventKind.UserTurn, user);
            }
        }
        else
        {
            _pacer = Pacer.For(_load, RandomStream.Derive(_simulation.Plan.Seed, "arrivals"));
            _sending = 1;
            ScheduleArrival();
        }

        EndWhenOver();
    }

    /// <summary>The open model's next request.</summary>
    public void Arrive()
    {
        if (_sending > 0)
        {
            var intended = _next;
            ScheduleArrival();
            Send(intended.Ticks, user: -1);
            EndWhenOver();
        }
    }

    /// <summary>A user's next request, unless the load is over.</summary>
    public void TakeTurn(int user)
    {
        if (Queue.Now < _load.Duration.Ticks && _sending > 0)
        {
            Send(Queue.Now, user);
            return;
        }

        _sending = Math.Max(0, _sending - 1);
        EndWhenOver();
    }

    /// <summary>An answer comes from the balancer: whole, or with an end behind the part of it that had come.</summary>
    public void TakeAnswer(int place)
    {
        ref var request = ref Requests[place];
        if (request.Loss != RequestOutcome.Ok)
        {
            var hasHead = request.FirstByte >= 0;
            End(place, request.Loss, hasHead ? request.Lease.Backend.Index : -1, hasHead ? request.Status : 0);
            return;
        }

        var outcome = request.BodySeen ? RequestOutcome.Reset
            : request.Status < 500 ? RequestOutcome.Ok : RequestOutcome.ServerError;
        if (_simulation.Traffic.JarOf(request.Number) is { } jar)
        {
            jar.Owner = request.Pick == SessionPick.Assigned ? request.Lease.Backend.Index : jar.Owner;
            jar.Session = request.GivenSession ?? jar.Session;
        }

        End(place, outcome, request.Lease.Backend?.Index ?? -1, request.Status);
    }

    /// <summary>Ends the requests whose deadline has come.</summary>
    public void Expire()
    {
        while (_deadlines.TryExpire(out var place))
        {
            Abandon(place, RequestOutcome.Timeout);
        }
    }

    /// <summary>Sends no more, and cuts off what is under way.</summary>
    public void Abort()
    {
        _sending = 0;
        foreach (var place in Requests.Where(request => !request.IsProbe))
        {
            Abandon(place, RequestOutcome.Aborted);
        }

        EndWhenOver();
    }

    private void Abandon(int place, RequestOutcome outcome)
    {
        if (Requests[place] is { Leased: true } or { Waiter: not null })
        {
            _simulation.Balancer.Abandon(place);
        }

        End(place, outcome, backend: -1, status: 0);
    }

    private void ScheduleArrival()
    {
        if (_pacer!.TryNext(out _next))
        {
            Queue.Add(_next.Ticks, EventKind.Arrival);
        }
        else
        {
            _sending = 0;
        }
    }

    private void Send(long intended, int user)
    {
        if (intended >= _load.Warmup.Ticks)
        {
            _simulation.Recording?.CountScheduled();
        }

        // The place of its record is its number's.
        _simulation.Recording?.Requests.Reserve();
        var place = Requests.Open(++_number, intended, Queue.Now, user);
        if (_simulation.Traffic.JarOf(_number) is { } jar)
        {
            ref var request = ref Requests[place];
            (request.Token, request.Session) = (jar.Owner, jar.Session);
        }

        _deadlines.Set(place, _number);
        if (_simulation.Hop == 0)
        {
            _simulation.Balancer.Forward(place);
        }
        else
        {
            Queue.Add(Queue.Now + _simulation.Hop, EventKind.Forward, place, Requests[place].Stamp);
        }
    }

    private void End(int place, RequestOutcome outcome, int backend, int status)
    {
        ref var request = ref Requests[place];
        var now = Queue.Now;
        var firstByte = status == 0 || request.FirstByte < 0 ? now : request.FirstByte + _simulation.Hop;
        _simulation.Recording?.Requests.Complete(request.Number - 1, new RequestRecord(
            request.Number, new(request.Intended), new(request.Sent), new(firstByte), new(now), backend, status, outcome));
        Tally.Add(now - request.Intended, request.Intended >= _load.Warmup.Ticks, outcome != RequestOutcome.Ok);
        if (request.User >= 0)
        {
            Queue.Add(Math.Max(now, request.Sent + Turnaround), EventKind.UserTurn, request.User);
        }

        Requests.Close(place);
        EndWhenOver();
    }

    private void EndWhenOver()
    {
        if (_sending == 0 && Requests.Count == 0)
        {
            _simulation.Balancer.EndIdle();
            _over.TrySetResult();
        }
    }
}
