using System.Collections.Immutable;
using System.Text.Json;

namespace LBTool.Live.Toxiproxy;

/// <summary>A proxy in the body of a request; null is what the client did not say.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Listen">Where to listen.</param>
/// <param name="Upstream">Where to dial; not checked.</param>
/// <param name="Enabled">Whether it listens.</param>
/// <param name="ToxicList">Toxics to begin with, not read yet. Our own field: Toxiproxy ignores it.</param>
internal sealed record ProxyBody(string? Name, string? Listen, string? Upstream, bool? Enabled, JsonElement[] ToxicList)
{
    /// <summary>Reads one; whether it is complete is another question.</summary>
    /// <exception cref="ApiException">It is malformed.</exception>
    public static ProxyBody Read(JsonElement json)
    {
        var fields = new JsonFields(json);
        return new ProxyBody(
            fields.Text("name"), fields.Text("listen"), fields.Text("upstream"), fields.Flag("enabled"), fields.Array("toxics") ?? []);
    }

    /// <summary>What a new proxy is to be.</summary>
    /// <param name="position">Where it stands in a list, for messages: <c> at proxy 2</c>.</param>
    /// <exception cref="ApiException">Name or upstream is missing, or a toxic is wrong.</exception>
    public NewProxy Complete(string position = "") => new(
        Required(Name, "name" + position),
        Listen ?? "",
        Required(Upstream, "upstream" + position),
        Enabled ?? true,
        ToxicBody.ReadAll(ToxicList));

    private static string Required(string? given, string field) =>
        string.IsNullOrEmpty(given) ? throw new ApiException(ApiError.MissingField(field)) : given;
}

/// <summary>A proxy to be made.</summary>
internal sealed record NewProxy(
    string Name, string Listen, string Upstream, bool Enabled, ImmutableArray<(string Name, WireToxic Toxic)> Toxics);
