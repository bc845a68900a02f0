using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Runtime.Serialization.Json;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace LBTool.PowerShell;

/// <summary>
/// JSON that came from lbtool, and JSON that goes to it, by the reader and writer that are part of both .NET Framework
/// and .NET. What is absent reads as null, so that an older lbtool can be read.
/// </summary>
internal sealed class Json
{
    private static readonly Json Absent = new(null);
    private readonly XElement? _element;

    private Json(XElement? element) => _element = element;

    /// <summary>Whether there is no such value, or it is <c>null</c>.</summary>
    public bool IsNull => _element is null || Type == "null";

    /// <summary>The elements of an array; none of anything else.</summary>
    public IEnumerable<Json> Items =>
        Type == "array" ? _element!.Elements().Select(element => new Json(element)) : [];

    private string Type => _element?.Attribute("type")?.Value ?? "string";

    /// <summary>A member of an object.</summary>
    public Json this[string name] =>
        Type == "object" && _element!.Elements().FirstOrDefault(element => Name(element) == name) is { } member ? new Json(member) : Absent;

    /// <summary>Reads a document.</summary>
    /// <exception cref="FormatException">It is not JSON.</exception>
    public static Json Parse(string text)
    {
        try
        {
            using var reader = JsonReaderWriterFactory.CreateJsonReader(Encoding.UTF8.GetBytes(text), XmlDictionaryReaderQuotas.Max);
            return new Json(XElement.Load(reader, LoadOptions.PreserveWhitespace));
        }
        catch (Exception exception) when (exception is XmlException or InvalidOperationException)
        {
            throw new FormatException($"not JSON: {exception.Message}", exception);
        }
    }

    /// <summary>Writes dictionaries, lists, texts, numbers, truth values and null.</summary>
    public static string Write(object? value)
    {
        using var buffer = new MemoryStream();
        using (var writer = JsonReaderWriterFactory.CreateJsonWriter(buffer, Encoding.UTF8, ownsStream: false))
        {
            writer.WriteStartElement("root");
            WriteValue(writer, value);
            writer.WriteEndElement();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <summary>The value as text; null when there is none.</summary>
    public string? Text() => IsNull ? null : _element!.Value;

    /// <summary>The text of a member; empty when there is none.</summary>
    public string Text(string name) => this[name].Text() ?? "";

    /// <summary>The number of a member; null when there is none.</summary>
    public double? Number(string name) =>
        double.TryParse(this[name].Text(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>The whole number of a member; 0 when there is none.</summary>
    public long Count(string name) =>
        long.TryParse(this[name].Text(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count) ? count : (long)(Number(name) ?? 0);

    /// <summary>The same as an object for scripts: members in order, numbers as <see cref="double"/>.</summary>
    public object? ToObject() => Type switch
    {
        "null" => null,
        "object" => ToPSObject(),
        "array" => Items.Select(item => item.ToObject()).ToArray(),
        "number" => double.Parse(_element!.Value, CultureInfo.InvariantCulture),
        "boolean" => XmlConvert.ToBoolean(_element!.Value),
        _ => _element?.Value,
    };

    private PSObject ToPSObject()
    {
        var result = new PSObject();
        foreach (var member in _element!.Elements())
        {
            result.Properties.Add(new PSNoteProperty(Name(member), new Json(member).ToObject()));
        }

        return result;
    }

    // A name that XML does not take stands in an attribute of an element "item".
    private static string Name(XElement element) => element.Attribute("item")?.Value ?? element.Name.LocalName;

    private static void WriteValue(XmlWriter writer, object? value)
    {
        value = value switch
        {
            PSObject { BaseObject: PSCustomObject } custom => custom.Properties.ToDictionary(property => property.Name, property => property.Value),
            PSObject wrapped => wrapped.BaseObject,
            _ => value,
        };
        switch (value)
        {
            case null:
                writer.WriteAttributeString("type", "null");
                break;
            case bool flag:
                writer.WriteAttributeString("type", "boolean");
                writer.WriteString(flag ? "true" : "false");
                break;
            case short seconds:
                // What a script wrote as 30s: see Duration.
                writer.WriteAttributeString("type", "string");
                writer.WriteString($"{new Duration(seconds)}");
                break;
            case int or long or double or float or decimal or byte or uint or ulong:
                writer.WriteAttributeString("type", "number");
                writer.WriteString(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
            case IDictionary members:
                WriteMembers(writer, members);
                break;
            case IEnumerable items and not string:
                writer.WriteAttributeString("type", "array");
                foreach (var item in items)
                {
                    writer.WriteStartElement("item");
                    WriteValue(writer, item);
                    writer.WriteEndElement();
                }

                break;
            default:
                writer.WriteAttributeString("type", "string");
                writer.WriteString(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    private static void WriteMembers(XmlWriter writer, IDictionary members)
    {
        writer.WriteAttributeString("type", "object");
        foreach (DictionaryEntry member in members)
        {
            writer.WriteStartElement("a", "item", "item");
            writer.WriteAttributeString("item", Convert.ToString(member.Key, CultureInfo.InvariantCulture));
            WriteValue(writer, member.Value);
            writer.WriteEndElement();
        }
    }
}
