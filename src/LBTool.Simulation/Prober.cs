using LBTool.Core.Balancing;
using LBTool.Core.Health;
using LBTool.Core.Scenarios;
using LBTool.Simulation.Requests;
using LBTool.Simulation.Time;

namespace LBTool.Simulation;

/// <summary>
/// The probes of a simulated balancer: each goes the way of a request, over the same links to the same process, at the
/// times of the real ones (LBTool.Live.Health).
/// </summary>
internal sealed class Prober
{
    private readonly Simulation _simulation;
    private readonly ActiveCheck _check;
    private readonly HealthBoard _board;
    private readonly Backend[] _backends;
    private readonly ProbeTimes[] _times;

    // By backend: when its latest probe was to begin.
    private readonly TimeSpan[] _intended;
    private long _probes;

    public Prober(Simulation simulation, ActiveCheck check, HealthBoard board, IEnumerable<Backend> backends)
    {
        _simulation = simulation;
        _check = check;
        _board = board;
        _backends = [.. backends];
        _times = [.. _backends.Select(backend => ProbeTimes.Of(check, simulation.Plan.Seed, backend.Name))];
        _intended = new TimeSpan[_backends.Length];
    }

    private EventQueue Queue => _simulation.Queue;

    private RequestTable Requests => _simulation.Requests;

    /// <summary>
    /// What the probes before the load find, all backends being idle and without faults: whether a healthy one passes. Then
    /// the first ones of the run are planned.
    /// </summary>
    public void Begin()
    {
        for (var index = 0; index < _backends.Length; index++)
        {
            _board.ObserveProbe(_backends[index], _check.Http is null ? Reached : Judge(200, "ok"), Queue.Time, Queue.Time);
            Plan(index);
        }
    }

    /// <summary>A backend's next probe begins.</summary>
    public void Start(int index)
    {
        var place = Requests.OpenProbe(--_probes, Queue.Now, index);
        SetDeadline(place);
        if (_check is { Http: null, Tls: false })
        {
            End(place, _simulation.Members[index].Accepts ? Reached : Refused);
        }
        else
        {
            Requests[place].Probe = _check.Http;
            Ask(place);
        }
    }

    /// <summary>A probe has taken too long.</summary>
    public void Expire(int place)
    {
        _simulation.MemberOf(place).Forget(place);
        End(place, new ProbeResult(false, $"no answer within {Durations.Format(_check.Timeout)}"));
    }

    /// <summary>A whole answer has come, or one to a handshake.</summary>
    public void TakeAnswer(int place)
    {
        ref var request = ref Requests[place];
        if (request.Tls != TlsStep.Handshake)
        {
            End(place, Judge(request.Status, request.Body));
        }
        else if (_check.Http is null)
        {
            _simulation.MemberOf(place).Forget(place);
            End(place, Reached);
        }
        else
        {
            (request.Tls, request.FirstByte) = (TlsStep.Secured, -1);
            _simulation.MemberOf(place).Connect(place);
        }
    }

    /// <summary>The connection was refused.</summary>
    public void TakeRefusal(int place) => End(place, Refused);

    /// <summary>
    /// The connection ended before the answer did. One without a single byte of it is tried again once, as the real prober
    /// does: the connection may have been closed because it was idle.
    /// </summary>
    public void TakeBreak(int place)
    {
        ref var request = ref Requests[place];
        if (request.FirstByte < 0 && request.Try == 0)
        {
            request.Try++;
            SetDeadline(place);
            Ask(place);
        }
        else
        {
            End(place, new ProbeResult(false, request.FirstByte < 0 ? "connection closed without an answer" : "the answer broke off"));
        }
    }

    // All that a probe of type tcp wants.
    private ProbeResult Reached => new(true, _check.Tls ? "TLS handshake done" : "connected");

    private static ProbeResult Refused { get; } = new(false, "connection refused");

    private void Ask(int place)
    {
        Requests[place].Tls = _check.Tls ? TlsStep.Handshake : TlsStep.None;
        _simulation.MemberOf(place).Connect(place);
    }

    // Anew when it is asked again: what was scheduled before means nothing any more.
    private void SetDeadline(int place) =>
        Queue.Add(Requests[place].Sent + _check.Timeout.Ticks, EventKind.ProbeDeadline, place, Requests[place].Stamp);

    private void Plan(int index)
    {
        _intended[index] = _times[index].Next(Queue.Time);
        Queue.Add(_intended[index].Ticks, EventKind.Probe, index);
    }

    private ProbeResult Judge(int status, string? body) =>
        !_check.Http!.Status.Contain(status) ? new ProbeResult(false, $"status {status}")
        : _check.Http.Body is { } text && body?.Contains(text, StringComparison.Ordinal) != true
            ? new ProbeResult(false, $"status {status} without '{text}' in its body")
        : new ProbeResult(true, $"status {status}");

    private void End(int place, ProbeResult result)
    {
        var index = Requests[place].Member;
        Requests.CloseProbe(place);
        _board.ObserveProbe(_backends[index], result, _intended[index], Queue.Time);
        Plan(index);
    }
}
