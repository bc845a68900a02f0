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
internal sealed class Application : Service
{
    private readonly Answer _answer;
    private readonly Answer _healthy;

    public Application(BackendSpec spec, int index, RandomStream random, RunClock clock, Recording? recording)
        : base(spec, index, random, clock, recording)
    {
        Faults = new HttpFaultSet(SeedOfFaults);
        _answer = new Answer(spec.Name, spec.BodyBytes);
        _healthy = new Answer(spec.Name, "ok"u8.ToArray());
    }

    /// <summary>Faults that act now.</summary>
    public HttpFaultSet Faults { get; }

    /// <summary>Answers a request.</summary>
    public Task HandleAsync(HttpContext context) =>
        context.Request.Path == BackendSpec.HealthPath && (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
            ? ProbeAsync(context)
            : WorkAsync(context);

    private async Task ProbeAsync(HttpContext context)
    {
        try
        {
            await StallAsync(Host.Process, context.RequestAborted);
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
        Arrive(context.Request.RequestNumber(), isRecorded: !IsProbe(context));
        try
        {
            await DiscardBodyAsync(context);
            var process = Host.Process;
            await StallAsync(process, context.RequestAborted);
            if (process.Memory.Limiter?.Take(Host.Now) is { } wait && wait > TimeSpan.Zero)
            {
                _answer.Fail(context, StatusCodes.Status429TooManyRequests, "rate-limit");
                Answer.RetryAfter(context, wait);
            }
            else
            {
                await AnswerAsync(process, context);
            }

            CountServed();
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone, or a restart has ended its work: nobody waits for an answer.
        }
        finally
        {
            Depart();
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

        await WorkAsync(memory, hit, context.RequestAborted);
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

        if (DrawError())
        {
            _answer.Fail(context, StatusCodes.Status500InternalServerError, "error");
        }
        else
        {
            await _answer.SendAsync(context);
        }
    }

    private void Note(HttpContext context, Finding what, ulong session = 0)
    {
        if (!IsProbe(context))
        {
            Note(context.Request.RequestNumber(), what, session);
        }
    }

    // Probes are no arrivals, and what they find says nothing about clients.
    private static bool IsProbe(HttpContext context) => context.Request.Headers.ContainsKey(LbHeaders.Probe);

    private ActiveHttpFault? Draw(HttpContext context) =>
        Faults.Draw(context.Request.Path.Value ?? "", context.Request.Method);

    private static Task HoldAsync(ActiveHttpFault? fault, HttpContext context) => fault?.Fault switch
    {
        HttpDelay delay => Held.ForAsync(delay.Time, fault.Ended, context.RequestAborted),
        HttpHang => Held.ForAsync(null, fault.Ended, context.RequestAborted),
        _ => Task.CompletedTask,
    };

    private static ValueTask DiscardBodyAsync(HttpContext context) =>
        context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true
            ? new ValueTask(context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted))
            : ValueTask.CompletedTask;
}
