using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using LBTool.Core.Runs;
using LBTool.Live.Http;
using LBTool.Live.Sessions;
using Microsoft.AspNetCore.Http;

namespace LBTool.Live.Control;

/// <summary>The control API of a session on a port of loopback.</summary>
public sealed class ControlServer : IAsyncDisposable
{
    private const int LargestBody = 1_000_000;
    private const int TokenBytes = 32;

    private readonly Doorkeeper _door;
    private readonly Lazy<ControlApi> _api;
    private readonly HttpServer _server;
    private readonly CancellationTokenSource _over = new();

    /// <summary>Makes one that does not listen yet.</summary>
    public ControlServer(Session session)
    {
        Token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes));
        _door = new Doorkeeper(Token);
        _api = new Lazy<ControlApi>(() => new ControlApi(session));
        _server = new HttpServer(new IPEndPoint(IPAddress.Loopback, 0), httpVersion: 1, HandleAsync);
    }

    /// <summary>What callers must know.</summary>
    public string Token { get; }

    /// <summary>Where it is, once started.</summary>
    public Uri Address => new($"http://{_server.EndPoint}");

    /// <summary>Starts listening.</summary>
    /// <exception cref="WorldException">The system has no port left.</exception>
    public async Task StartAsync(CancellationToken stop)
    {
        await _server.StartAsync(stop).ConfigureAwait(false);
        _door.Address = _server.EndPoint;
    }

    /// <summary>
    /// Makes ready what the first call needs: tables and their code, a tenth of a second. Not before the session serves,
    /// for its clients wait for that.
    /// </summary>
    public Task WarmUpAsync() => Task.Run(() => _api.Value);

    /// <summary>Stops listening; streams end.</summary>
    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync().ConfigureAwait(false);
        await _server.DisposeAsync().ConfigureAwait(false);
        _over.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        try
        {
            using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _over.Token);
            using var slow = CancellationTokenSource.CreateLinkedTokenSource(gone.Token);
            slow.CancelAfter(ApiExchange.LongestBody);
            var answer = await AnswerAsync(context, slow, gone.Token).ConfigureAwait(false);
            if (answer.Stream is null)
            {
                slow.CancelAfter(ApiExchange.LongestAnswer);
            }

            await WriteAsync(context.Response, answer, answer.Stream is null ? slow.Token : gone.Token).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            context.Abort();
        }
    }

    // The body of a request that may not come in is not even read.
    private async Task<ControlAnswer> AnswerAsync(HttpContext context, CancellationTokenSource slow, CancellationToken gone)
    {
        var head = Head(context.Request);
        if (_door.Refuse(head) is { } refusal)
        {
            return refusal;
        }

        var body = await context.Request.ReadBodyAsync(LargestBody, slow.Token).ConfigureAwait(false);
        slow.CancelAfter(Timeout.InfiniteTimeSpan);
        return body is null
            ? ControlAnswer.Error(413, $"the body is larger than {LargestBody} bytes")
            : await _api.Value.AnswerAsync(head with { Body = body.Value }, gone).ConfigureAwait(false);
    }

    private static ControlRequest Head(HttpRequest request) => new(request.Method, request.Path.Value ?? "", default)
    {
        Query = request.Query.ToImmutableDictionary(value => value.Key, value => value.Value.LastOrDefault() ?? ""),
        Host = request.Host.Value ?? "",
        Origin = request.Headers.Origin.ToString(),
        Authorization = request.Headers.Authorization.ToString(),
        Accept = request.Headers.Accept.ToString(),
    };

    private static async Task WriteAsync(HttpResponse response, ControlAnswer answer, CancellationToken stop)
    {
        response.StatusCode = answer.Status;
        response.ContentType = answer.ContentType;
        response.Headers.CacheControl = "no-store";
        response.Set("Allow", answer.Allow);
        response.Set("WWW-Authenticate", answer.Status == StatusCodes.Status401Unauthorized ? "Bearer" : null);
        response.Set("Connection", answer.Status == StatusCodes.Status413PayloadTooLarge ? "close" : null);
        if (answer.Stream is { } stream)
        {
            await stream(response.Body, stop).ConfigureAwait(false);
        }
        else if (!answer.Body.IsEmpty)
        {
            response.ContentLength = answer.Body.Length;
            await response.Body.WriteAsync(answer.Body, stop).ConfigureAwait(false);
        }
    }
}
