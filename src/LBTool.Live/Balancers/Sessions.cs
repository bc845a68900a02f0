using LBTool.Core.Affinity;
using LBTool.Core.Balancing;
using LBTool.Core.Randomness;
using Microsoft.AspNetCore.Http;

namespace LBTool.Live.Balancers;

/// <summary>Keeps the sessions of HTTP clients: finds whose a request is, and lets the client or a table remember it.</summary>
internal sealed class Sessions
{
    private readonly StickySessions _sticky;
    private readonly RequestKey _source;
    private readonly string? _cookie;
    private readonly SessionTokens? _tokens;
    private readonly SessionTable? _table;

    /// <param name="pool">Where leases come from.</param>
    /// <param name="options">What a session is known by, and what happens when it is lost.</param>
    /// <param name="trustForwardedFor">Whether the first address of <c>X-Forwarded-For</c> is the client's.</param>
    /// <param name="random">Gives the key that signs cookies.</param>
    public Sessions(Pool pool, Sticky options, bool trustForwardedFor, RandomStream random)
    {
        _sticky = new StickySessions(pool, options.OnLost);
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

    /// <summary>Takes a lease for a request, at its session's backend if it has one.</summary>
    public SessionPick Take(HttpContext context, in PickContext pick, out Lease lease) =>
        _cookie is null ? TakeByTable(context, pick, out lease) : TakeByCookie(context, pick, out lease);

    // A cookie that was not signed here is no cookie.
    private SessionPick TakeByCookie(HttpContext context, in PickContext pick, out Lease lease)
    {
        var owner = context.Request.Cookies[_cookie!] is { } token ? _tokens!.Find(token) : null;
        var result = _sticky.Take(owner, pick, out lease);
        if (result == SessionPick.Assigned)
        {
            // Only when the answer starts: until then an answer with headers is one that the backend gave.
            var value = $"{_cookie}={_tokens!.TokenOf(lease.Backend)}; path=/; httponly";
            context.Response.OnStarting(() =>
            {
                context.Response.Headers.Append("Set-Cookie", value);
                return Task.CompletedTask;
            });
        }

        return result;
    }

    // A request that does not say whose it is has no session.
    private SessionPick TakeByTable(HttpContext context, in PickContext pick, out Lease lease)
    {
        var isKnown = _source.TryHash(context, out var session);
        var result = _sticky.Take(isKnown ? _table!.Find(session) : null, pick, out lease);
        if (isKnown && result == SessionPick.Assigned)
        {
            _table!.Assign(session, lease.Backend);
        }

        return result;
    }
}
