using System.Net;
using LBTool.Core.HttpFaults;
using LBTool.Core.Measurements;
using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;
using LBTool.Live.Timing;

namespace LBTool.Live.Backends;

/// <summary>
/// A server that behaves as a <see cref="BackendSpec"/> says: so slow, so many at once, so often wrong. It speaks HTTP,
/// or echoes lines over TCP. Here is its life as a process; <see cref="Application"/> and <see cref="Echo"/> have what it
/// does for its clients. Over HTTP <c>GET /healthz</c> answers 200 <c>ok</c> whatever queue, latency and error rate are.
/// </summary>
public sealed class FakeBackend : IAsyncDisposable
{
    private readonly IBackendServer _server;
    private readonly HttpFaultSet? _faults;
    private bool _started;
    private bool _stopped;

    private FakeBackend(IBackendServer server, HttpFaultSet? faults)
    {
        _server = server;
        _faults = faults;
    }

    /// <summary>A backend that speaks HTTP.</summary>
    /// <param name="spec">How it behaves.</param>
    /// <param name="index">Its place in the pool, from 0; records refer to it.</param>
    /// <param name="httpVersion">1: HTTP/1.1, 2: HTTP/2 in clear text by prior knowledge.</param>
    /// <param name="random">Its own stream; service times, errors, faults and processes get one each from it.</param>
    /// <param name="clock">Time of the run, for the records.</param>
    /// <param name="recording">Where arrivals are written down; null: nowhere.</param>
    /// <param name="alsoTls">Whether its port speaks TLS too, to those who begin with it.</param>
    public FakeBackend(
        BackendSpec spec, int index, int httpVersion, RandomStream random, RunClock clock, Recording? recording, bool alsoTls = false)
    {
        var application = new Application(spec, index, random, clock, recording);
        _server = new HttpBackendServer(application, httpVersion, alsoTls);
        _faults = application.Faults;
    }

    /// <summary>A backend that echoes lines over TCP; the parameters are as for HTTP.</summary>
    public static FakeBackend Echoing(BackendSpec spec, int index, RandomStream random, RunClock clock, Recording? recording) =>
        new(new EchoServer(spec, new Echo(spec, index, random, clock, recording)), faults: null);

    /// <summary>Where it listens, once started.</summary>
    public IPEndPoint EndPoint => _server.EndPoint;

    /// <summary>Requests that have arrived and are not yet answered: queued or being served.</summary>
    public int InFlight => _server.Service.InFlight;

    /// <summary>Requests in the queue.</summary>
    public int Queued => _server.Service.Host.Process.Places.Queued;

    /// <summary>Requests answered so far, wrong answers included, aborted work not.</summary>
    public long Served => _server.Service.Served;

    /// <summary>Listens on a free port of 127.0.0.1; after <see cref="StopAsync"/>: a new process serves, on the same port.</summary>
    public async Task StartAsync(CancellationToken stop)
    {
        if (!_started)
        {
            await _server.StartAsync(stop);
            _started = true;
        }
        else if (_stopped)
        {
            _server.Service.Host.Restart();
        }

        _stopped = false;
        _server.Welcome = true;
    }

    /// <summary>
    /// As SIGTERM: what is in flight (queued included) is answered, over HTTP with <c>Connection: close</c> or GOAWAY, then
    /// every connection is closed. New connections are reset until <see cref="StartAsync"/>: the port stays ours.
    /// </summary>
    /// <param name="cut">As the SIGKILL that follows: what is left then is reset.</param>
    public async Task StopAsync(CancellationToken cut)
    {
        _stopped = true;
        _server.Welcome = false;
        try
        {
            await _server.CloseAsync().WaitAsync(cut);
        }
        catch (OperationCanceledException)
        {
            Forget();
        }
    }

    /// <summary>
    /// As a process that dies and is started again: every connection is reset, work in flight and queue are
    /// forgotten, and new requests find it empty.
    /// </summary>
    public void Restart()
    {
        Forget();
        _server.Welcome = true;
    }

    /// <summary>From now on it has another latency, error rate, concurrency and queue. Who is served already is not disturbed.</summary>
    /// <param name="spec">The same backend otherwise.</param>
    public void Change(BackendSpec spec) => _server.Service.Change(spec);

    /// <summary>Makes a fault act on the requests that arrive from now on.</summary>
    /// <exception cref="ArgumentException">One of that name acts already.</exception>
    /// <exception cref="NotSupportedException">The backend does not speak HTTP.</exception>
    public void Add(string faultName, HttpEffect effect) =>
        (_faults ?? throw new NotSupportedException($"{faultName}: faults of HTTP answers need a backend that speaks HTTP")).Add(faultName, effect);

    /// <summary>
    /// From now on only so many requests are served at once, the others wait; who is served already is not disturbed.
    /// Of several limits the lowest holds. Restarts do not change it.
    /// </summary>
    /// <param name="faultName">Name by which <see cref="Remove"/> takes it back.</param>
    /// <param name="workers">0 or more.</param>
    public void Limit(string faultName, int workers) => _server.Service.Host.Limit(faultName, workers);

    /// <summary>Ends a fault: requests that it holds go on.</summary>
    /// <returns>False when there was none of that name.</returns>
    public bool Remove(string faultName) => (_faults?.Remove(faultName) ?? false) | _server.Service.Host.Unlimit(faultName);

    /// <summary>Stops listening; what is in flight has a quarter of a second.</summary>
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private void Forget()
    {
        _server.Service.Host.Restart();
        _server.Reset();
    }
}
