using LBTool.Core.Backends;
using LBTool.Core.Balancing;
using LBTool.Core.HttpFaults;
using LBTool.Core.Measurements;
using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;
using LBTool.Live.Backends.WrongAnswers;
using LBTool.Live.Http;
using LBTool.Live.Timing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace LBTool.Live.Backends;

/// <summary>
/// What a fake backend does with a request.
/// <code>
///   arrival → recorded → body read → rate limit → place → service time → answer
///                                    │            │       │              ├ error rate: 500
///                                    └ 429        │       └ delay, hang  └ abort, truncate, slow body, headers
///                                                 ├ full: 503
///                                                 └ status fault: that status
/// </code>
/// The health endpoint answers 200 <c>ok</c> past all of that, and is not recorded; faults whose path names it hit it too.
/// A probe of any other path, e.g. <c>/healthz/deep</c>, goes through all of that as a request does, and is not recorded either.
/// </summary>
internal sealed class Application
{
    private volatile BackendSpec _spec;
    private readonly int _index;
    private readonly RunClock _clock;
    private readonly Recording? _recording;
    private readonly RandomStream _serviceTimes;
    private readonly RandomStream _errors;
    private readonly Answer _answer;
    private readonly Answer _healthy;
    private int _inFlight;
    private long _served;

    public Application(BackendSpec spec, int index, RandomStream random, RunClock clock, Recording? recording)
    {
        _spec = spec;
        _index = index;
        _clock = clock;
        _recording = recording;
        _serviceTimes = new RandomStream(random.NextUInt64());
        _errors = new RandomStream(random.NextUInt64());
        Faults = new HttpFaultSet(random.NextUInt64());
        Host = new Host(spec, new RandomStream(random.NextUInt64()));
        _answer = new Answer(spec.Name, spec.BodyBytes);
        _healthy = new Answer(spec.Name, "ok"u8.ToArray());
    }

    /// <summary>Faults that act now.</summary>
    public HttpFaultSet Faults { get; }

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

    /// <summary>Answers a request.</summary>
    public Task HandleAsync(HttpContext context) =>
        context.Request.Path == BackendSpec.HealthPath && (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
            ? ProbeAsync(context)
            : WorkAsync(context);

    private async Task ProbeAsync(HttpContext context)
    {
        try
        {
            await StallAsync(Host.Process, context);
            var fault = Draw(context);
            if (fault?.Fault is HttpStatus wrong)
            {
                await _healthy.FailAsync(context, wrong);
                return;
            }

            await HoldAsync(fault, context);
            if (fault is null || !await WrongAnswer.SendAsync(_healthy, context, fault))
            {
                await _healthy.SendAsync(context);
            }
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // The prober has gone, or a restart has closed its connection.
        }
    }

    private async Task WorkAsync(HttpContext context)
    {
        Interlocked.Increment(ref _inFlight);
        try
        {
            RecordingOf(context)?.Attempts.Add(new AttemptRecord(context.Request.RequestNumber(), _index, _clock.Now));
            await DiscardBodyAsync(context);
            var process = Host.Process;
            await StallAsync(process, context);
            if (process.Memory.Limiter?.Take(Host.Now) is { } wait && wait > TimeSpan.Zero)
            {
                _answer.Fail(context, StatusCodes.Status429TooManyRequests, "rate-limit");
                Answer.RetryAfter(context, wait);
            }
            else
            {
                await AnswerAsync(process, context);
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

    private async ValueTask AnswerAsync(Process process, HttpContext context)
    {
        var fault = Draw(context);
        if (fault?.Fault is HttpStatus wrong)
        {
            await _answer.FailAsync(context, wrong);
        }
        else if (!await process.Places.EnterAsync(context.RequestAborted))
        {
            _answer.Fail(context, StatusCodes.Status503ServiceUnavailable, "queue-full");
        }
        else
        {
            try
            {
                await HoldAsync(fault, context);
                await ServeAsync(process.Memory, context);
                await SpeakAsync(process.Memory, context, fault);
            }
            finally
            {
                process.Places.Leave();
            }
        }
    }

    private async ValueTask ServeAsync(BackendProcess memory, HttpContext context)
    {
        var key = memory.Cache is null ? null : RequestKeys.CacheKey(context.Request);
        var hit = key is not null && memory.Cache!.Find(key);
        if (key is not null)
        {
            Note(context, hit ? Finding.CacheHit : Finding.CacheMiss);
        }

        var start = Host.Now;
        var due = memory.Finish(start, memory.ServiceTime(start, hit, _serviceTimes));
        if (due > start)
        {
            await Host.UntilAsync(due, context.RequestAborted);
        }

        if (key is not null)
        {
            memory.Cache!.Put(key);
            context.Response.Headers[LbHeaders.Cache] = hit ? "hit" : "miss";
        }
    }

    private async ValueTask SpeakAsync(BackendProcess memory, HttpContext context, ActiveHttpFault? fault)
    {
        if (memory.Sessions is { } sessions)
        {
            var (id, what) = RequestKeys.Visit(sessions, context);
            Note(context, what, KeyHash.Of(id));
        }

        if (fault is not null && await WrongAnswer.SendAsync(_answer, context, fault))
        {
            return;
        }

        var errors = _spec.Errors;
        if (errors > 0 && _errors.NextDouble() < errors)
        {
            _answer.Fail(context, StatusCodes.Status500InternalServerError, "error");
        }
        else
        {
            await _answer.SendAsync(context);
        }
    }

    private void Note(HttpContext context, Finding what, ulong session = 0) =>
        RecordingOf(context)?.Findings.Add(new FindingRecord(context.Request.RequestNumber(), _index, _clock.Now, what, session));

    // Probes are no arrivals, and what they find says nothing about clients.
    private Recording? RecordingOf(HttpContext context) => context.Request.Headers.ContainsKey(LbHeaders.Probe) ? null : _recording;

    private ActiveHttpFault? Draw(HttpContext context) =>
        Faults.Draw(context.Request.Path.Value ?? "", context.Request.Method);

    private static Task HoldAsync(ActiveHttpFault? fault, HttpContext context) => fault?.Fault switch
    {
        HttpDelay delay => Held.ForAsync(delay.Time, fault.Ended, context.RequestAborted),
        HttpHang => Held.ForAsync(null, fault.Ended, context.RequestAborted),
        _ => Task.CompletedTask,
    };

    // Who arrives in a pause is not even looked at before its end.
    private ValueTask StallAsync(Process process, HttpContext context) =>
        process.Memory.Pauses ? Host.UntilAsync(process.Memory.Finish(Host.Now, TimeSpan.Zero), context.RequestAborted) : ValueTask.CompletedTask;

    private static ValueTask DiscardBodyAsync(HttpContext context) =>
        context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true
            ? new ValueTask(context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted))
            : ValueTask.CompletedTask;
}
