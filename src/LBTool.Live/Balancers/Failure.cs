using LBTool.Core.Balancing;
using LBTool.Live.Http;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace LBTool.Live.Balancers;

/// <summary>
/// Why a backend did not answer, and what the balancer answers in its place: 502, 503 or 504, with the reason and the
/// backend's name in headers.
/// </summary>
/// <param name="Outcome">What it means for the backend.</param>
/// <param name="Status">The client's status.</param>
/// <param name="Reason">The word in the header.</param>
internal readonly record struct Failure(LeaseOutcome Outcome, int Status, string Reason)
{
    private static readonly Failure ClientGone = new(LeaseOutcome.Abandoned, StatusCodes.Status400BadRequest, "client-gone");
    private static readonly Failure BadRequest = new(LeaseOutcome.Abandoned, StatusCodes.Status400BadRequest, "bad-request");
    private static readonly Failure TimedOut = new(LeaseOutcome.Timeout, StatusCodes.Status504GatewayTimeout, "timeout");
    private static readonly Failure ConnectFailed = new(LeaseOutcome.ConnectFailed, StatusCodes.Status502BadGateway, "connect-failed");
    private static readonly Failure InvalidAnswer = new(LeaseOutcome.Broken, StatusCodes.Status502BadGateway, "invalid-answer");
    private static readonly Failure Cut = new(LeaseOutcome.Cut, StatusCodes.Status502BadGateway, "cut");
    private static readonly Failure Reset = new(LeaseOutcome.Broken, StatusCodes.Status502BadGateway, "reset");

    /// <summary>Explains what forwarding ended with.</summary>
    /// <param name="context">The request.</param>
    /// <param name="error">What the forwarder says; not None.</param>
    /// <param name="wasCut">Whether the balancer broke it off itself.</param>
    /// <remarks>When an answer breaks off in its body, YARP breaks the client's connection: it is gone by our own hand then.</remarks>
    public static Failure Of(HttpContext context, ForwarderError error, bool wasCut)
    {
        var exception = context.Features.Get<IForwarderErrorFeature>()?.Exception;
        var byBackend = error == ForwarderError.ResponseBodyDestination && exception is not OperationCanceledException;
        return wasCut ? Cut
            : !byBackend && context.RequestAborted.IsCancellationRequested ? ClientGone
            : Explain(error, context.Response.HasStarted ? null : context.Response.StatusCode, exception);
    }

    /// <summary>
    /// Answers, if an answer is still possible. When its head has left already, YARP has broken the connection, so
    /// that nobody takes half an answer for a whole one.
    /// </summary>
    public void Answer(HttpContext context, Upstream upstream)
    {
        // Headers are the backend's: it gave a whole answer before the request's body broke off, and that one stays.
        var response = context.Response;
        if (response.HasStarted || response.Headers.Count > 0 || context.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        response.StatusCode = Status;
        response.Headers[LbHeaders.Backend] = upstream.Name;
        response.Headers[LbHeaders.Reason] = Reason;
    }

    /// <summary>Answers 503: nobody could be asked, and why.</summary>
    public static void AnswerUnavailable(HttpContext context, string reason)
    {
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers[LbHeaders.Reason] = reason;
    }

    // The client is still there: whatever was cancelled, it was by our own timeout. A status is YARP's proposal until the
    // answer has started; then it is the backend's own.
    private static Failure Explain(ForwarderError error, int? proposed, Exception? exception) => error switch
    {
        // YARP says 408 when the client's body was what it waited for; who waited for whom is a guess by then.
        _ when proposed is StatusCodes.Status504GatewayTimeout or StatusCodes.Status408RequestTimeout => TimedOut,
        ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled or ForwarderError.ResponseBodyCanceled => TimedOut,
        ForwarderError.RequestBodyClient or ForwarderError.RequestCreation => BadRequest,
        ForwarderError.ResponseHeaders => InvalidAnswer,
        _ => ExplainBreak(exception),
    };

    private static Failure ExplainBreak(Exception? exception) =>
        exception is not HttpRequestException http ? Reset : http.HttpRequestError switch
        {
            HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError => ConnectFailed,
            HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded => InvalidAnswer,
            _ => Reset,
        };
}
