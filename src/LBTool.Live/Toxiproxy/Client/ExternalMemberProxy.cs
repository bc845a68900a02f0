using System.Net;
using System.Text.Json.Nodes;
using LBTool.Core.Faults;
using LBTool.Core.Runs;
using LBTool.Core.Scenarios;
using LBTool.Live.Faults;

namespace LBTool.Live.Toxiproxy.Client;

/// <summary>
/// The proxy of one backend in a Toxiproxy server. Pause is a bandwidth of 0 both ways, and kill is the same as down:
/// open connections end with FIN, unless the backend's own reset is faster.
/// </summary>
internal sealed class ExternalMemberProxy(ToxiproxyClient client, string name, IPEndPoint listen) : IMemberProxy
{
    private static readonly string[] Streams = ["upstream", "downstream"];

    public IPEndPoint Listen => listen;

    public Task AddAsync(string toxicName, ToxicEffect toxic)
    {
        if (ToxiproxyEngine.Refuses(toxic) is { } why)
        {
            throw new WorldException(why);
        }

        var attributes = new JsonObject();
        foreach (var (attribute, value) in toxic.Attributes)
        {
            var real = ToxicTable.Find(toxic.Type)?.Attributes.Any(known => known.Name == attribute && known.Unit == ToxicUnit.Ratio) ?? false;
            attributes[attribute] = real ? JsonValue.Create(value) : JsonValue.Create((long)value);
        }

        var stream = toxic.Stream == StreamDirection.Upstream ? Streams[0] : Streams[1];
        return client.AddToxicAsync(name, new ToxicMessage(toxicName, toxic.Type, stream, toxic.Toxicity, attributes));
    }

    public Task RemoveAsync(string toxicName) => client.DeleteToxicAsync(name, toxicName);

    public Task DisableAsync() => client.SetEnabledAsync(name, enabled: false);

    public Task KillAsync() => DisableAsync();

    public Task StopAsync() => throw new WorldException(ToxiproxyEngine.Refuses(new ActionEffect(BackendAction.Stop))!);

    public Task EnableAsync() => client.SetEnabledAsync(name, enabled: true);

    public Task PauseAsync() => Task.WhenAll(Streams.Select(stream => client.AddToxicAsync(
        name, new ToxicMessage(PauseToxic(stream), "bandwidth", stream, Toxicity: 1, new JsonObject { ["rate"] = 0 }))));

    public Task ResumeAsync() => Task.WhenAll(Streams.Select(stream => client.DeleteToxicAsync(name, PauseToxic(stream))));

    /// <summary>Removes the proxy. A server that has gone has taken it along.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await client.DeleteProxyAsync(name).ConfigureAwait(false);
        }
        catch (WorldException)
        {
            // Disposing must release the rest of the world too; what is left in the server is on a port of its own.
        }
    }

    private static string PauseToxic(string stream) => $"lbtool-pause-{stream}";
}
