using System.Collections.Immutable;
using System.Text.Json;
using LBTool.Core.Faults;
using LBTool.Core.Scenarios;

namespace LBTool.Live.Toxiproxy;

/// <summary>A toxic in the body of a request. What is wrong with it is found in Toxiproxy's order: attributes come last.</summary>
internal sealed class ToxicBody
{
    private const float Always = 1;

    private readonly JsonFields? _attributes;
    private readonly WireToxic _toxic;

    /// <exception cref="ApiException">It is malformed, or its stream or type does not exist.</exception>
    public ToxicBody(JsonElement json)
    {
        var fields = new JsonFields(json);
        var (name, type, stream) = (fields.Text("name"), fields.Text("type") ?? "", fields.Text("stream") ?? "downstream");
        var toxicity = fields.Single("toxicity") ?? Always;
        _attributes = fields.Object("attributes");
        var duration = ReadDuration(fields);
        var direction = Direction(stream);
        if (ToxicTable.Find(type) is null)
        {
            throw new ApiException(ApiError.InvalidToxicType);
        }

        Name = string.IsNullOrEmpty(name) ? $"{type}_{stream}" : name;
        _toxic = new WireToxic(type, direction, toxicity, ImmutableSortedDictionary<string, double>.Empty)
        {
            StreamAsSent = stream,
            Whole = ImmutableSortedDictionary<string, long>.Empty,
            Duration = duration,
        };
    }

    /// <summary>As given, or made of type and stream.</summary>
    public string Name { get; }

    /// <summary>The toxics of a list, each complete.</summary>
    /// <exception cref="ApiException">One is wrong, or two have the same name.</exception>
    public static ImmutableArray<(string Name, WireToxic Toxic)> ReadAll(JsonElement[] list)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var toxics = ImmutableArray.CreateBuilder<(string, WireToxic)>();
        foreach (var body in list.Select(json => new ToxicBody(json)))
        {
            toxics.Add(names.Add(body.Name) ? (body.Name, body.ReadAttributes()) : throw new ApiException(ApiError.ToxicExists));
        }

        return toxics.ToImmutable();
    }

    /// <summary>A toxic that exists, with the attributes and the toxicity of a body; nothing else of it can change.</summary>
    /// <exception cref="ApiException">The body is malformed.</exception>
    public static WireToxic Change(WireToxic toxic, ReadOnlyMemory<byte> body)
    {
        var fields = new JsonFields(JsonFields.FirstValue(body));
        return toxic.With(fields.Object("attributes")) with { Toxicity = fields.Single("toxicity") ?? toxic.Toxicity };
    }

    /// <summary>The toxic with its attributes; those not given are 0.</summary>
    /// <exception cref="ApiException">An attribute is not a number of its kind.</exception>
    public WireToxic ReadAttributes() => _toxic.With(_attributes);

    private static StreamDirection Direction(string stream) =>
        stream.Equals("upstream", StringComparison.OrdinalIgnoreCase) ? StreamDirection.Upstream
        : stream.Equals("downstream", StringComparison.OrdinalIgnoreCase) ? StreamDirection.Downstream
        : throw new ApiException(ApiError.InvalidStream);

    // Milliseconds as a number, or with a unit as text. Our own field: Toxiproxy ignores it.
    private static TimeSpan? ReadDuration(JsonFields fields)
    {
        if (fields.Any("duration") is not { } given)
        {
            return null;
        }

        var duration = given.ValueKind == JsonValueKind.Number && given.TryGetInt64(out var milliseconds)
            && milliseconds is > 0 and <= (long)365 * 86_400_000
                ? TimeSpan.FromMilliseconds(milliseconds)
            : given.ValueKind == JsonValueKind.String && Durations.TryParse(fields.Text("duration")!, out var parsed) ? parsed
            : TimeSpan.Zero;
        return duration > TimeSpan.Zero && duration.TotalDays <= 365 ? duration
            : throw new ApiException(ApiError.BadBody("field duration: expected milliseconds above 0, or a text such as \"5s\", up to a year"));
    }
}
