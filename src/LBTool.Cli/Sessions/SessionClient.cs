using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using LBTool.Live.Control;

namespace LBTool.Cli.Sessions;

/// <summary>Calls the control API of a session.</summary>
internal sealed class SessionClient : IDisposable
{
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(5);

    // Far above what an answer takes that waits for nothing but the session.
    private static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;

    /// <summary>Calls this session.</summary>
    public SessionClient(SessionFile session)
    {
        Session = session;

        // A proxy of the environment's is for other machines.
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            BaseAddress = new Uri(session.Address),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", session.Token);
    }

    /// <summary>The session.</summary>
    public SessionFile Session { get; }

    /// <summary>The session that is meant: that of the name, or without a name the only one that runs.</summary>
    /// <param name="name">As given; null when it was not.</param>
    /// <param name="told">Told of files that were left behind.</param>
    /// <param name="stop">Ends the look.</param>
    /// <exception cref="Failure">There is none, or there are several.</exception>
    public static async Task<SessionClient> OpenAsync(string? name, TextWriter told, CancellationToken stop)
    {
        var running = await SessionFiles.FindAllAsync(told.WriteLine, stop);
        var names = running.Select(session => session.Name);
        var session = name is not null
            ? running.FirstOrDefault(session => session.Name == name)
                ?? throw Failure.Environment($"no session '{name}' runs{SessionFiles.Near(name, names)}")
            : running switch
            {
                [] => throw Failure.Environment("no session runs; begin one with: lbtool start"),
                [var only] => only,
                _ => throw Failure.Environment($"several sessions run: {string.Join(", ", names)}; say which with --session"),
            };
        return new SessionClient(session);
    }

    /// <summary>Whether a session answers at its address to its token. One that is slow to answer does.</summary>
    public static async Task<bool> AnswersAsync(SessionFile session, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(LongestLook);
        try
        {
            using var client = new SessionClient(session);
            using var answer = await client._http.GetAsync("/v1/load", patience.Token);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception gone) when (gone is HttpRequestException or UriFormatException or NotSupportedException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return true;
        }
    }

    /// <summary>Asks, and returns the answer as it stands; null when it has no body.</summary>
    /// <param name="method">What is asked.</param>
    /// <param name="path">Of what.</param>
    /// <param name="body">With what; null: nothing.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <param name="patience">How long the answer may take; null: 30 s.</param>
    /// <exception cref="Failure">The session refuses, is frozen, or has gone.</exception>
    public async Task<string?> SendAsync(HttpMethod method, string path, JsonObject? body, CancellationToken stop, TimeSpan? patience = null)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(stop);
        wait.CancelAfter(patience ?? UsualPatience);
        using var request = new HttpRequestMessage(method, path);
        request.Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        try
        {
            using var answer = await _http.SendAsync(request, wait.Token);
            var text = await answer.Content.ReadAsStringAsync(wait.Token);
            return answer.IsSuccessStatusCode ? text.Length == 0 ? null : text : throw Refused(answer.StatusCode, text);
        }
        catch (HttpRequestException gone)
        {
            throw Gone(gone);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw Failure.Environment(
                $"session '{Session.Name}' (process {Session.Pid}) has not answered for {(patience ?? UsualPatience).TotalSeconds:0} s: it may be stopped or overloaded");
        }
    }

    /// <summary>Reads the answer of a path.</summary>
    /// <exception cref="Failure">The session refuses, or has gone.</exception>
    public async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken stop) =>
        JsonSerializer.Deserialize(await SendAsync(HttpMethod.Get, path, null, stop) ?? "null", type)!;

    /// <summary>Lines of a stream, until it ends.</summary>
    /// <exception cref="Failure">The session refuses, or has gone.</exception>
    public async Task<StreamReader> OpenStreamAsync(string path, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        try
        {
            var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
            return new StreamReader(await answer.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(stop));
        }
        catch (HttpRequestException gone)
        {
            throw Gone(gone);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private Failure Gone(HttpRequestException gone) => Failure.Environment($"session '{Session.Name}' does not answer: {gone.Message}");

    private static Failure Refused(HttpStatusCode status, string text)
    {
        var message = $"lbtool: {MessageOf(text) ?? $"the session answered {(int)status}"}";
        return status is HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.Conflict
            ? Failure.Usage(message)
            : Failure.Environment(message);
    }

    private static string? MessageOf(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, ControlJson.Context.ErrorAnswer)?.Error;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
