using System.Collections.Immutable;
using LBTool.Core.Arrivals;
using LBTool.Core.Balancing;
using LBTool.Core.Scenarios;

namespace LBTool.Live.Load;

/// <summary>What the requests of one client say, besides their number: path, headers of the key, cookies of the session.</summary>
internal sealed class RequestText
{
    private readonly RequestMix _mix;
    private readonly KeySpec? _keys;
    private readonly string _path;
    private readonly ImmutableArray<CookieJar> _jars;

    /// <param name="load">The traffic.</param>
    /// <param name="mix">Says what each request asks for.</param>
    /// <param name="path">The path and query of requests, where the load has no keys.</param>
    public RequestText(Core.Scenarios.Load load, RequestMix mix, string path)
    {
        _mix = mix;
        _keys = load.Keys;
        _path = path;
        _jars = [.. Enumerable.Range(0, load.Sessions).Select(_ => new CookieJar())];
    }

    /// <summary>Whether all requests say the same.</summary>
    public bool IsConstant => _keys is null && _jars.IsEmpty;

    /// <summary>The cookies of a request's session; null when nobody keeps any.</summary>
    public CookieJar? JarOf(long number) => _jars.IsEmpty ? null : _jars[_mix.SessionOf(number)];

    /// <summary>The path and query of a request.</summary>
    public string PathOf(long number)
    {
        if (_keys is null)
        {
            return _path;
        }

        var key = KeyOf(number);
        return _keys.Also is { Part: KeyPart.Query } query ? $"/{key}?{query.Name}={key}" : $"/{key}";
    }

    /// <summary>The headers of a request, for its key and its cookies.</summary>
    public IEnumerable<(string Name, string Value)> HeadersOf(long number)
    {
        if (_keys?.Also is { Part: KeyPart.Header } header)
        {
            yield return (header.Name!, KeyOf(number));
        }

        var kept = JarOf(number)?.Header ?? "";
        var own = _keys?.Also is { Part: KeyPart.Cookie } cookie ? $"{cookie.Name}={KeyOf(number)}" : "";
        if (kept.Length + own.Length > 0)
        {
            yield return ("Cookie", kept.Length > 0 && own.Length > 0 ? $"{own}; {kept}" : own + kept);
        }
    }

    private string KeyOf(long number) => RequestMix.NameOf(_mix.KeyOf(number));
}
