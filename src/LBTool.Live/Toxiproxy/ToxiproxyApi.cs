using System.Collections.Immutable;
using System.Net;

namespace LBTool.Live.Toxiproxy;

/// <summary>
/// The HTTP API of Toxiproxy, without HTTP: a request in, an answer out. Nothing in it waits for a peer of a proxy.
/// </summary>
internal sealed class ToxiproxyApi
{
    private const int RequestIdLength = 20;
    private const string RequestIdLetters = "0123456789abcdefghijklmnopqrstuv";

    private readonly bool _allowRemote;
    private readonly ImmutableArray<Route> _routes;

    /// <param name="proxies">What it is about.</param>
    /// <param name="server">Those of its endpoints that are about all of it.</param>
    /// <param name="allowRemote">Whether it may be called by another name than this machine's own.</param>
    public ToxiproxyApi(ProxyCollection proxies, ServerEndpoints server, bool allowRemote)
    {
        _allowRemote = allowRemote;
        var proxy = new ProxyEndpoints(proxies);
        var toxic = new ToxicEndpoints(proxies);
        Populate = new PopulateEndpoint(proxies);
        _routes =
        [
            new("GET", "version", server.VersionAsync),
            new("GET", "proxies", proxy.ListAsync),
            new("POST", "proxies", proxy.CreateAsync),
            new("GET", "proxies/{proxy}", proxy.ShowAsync),
            new("POST PATCH", "proxies/{proxy}", proxy.UpdateAsync),
            new("DELETE", "proxies/{proxy}", proxy.DeleteAsync),
            new("GET", "proxies/{proxy}/toxics", toxic.ListAsync),
            new("POST", "proxies/{proxy}/toxics", toxic.CreateAsync),
            new("GET", "proxies/{proxy}/toxics/{toxic}", toxic.ShowAsync),
            new("POST PATCH", "proxies/{proxy}/toxics/{toxic}", toxic.UpdateAsync),
            new("DELETE", "proxies/{proxy}/toxics/{toxic}", toxic.DeleteAsync),
            new("POST", "populate", Populate.PopulateAsync),
            new("POST", "reset", server.ResetAsync),
            new("*", "metrics", server.MetricsAsync),
        ];
    }

    /// <summary>Also reads the configuration file.</summary>
    public PopulateEndpoint Populate { get; }

    /// <summary>Answers. Bad requests get an answer that says what is bad, and change nothing.</summary>
    public async Task<ApiAnswer> AnswerAsync(ApiRequest request)
    {
        var path = new RequestPath(request.Target);
        if (path.Clean is { } clean)
        {
            return new ApiAnswer(301, null, default) { Location = clean };
        }

        var here = _routes.Where(route => route.Matches(path.Segments)).ToArray();
        if (here.Length == 0)
        {
            return ApiAnswer.Text(404, "404 page not found\n");
        }

        return here.FirstOrDefault(route => route.Accepts(request.Method)) is { } found
            ? await CallAsync(found, path.Segments, request).ConfigureAwait(false) with { RequestId = NewRequestId() }
            : ApiAnswer.MethodNotAllowed;
    }

    private async Task<ApiAnswer> CallAsync(Route route, string[] segments, ApiRequest request)
    {
        if (Refusal(request) is { } refusal)
        {
            return ApiAnswer.Text(403, refusal);
        }

        try
        {
            var call = new ApiCall(segments.ElementAtOrDefault(1) ?? "", segments.ElementAtOrDefault(3) ?? "", request.Body);
            return await route.Endpoint(call).ConfigureAwait(false);
        }
        catch (ApiException failure)
        {
            return ApiAnswer.Of(failure.Error);
        }
    }

    // A page in a browser must not control proxies: neither by its agent, nor across sites, nor by a name that was
    // made to point at this machine.
    private string? Refusal(ApiRequest request) =>
        request.UserAgent.StartsWith("Mozilla/", StringComparison.Ordinal) ? "User agent not allowed\n"
        : !_allowRemote && !IsThisMachine(request.Host) ? "Host not allowed\n"
        : request.Origin.Length > 0 && request.Origin != $"http://{request.Host}" ? "Origin not allowed\n"
        : null;

    private static bool IsThisMachine(string host) =>
        host.Length == 0
        || (HostAndPort.TryParse(host.Contains(':') && !host.EndsWith(']') ? host : host + ":0", out var parsed, out _)
            && (parsed.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
                || parsed.Host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
                || (IPAddress.TryParse(parsed.Host, out var address) && IPAddress.IsLoopback(address))));

    private static string NewRequestId() =>
        string.Create(RequestIdLength, 0, (letters, _) => Random.Shared.GetItems(RequestIdLetters, letters));

    /// <summary>A method and a path, and what answers there.</summary>
    private sealed class Route(string methods, string path, Func<ApiCall, Task<ApiAnswer>> endpoint)
    {
        private readonly string[] _methods = methods.Split(' ');
        private readonly string[] _path = path.Split('/');

        public Func<ApiCall, Task<ApiAnswer>> Endpoint => endpoint;

        public bool Accepts(string method) => methods == "*" || _methods.Contains(method);

        public bool Matches(string[] segments) =>
            segments.Length == _path.Length
            && segments.Zip(_path).All(pair => pair.Second.StartsWith('{') ? pair.First.Length > 0 : pair.First == pair.Second);
    }
}
