using System.Collections.Immutable;
using System.Text.Json.Serialization.Metadata;
using LBTool.Core.Sessions;
using LBTool.Live.Sessions;

namespace LBTool.Live.Control;

/// <summary>
/// One row of the table of endpoints, which is the one source of routing and of the OpenAPI document: a method, a path,
/// and what answers there.
/// </summary>
/// <param name="Method">In upper case.</param>
/// <param name="Path">Names of its parts that vary stand in braces: <c>/v1/backends/{name}</c>.</param>
/// <param name="Summary">What it does, in one line.</param>
/// <param name="AnswerAsync">Answers.</param>
internal sealed record Endpoint(string Method, string Path, string Summary, Func<ControlCall, Task<ControlAnswer>> AnswerAsync)
{
    private readonly string[] _parts = Path.Split('/');

    /// <summary>Status of an answer that is no error.</summary>
    public int Status { get; init; } = 200;

    /// <summary>What it takes; null: nothing.</summary>
    public Body? Body { get; init; }

    /// <summary>What it answers as JSON; null when it answers something else, or nothing.</summary>
    public JsonTypeInfo? Answer { get; init; }

    /// <summary>Type of an answer that is not JSON; null for JSON, or nothing.</summary>
    public string? ContentType { get; init; }

    /// <summary>Values of the query that it knows, with what each means.</summary>
    public ImmutableArray<(string Name, string Description)> Query { get; init; } = [];

    /// <summary>Errors that are its own, with what each means.</summary>
    public ImmutableArray<(int Status, string Description)> Errors { get; init; } = [];

    /// <summary>Names of the parts of its path that vary.</summary>
    public IEnumerable<string> Parameters => _parts.Where(IsName).Select(part => part[1..^1]);

    /// <summary>What stands in place of the names, when a path is this one; else null.</summary>
    public ImmutableArray<string>? Match(string[] parts) =>
        parts.Length == _parts.Length && parts.Zip(_parts).All(pair => IsName(pair.Second) ? pair.First.Length > 0 : pair.First == pair.Second)
            ? [.. parts.Zip(_parts).Where(pair => IsName(pair.Second)).Select(pair => pair.First)]
            : null;

    /// <summary>Reads a body, or refuses it.</summary>
    public static BodyReading<T> Read<T>(Body<T> body, ControlCall call)
        where T : class
    {
        var reading = body.Read(call.Request.Body);
        return reading.Value is not null ? reading
            : throw new Refusal(RefusalKind.Invalid, string.Join('\n', reading.Problems), reading.Allowed);
    }

    private static bool IsName(string part) => part.StartsWith('{');
}
