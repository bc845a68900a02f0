using System.Net;
using LBTool.Live.Http;
using LBTool.Live.Toxiproxy;
using Microsoft.AspNetCore.Http;

namespace LBTool.Live.Tests.Toxiproxy;

/// <summary>A Toxiproxy server that fails when it is told to: one of ours, behind what answers 500 in its place.</summary>
internal sealed class FlakyToxiproxy : IAsyncDisposable
{
    private readonly ToxiproxyServer _server = new(new ToxiproxyOptions { Seed = 1 });
    private readonly HttpClient _client = new();
    private readonly HttpServer _front;

    // What is answered with 500, once.
    private volatile Func<string, bool>? _fails;

    private FlakyToxiproxy() => _front = new HttpServer(new IPEndPoint(IPAddress.Loopback, 0), 1, AnswerAsync);

    public Uri Address => new($"http://{_front.EndPoint}");

    public static async Task<FlakyToxiproxy> StartAsync()
    {
        var toxiproxy = new FlakyToxiproxy();
        await toxiproxy._server.StartAsync(TestContext.Current.CancellationToken);
        await toxiproxy._front.StartAsync(TestContext.Current.CancellationToken);
        return toxiproxy;
    }

    /// <summary>The next request that is so is answered with 500 and does nothing.</summary>
    /// <param name="request">Sees method, path and body in one line.</param>
    public void FailOnce(Func<string, bool> request) => _fails = request;

    public Task<string> ProxiesAsync() => _client.GetStringAsync(new Uri(_server.Address, "proxies"), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _front.DisposeAsync();
        await _server.DisposeAsync();
        _client.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        if (_fails?.Invoke($"{context.Request.Method} {context.Request.Path} {body}") ?? false)
        {
            _fails = null;
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            await context.Response.WriteAsync("""{"error":"not now","status":500}""");
            return;
        }

        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(_server.Address, context.Request.Path))
        {
            Content = body.Length > 0 ? new StringContent(body, System.Text.Encoding.UTF8, "application/json") : null,
        };
        using var answer = await _client.SendAsync(request);
        context.Response.StatusCode = (int)answer.StatusCode;
        if (answer.StatusCode != HttpStatusCode.NoContent)
        {
            await context.Response.WriteAsync(await answer.Content.ReadAsStringAsync());
        }
    }
}
