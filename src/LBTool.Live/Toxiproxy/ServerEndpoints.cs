using System.Globalization;
using System.Text;
using LBTool.Live.Faults;

namespace LBTool.Live.Toxiproxy;

/// <summary><c>/version</c>, <c>/reset</c> and <c>/metrics</c>.</summary>
/// <param name="proxies">All proxies.</param>
/// <param name="version">Of lbtool, e.g. <c>0.1.0</c>.</param>
internal sealed class ServerEndpoints(ProxyCollection proxies, string version)
{
    // Clients choose their methods by it; the suffix tells people what really answers.
    private const string SpokenVersion = "2.12.0";

    private readonly byte[] _version = Encoding.UTF8.GetBytes($"{{\"version\": \"{SpokenVersion}-lbtool-{version}\"}}\n");

    public Task<ApiAnswer> VersionAsync(ApiCall call) =>
        Task.FromResult(new ApiAnswer(200, "application/json;charset=utf-8", _version));

    public async Task<ApiAnswer> ResetAsync(ApiCall call)
    {
        await proxies.ResetAsync().ConfigureAwait(false);
        return ApiAnswer.NoContent;
    }

    public Task<ApiAnswer> MetricsAsync(ApiCall call)
    {
        var text = new StringBuilder();
        Write(text, "toxiproxy_proxy_received_bytes_total", "Bytes read from the sender.", traffic => traffic.Received);
        Write(text, "toxiproxy_proxy_sent_bytes_total", "Bytes handed to the receiver.", traffic => traffic.Sent);
        return Task.FromResult(new ApiAnswer(200, "text/plain; version=0.0.4; charset=utf-8", Encoding.UTF8.GetBytes(text.ToString())));
    }

    private void Write(StringBuilder text, string counter, string help, Func<Traffic, long> count)
    {
        text.Append(CultureInfo.InvariantCulture, $"# HELP {counter} {help}\n# TYPE {counter} counter\n");
        foreach (var proxy in proxies.All)
        {
            var (listen, upstream) = proxy.Addresses;
            foreach (var (direction, traffic) in new[] { ("downstream", proxy.Engine.Downstream), ("upstream", proxy.Engine.Upstream) })
            {
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"{counter}{{direction=\"{direction}\",listener=\"{Label(listen)}\",proxy=\"{Label(proxy.Name)}\",upstream=\"{Label(upstream)}\"}} {count(traffic)}\n");
            }
        }
    }

    private static string Label(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
