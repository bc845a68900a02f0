using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text;

namespace LBTool.Live.Load;

/// <summary>What a client needs to know of the head of an HTTP/1.1 answer.</summary>
/// <param name="Status">100 … 999.</param>
/// <param name="Backend">The backend's name, from <c>x-lb-backend</c>; empty when there is none.</param>
/// <param name="KeepsAlive">Whether the connection may serve another request.</param>
/// <param name="Body">How long the body is.</param>
/// <param name="Cookies">The values of <c>Set-Cookie</c>.</param>
internal readonly record struct AnswerHead(int Status, string Backend, bool KeepsAlive, AnswerBody Body, ImmutableArray<string> Cookies)
{
    /// <summary>Size of the head at the beginning of <paramref name="bytes"/>, its blank line included; 0 when it has not ended.</summary>
    public static int FindEnd(ReadOnlySpan<byte> bytes) => bytes.IndexOf("\r\n\r\n"u8) + 4 is > 3 and var end ? end : 0;

    /// <summary>Reads a whole head; false when it is not one.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out AnswerHead head)
    {
        head = default;

        // HTTP/1.x NNN …
        if (bytes.Length < 14 || !bytes.StartsWith("HTTP/1."u8) || bytes[8] != ' '
            || !Utf8Parser.TryParse(bytes[9..12], out int status, out var digits) || digits < 3 || status < 100)
        {
            return false;
        }

        var (length, chunked, keepsAlive, backend) = (-1L, false, bytes[7] == '1', "");
        ImmutableArray<string> cookies = [];
        for (var rest = AfterLine(bytes); rest.Length > 2; rest = AfterLine(rest))
        {
            var line = rest[..rest.IndexOf("\r\n"u8)];
            if (ValueOf(line, "content-length"u8, out var value))
            {
                if (!Utf8Parser.TryParse(value, out length, out var used) || used < value.Length || length < 0)
                {
                    return false;
                }
            }
            else if (ValueOf(line, "transfer-encoding"u8, out value))
            {
                chunked = Ascii.EqualsIgnoreCase(value, "chunked"u8);
            }
            else if (ValueOf(line, "connection"u8, out value))
            {
                keepsAlive = keepsAlive && !Ascii.EqualsIgnoreCase(value, "close"u8);
            }
            else if (ValueOf(line, "x-lb-backend"u8, out value))
            {
                backend = Encoding.Latin1.GetString(value);
            }
            else if (ValueOf(line, "set-cookie"u8, out value))
            {
                cookies = cookies.Add(Encoding.Latin1.GetString(value));
            }
        }

        var body = status < 200 || status is 204 or 304 ? AnswerBody.OfLength(0)
            : chunked ? AnswerBody.Chunked()
            : length >= 0 ? AnswerBody.OfLength(length)
            : AnswerBody.ToEndOfConnection();
        head = new AnswerHead(status, backend, keepsAlive && !body.EndsWithConnection, body, cookies);
        return true;
    }

    private static ReadOnlySpan<byte> AfterLine(ReadOnlySpan<byte> bytes) => bytes[(bytes.IndexOf("\r\n"u8) + 2)..];

    private static bool ValueOf(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var matches = line.Length > name.Length && line[name.Length] == ':' && Ascii.EqualsIgnoreCase(line[..name.Length], name);
        value = matches ? line[(name.Length + 1)..].Trim(" \t"u8) : default;
        return matches;
    }
}
