namespace LBTool.Core.Faults;

/// <summary>Counts what a toxic has hit, over all links. Any thread may count and read.</summary>
public sealed class ToxicTally
{
    private long _links;
    private long _bytes;

    /// <summary>Links (one direction of one connection) that the draw has given to it.</summary>
    public long Links => Interlocked.Read(ref _links);

    /// <summary>Bytes that came to it on those links.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    internal void AddLink() => Interlocked.Increment(ref _links);

    internal void AddBytes(int count) => Interlocked.Add(ref _bytes, count);
}
