using System.Text;

namespace LBTool.Live.Toxiproxy;

/// <summary>A request to the API, without the connection that it came on.</summary>
/// <param name="Method">In upper case.</param>
/// <param name="Target">Path and query as on the request line, still percent-encoded.</param>
/// <param name="Body">All of it.</param>
internal sealed record ApiRequest(string Method, string Target, ReadOnlyMemory<byte> Body)
{
    public string UserAgent { get; init; } = "";

    public string Host { get; init; } = "";

    /// <summary>Empty unless a page in a browser sends the request.</summary>
    public string Origin { get; init; } = "";
}

/// <summary>A request that has found its endpoint.</summary>
/// <param name="Proxy">Name in the path; empty when the path has none.</param>
/// <param name="Toxic">Name in the path; empty when the path has none.</param>
/// <param name="Body">All of it.</param>
internal sealed record ApiCall(string Proxy, string Toxic, ReadOnlyMemory<byte> Body);

/// <summary>What goes back.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="ContentType">Null for an answer without one.</param>
/// <param name="Body">May be empty.</param>
internal sealed record ApiAnswer(int Status, string? ContentType, ReadOnlyMemory<byte> Body)
{
    private const string PlainText = "text/plain; charset=utf-8";

    public static ApiAnswer NoContent { get; } = new(204, null, default);

    public static ApiAnswer MethodNotAllowed { get; } = new(405, null, default);

    /// <summary>Set on answers of endpoints, errors included; not where no endpoint was found.</summary>
    public string? RequestId { get; init; }

    /// <summary>Where a redirect leads.</summary>
    public string? Location { get; init; }

    /// <summary>Whether <c>X-Content-Type-Options: nosniff</c> goes with it, as Go's plain text errors have it.</summary>
    public bool NoSniff { get; init; }

    public static ApiAnswer Json(int status, ReadOnlyMemory<byte> body) => new(status, "application/json", body);

    public static ApiAnswer Text(int status, string text) => new(status, PlainText, Encoding.UTF8.GetBytes(text)) { NoSniff = true };

    // JSON that calls itself plain text: an accident of Toxiproxy's, kept because clients have met nothing else.
    public static ApiAnswer Of(ApiError error) => new(error.Status, PlainText, ApiJson.Error(error)) { NoSniff = true };
}
