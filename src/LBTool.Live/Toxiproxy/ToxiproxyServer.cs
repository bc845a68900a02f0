using System.Net;
using System.Reflection;
using LBTool.Core.Runs;
using LBTool.Live.Faults;
using LBTool.Live.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace LBTool.Live.Toxiproxy;

/// <summary>What the command line decides about a fault proxy server.</summary>
public sealed record ToxiproxyOptions
{
    /// <summary>Where the API listens; port 0 takes a free one.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>Root of the toxics' randomness.</summary>
    public ulong Seed { get; init; }

    /// <summary>Whether <c>/metrics</c> tells about this process too, and not only about the proxies.</summary>
    public bool RuntimeMetrics { get; init; }

    /// <summary>Whether proxies may listen on other addresses than loopback, and the API be called by any name.</summary>
    public bool AllowRemote { get; init; }
}

/// <summary>
/// The API of Toxiproxy on a port, and the proxies behind it. A drop-in for <c>toxiproxy-server</c>; with the proxies
/// of a run shared with it, the API of that run.
/// </summary>
public sealed class ToxiproxyServer : IAsyncDisposable
{
    private const int LargestBody = 16 * 1024 * 1024;

    private readonly ProxyCollection _proxies;
    private readonly ToxiproxyApi _api;
    private readonly HttpServer _server;

    /// <summary>Makes one that does not listen yet.</summary>
    public ToxiproxyServer(ToxiproxyOptions options)
    {
        _proxies = new ProxyCollection(options.Seed, new ListenAddresses(options.AllowRemote, Dns.GetHostAddressesAsync));
        _api = new ToxiproxyApi(_proxies, new ServerEndpoints(_proxies, SpokenVersion, options.RuntimeMetrics), options.AllowRemote);
        _server = new HttpServer(options.Listen, httpVersion: 1, HandleAsync);
    }

    /// <summary>
    /// The version that the API tells, e.g. <c>2.12.0-lbtool-0.1.0</c>: clients choose their methods by its beginning; the
    /// suffix tells people what really answers.
    /// </summary>
    public static string SpokenVersion { get; } = "2.12.0-lbtool-" + typeof(ToxiproxyServer).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>Where the API is, once started.</summary>
    public Uri Address => new($"http://{_server.EndPoint}/");

    /// <summary>Starts listening.</summary>
    /// <exception cref="WorldException">The address cannot be listened on, e.g. because the port is in use.</exception>
    public Task StartAsync(CancellationToken stop) => _server.StartAsync(stop);

    /// <summary>Makes the proxies of a configuration, which has the format of <c>/populate</c>. Those before a failure stay.</summary>
    /// <returns>The names of those made, and what was wrong, or null.</returns>
    public async Task<(IReadOnlyList<string> Proxies, string? Error)> PopulateAsync(ReadOnlyMemory<byte> configuration)
    {
        var (done, error) = await _api.Populate.PopulateAsync(configuration).ConfigureAwait(false);
        return ([.. done.Select(proxy => $"{proxy.Name} {proxy.Addresses.Listen} -> {proxy.Addresses.Upstream}")], error?.Text);
    }

    /// <summary>Stops the API, then its proxies, but not those that were shared with it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync().ConfigureAwait(false);
        await _proxies.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Shows a proxy of a run in the API.</summary>
    internal void Share(FaultProxy proxy, EndPoint upstream) => _proxies.Share(proxy, upstream);

    /// <summary>Shows the proxy of a backend that has left the run no more.</summary>
    internal void Unshare(string name) => _proxies.Unshare(name);

    private async Task HandleAsync(HttpContext context)
    {
        try
        {
            using var slow = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
            slow.CancelAfter(ApiExchange.LongestBody);
            var request = await ReadAsync(context.Request, slow.Token).ConfigureAwait(false);
            var answer = request is null
                ? ApiAnswer.Of(ApiError.BadBody($"larger than {LargestBody} bytes"))
                : await _api.AnswerAsync(request).ConfigureAwait(false);
            slow.CancelAfter(ApiExchange.LongestAnswer);
            await WriteAsync(context.Response, answer, slow.Token).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            context.Abort();
        }
    }

    // Null when the body is too large.
    private static async Task<ApiRequest?> ReadAsync(HttpRequest request, CancellationToken stop)
    {
        if (await request.ReadBodyAsync(LargestBody, stop).ConfigureAwait(false) is not { } body)
        {
            return null;
        }

        var target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        return new ApiRequest(request.Method, target, body)
        {
            UserAgent = request.Headers.UserAgent.ToString(),
            Host = request.Host.Value ?? "",
            Origin = request.Headers.Origin.ToString(),
        };
    }

    private static async Task WriteAsync(HttpResponse response, ApiAnswer answer, CancellationToken stop)
    {
        response.StatusCode = answer.Status;
        response.ContentType = answer.ContentType;
        if (answer.Status != StatusCodes.Status204NoContent)
        {
            response.ContentLength = answer.Body.Length;
        }

        response.Set("X-Toxiproxy-Request-Id", answer.RequestId);
        response.Set("X-Content-Type-Options", answer.NoSniff ? "nosniff" : null);
        response.Set("Location", answer.Location);
        if (!answer.Body.IsEmpty)
        {
            await response.Body.WriteAsync(answer.Body, stop).ConfigureAwait(false);
        }
    }
}
