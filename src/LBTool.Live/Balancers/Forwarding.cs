using LBTool.Core.Balancing;
using LBTool.Core.Draining;
using LBTool.Core.Health;
using LBTool.Core.Measurements;
using LBTool.Core.Retries;
using LBTool.Live.Http;
using LBTool.Live.Timing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Yarp.ReverseProxy.Forwarder;

namespace LBTool.Live.Balancers;

/// <summary>Carries out one try of a request: forwards it, answers the client unless it is to be tried again, and ends its lease.</summary>
/// <param name="upstreamOf">The way to a backend.</param>
/// <param name="retrier">Says what is tried again; null: nothing.</param>
/// <param name="clock">Time of the run.</param>
/// <param name="recording">Where leases are written down; null: nowhere.</param>
internal sealed class Forwarding(Func<Backend, Upstream> upstreamOf, Retrier? retrier, RunClock clock, Recording? recording)
{
    // YARP's forwarder has no state, and can only be had from a container: one serves the process.
    private static readonly IHttpForwarder Forwarder = new ServiceCollection()
        .AddSingleton(typeof(ILogger<>), typeof(NullLogger<>))
        .AddHttpForwarder()
        .BuildServiceProvider()
        .GetRequiredService<IHttpForwarder>();

    /// <summary>Told of each lease that has ended; null: nobody.</summary>
    public HealthBoard? Health { get; init; }

    /// <summary>Told of each lease that ends because it was cut, before it ends; null: nobody.</summary>
    public Action<Backend, CutKind, int>? CountCut { get; init; }

    /// <summary>Keeps the body of a request that may be sent again.</summary>
    public void KeepBody(HttpContext context)
    {
        if (BodyBytes(context) is > 0 and var length && length <= retrier!.Policy.MaxBody)
        {
            context.Request.EnableBuffering(bufferThreshold: (int)length);
        }
    }

    /// <summary>Forwards a request over a lease, and ends that.</summary>
    /// <param name="context">The request.</param>
    /// <param name="lease">Where it goes.</param>
    /// <param name="number">Which try of the request it is, from 1.</param>
    /// <returns>Whether it is to be tried again: then nothing of an answer has gone to the client.</returns>
    public async ValueTask<bool> ForwardAsync(HttpContext context, Lease lease, int number)
    {
        var (outcome, status) = (LeaseOutcome.Abandoned, 0);
        try
        {
            (outcome, status, var again) = await SendAsync(context, lease.Backend, number);
            if (again)
            {
                context.Response.Clear();
                Rewind(context);
            }

            return again;
        }
        finally
        {
            // Written down before it ends, so that a pool with nothing in flight has all its leases in the recording.
            var now = clock.Now;
            recording?.Leases.Add(new LeaseRecord(context.Request.RequestNumber(), lease.Backend.Index, lease.Start, now, outcome));
            lease.End(now, outcome);
            Health?.ObserveLease(lease.Backend, outcome, status, now - lease.Start, now);
        }
    }

    private async ValueTask<(LeaseOutcome Outcome, int Status, bool Again)> SendAsync(HttpContext context, Backend backend, int number)
    {
        var upstream = upstreamOf(backend);
        var connections = upstream.Connections;
        using var attempt = retrier is null ? upstream.Watch(context, null, null) : WatchToTryAgain(upstream, context, number);
        var error = await upstream.SendAsync(Forwarder, context, connections, attempt);
        if (error == ForwarderError.None)
        {
            var status = context.Response.StatusCode;
            return (OutcomeOf(status), status, attempt?.Rejected == true);
        }

        var failure = Failure.Of(context, error, connections.IsCut);
        if (failure.Outcome == LeaseOutcome.Cut)
        {
            CountCut?.Invoke(backend, KindOf(context), 1);
        }

        // An answer that has headers is the backend's, which came before the request's body broke off.
        var response = context.Response;
        var again = !response.HasStarted && response.Headers.Count == 0 && TryAgain(context, number, failure.Outcome, 0);
        if (!again)
        {
            failure.Answer(context, upstream);
        }

        return (failure.Outcome, 0, again);
    }

    private Attempt? WatchToTryAgain(Upstream upstream, HttpContext context, int number) => upstream.Watch(
        context, retrier!.Policy.PerTryTimeout, status => TryAgain(context, number, OutcomeOf(status), status));

    private bool TryAgain(HttpContext context, int number, LeaseOutcome outcome, int status) =>
        retrier?.TryAgain(
            new EndedTry(number, outcome, status, Idempotence.Of(context.Request.Method), BodyBytes(context)), clock.Now) == true;

    private static LeaseOutcome OutcomeOf(int status) =>
        status < StatusCodes.Status500InternalServerError ? LeaseOutcome.Ok : LeaseOutcome.ServerError;

    private static CutKind KindOf(HttpContext context) =>
        !context.Response.HasStarted ? CutKind.Request
        : Upstream.AsksForTunnel(context.Features) ? CutKind.WebSocket
        : CutKind.Stream;

    private static long BodyBytes(HttpContext context) =>
        context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody != true ? 0
        : context.Request.ContentLength ?? long.MaxValue;

    private static void Rewind(HttpContext context)
    {
        if (context.Request.Body.CanSeek)
        {
            context.Request.Body.Position = 0;
        }
    }
}
