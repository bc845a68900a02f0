using System.Text;
using LBTool.Live.Faults;

namespace LBTool.Live.Toxiproxy;

/// <summary><c>/version</c>, <c>/reset</c> and <c>/metrics</c>.</summary>
/// <param name="proxies">All proxies.</param>
/// <param name="version">That clients are told.</param>
/// <param name="runtimeMetrics">Whether <c>/metrics</c> tells about this process too.</param>
internal sealed class ServerEndpoints(ProxyCollection proxies, string version, bool runtimeMetrics)
{
    private readonly byte[] _version = Encoding.UTF8.GetBytes($"{{\"version\": \"{version}\"}}\n");

    public Task<ApiAnswer> VersionAsync(ApiCall call) =>
        Task.FromResult(new ApiAnswer(200, "application/json;charset=utf-8", _version));

    public async Task<ApiAnswer> ResetAsync(ApiCall call)
    {
        await proxies.ResetAsync().ConfigureAwait(false);
        return ApiAnswer.NoContent;
    }

    public Task<ApiAnswer> MetricsAsync(ApiCall call)
    {
        var text = new MetricsText();
        WriteTraffic(text, "toxiproxy_proxy_received_bytes_total", "Bytes read from the sender.", traffic => traffic.Received);
        WriteTraffic(text, "toxiproxy_proxy_sent_bytes_total", "Bytes handed to the receiver.", traffic => traffic.Sent);
        if (runtimeMetrics)
        {
            RuntimeMetrics.Write(text, version);
        }

        return Task.FromResult(new ApiAnswer(200, MetricsText.ContentType, text.ToBytes()));
    }

    private void WriteTraffic(MetricsText text, string counter, string help, Func<Traffic, long> count)
    {
        text.Begin(counter, "counter", help);
        foreach (var proxy in proxies.All)
        {
            var (listen, upstream) = proxy.Addresses;
            foreach (var (direction, traffic) in new[] { ("downstream", proxy.Engine.Downstream), ("upstream", proxy.Engine.Upstream) })
            {
                text.Add(count(traffic), ("direction", direction), ("listener", listen), ("proxy", proxy.Name), ("upstream", upstream));
            }
        }
    }
}
