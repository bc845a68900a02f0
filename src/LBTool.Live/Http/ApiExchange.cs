using Microsoft.AspNetCore.Http;

namespace LBTool.Live.Http;

/// <summary>What our APIs have in common on the wire: small bodies, and clients that nobody waits for.</summary>
internal static class ApiExchange
{
    /// <summary>How long a client may take to send its body; then it is cut off.</summary>
    public static readonly TimeSpan LongestBody = TimeSpan.FromSeconds(15);

    /// <summary>How long a client may take to read its answer; then it is cut off.</summary>
    public static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(30);

    /// <summary>Reads a body to its end.</summary>
    /// <returns>Null when it is larger than that.</returns>
    public static async Task<ReadOnlyMemory<byte>?> ReadBodyAsync(this HttpRequest request, int largest, CancellationToken stop)
    {
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await request.Body.ReadAsync(buffer, stop).ConfigureAwait(false)) > 0)
        {
            if (body.Length + count > largest)
            {
                return null;
            }

            body.Write(buffer, 0, count);
        }

        return body.ToArray();
    }

    /// <summary>Sets a header; null: leaves it out.</summary>
    public static void Set(this HttpResponse response, string header, string? value)
    {
        if (value is not null)
        {
            response.Headers[header] = value;
        }
    }
}
