namespace LBTool.Live.Load;

/// <summary>
/// The cookies of one session of a client, kept as the header that sends them back. Attributes are ignored: there is one
/// server, and a run is shorter than any cookie lives. For any number of threads.
/// </summary>
internal sealed class CookieJar
{
    // What browsers take of one cookie (RFC 6265, 6.1), and how many fit into a server's limit for headers.
    private const int LongestCookie = 4096;
    private const int MostCookies = 4;

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, string> _cookies = new(StringComparer.Ordinal);
    private volatile string _header = "";

    /// <summary>E.g. <c>a=1; b=2</c>; empty when there is no cookie.</summary>
    public string Header => _header;

    /// <summary>Keeps what a <c>Set-Cookie</c> header says; what is no cookie, too long or too much is left out.</summary>
    public void Take(string setCookie)
    {
        var end = setCookie.IndexOf(';', StringComparison.Ordinal);
        var pair = end < 0 ? setCookie : setCookie[..end];
        var equals = pair.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0 || pair.Length > LongestCookie)
        {
            return;
        }

        var name = pair[..equals].Trim();
        lock (_gate)
        {
            if (_cookies.Count < MostCookies || _cookies.ContainsKey(name))
            {
                _cookies[name] = pair[(equals + 1)..].Trim();
                _header = string.Join("; ", _cookies.Select(cookie => $"{cookie.Key}={cookie.Value}"));
            }
        }
    }
}
