using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using LBTool.Core.Expectations;
using LBTool.Core.Measurements;

namespace LBTool.Core.Reports;

/// <summary>Renders <c>summary.json</c>: the <see cref="Report"/> as it is, keys in the order of its properties.</summary>
internal static class SummaryJson
{
    // Relaxed, so that `p99 < 60ms` stays readable: the file is JSON by itself and never part of a page.
    public static SummaryContext Context { get; } = new(new JsonSerializerOptions(SummaryContext.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public static string Render(Report report) => JsonSerializer.Serialize(report, Context.Report) + "\n";
}

/// <summary>The JSON Schema of <c>summary.json</c>, from the same types.</summary>
public static class SummarySchema
{
    /// <summary>The schema as it is committed to <c>schemas/summary.schema.json</c>.</summary>
    public static string ToJson()
    {
        var body = SummaryJson.Context.Report.GetJsonSchemaAsNode(new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true }).AsObject();
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "summary.json of lbtool, format " + Report.CurrentFormat,
        };
        foreach (var (key, value) in body.ToArray())
        {
            body.Remove(key);
            schema[key] = value;
        }

        return schema.ToJsonString(SummaryJson.Context.Options) + "\n";
    }
}

/// <summary>Serialises reports without reflection.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    NewLine = "\n",
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters =
    [
        typeof(CamelCaseNames<Verdict>), typeof(CamelCaseNames<RunEnd>),
        typeof(CamelCaseNames<RunEventKind>), typeof(CamelCaseNames<RequestOutcome>),
    ])]
[JsonSerializable(typeof(Report))]
internal sealed partial class SummaryContext : JsonSerializerContext;

/// <summary>Enumerations by name, and by name only.</summary>
internal sealed class CamelCaseNames<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
