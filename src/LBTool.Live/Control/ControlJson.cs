using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LBTool.Core.Expectations;
using LBTool.Core.Measurements;

namespace LBTool.Live.Control;

/// <summary>JSON of the control API, without reflection. Relaxed: it is never part of a page, and <c>p99 &lt; 60ms</c> stays readable.</summary>
public static class ControlJson
{
    /// <summary>What every answer is written and read with.</summary>
    public static ControlContext Context { get; } = new(new JsonSerializerOptions(ControlContext.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}

/// <summary>All that goes out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(NameOf<Verdict>), typeof(NameOf<RunEventKind>)])]
[JsonSerializable(typeof(SessionAnswer))]
[JsonSerializable(typeof(StopAnswer))]
[JsonSerializable(typeof(ImmutableArray<BackendAnswer>))]
[JsonSerializable(typeof(ImmutableArray<FaultAnswer>))]
[JsonSerializable(typeof(ImmutableArray<EventAnswer>))]
[JsonSerializable(typeof(MetricsAnswer))]
[JsonSerializable(typeof(ExpectAnswer))]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(JsonObject))]
public sealed partial class ControlContext : JsonSerializerContext;

/// <summary>Enumerations by name, and by name only.</summary>
public sealed class NameOf<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
