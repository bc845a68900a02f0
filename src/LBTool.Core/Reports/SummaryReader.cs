using System.Text.Json;

namespace LBTool.Core.Reports;

/// <summary>Reads <c>summary.json</c> back, so that a run of last week can be shown in any format without running it again.</summary>
public static class SummaryReader
{
    /// <summary>Reads a report. Keys that are not known are passed over.</summary>
    /// <param name="text">The whole file.</param>
    /// <exception cref="FormatException">It is no summary.json, or one of another format; the message says which.</exception>
    public static Report Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("format", out var format)
                || !format.TryGetInt32(out var number))
            {
                throw new FormatException("has no key \"format\": it is no summary.json");
            }

            return number == Report.CurrentFormat
                ? document.Deserialize(SummaryJson.Context.Report)!
                : throw new FormatException($"has format {number}; this lbtool reads format {Report.CurrentFormat}");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new FormatException($"is no summary.json of format {Report.CurrentFormat}: {exception.Message}", exception);
        }
    }
}
