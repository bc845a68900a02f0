using LBTool.Core.Faults;
using LBTool.Core.HttpFaults;
using LBTool.Core.Plans;
using LBTool.Core.Scenarios;
using LBTool.Simulation.Requests;
using LBTool.Simulation.Time;

namespace LBTool.Simulation.Backends;

/// <summary>
/// One member of the pool as the balancer meets it: a process that may be down or frozen, behind links that may have
/// toxics. Links are only made for a backend that some fault of the plan gives a toxic: elsewhere they would do nothing.
/// </summary>
internal sealed class Member
{
    private readonly Simulation _simulation;
    private readonly int _index;
    private readonly Links? _links;
    private readonly int _bodyBytes;

    // Names of the faults that keep it down or silent: it comes back when the last of them has ended.
    private readonly HashSet<string> _down = [];
    private readonly HashSet<string> _paused = [];

    // What a frozen process was sent, or had to say.
    private readonly Queue<(int Place, int Stamp, bool IsAnswer)> _held = new();

    public Member(Simulation simulation, int index)
    {
        _simulation = simulation;
        _index = index;
        _bodyBytes = simulation.Plan.Scenario.Target.Backends[index].BodyBytes;
        Server = new Server(simulation, this, index);
        _links = simulation.Plan.Faults.Any(fault => fault.Effect is ToxicEffect && fault.Backends.Contains(index))
            ? new Links(simulation, this, index)
            : null;
    }

    /// <summary>What does the work.</summary>
    public Server Server { get; }

    private EventQueue Queue => _simulation.Queue;

    private RequestTable Requests => _simulation.Requests;

    /// <summary>The balancer sends a request.</summary>
    public void Connect(int place)
    {
        if (_down.Count > 0)
        {
            _simulation.Balancer.TakeRefusal(place);
        }
        else if (_links is not null)
        {
            _links.Send(place);
        }
        else
        {
            Travel(place);
        }
    }

    /// <summary>A request leaves the link towards the process.</summary>
    public void Travel(int place)
    {
        if (_simulation.Hop == 0)
        {
            Reach(place);
        }
        else
        {
            Queue.Add(Queue.Now + _simulation.Hop, EventKind.Reach, place, Requests[place].Stamp);
        }
    }

    /// <summary>A request is there.</summary>
    public void Reach(int place)
    {
        if (_paused.Count > 0)
        {
            _held.Enqueue((place, Requests[place].Stamp, IsAnswer: false));
        }
        else
        {
            Server.Take(place);
        }
    }

    /// <summary>The process answers.</summary>
    public void Answer(int place, short status)
    {
        ref var request = ref Requests[place];
        request.Status = status;
        request.BreakAt = null;
        Speak(place);
    }

    /// <summary>The process resets the connection at a point of its answer.</summary>
    public void Break(int place, AbortPoint point)
    {
        ref var request = ref Requests[place];
        request.Status = 200;
        request.BreakAt = point;
        Speak(place);
    }

    /// <summary>Nobody waits for a request any more: wherever it is, it ends there, and its connection closes.</summary>
    public void Forget(int place)
    {
        ref var request = ref Requests[place];
        request.Stamp++;
        request.Connection?.Drop();
        request.Connection = null;
        Server.Forget(ref request);
    }

    /// <summary>A connection ended under a request.</summary>
    public void Lose(int place, Ending ending)
    {
        Forget(place);
        _simulation.Balancer.TakeBreak(place, ending);
    }

    /// <summary>Makes a fault act.</summary>
    public void Begin(PlannedFault fault)
    {
        switch (fault.Effect)
        {
            case ToxicEffect toxic:
                _links!.Add(fault.Name, toxic);
                break;
            case HttpEffect http:
                Server.Add(fault.Name, http);
                break;
            case ActionEffect action:
                Begin(fault.Name, action.Action);
                break;
            default:
                throw new NotSupportedException($"the simulator does not know the fault {fault.Effect}");
        }
    }

    /// <summary>Takes a fault back, if it acts.</summary>
    public void End(PlannedFault fault)
    {
        _links?.Remove(fault.Name);
        Server.Remove(fault.Name);
        _down.Remove(fault.Name);
        if (_paused.Remove(fault.Name) && _paused.Count == 0)
        {
            Resume();
        }
    }

    private void Begin(string fault, BackendAction action)
    {
        switch (action)
        {
            case BackendAction.Kill:
                _down.Add(fault);
                CutAll(Ending.Reset);
                break;
            case BackendAction.Restart:
                CutAll(Ending.Reset);
                break;
            case BackendAction.Stop:
                _down.Add(fault);
                _links?.CloseIdle();
                break;
            case BackendAction.Pause:
                _paused.Add(fault);
                break;
            case BackendAction.Down:
                _down.Add(fault);
                CutAll(Ending.Close);
                break;
            default:
                throw new NotSupportedException($"the simulator does not know the action {action}; run the scenario for real (lbtool run)");
        }
    }

    private void CutAll(Ending ending)
    {
        Server.Restart();
        _held.Clear();
        _links?.CloseIdle();
        var here = Requests.Where(request => request.Leased && request.Lease.Backend.Index == _index);
        foreach (var place in here)
        {
            Requests[place].Stage = Stage.Elsewhere;
            Lose(place, ending);
        }
    }

    private void Resume()
    {
        for (var left = _held.Count; left > 0; left--)
        {
            var (place, stamp, isAnswer) = _held.Dequeue();
            if (Requests[place].Stamp != stamp)
            {
                continue;
            }

            if (isAnswer)
            {
                Speak(place);
            }
            else
            {
                Reach(place);
            }
        }
    }

    private void Speak(int place)
    {
        ref var request = ref Requests[place];
        if (_paused.Count > 0)
        {
            _held.Enqueue((place, request.Stamp, IsAnswer: true));
        }
        else if (request.Connection is { } connection)
        {
            connection.Answer(request.BreakAt);
        }
        else if (request.BreakAt is { } point)
        {
            request.BodySeen = point == AbortPoint.MidBody && _bodyBytes > 1;
            request.FirstByte = request.BodySeen ? Queue.Now : -1;
            Lose(place, Ending.Reset);
        }
        else
        {
            SendBack(place);
        }
    }

    /// <summary>A whole answer leaves the link towards the balancer.</summary>
    public void SendBack(int place)
    {
        if (_simulation.Hop == 0)
        {
            _simulation.Balancer.TakeAnswer(place);
        }
        else
        {
            Queue.Add(Queue.Now + _simulation.Hop, EventKind.Answered, place, Requests[place].Stamp);
        }
    }
}
