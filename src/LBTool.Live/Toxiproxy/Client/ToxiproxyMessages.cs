using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace LBTool.Live.Toxiproxy.Client;

/// <summary>A proxy as it goes over the wire.</summary>
internal sealed record ProxyMessage(string Name, string Listen, string Upstream, bool Enabled);

/// <summary>What can be changed of a proxy without moving it.</summary>
internal sealed record EnabledMessage(bool Enabled);

/// <summary>A toxic as it goes over the wire.</summary>
/// <param name="Name">Unique on its proxy.</param>
/// <param name="Type">Its type.</param>
/// <param name="Stream"><c>upstream</c> or <c>downstream</c>.</param>
/// <param name="Toxicity">0 … 1.</param>
/// <param name="Attributes">Numbers by name; whole ones must be written as such.</param>
internal sealed record ToxicMessage(string Name, string Type, string Stream, double Toxicity, JsonObject Attributes);

/// <summary>Why something was refused; versions differ in the name of the field.</summary>
internal sealed record ErrorMessage(string? Error, string? Title);

/// <summary>The version, since 2.5; before, it is plain text.</summary>
internal sealed record VersionMessage(string? Version);

/// <summary>Source-generated serialisation of the messages.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = true)]
[JsonSerializable(typeof(ProxyMessage))]
[JsonSerializable(typeof(EnabledMessage))]
[JsonSerializable(typeof(ToxicMessage))]
[JsonSerializable(typeof(ErrorMessage))]
[JsonSerializable(typeof(VersionMessage))]
internal sealed partial class ToxiproxyMessages : JsonSerializerContext;
