using System.Net;
using System.Net.Sockets;
using System.Text;
using LBTool.Live.Toxiproxy;

namespace LBTool.Live.Tests.Toxiproxy;

/// <summary>The API without HTTP. No host name can be looked up but <c>known.test</c>, so that no test leaves the machine.</summary>
internal sealed class ApiRig : IAsyncDisposable
{
    public const string Idle = """,'traffic':{'open_connections':0,'upstream':{'received_bytes':0,'sent_bytes':0},'downstream':{'received_bytes':0,'sent_bytes':0}}}""";
    public const string NoHits = ""","hits":{"links":0,"bytes":0}}""";

    private readonly ToxiproxyApi _api;

    public ApiRig(bool allowRemote = false, bool runtimeMetrics = false)
    {
        Proxies = new ProxyCollection(seed: 1, new ListenAddresses(allowRemote, ResolveAsync));
        _api = new ToxiproxyApi(Proxies, new ServerEndpoints(Proxies, "2.12.0-lbtool-1.2.3", runtimeMetrics), allowRemote);
    }

    public ProxyCollection Proxies { get; }

    public async Task<ApiAnswer> AnswerAsync(ApiRequest request) => await _api.AnswerAsync(request);

    /// <summary>Sends a request; status and body come back as one text.</summary>
    public async Task<string> SendAsync(string method, string path, string body = "")
    {
        var answer = await AnswerAsync(new ApiRequest(method, path, Encoding.UTF8.GetBytes(body)));
        return $"{answer.Status} {Encoding.UTF8.GetString(answer.Body.Span)}";
    }

    /// <summary>Makes a proxy, which must work; returns where it listens.</summary>
    public async Task<IPEndPoint> CreateAsync(string name, EndPoint? upstream = null)
    {
        var created = await SendAsync("POST", "/proxies", $$"""{"name":"{{name}}","upstream":"{{upstream?.ToString() ?? "127.0.0.1:1"}}","listen":"127.0.0.1:0"}""");
        Assert.StartsWith("201 ", created, StringComparison.Ordinal);
        return Proxies.Get(name).Engine.Listen;
    }

    /// <summary>What an idle proxy looks like; what <paramref name="toxics"/> says stands in its array.</summary>
    public static string Proxy(string name, string listen, string upstream, bool enabled, string toxics = "") =>
        $$"""{"name":"{{name}}","listen":"{{listen}}","upstream":"{{upstream}}","enabled":{{(enabled ? "true" : "false")}},"Logger":{},"toxics":[{{toxics}}]"""
        + Idle.Replace('\'', '"');

    public static string Error(int status, string text) => $$"""{{status}} {"error":"{{text}}","status":{{status}}}""" + "\n";

    public static string BadBody(string answer) =>
        answer.StartsWith("""400 {"error":"bad request body: """, StringComparison.Ordinal) && answer.EndsWith("\",\"status\":400}\n", StringComparison.Ordinal)
            ? "bad body"
            : answer;

    public ValueTask DisposeAsync() => Proxies.DisposeAsync();

    private static Task<IPAddress[]> ResolveAsync(string host) => host == "known.test"
        ? Task.FromResult<IPAddress[]>([IPAddress.IPv6Loopback, IPAddress.Loopback])
        : Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound));
}
