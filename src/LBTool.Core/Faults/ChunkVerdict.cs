namespace LBTool.Core.Faults;

/// <summary>What a toxic wants done with the chunk, or the end of stream, that it was asked about.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Count">Bytes to forward; fewer than the chunk has split it, and the rest is asked about again.</param>
/// <param name="At">Not before this time.</param>
/// <param name="Ending">How the stream ends, for <see cref="VerdictKind.End"/>.</param>
public readonly record struct ChunkVerdict(VerdictKind Kind, int Count, TimeSpan At, Ending Ending)
{
    /// <summary>The chunk stays until the toxic is changed or removed.</summary>
    public static ChunkVerdict Hold { get; } = new(VerdictKind.Hold, 0, TimeSpan.MaxValue, default);

    /// <summary>The chunk disappears.</summary>
    public static ChunkVerdict Drop { get; } = new(VerdictKind.Drop, 0, TimeSpan.MinValue, default);

    /// <summary>The first <paramref name="count"/> bytes go on at <paramref name="at"/>.</summary>
    public static ChunkVerdict Forward(int count, TimeSpan at) => new(VerdictKind.Forward, count, at, default);

    /// <summary>The stream ends here at <paramref name="at"/>; a chunk that was asked about is lost.</summary>
    public static ChunkVerdict End(Ending ending, TimeSpan at) => new(VerdictKind.End, 0, at, ending);
}

/// <summary>The kinds of <see cref="ChunkVerdict"/>.</summary>
public enum VerdictKind
{
    /// <summary>Goes on.</summary>
    Forward,

    /// <summary>Stays until something changes.</summary>
    Hold,

    /// <summary>Disappears.</summary>
    Drop,

    /// <summary>Ends the stream.</summary>
    End,
}

/// <summary>How a stream ends.</summary>
public enum Ending
{
    /// <summary>The sender has finished (FIN); the other direction goes on.</summary>
    Finish,

    /// <summary>The whole connection closes, once what was sent before is delivered.</summary>
    Close,

    /// <summary>The whole connection is reset (RST).</summary>
    Reset,
}
