using System.Net.Sockets;
using LBTool.Core.Measurements;

namespace LBTool.Live.Load;

/// <summary>What an end of a request means for its client.</summary>
internal static class Outcomes
{
    /// <summary>The outcome of a whole answer.</summary>
    public static RequestOutcome Of(int status) => status >= 500 ? RequestOutcome.ServerError : RequestOutcome.Ok;

    /// <summary>The outcome of an exchange that threw.</summary>
    /// <param name="exception">What the client threw.</param>
    /// <param name="hasHead">Whether the answer's head had come.</param>
    public static RequestOutcome Of(Exception exception, bool hasHead) => exception switch
    {
        OperationCanceledException => RequestOutcome.Timeout,

        // Bare, it comes from making a socket: too many open files, or no such source address.
        SocketException => RequestOutcome.ConnectFailed,
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError }
            => RequestOutcome.ConnectFailed,
        _ => hasHead && !IsReset(exception) ? RequestOutcome.Truncated : RequestOutcome.Reset,
    };

    // A RST of the connection, or RST_STREAM and the like of HTTP/2.
    private static bool IsReset(Exception? exception) => exception switch
    {
        null => false,
        SocketException or HttpProtocolException => true,
        _ => IsReset(exception.InnerException),
    };
}
