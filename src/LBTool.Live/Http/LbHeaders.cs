using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace LBTool.Live.Http;

/// <summary>The headers by which load driver, balancer and backends tell each other what a client cannot see.</summary>
public static class LbHeaders
{
    /// <summary>On a request: its number, a positive integer.</summary>
    public const string Request = "x-lb-request";

    /// <summary>On the request of a health check: backends do not count it as an arrival.</summary>
    public const string Probe = "x-lb-probe";

    /// <summary>On an answer: the name of the backend that gave it, or that failed to.</summary>
    public const string Backend = "x-lb-backend";

    /// <summary>On a failure: why, in one word, e.g. <c>timeout</c>.</summary>
    public const string Reason = "x-lb-reason";

    /// <summary>
    /// On a request (or as a cookie): the id of its session. On an answer of a backend that keeps sessions: <c>new</c> or
    /// <c>known</c>.
    /// </summary>
    public const string Session = "x-lb-session";

    /// <summary>On an answer of a backend with a cache: <c>hit</c> or <c>miss</c>.</summary>
    public const string Cache = "x-lb-cache";

    /// <summary>The number that a request carries; 0 when it carries none, or something else than a positive integer.</summary>
    internal static long RequestNumber(this HttpRequest request) =>
        request.Headers.TryGetValue(Request, out var values)
        && long.TryParse(values.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : 0;
}
