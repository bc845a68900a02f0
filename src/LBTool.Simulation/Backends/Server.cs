using LBTool.Core.HttpFaults;
using LBTool.Core.Measurements;
using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;
using LBTool.Simulation.Requests;
using LBTool.Simulation.Time;

namespace LBTool.Simulation.Backends;

/// <summary>
/// The work of a simulated backend, step by step as the real one's: so many at once, the others in line, and its wrong
/// answers. Its random streams are the real one's too.
/// </summary>
internal sealed class Server
{
    private const short Ok = 200;
    private const short ServerError = 500;
    private const short Busy = 503;

    private readonly Simulation _simulation;
    private readonly Member _member;
    private readonly int _index;
    private readonly BackendSpec _spec;
    private readonly RandomStream _serviceTimes;
    private readonly RandomStream _errors;
    private readonly HttpFaultSet _faults;
    private readonly Queue<(int Place, int Stamp)> _line = new();
    private int _waiting;
    private int _serving;

    public Server(Simulation simulation, Member member, int index)
    {
        _simulation = simulation;
        _member = member;
        _index = index;
        _spec = simulation.Plan.Scenario.Target.Backends[index];
        var random = RandomStream.Derive(simulation.Plan.Seed, $"backend/{_spec.Name}");
        _serviceTimes = new RandomStream(random.NextUInt64());
        _errors = new RandomStream(random.NextUInt64());
        _faults = new HttpFaultSet(random.NextUInt64());
    }

    private EventQueue Queue => _simulation.Queue;

    private RequestTable Requests => _simulation.Requests;

    /// <summary>Makes a fault act on the requests that arrive from now on.</summary>
    /// <exception cref="NotSupportedException">The simulator does not know this kind of fault.</exception>
    public void Add(string name, HttpEffect effect)
    {
        if (effect.Fault is not (HttpStatus or HttpAbort))
        {
            throw new NotSupportedException($"the simulator does not know the HTTP fault of {name}; run the scenario for real (lbtool run)");
        }

        _faults.Add(name, effect);
    }

    /// <summary>Ends a fault, if it acts.</summary>
    public void Remove(string name) => _faults.Remove(name);

    /// <summary>A request has arrived.</summary>
    public void Take(int place)
    {
        ref var request = ref Requests[place];
        _simulation.Recording?.Attempts.Add(new AttemptRecord(request.Number, _index, Queue.Time));
        var fault = _faults.Draw("/", "GET")?.Fault;
        request.BreakAt = (fault as HttpAbort)?.Point;
        if (fault is HttpStatus wrong)
        {
            _member.Answer(place, (short)wrong.Status);
        }
        else if (_spec.Concurrency is { } places && _serving >= places)
        {
            TakeIntoLine(place, ref request);
        }
        else
        {
            _serving++;
            Serve(place);
        }
    }

    /// <summary>The work for a request is done.</summary>
    public void Finish(int place)
    {
        ref var request = ref Requests[place];
        request.Stage = Stage.Elsewhere;
        if (request.BreakAt is { } point)
        {
            _member.Break(place, point);
        }
        else
        {
            _member.Answer(place, _spec.Errors > 0 && _errors.NextDouble() < _spec.Errors ? ServerError : Ok);
        }

        Leave();
    }

    /// <summary>Nobody waits for a request any more.</summary>
    public void Forget(ref SimulatedRequest request)
    {
        var stage = request.Stage;
        request.Stage = Stage.Elsewhere;
        if (stage == Stage.Queued)
        {
            _waiting--;
        }
        else if (stage == Stage.Serving)
        {
            Leave();
        }
    }

    /// <summary>As a process that starts anew: nobody is in line and nobody is served.</summary>
    public void Restart()
    {
        _line.Clear();
        (_waiting, _serving) = (0, 0);
    }

    private void TakeIntoLine(int place, ref SimulatedRequest request)
    {
        if (_waiting >= _spec.Queue)
        {
            _member.Answer(place, Busy);
            return;
        }

        request.Stage = Stage.Queued;
        _waiting++;
        _line.Enqueue((place, request.Stamp));
    }

    private void Serve(int place)
    {
        ref var request = ref Requests[place];
        request.Stage = Stage.Serving;
        var time = _spec.Latency.Sample(_serviceTimes);
        Queue.Add(Queue.Now + time.Ticks, EventKind.Served, place, request.Stamp);
    }

    // The place goes to the first in line who still waits.
    private void Leave()
    {
        while (_line.TryDequeue(out var next))
        {
            if (Requests[next.Place].Stamp == next.Stamp)
            {
                _waiting--;
                Serve(next.Place);
                return;
            }
        }

        _serving--;
    }
}
