using LBTool.Core.Affinity;
using LBTool.Core.Balancing;
using LBTool.Core.Randomness;
using Microsoft.AspNetCore.Http;

namespace LBTool.Live.Balancers;

/// <summary>Keeps the sessions of HTTP clients: finds whose a request is, and lets the client or a table remember it.</summary>
internal sealed class Sessions
{
    private static readonly object NewOwner = new();

    private readonly RequestKey _source;
    private readonly string? _cookie;
    private readonly SessionTokens? _tokens;
    private readonly SessionTable? _table;

    /// <param name="pool">Whose backends have the sessions.</param>
    /// <param name="options">What a session is known by.</param>
    /// <param name="trustForwardedFor">Whether the first address of <c>X-Forwarded-For</c> is the client's.</param>
    /// <param name="random">Gives the key that signs cookies.</param>
    public Sessions(Pool pool, Sticky options, bool trustForwardedFor, RandomStream random)
    {
        _source = new RequestKey(options.By, trustForwardedFor);
        if (options.By.Part == KeyPart.Cookie)
        {
            _cookie = options.By.Name;
            _tokens = new SessionTokens(pool.Backends, random);
        }
        else
        {
            _table = new SessionTable();
        }
    }

    /// <summary>
    /// The session of a request; none for one that does not say whose it is. A cookie that was not signed here is no cookie.
    /// </summary>
    public SessionClaim ClaimOf(HttpContext context) =>
        _cookie is not null ? new SessionClaim(context.Request.Cookies[_cookie] is { } token ? _tokens!.Find(token) : null)
        : _source.TryHash(context, out var session) ? _table!.ClaimOf(session)
        : default;

    /// <summary>The session belongs to this backend from now on: a client that keeps it itself is told.</summary>
    public void Tell(HttpContext context, Backend owner)
    {
        if (_cookie is not null)
        {
            SendCookie(context, owner);
        }
    }

    // Only when the answer starts: until then an answer with headers is one that the backend gave, and a retry may still
    // give the session to another one.
    private void SendCookie(HttpContext context, Backend owner)
    {
        if (!context.Items.ContainsKey(NewOwner))
        {
            context.Response.OnStarting(() =>
            {
                var value = $"{_cookie}={_tokens!.TokenOf((Backend)context.Items[NewOwner]!)}; path=/; httponly";
                context.Response.Headers.Append("Set-Cookie", value);
                return Task.CompletedTask;
            });
        }

        context.Items[NewOwner] = owner;
    }
}
