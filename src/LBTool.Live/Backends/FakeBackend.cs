using System.Net;
using LBTool.Core.Measurements;
using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;
using LBTool.Live.Http;
using LBTool.Live.Timing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace LBTool.Live.Backends;

/// <summary>
/// An HTTP server that behaves as a <see cref="BackendSpec"/> says: so slow, so many at once, so often wrong.
/// <code>
///   arrival → recorded → body read → queue → service time → answer
///                            │         └ full: 503            ├ error rate: 500
///                            └ status fault: that status      └ abort fault: breaks
/// </code>
/// <c>GET /healthz</c> answers 200 <c>ok</c> past all of that, and is not recorded.
/// </summary>
public sealed class FakeBackend : IAsyncDisposable
{
    /// <summary>Path of the health endpoint.</summary>
    public const string HealthPath = "/healthz";

    private static readonly byte[] Healthy = "ok"u8.ToArray();

    private readonly BackendSpec _spec;
    private readonly int _index;
    private readonly RunClock _clock;
    private readonly Recording? _recording;
    private readonly RandomStream _serviceTimes;
    private readonly RandomStream _errors;
    private readonly ActiveFaults _faults;
    private readonly Answer _answer;
    private readonly OpenConnections _connections = new();
    private readonly HttpServer _server;
    private bool _started;
    private Places? _places;
    private int _inFlight;
    private long _served;

    /// <param name="spec">How it behaves.</param>
    /// <param name="index">Its place in the pool, from 0; records refer to it.</param>
    /// <param name="httpVersion">1: HTTP/1.1, 2: HTTP/2 in clear text by prior knowledge.</param>
    /// <param name="random">Its own stream; service times, errors and faults get one each from it.</param>
    /// <param name="clock">Time of the run, for the records.</param>
    /// <param name="recording">Where arrivals are written down; null: nowhere.</param>
    public FakeBackend(
        BackendSpec spec, int index, int httpVersion, RandomStream random, RunClock clock, Recording? recording)
    {
        _spec = spec;
        _index = index;
        _clock = clock;
        _recording = recording;
        _serviceTimes = new RandomStream(random.NextUInt64());
        _errors = new RandomStream(random.NextUInt64());
        _faults = new ActiveFaults(new RandomStream(random.NextUInt64()));
        _answer = new Answer(spec.Name, spec.BodyBytes);
        _places = NewPlaces();
        _server = new HttpServer(new IPEndPoint(IPAddress.Loopback, 0), httpVersion, HandleAsync, _connections.Track);
    }

    /// <summary>Where it listens, once started.</summary>
    public IPEndPoint EndPoint => _server.EndPoint;

    /// <summary>Requests that have arrived and are not yet answered: queued or being served.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Requests in the queue.</summary>
    public int Queued => Volatile.Read(ref _places)?.Queued ?? 0;

    /// <summary>Requests answered so far, wrong answers included, aborted work not.</summary>
    public long Served => Interlocked.Read(ref _served);

    /// <summary>Listens on a free port of 127.0.0.1; after <see cref="StopAsync"/>: serves again, on the same port.</summary>
    public async Task StartAsync(CancellationToken stop)
    {
        if (!_started)
        {
            await _server.StartAsync(stop);
            _started = true;
        }

        _connections.Welcome = true;
    }

    /// <summary>
    /// As SIGTERM: what is in flight (queued included) is answered with <c>Connection: close</c> or GOAWAY, then every
    /// connection is closed. New connections are reset until <see cref="StartAsync"/>: the port stays ours.
    /// </summary>
    /// <param name="cut">As the SIGKILL that follows: what is left then is reset.</param>
    public async Task StopAsync(CancellationToken cut)
    {
        _connections.Welcome = false;
        try
        {
            await _connections.CloseAsync().WaitAsync(cut);
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
        _connections.Welcome = true;
    }

    /// <summary>Makes a fault act on the requests that arrive from now on.</summary>
    /// <exception cref="ArgumentException">One of that name acts already.</exception>
    public void Add(string faultName, HttpEffect effect) => _faults.Add(faultName, effect);

    /// <summary>Ends a fault.</summary>
    /// <returns>False when there was none of that name.</returns>
    public bool Remove(string faultName) => _faults.Remove(faultName);

    /// <summary>Stops listening; what is in flight has a quarter of a second.</summary>
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private void Forget()
    {
        // The old places go with the old work: nothing of it holds a place of the new process.
        Volatile.Write(ref _places, NewPlaces());
        _connections.Reset();
    }

    private Places? NewPlaces() => _spec.Concurrency is { } count ? new Places(count, _spec.Queue) : null;

    private Task HandleAsync(HttpContext context)
    {
        var request = context.Request;
        return request.Path == HealthPath && HttpMethods.IsGet(request.Method)
            ? context.Response.Body.WriteAsync(Healthy).AsTask()
            : HandleWorkAsync(context);
    }

    private async Task HandleWorkAsync(HttpContext context)
    {
        Interlocked.Increment(ref _inFlight);
        try
        {
            _recording?.Attempts.Add(new AttemptRecord(context.Request.RequestNumber(), _index, _clock.Now));
            await DiscardBodyAsync(context);
            var fault = _faults.Draw();
            if (fault is HttpStatus wrong)
            {
                _answer.Fail(context, wrong.Status, "fault");
            }
            else
            {
                await QueueAsync(context, (fault as HttpAbort)?.Point);
            }

            Interlocked.Increment(ref _served);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone, or a restart has ended its work: nobody waits for an answer.
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }

    private async ValueTask QueueAsync(HttpContext context, AbortPoint? breakAt)
    {
        var places = Volatile.Read(ref _places);
        if (places is null)
        {
            await ServeAsync(context, breakAt);
            return;
        }

        if (!await places.EnterAsync(context.RequestAborted))
        {
            _answer.Fail(context, StatusCodes.Status503ServiceUnavailable, "queue-full");
            return;
        }

        try
        {
            await ServeAsync(context, breakAt);
        }
        finally
        {
            places.Leave();
        }
    }

    private async ValueTask ServeAsync(HttpContext context, AbortPoint? breakAt)
    {
        var time = _spec.Latency.Sample(_serviceTimes);
        if (time > TimeSpan.Zero)
        {
            await PreciseTimer.Shared.DelayAsync(time, context.RequestAborted);
        }

        if (breakAt is { } point)
        {
            await _answer.BreakAsync(context, point);
        }
        else if (_spec.Errors > 0 && _errors.NextDouble() < _spec.Errors)
        {
            _answer.Fail(context, StatusCodes.Status500InternalServerError, "error");
        }
        else
        {
            await _answer.SendAsync(context);
        }
    }

    private static ValueTask DiscardBodyAsync(HttpContext context) =>
        context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true
            ? new ValueTask(context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted))
            : ValueTask.CompletedTask;
}
