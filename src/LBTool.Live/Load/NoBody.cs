using System.Net;

namespace LBTool.Live.Load;

/// <summary>
/// The body of a request that has none. With a body, even an empty one, SocketsHttpHandler may not send an HTTP/1.1
/// request a second time when a reused connection closes before the answer: without, it silently does so up to three
/// times, and the client would see one slow success where the load balancer saw two or more requests.
/// </summary>
internal sealed class NoBody : HttpContent
{
    /// <summary>One for all requests: it has no state.</summary>
    public static readonly NoBody Shared = new();

    // Reading the length stores it in the headers: once here, so that the many users only read.
    private NoBody() => _ = Headers.ContentLength;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => Task.CompletedTask;

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return true;
    }
}
