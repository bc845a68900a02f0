using LBTool.Core.Backends;
using LBTool.Core.Measurements;
using LBTool.Live.Http;
using Microsoft.AspNetCore.Http;

namespace LBTool.Live.Backends;

/// <summary>What of a request a backend remembers: its cache key and its session.</summary>
internal static class RequestKeys
{
    private const string Key = "key";

    /// <summary>The query parameter <c>key</c>, or else the path.</summary>
    public static string CacheKey(HttpRequest request) =>
        request.Query.TryGetValue(Key, out var key) ? key.ToString() : request.Path.Value ?? "";

    /// <summary>
    /// Finds or begins the session of a request, and says so in the answer's head. Who brings no id gets one as a cookie.
    /// </summary>
    public static (string Id, Finding What) Visit(SessionMemory sessions, HttpContext context)
    {
        var id = context.Request.Headers[LbHeaders.Session].ToString() is { Length: > 0 } header
            ? header
            : context.Request.Cookies[LbHeaders.Session];
        var session = sessions.Visit(id);
        context.Response.Headers[LbHeaders.Session] = session.What == Finding.SessionKnown ? "known" : "new";
        if (string.IsNullOrEmpty(id))
        {
            context.Response.Headers.SetCookie = $"{LbHeaders.Session}={session.Id}; Path=/; HttpOnly";
        }

        return session;
    }
}
