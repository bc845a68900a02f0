using LBTool.Core.Backends;
using LBTool.Core.Balancing;
using LBTool.Core.HttpFaults;
using LBTool.Core.Measurements;
using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;
using LBTool.Simulation.Requests;
using LBTool.Simulation.Time;

namespace LBTool.Simulation.Backends;

/// <summary>
/// The work of a simulated backend, step by step as the real one's (LBTool.Live.Backends.Application), with the same
/// random streams.
/// <code>
///   arrival ─ pause ─ rate limit ─ status fault ─ worker ─ delay, hang ─ service time ─ answer, whole or in pieces
/// </code>
/// </summary>
internal sealed class Server
{
    private const short TooMany = 429;
    private const short Busy = 503;

    private readonly Simulation _simulation;
    private readonly int _index;
    private readonly BackendSpec _spec;
    private readonly RandomStream _serviceTimes;
    private readonly Answers _answers;
    private readonly HttpFaultSet _faults;
    private readonly RandomStream _processes;
    private readonly WorkerLimits _limits;
    private Process _process;

    public Server(Simulation simulation, Member member, int index)
    {
        _simulation = simulation;
        _index = index;
        _spec = simulation.Plan.Scenario.Target.Backends[index];
        var random = RandomStream.Derive(simulation.Plan.Seed, $"backend/{_spec.Name}");
        _serviceTimes = new RandomStream(random.NextUInt64());
        _answers = new Answers(simulation, this, member, new RandomStream(random.NextUInt64()));
        _faults = new HttpFaultSet(random.NextUInt64());
        _processes = new RandomStream(random.NextUInt64());
        _limits = new WorkerLimits(_spec.Concurrency);
        _process = CreateProcess(again: false);
    }

    private EventQueue Queue => _simulation.Queue;

    private RequestTable Requests => _simulation.Requests;

    /// <summary>Makes a fault act on the requests that arrive from now on.</summary>
    public void Add(string name, HttpEffect effect) => _faults.Add(name, effect);

    /// <summary>From now on only so many requests are served at once; of several limits the lowest holds.</summary>
    public void Limit(string name, int workers)
    {
        _limits.Limit(name, workers);
        _process.Workers.Resize(_limits.Workers);
    }

    /// <summary>Ends a fault, if it acts: who is held by it goes on, in the order of sending.</summary>
    public void Remove(string name)
    {
        if (_faults.Remove(name))
        {
            Array.ForEach(Requests.Where(IsHeld), GoOn);
        }

        if (_limits.Unlimit(name))
        {
            _process.Workers.Resize(_limits.Workers);
            while (_process.Workers.TryCall(out var next))
            {
                Begin(next.Place);
            }
        }
    }

    /// <summary>As a process that starts anew: nobody is in line and nobody is served. The work of the old one goes on until it is cut.</summary>
    public void Restart() => _process = CreateProcess(again: true);

    /// <summary>Everybody who is here has gone; what the process knows stays.</summary>
    public void Clear() => _process = new Process(Requests, _spec, _limits.Workers, _process.Memory);

    /// <summary>A request comes in, and is written down.</summary>
    public void See(long number)
    {
        // Probes are no arrivals.
        if (number > 0)
        {
            _simulation.Recording?.Attempts.Add(new AttemptRecord(number, _index, Queue.Time));
        }
    }

    /// <summary>A request has arrived, and is waited for.</summary>
    public void Take(int place)
    {
        ref var request = ref Requests[place];
        See(request.Number);
        request.Process = _process;
        if (_process.Memory.Pauses && _process.Memory.Finish(Queue.Time, TimeSpan.Zero) is var due && due > Queue.Time)
        {
            Schedule(place, Stage.Stalled, due);
        }
        else
        {
            Admit(place);
        }
    }

    /// <summary>Something that was scheduled for a request is due.</summary>
    public void Work(int place)
    {
        ref var request = ref Requests[place];
        if (request.WorkAt == Queue.Now)
        {
            GoOn(place);
        }
    }

    /// <summary>Nobody waits for a request any more.</summary>
    public void Forget(ref SimulatedRequest request)
    {
        var (stage, process) = (request.Stage, request.Process);
        (request.Stage, request.Process, request.Fault, request.Written) = (Stage.Elsewhere, null, null, 0);
        if (stage == Stage.Queued)
        {
            process!.Workers.GiveUp();
        }
        else if (stage is Stage.Held or Stage.Serving or Stage.Answered)
        {
            Leave(process!);
        }
    }

    private string PathOf(in SimulatedRequest request) => request.Probe?.Path ?? _simulation.Traffic.PathOf(request.Number);

