using LBTool.Core.Randomness;

namespace LBTool.Core.Faults;

/// <summary>
/// One thing that goes wrong on a link: an immutable description, whose attributes are already clamped to what makes
/// sense. It decides and does nothing itself: a link, real or simulated, asks it about each chunk and obeys.
/// </summary>
public abstract class Toxic
{
    /// <summary>
    /// Meets one direction of one connection. Returns what it remembers about it, or null when it leaves this link alone.
    /// </summary>
    /// <param name="now">Time of the world.</param>
    /// <param name="random">Randomness of this link and this toxic alone.</param>
    /// <param name="previous">What its predecessor remembered, when attributes were changed on a live link; else null.</param>
    public abstract ToxicState? Start(TimeSpan now, RandomStream random, ToxicState? previous);
}

/// <summary>
/// A toxic at work on one direction of one connection. It is asked about the oldest chunk that waits, again after each
/// part of it has left. By default everything passes. Not safe for threads: its link serialises the calls.
/// </summary>
public abstract class ToxicState
{
    /// <summary>Bytes that wait in front of any stage before it pushes back on the one before.</summary>
    public const int ShortQueue = 64 * 1024;

    /// <summary>Bytes that may wait here before the sender is pushed back.</summary>
    public virtual int Capacity => ShortQueue;

    /// <summary>The connection closes when nothing has arrived before this time; <see cref="TimeSpan.MaxValue"/> for never.</summary>
    public virtual TimeSpan Deadline => TimeSpan.MaxValue;

    /// <summary>Whether taking the toxic away closes the connection, as bytes are missing from it.</summary>
    public virtual bool ClosesWhenRemoved => false;

    /// <summary>What happens to a chunk.</summary>
    /// <param name="length">Its bytes that are still here, at least 1.</param>
    /// <param name="arrived">When it came.</param>
    /// <param name="now">Time of the question: later than <paramref name="arrived"/> when it had to queue.</param>
    public virtual ChunkVerdict OnChunk(int length, TimeSpan arrived, TimeSpan now) => ChunkVerdict.Forward(length, arrived);

    /// <summary>What happens to the end of the stream, which waits its turn behind the data.</summary>
    public virtual ChunkVerdict OnEnd(Ending ending, TimeSpan now) => ChunkVerdict.End(ending, now);
}
