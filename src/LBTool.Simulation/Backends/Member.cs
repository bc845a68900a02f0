using LBTool.Core.Faults;
using LBTool.Core.Plans;
using LBTool.Core.Scenarios;
using LBTool.Simulation.Requests;
using LBTool.Simulation.Time;

namespace LBTool.Simulation.Backends;

/// <summary>
/// One member of the pool as the balancer meets it: the way of a request to a process that may be down or frozen, behind
/// links that may have toxics, and of its answer back. What faults do to it is in <see cref="MemberState"/>.
/// </summary>
internal sealed class Member
{
    private readonly Simulation _simulation;
    private readonly Links? _links;
    private readonly MemberState _state;

    // What a frozen process was sent (null), or had to say.
    private readonly Queue<(int Place, int Stamp, long Number, Chunk? Said)> _held = new();

    public Member(Simulation simulation, int index)
    {
        _simulation = simulation;
        Index = index;
        Server = new Server(simulation, this, index);

        // Elsewhere they would do nothing.
        _links = simulation.Plan.Faults.Any(fault => fault.Effect is ToxicEffect && fault.Backends.Contains(index))
            ? new Links(simulation, this)
            : null;
        _state = new MemberState(this, _links);
    }

    /// <summary>Its place in the pool.</summary>
    public int Index { get; }

    /// <summary>What does the work.</summary>
    public Server Server { get; }

    /// <summary>Whether a connection is accepted: a frozen process still does, its kernel sees to that.</summary>
    public bool Accepts => !_state.IsDown;

    private EventQueue Queue => _simulation.Queue;

    private RequestTable Requests => _simulation.Requests;

    /// <summary>Makes a fault act.</summary>
    public void Begin(PlannedFault fault) => _state.Begin(fault);

    /// <summary>Takes a fault back, if it acts.</summary>
    public void End(PlannedFault fault) => _state.End(fault);

    /// <summary>The balancer sends a request.</summary>
    public void Connect(int place)
    {
        if (_state.IsDown)
        {
            _simulation.TakeRefusal(place);
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

    /// <summary>The balancer sends a request over a connection that was kept.</summary>
    public void GoOn(int place, Connection? link)
    {
        if (link is null)
        {
            Travel(place);
        }
        else
        {
            link.Ask(place);
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
        if (_state.IsPaused)
        {
            Hold(place, null);
        }
        else
        {
            Server.Take(place);
        }
    }

    /// <summary>The process writes a part of an answer, or all of it.</summary>
    public void Write(int place, Chunk chunk)
    {
        ref var request = ref Requests[place];
        if (_state.IsPaused)
        {
            Hold(place, chunk);
        }
        else if (request.Connection is { } connection)
        {
            connection.Answer(chunk);
        }
        else
        {
            Tell(place, chunk);
        }
    }

    /// <summary>A part of an answer comes out of the link towards the balancer.</summary>
    public void Hear(int place, bool ofBody)
    {
        ref var request = ref Requests[place];
        request.Heard = Queue.Now + _simulation.Hop;
        request.FirstByte = request.FirstByte < 0 ? request.Heard : request.FirstByte;
        request.BodySeen |= ofBody;
    }

    /// <summary>The whole of an answer has come out of that link.</summary>
    public void SendBack(int place)
    {
        if (_simulation.Hop == 0)
        {
            _simulation.TakeAnswer(place);
        }
        else
        {
            Queue.Add(Queue.Now + _simulation.Hop, EventKind.Answered, place, Requests[place].Stamp);
        }
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
        _simulation.TakeBreak(place, ending);
    }

    /// <summary>Ends the connections that carry nothing.</summary>
    public void EndIdle(Ending ending)
    {
        _links?.CloseIdle();
        _simulation.Balancer.EndIdle(Index, ending);
    }

    /// <summary>Ends everything that is here: its work is lost with its connections.</summary>
    public void CutAll(Ending ending)
    {
        _held.Clear();
        EndIdle(ending);
        Server.Clear();
        foreach (var place in Requests.Where(request => request.Member == Index))
        {
            // Not there any more, so that nobody else takes its worker.
            Requests[place].Stage = Stage.Elsewhere;
            Lose(place, ending);
        }
    }

    /// <summary>What was held in a pause goes on.</summary>
    public void Resume()
    {
        for (var left = _held.Count; left > 0; left--)
        {
            var (place, stamp, number, said) = _held.Dequeue();
            if (Requests[place].Stamp != stamp)
            {
                // Nobody waits for it any more, but a request that was sent arrives all the same.
                if (said is null)
                {
                    Server.See(number);
                }

                continue;
            }

            if (said is { } chunk)
            {
                Write(place, chunk);
            }
            else
            {
                Reach(place);
            }
        }
    }

    private void Hold(int place, Chunk? said)
    {
        ref var request = ref Requests[place];
        _held.Enqueue((place, request.Stamp, request.Number, said));
    }

    // Without a link in between, what is written is there.
    private void Tell(int place, Chunk chunk)
    {
        if (chunk.Then is Then.Nothing or Then.NoOther)
        {
            SendBack(place);
            return;
        }

        if (chunk.Head + chunk.Body > 0)
        {
            Hear(place, ofBody: chunk.Body > 0);
        }

        if (chunk.Then != Then.More)
        {
            Lose(place, chunk.Then == Then.Close ? Ending.Close : Ending.Reset);
        }
    }
}
