using System.Text.Json;

namespace LBTool.Live.Toxiproxy;

/// <summary>
/// The fields of a JSON object by the rules of Toxiproxy, which are Go's: names in any case, null is as good as absent,
/// of several the last counts, and what nobody asks for is ignored.
/// </summary>
internal sealed class JsonFields
{
    private static readonly JsonReaderOptions FirstValueOnly = new() { AllowMultipleValues = true };

    private readonly List<(string Name, JsonElement Value)> _fields = [];

    /// <param name="json">An object; null is one without fields.</param>
    /// <exception cref="ApiException">It is something else.</exception>
    public JsonFields(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Null)
        {
            return;
        }

        if (json.ValueKind != JsonValueKind.Object)
        {
            throw Bad($"expected an object, found {Words(json)}");
        }

        foreach (var field in json.EnumerateObject())
        {
            if (field.Value.ValueKind != JsonValueKind.Null)
            {
                _fields.Add((Decoded(() => field.Name), field.Value));
            }
        }
    }

    /// <summary>The first JSON value of a body; what follows it is ignored.</summary>
    /// <exception cref="ApiException">There is none.</exception>
    public static JsonElement FirstValue(ReadOnlyMemory<byte> body)
    {
        if (body.Span.IndexOfAnyExcept(" \t\r\n"u8) < 0)
        {
            throw Bad("EOF");
        }

        try
        {
            var reader = new Utf8JsonReader(body.Span, FirstValueOnly);
            return JsonElement.ParseValue(ref reader);
        }
        catch (JsonException malformed)
        {
            throw Bad(malformed.Message);
        }
    }

    public string? Text(string name) =>
        Find(name, "a string", value => value.ValueKind == JsonValueKind.String ? Decoded(() => value.GetString()!) : null);

    public bool? Flag(string name) => FindValue<bool>(name, "true or false", value =>
        value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : null);

    public long? Whole(string name) => FindValue<long>(name, "a whole number of 64 bits, without fraction or exponent", value =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null);

    public double? Real(string name) => FindValue<double>(name, "a number", value =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) ? number : null);

    /// <summary>A number as a 32-bit float.</summary>
    public float? Single(string name) => FindValue<float>(name, "a number of 32 bits", value =>
        value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out var number) && float.IsFinite(number) ? number : null);

    public JsonFields? Object(string name) => Find(name, "an object", value =>
        value.ValueKind == JsonValueKind.Object ? new JsonFields(value) : null);

    public JsonElement[]? Array(string name) => Find(name, "an array", value =>
        value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().ToArray() : null);

    /// <summary>What is there under this name, whatever it is.</summary>
    public JsonElement? Any(string name) => FindValue<JsonElement>(name, "", value => value);

    private T? Find<T>(string name, string wanted, Func<JsonElement, T?> read)
        where T : class
    {
        var found = default(T);
        foreach (var (_, value) in _fields.Where(field => IsCalled(field.Name, name)))
        {
            found = read(value) ?? throw Bad($"field {name}: expected {wanted}, found {Words(value)}");
        }

        return found;
    }

    private T? FindValue<T>(string name, string wanted, Func<JsonElement, T?> read)
        where T : struct
    {
        var found = default(T?);
        foreach (var (_, value) in _fields.Where(field => IsCalled(field.Name, name)))
        {
            found = read(value) ?? throw Bad($"field {name}: expected {wanted}, found {Words(value)}");
        }

        return found;
    }

    private static bool IsCalled(string name, string wanted) => name.Equals(wanted, StringComparison.OrdinalIgnoreCase);

    // Bytes that are no UTF-8, or half of a surrogate pair, come to light only here.
    private static string Decoded(Func<string> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            throw Bad("a string is not valid Unicode");
        }
    }

    private static string Words(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.Null => "null",
        _ => "a boolean",
    };

    private static ApiException Bad(string why) => new(ApiError.BadBody(why));
}