    private Process CreateProcess(bool again) =>
        new(Requests, _spec, _limits.Workers, new BackendProcess(_spec, Queue.Time, again, _processes));

    private bool IsHeld(SimulatedRequest request) =>
        request is { Stage: Stage.Held or Stage.Answered or Stage.Probed, Fault.Ended.IsCancellationRequested: true }
        && request.Member == _index;

    /// <summary>Says when a request goes on, and from where.</summary>
    public void Schedule(int place, Stage stage, TimeSpan due)
    {
        ref var request = ref Requests[place];
        request.Stage = stage;
        request.WorkAt = due.Ticks;
        Queue.Add(due.Ticks, EventKind.Work, place, request.Stamp);
    }

    private void GoOn(int place)
    {
        ref var request = ref Requests[place];
        request.WorkAt = -1;
        switch (request.Stage)
        {
            case Stage.Stalled:
                Admit(place);
                break;
            case Stage.Probed:
                _answers.SayHealthy(place);
                break;
            case Stage.Held:
                Serve(place);
                break;
            case Stage.Serving:
                Finish(place);
                break;
            case Stage.Answered:
                _answers.GoOn(place);
                break;
        }
    }

    private void Admit(int place)
    {
        ref var request = ref Requests[place];
        request.Stage = Stage.Elsewhere;
        request.Fault = null;
        if (request.Tls == TlsStep.Handshake)
        {
            _answers.ShakeHands(place);
            return;
        }

        if (request.Probe is { Path: BackendSpec.HealthPath, Method: "GET" or "HEAD" })
        {
            AnswerProbe(place);
            return;
        }

        var process = request.Process!;
        if (process.Memory.Limiter?.Take(Queue.Time) > TimeSpan.Zero)
        {
            _answers.Fail(place, TooMany);
            return;
        }

        request.Fault = _faults.Draw(PathOf(request), request.Probe?.Method ?? Traffic.Method);
        if (request.Fault?.Fault is HttpStatus wrong)
        {
            _answers.Fail(place, wrong);
        }
        else if (process.Workers.TryEnter())
        {
            Begin(place);
        }
        else if (process.Workers.TryWait((place, request.Stamp)))
        {
            request.Stage = Stage.Queued;
        }
        else
        {
            _answers.Fail(place, Busy);
        }
    }

    // The health endpoint: past rate limit, line and workers, but not past faults that name it.
    private void AnswerProbe(int place)
    {
        ref var request = ref Requests[place];
        request.Fault = _faults.Draw(request.Probe!.Path, request.Probe.Method);
        switch (request.Fault?.Fault)
        {
            case HttpStatus wrong:
                _answers.Fail(place, wrong);
                break;
            case HttpDelay delay:
                Schedule(place, Stage.Probed, Queue.Time + delay.Time);
                break;
            case HttpHang:
                request.Stage = Stage.Probed;
                break;
            default:
                _answers.SayHealthy(place);
                break;
        }
    }

    // It has a worker from here on.
    private void Begin(int place)
    {
        ref var request = ref Requests[place];
        request.Stage = Stage.Held;
        switch (request.Fault)
        {
            case { Fault: HttpDelay delay, Ended.IsCancellationRequested: false }:
                Schedule(place, Stage.Held, Queue.Time + delay.Time);
                break;
            case { Fault: HttpHang, Ended.IsCancellationRequested: false }:
                break;
            default:
                Serve(place);
                break;
        }
    }

    private void Serve(int place)
    {
        ref var request = ref Requests[place];
        var memory = request.Process!.Memory;
        var hit = memory.Cache?.Find(PathOf(request)) == true;
        if (memory.Cache is not null)
        {
            Note(request.Number, hit ? Finding.CacheHit : Finding.CacheMiss);
        }

        Schedule(place, Stage.Serving, memory.Finish(Queue.Time, memory.ServiceTime(Queue.Time, hit, _serviceTimes)));
    }

    private void Note(long request, Finding what, ulong session = 0)
    {
        // What probes find says nothing about clients.
        if (request > 0)
        {
            _simulation.Recording?.Findings.Add(new FindingRecord(request, _index, Queue.Time, what, session));
        }
    }

    private void Finish(int place)
    {
        ref var request = ref Requests[place];
        request.Process!.Memory.Cache?.Put(PathOf(request));
        if (request.Process.Memory.Sessions is { } sessions)
        {
            (request.GivenSession, var what) = sessions.Visit(request.Session);
            Note(request.Number, what, KeyHash.Of(request.GivenSession));
        }

        _answers.Begin(place);
    }

    /// <summary>A worker is free: the first in line takes it.</summary>
    public void Leave(Process process)
    {
        if (process.Workers.Leave(out var next))
        {
            Begin(next.Place);
        }
    }
}
