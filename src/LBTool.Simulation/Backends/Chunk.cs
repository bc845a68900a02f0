using System.Text;
using LBTool.Core.HttpFaults;
using LBTool.Core.Scenarios;

namespace LBTool.Simulation.Backends;

/// <summary>What a backend writes of an answer in one go.</summary>
/// <param name="Head">Bytes of its head; 0 when that has been written before, or never is.</param>
/// <param name="Body">Bytes of its body.</param>
/// <param name="Then">What follows.</param>
internal readonly record struct Chunk(int Head, int Body, Then Then)
{
    // The head of a 200 from a fake backend, about.
    private const int HeadBytes = 110;

    private const int HandshakeBytes = 1_000;

    // What .NET's HTTP client reads of a head before it gives up the connection.
    private const int LargestHead = 64 * 1024;

    /// <summary>A whole answer without wrong headers.</summary>
    public static Chunk Whole(int body) => new(HeadBytes, body, Then.Nothing);

    /// <summary>What a backend says in a TLS handshake, its certificate included.</summary>
    public static Chunk Handshake { get; } = new(HandshakeBytes, 0, Then.Nothing);

    /// <summary>A line over TCP, with which its connection ends unless it is kept.</summary>
    public static Chunk Line(int bytes, bool isKept) => new(0, bytes, isKept ? Then.Nothing : Then.NoOther);

    /// <summary>All of the answer to a request whose work is done, or its first piece.</summary>
    /// <param name="spec">Who answers.</param>
    /// <param name="fault">The fault that hits the request; null for none.</param>
    public static Chunk FirstOf(BackendSpec spec, HttpFault? fault) => fault switch
    {
        HttpAbort { Point: AbortPoint.BeforeHeaders } => new Chunk(0, 0, Then.Reset),
        HttpAbort { Point: AbortPoint.AfterHeaders } => new Chunk(HeadBytes, 0, Then.Reset),
        HttpAbort => new Chunk(HeadBytes, spec.BodyBytes / 2, Then.Reset),
        HttpTruncate truncate => new Chunk(HeadBytes, (int)(spec.BodyBytes * truncate.Share), Then.Close),
        HttpSlowBody slow when slow.Bytes < spec.BodyBytes => new Chunk(HeadBytes, slow.Bytes, Then.More),
        HttpHugeHeader huge => WithHeaders(huge.Bytes + HttpHugeHeader.Name.Length, spec.BodyBytes, closes: false),
        HttpHeaders wrong => WithHeaders(
            wrong.Headers.Sum(header => header.Name.Length + header.Value.Length), spec.BodyBytes, wrong.Headers.Any(IsClose)),
        _ => Whole(spec.BodyBytes),
    };

    /// <summary>The answer of a status fault.</summary>
    public static Chunk Of(HttpStatus fault) => Whole(fault.Body is { } text ? Encoding.UTF8.GetByteCount(text) : 0);

    private static Chunk WithHeaders(int bytes, int body, bool closes) => HeadBytes + bytes > LargestHead
        ? new Chunk(LargestHead, 0, Then.Reset)
        : new Chunk(HeadBytes + bytes, body, closes ? Then.NoOther : Then.Nothing);

    private static bool IsClose((string Name, string Value) header) =>
        header.Name.Equals("Connection", StringComparison.OrdinalIgnoreCase) && header.Value.Equals("close", StringComparison.OrdinalIgnoreCase);
}

/// <summary>What follows a piece of an answer.</summary>
internal enum Then : byte
{
    /// <summary>The answer is whole.</summary>
    Nothing,

    /// <summary>The answer is whole, and its connection carries no other.</summary>
    NoOther,

    /// <summary>More pieces.</summary>
    More,

    /// <summary>The connection closes, and the answer stays as it is.</summary>
    Close,

    /// <summary>The connection is reset.</summary>
    Reset,
}
