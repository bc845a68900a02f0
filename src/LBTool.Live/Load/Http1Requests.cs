using System.Text;

namespace LBTool.Live.Load;

/// <summary>What the requests of one client of HTTP/1.1 say, as bytes; made once where all say the same.</summary>
internal sealed class Http1Requests
{
    private readonly RequestText _text;
    private readonly string _headers;
    private readonly byte[] _constantHead;

    /// <param name="options">What all clients share.</param>
    /// <param name="forwardedFor">X-Forwarded-For to send, if any.</param>
    public Http1Requests(ClientOptions options, string? forwardedFor)
    {
        _text = options.CreateText();
        var forwarded = forwardedFor is null ? "" : $"X-Forwarded-For: {forwardedFor}\r\n";
        _headers = $" HTTP/1.1\r\nHost: {options.Target.Authority}\r\n{forwarded}";
        _constantHead = CreateHead(number: 1);
    }

    /// <summary>The head of a request, up to its number.</summary>
    public byte[] HeadOf(long number) => _text.IsConstant ? _constantHead : CreateHead(number);

    /// <summary>Where cookies of the answer to a request are kept; null: nowhere.</summary>
    public CookieJar? JarOf(long number) => _text.JarOf(number);

    private byte[] CreateHead(long number)
    {
        var headers = string.Concat(_text.HeadersOf(number).Select(header => $"{header.Name}: {header.Value}\r\n"));
        return Encoding.Latin1.GetBytes($"GET {_text.PathOf(number)}{_headers}{headers}x-lb-request: ");
    }
}
