using LBTool.Live.Http;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace LBTool.Live.Balancers;

/// <summary>
/// What the balancer answers when a backend did not: 502, 503 or 504, with the reason and the backend's name in headers.
/// </summary>
internal static class Failure
{
    /// <summary>
    /// Answers, if an answer is still possible. When its head has left already, YARP has broken the connection, so
    /// that nobody takes half an answer for a whole one.
    /// </summary>
    public static void Answer(HttpContext context, Upstream upstream, ForwarderError error)
    {
        // Headers are the backend's: it gave a whole answer before the request's body broke off, and that one stays.
        var response = context.Response;
        if (response.HasStarted || response.Headers.Count > 0 || context.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        var (status, reason) = Explain(
            error, response.StatusCode, context.Features.Get<IForwarderErrorFeature>()?.Exception);
        response.StatusCode = status;
        response.Headers[LbHeaders.Backend] = upstream.Name;
        response.Headers[LbHeaders.Reason] = reason;
    }

    /// <summary>Answers 503: nobody could be asked, and why.</summary>
    public static void AnswerUnavailable(HttpContext context, string reason)
    {
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers[LbHeaders.Reason] = reason;
    }

    // The client is still there: whatever was cancelled, it was by our own timeout.
    private static (int Status, string Reason) Explain(ForwarderError error, int proposed, Exception? exception) => error switch
    {
        // YARP says 408 when the client's body was what it waited for; who waited for whom is a guess by then.
        _ when proposed is StatusCodes.Status504GatewayTimeout or StatusCodes.Status408RequestTimeout =>
            (StatusCodes.Status504GatewayTimeout, "timeout"),
        ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled or ForwarderError.ResponseBodyCanceled =>
            (StatusCodes.Status504GatewayTimeout, "timeout"),
        ForwarderError.RequestBodyClient or ForwarderError.RequestCreation =>
            (StatusCodes.Status400BadRequest, "bad-request"),
        ForwarderError.ResponseHeaders => (StatusCodes.Status502BadGateway, "invalid-answer"),
        _ => (StatusCodes.Status502BadGateway, ReasonOf(exception)),
    };

    private static string ReasonOf(Exception? exception) =>
        exception is not HttpRequestException http ? "reset" : http.HttpRequestError switch
        {
            HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError => "connect-failed",
            HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded => "invalid-answer",
            _ => "reset",
        };
}
