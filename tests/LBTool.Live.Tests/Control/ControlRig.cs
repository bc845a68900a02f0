using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using LBTool.Core.Sessions;
using LBTool.Live.Control;
using LBTool.Live.Sessions;

namespace LBTool.Live.Tests.Control;

/// <summary>A session with its control API, both over HTTP and without it.</summary>
internal sealed partial class ControlRig : IAsyncDisposable
{
    private readonly ControlServer _server;
    private readonly ControlApi _api;
    private readonly HttpClient _http = new();

    private ControlRig(Session session)
    {
        Session = session;
        _server = new ControlServer(session);
        _api = new ControlApi(session);
    }

    public Session Session { get; }

    public Uri Address => _server.Address;

    public string Token => _server.Token;

    public IEnumerable<Endpoint> Endpoints => _api.Endpoints;

    public static async Task<ControlRig> StartAsync(string target = "{ algorithm: p2c, backends: { count: 3, latency: 1ms } }")
    {
        var (scenario, problems) = SessionScenario.Read($$"""
            version: 1
            name: rig
            target: {{target}}
            load: { executor: constant-vus, vus: 1, duration: 1h }
            """, "rig");
        Assert.Empty(problems);
        var rig = new ControlRig(new Session(new SessionSettings("rig", "1.2.3", scenario!, Seed: 42)));
        await rig.Session.StartAsync(TestContext.Current.CancellationToken);
        await rig._server.StartAsync(TestContext.Current.CancellationToken);
        rig._http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", rig.Token);
        return rig;
    }

    /// <summary>Asks without HTTP; status and body come back as one text, times and ports as <c>#</c>.</summary>
    public async Task<string> AskAsync(string method, string path, string body = "")
    {
        var answer = await AnswerAsync(new ControlRequest(method, path, Encoding.UTF8.GetBytes(body)));
        return Steady().Replace($"{answer.Status} {Encoding.UTF8.GetString(answer.Body.Span)}".TrimEnd(), match => match.Groups["key"].Value + "#");
    }

    public Task<ControlAnswer> AnswerAsync(ControlRequest request) => _api.AnswerAsync(request, TestContext.Current.CancellationToken);

    /// <summary>Asks over HTTP, with the token unless something else is asked for.</summary>
    public async Task<(HttpStatusCode Status, string Body, HttpResponseMessage Answer)> SendAsync(
        HttpMethod method, string path, HttpContent? body = null, Action<HttpRequestMessage>? change = null)
    {
        var request = new HttpRequestMessage(method, new Uri(Address, path)) { Content = body };
        change?.Invoke(request);
        var answer = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), answer);
    }

    public Task<Stream> StreamAsync(string path)
    {
        _http.DefaultRequestHeaders.Accept.ParseAdd("text/event-stream");
        return _http.GetStreamAsync(new Uri(Address, path), TestContext.Current.CancellationToken);
    }

    /// <summary>What the world outside the API sees of the session.</summary>
    public async Task<string> StateAsync() =>
        string.Join('\n', await AskAsync("GET", "/v1/backends"), await AskAsync("GET", "/v1/faults"), await AskAsync("GET", "/v1/load"));

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
        await Session.DisposeAsync();
    }

    [GeneratedRegex("(?<key>\"(atMs|startedAtMs|endsAtMs|elapsedMs|pid|startedAt|sent|rps|share|requests|inFlight|p50Ms|p99Ms)\":)[^,}]+|(?<key>127\\.0\\.0\\.1:)\\d+")]
    private static partial Regex Steady();
}
