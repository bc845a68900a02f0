using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace LBTool.PowerShell.Sessions;

/// <summary>The control API of one session.</summary>
/// <param name="session">Where it is.</param>
/// <param name="stop">Gives a call up.</param>
internal sealed class ControlApi(SessionFile session, CancellationToken stop)
{
    private const string Data = "data: ";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // Never through a proxy: it is on this machine, and its token is for nobody else.
    private static readonly HttpClient Client = new(new HttpClientHandler { UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>The session's name.</summary>
    public string Session => session.Name;

    /// <summary>The same for what must be done although the cmdlet is to end.</summary>
    public ControlApi Unstoppable() => new(session, CancellationToken.None);

    /// <summary>Asks for something.</summary>
    /// <exception cref="LBChaosException">The session is gone or refuses.</exception>
    public Json Get(string path) => Wait(SendAsync(HttpMethod.Get, path, null));

    /// <summary>The same as text, whatever it is.</summary>
    public string GetText(string path) => Wait(SendTextAsync(HttpMethod.Get, path, null, TimeSpan.Zero));

    /// <summary>What is measured now: the stream of events begins with it.</summary>
    public Json Metrics() => Wait(FirstOfStreamAsync($"events?since={long.MaxValue}", "event: metrics"));

    /// <summary>Sends a change.</summary>
    public Json Post(string path, object body) => Wait(SendAsync(HttpMethod.Post, path, body));

    /// <summary>Sends a change that answers only after a while.</summary>
    public Task<Json> PostAsync(string path, object body, TimeSpan length) => SendAsync(HttpMethod.Post, path, body, length);

    /// <summary>Replaces something.</summary>
    public Json Put(string path, object body) => Wait(SendAsync(HttpMethod.Put, path, body));

    /// <summary>Changes some values.</summary>
    public Json Patch(string path, object body) => Wait(SendAsync(new HttpMethod("PATCH"), path, body));

    /// <summary>Takes something away.</summary>
    public void Delete(string path) => Wait(SendAsync(HttpMethod.Delete, path, null));

    /// <summary>Waits for the answer of a call.</summary>
    public static T Wait<T>(Task<T> call) => call.GetAwaiter().GetResult();

    private Task<Json> SendAsync(HttpMethod method, string path, object? body, TimeSpan length = default) =>
        SendAsync(method, path, body, length, text => Json.Parse(text.Length == 0 ? "null" : text));

    private Task<string> SendTextAsync(HttpMethod method, string path, object? body, TimeSpan length) => SendAsync(method, path, body, length, text => text);

    private Task<T> SendAsync<T>(HttpMethod method, string path, object? body, TimeSpan length, Func<string, T> read) => GuardAsync(path, length, async patience =>
    {
        using var request = Request(method, path, body);
        using var answer = await Client.SendAsync(request, patience).ConfigureAwait(false);
        var text = await answer.Content.ReadAsStringAsync().ConfigureAwait(false);
        return answer.IsSuccessStatusCode ? read(text) : throw Refused(answer.StatusCode, path, text);
    });

    private Task<Json> FirstOfStreamAsync(string path, string kind) => GuardAsync(path, TimeSpan.Zero, async patience =>
    {
        using var request = Request(HttpMethod.Get, path, null);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        using var answer = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode)
        {
            throw Refused(answer.StatusCode, path, await answer.Content.ReadAsStringAsync().ConfigureAwait(false));
        }

        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync().ConfigureAwait(false));
        var wanted = false;
        while (await lines.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            if (wanted && line.StartsWith(Data, StringComparison.Ordinal))
            {
                return Json.Parse(line.Substring(Data.Length));
            }

            wanted = line == kind || (wanted && line.Length > 0);
        }

        throw new LBChaosException(Reason.LbtoolTooOld, $"session '{Session}' sent no '{kind}'", Session);
    });

    private HttpRequestMessage Request(HttpMethod method, string path, object? body)
    {
        var request = new HttpRequestMessage(method, new Uri(session.Address, $"/v1/{path}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", session.Token);
        request.Content = body is null ? null : new StringContent(Json.Write(body), Encoding.UTF8, "application/json");
        return request;
    }

    private async Task<T> GuardAsync<T>(string path, TimeSpan length, Func<CancellationToken, Task<T>> call)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience + length);
        try
        {
            return await call(patience.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new LBChaosException(
                Reason.SessionNotFound, $"session '{Session}' does not answer at {session.Address}: it has ended", path, exception);
        }
        catch (FormatException exception)
        {
            throw new LBChaosException(
                Reason.SessionNotFound, $"who answers at {session.Address} is not the session '{Session}': it has ended, and another program has its port", path, exception);
        }
        catch (OperationCanceledException exception) when (!stop.IsCancellationRequested)
        {
            throw new LBChaosException(Reason.TimedOut, $"session '{Session}' did not answer in time", path, exception);
        }
    }

    private LBChaosException Refused(HttpStatusCode status, string path, string text)
    {
        var problem = Problem(text);
        var allowed = problem["allowed"].Items.Select(item => item.Text()!).ToArray();
        var message = problem["error"].Text() ?? $"session '{Session}' refused: {(int)status}";
        return new LBChaosException(
            ReasonOf(status, path.Split('/')[0], allowed.Length > 0),
            allowed.All(message.Contains) ? message : $"{message}; allowed: {string.Join(", ", allowed)}",
            path);
    }

    private static Reason ReasonOf(HttpStatusCode status, string resource, bool namesAreTold) => status switch
    {
        // A backend that is not there comes with those that are; a path that is not there does not.
        HttpStatusCode.NotFound when resource == "backends" && namesAreTold => Reason.BackendNotFound,
        HttpStatusCode.NotFound when resource == "faults" => Reason.FaultNotFound,
        HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed => Reason.LbtoolTooOld,
        HttpStatusCode.Conflict => Reason.AlreadyExists,
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => Reason.AccessDenied,
        HttpStatusCode.InternalServerError => Reason.Internal,
        _ => Reason.BadRequest,
    };

    private static Json Problem(string text)
    {
        try
        {
            return Json.Parse(text);
        }
        catch (FormatException)
        {
            return Json.Parse("{}");
        }
    }
}
