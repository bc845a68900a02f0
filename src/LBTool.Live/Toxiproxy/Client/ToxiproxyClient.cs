using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using LBTool.Core.Runs;

namespace LBTool.Live.Toxiproxy.Client;

/// <summary>
/// Speaks to a Toxiproxy server, of any version since 2.0: those calls that a run needs. Every failure is a
/// <see cref="WorldException"/> that says which server refused what, and why.
/// </summary>
/// <param name="address">Of the server, e.g. <c>http://127.0.0.1:8474</c>.</param>
internal sealed class ToxiproxyClient(Uri address) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false })
    {
        BaseAddress = address,
        Timeout = TimeSpan.FromSeconds(10),
    };

    /// <summary>The server's version, e.g. <c>2.12.0</c>; built from source it may be something else, e.g. <c>git</c>.</summary>
    public async Task<string> GetVersionAsync(CancellationToken stop)
    {
        using var answer = await SendAsync(HttpMethod.Get, "version", null, "tell its version", stop).ConfigureAwait(false);
        var text = await answer.Content.ReadAsStringAsync(stop).ConfigureAwait(false);
        try
        {
            return JsonSerializer.Deserialize(text, ToxiproxyMessages.Default.VersionMessage)?.Version ?? "";
        }
        catch (JsonException)
        {
            return text.Trim();
        }
    }

    /// <summary>Makes a proxy; returns it with the address that it got.</summary>
    public async Task<ProxyMessage> CreateProxyAsync(ProxyMessage proxy, CancellationToken stop)
    {
        using var body = Json(proxy, ToxiproxyMessages.Default.ProxyMessage);
        using var answer = await SendAsync(HttpMethod.Post, "proxies", body, $"make proxy {proxy.Name}", stop).ConfigureAwait(false);
        try
        {
            return await answer.Content.ReadFromJsonAsync(ToxiproxyMessages.Default.ProxyMessage, stop).ConfigureAwait(false) ?? throw new JsonException();
        }
        catch (JsonException malformed)
        {
            throw new WorldException($"What answers at {address} is no Toxiproxy: it answered a new proxy with something else", malformed);
        }
    }

    /// <summary>Makes a proxy listen, or refuse connects and close its connections.</summary>
    public async Task SetEnabledAsync(string proxy, bool enabled)
    {
        // POST and not PATCH, which only newer servers have.
        using var body = Json(new EnabledMessage(enabled), ToxiproxyMessages.Default.EnabledMessage);
        using var answer = await SendAsync(HttpMethod.Post, Path(proxy), body, $"{(enabled ? "enable" : "disable")} proxy {proxy}").ConfigureAwait(false);
    }

    /// <summary>Removes a proxy; one that is gone already is no failure.</summary>
    public async Task DeleteProxyAsync(string proxy)
    {
        using var answer = await SendAsync(HttpMethod.Delete, Path(proxy), null, $"delete proxy {proxy}").ConfigureAwait(false);
    }

    /// <summary>Adds a toxic.</summary>
    public async Task AddToxicAsync(string proxy, ToxicMessage toxic)
    {
        using var body = Json(toxic, ToxiproxyMessages.Default.ToxicMessage);
        using var answer = await SendAsync(
            HttpMethod.Post, $"{Path(proxy)}/toxics", body, $"add toxic {toxic.Name} of type {toxic.Type} to proxy {proxy}").ConfigureAwait(false);
    }

    /// <summary>Removes a toxic; one that is gone already is no failure.</summary>
    public async Task DeleteToxicAsync(string proxy, string toxic)
    {
        using var answer = await SendAsync(
            HttpMethod.Delete, $"{Path(proxy)}/toxics/{Uri.EscapeDataString(toxic)}", null, $"delete toxic {toxic} of proxy {proxy}").ConfigureAwait(false);
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? body, string purpose, CancellationToken stop = default)
    {
        HttpResponseMessage answer;
        try
        {
            using var request = new HttpRequestMessage(method, path) { Content = body };
            answer = await _http.SendAsync(request, stop).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is HttpRequestException || (failure is TaskCanceledException && !stop.IsCancellationRequested))
        {
            throw new WorldException(
                $"No Toxiproxy answers at {address} ({failure.Message}): start toxiproxy-server there, give another address, or use the built-in fault proxy", failure);
        }

        if (answer.IsSuccessStatusCode || (method == HttpMethod.Delete && answer.StatusCode == HttpStatusCode.NotFound))
        {
            return answer;
        }

        using (answer)
        {
            throw new WorldException($"The Toxiproxy at {address} did not {purpose}: {await ReasonAsync(answer, stop).ConfigureAwait(false)}");
        }
    }

    private static async Task<string> ReasonAsync(HttpResponseMessage answer, CancellationToken stop)
    {
        var text = await answer.Content.ReadAsStringAsync(stop).ConfigureAwait(false);
        try
        {
            var error = JsonSerializer.Deserialize(text, ToxiproxyMessages.Default.ErrorMessage);
            return error?.Error ?? error?.Title ?? $"status {(int)answer.StatusCode}";
        }
        catch (JsonException)
        {
            return $"status {(int)answer.StatusCode}";
        }
    }

    private static JsonContent Json<T>(T message, JsonTypeInfo<T> type) => JsonContent.Create(message, type);

    private static string Path(string proxy) => $"proxies/{Uri.EscapeDataString(proxy)}";
}
