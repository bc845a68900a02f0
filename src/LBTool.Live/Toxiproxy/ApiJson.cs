using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using LBTool.Core.Faults;
using LBTool.Live.Faults;

namespace LBTool.Live.Toxiproxy;

/// <summary>Writes proxies, toxics and errors as Toxiproxy does, keys in its order; what is ours comes last.</summary>
internal static class ApiJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> Bytes(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            write(json);
        }

        return buffer.WrittenMemory;
    }

    public static ReadOnlyMemory<byte> Error(ApiError error)
    {
        var bytes = Bytes(json =>
        {
            json.WriteStartObject();
            Error(json, error);
            json.WriteEndObject();
        });
        return (byte[])[.. bytes.Span, (byte)'\n'];
    }

    public static void Error(Utf8JsonWriter json, ApiError error)
    {
        json.WriteString("error", error.Text);
        json.WriteNumber("status", error.Status);
    }

    public static void Proxy(Utf8JsonWriter json, ManagedProxy proxy)
    {
        var (listen, upstream) = proxy.Addresses;
        json.WriteStartObject();
        json.WriteString("name", proxy.Name);
        json.WriteString("listen", listen);
        json.WriteString("upstream", upstream);
        json.WriteBoolean("enabled", proxy.Enabled);
        json.WriteStartObject("Logger");
        json.WriteEndObject();
        json.WritePropertyName("toxics");
        Toxics(json, proxy.Toxics);
        json.WriteStartObject("traffic");
        json.WriteNumber("open_connections", proxy.Engine.OpenConnections);
        Traffic(json, "upstream", proxy.Engine.Upstream);
        Traffic(json, "downstream", proxy.Engine.Downstream);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static void Toxics(Utf8JsonWriter json, ImmutableArray<InstalledToxic> toxics)
    {
        json.WriteStartArray();
        foreach (var toxic in toxics)
        {
            Toxic(json, toxic);
        }

        json.WriteEndArray();
    }

    public static void Toxic(Utf8JsonWriter json, InstalledToxic toxic)
    {
        var given = WireToxic.Of(toxic.Effect);
        json.WriteStartObject();
        json.WriteStartObject("attributes");
        foreach (var attribute in ToxicTable.Find(given.Type)!.Attributes)
        {
            Attribute(json, attribute, given);
        }

        json.WriteEndObject();
        json.WriteString("name", toxic.Name);
        json.WriteString("type", given.Type);
        json.WriteString("stream", given.StreamAsSent);
        json.WriteNumber("toxicity", (float)given.Toxicity);
        if (given.Duration is { } duration)
        {
            json.WriteNumber("duration", (long)duration.TotalMilliseconds);
        }

        json.WriteStartObject("hits");
        json.WriteNumber("links", toxic.Tally.Links);
        json.WriteNumber("bytes", toxic.Tally.Bytes);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Attribute(Utf8JsonWriter json, ToxicAttribute attribute, WireToxic toxic)
    {
        if (attribute.Unit == ToxicUnit.Ratio)
        {
            json.WriteNumber(attribute.Name, toxic.Attributes.GetValueOrDefault(attribute.Name));
        }
        else
        {
            json.WriteNumber(attribute.Name, toxic.Whole.GetValueOrDefault(attribute.Name));
        }
    }

    private static void Traffic(Utf8JsonWriter json, string name, Traffic traffic)
    {
        json.WriteStartObject(name);
        json.WriteNumber("received_bytes", traffic.Received);
        json.WriteNumber("sent_bytes", traffic.Sent);
        json.WriteEndObject();
    }
}
