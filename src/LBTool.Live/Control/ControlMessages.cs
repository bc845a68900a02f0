using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace LBTool.Live.Control;

/// <summary>A request to the control API, without the connection that it came on.</summary>
/// <param name="Method">In upper case.</param>
/// <param name="Path">Decoded, e.g. <c>/v1/backends/b1</c>.</param>
/// <param name="Body">All of it.</param>
internal sealed record ControlRequest(string Method, string Path, ReadOnlyMemory<byte> Body)
{
    /// <summary>Values of the query, by name; of several the last.</summary>
    public ImmutableDictionary<string, string> Query { get; init; } = ImmutableDictionary<string, string>.Empty;

    public string Host { get; init; } = "";

    /// <summary>Empty unless a page in a browser sends the request.</summary>
    public string Origin { get; init; } = "";

    public string Authorization { get; init; } = "";

    public string Accept { get; init; } = "";
}

/// <summary>A request that has found its endpoint.</summary>
/// <param name="Names">What stands in the path in place of <c>{…}</c>, in order.</param>
/// <param name="Request">All else of it.</param>
/// <param name="Gone">Cancelled when the client has gone.</param>
internal sealed record ControlCall(ImmutableArray<string> Names, ControlRequest Request, CancellationToken Gone);

/// <summary>What goes back.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="ContentType">Null for an answer without one.</param>
/// <param name="Body">May be empty.</param>
internal sealed record ControlAnswer(int Status, string? ContentType, ReadOnlyMemory<byte> Body)
{
    private const string JsonType = "application/json";

    public static ControlAnswer NoContent { get; } = new(204, null, default);

    /// <summary>Writes an answer that does not end by itself, in place of <see cref="Body"/>; null when there is none.</summary>
    public Func<Stream, CancellationToken, Task>? Stream { get; init; }

    /// <summary>Methods that the path knows, with status 405; else null.</summary>
    public string? Allow { get; init; }

    public static ControlAnswer Json<T>(int status, T value, JsonTypeInfo<T> type) =>
        new(status, JsonType, JsonSerializer.SerializeToUtf8Bytes(value, type));

    public static ControlAnswer Text(string contentType, string text) => new(200, contentType, Encoding.UTF8.GetBytes(text));

    public static ControlAnswer Error(int status, string text, ImmutableArray<string> allowed = default) => Json(
        status, new ErrorAnswer(text, status, allowed.IsDefaultOrEmpty ? null : allowed), ControlJson.Context.ErrorAnswer);
}
