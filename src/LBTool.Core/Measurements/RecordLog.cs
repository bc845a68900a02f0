namespace LBTool.Core.Measurements;

/// <summary>
/// An append-only log that many threads write without a lock while others read what is complete.
/// Memory comes in blocks, so that appending never copies what is already there.
/// </summary>
/// <typeparam name="T">The record; small, copied by value.</typeparam>
public sealed class RecordLog<T>
    where T : struct, IEquatable<T>
{
    private const int BlockBits = 13;
    private const int BlockSize = 1 << BlockBits;
    private readonly Lock _growth = new();
    private Block[] _blocks = [new()];
    private long _next;

    /// <summary>Records appended or being appended.</summary>
    public long Count => Interlocked.Read(ref _next);

    internal int BlocksKept => Volatile.Read(ref _blocks).Count(block => block != Block.Forgotten);

    /// <summary>Adds a record. The only lock is taken once in 8192 appends, when a block is added.</summary>
    public void Add(in T record) => Complete(Reserve(), record);

    /// <summary>Takes a place for a record that is completed later, so that records lie in the order of their beginning.</summary>
    public long Reserve() => Interlocked.Increment(ref _next) - 1;

    /// <summary>Writes the record of a place that was reserved; only once.</summary>
    public void Complete(long place, in T record)
    {
        var block = BlockOf((int)(place >> BlockBits));
        var slot = (int)(place & (BlockSize - 1));
        block.Records[slot] = record;
        block.SetComplete(slot);
    }

    /// <summary>All complete records in the order of their places; not copied where none is missing.</summary>
    public RecordList<T> ToList()
    {
        var (blocks, count) = (Volatile.Read(ref _blocks), (int)Count);
        for (var place = 0; place < count; place++)
        {
            if (place >> BlockBits >= blocks.Length || !blocks[place >> BlockBits].IsComplete(place & (BlockSize - 1)))
            {
                return RecordList.Of([.. Read()]);
            }
        }

        return new RecordList<T>([.. blocks.Select(block => block.Records)], BlockBits, count);
    }

    /// <summary>Complete records from <paramref name="from"/> on, in the order of their append.</summary>
    public IEnumerable<T> Read(long from = 0)
    {
        var end = Count;
        for (var place = from; place < end; place++)
        {
            var blocks = Volatile.Read(ref _blocks);
            var number = (int)(place >> BlockBits);
            if (number >= blocks.Length)
            {
                yield break;
            }

            var slot = (int)(place & (BlockSize - 1));
            if (blocks[number].IsComplete(slot))
            {
                yield return blocks[number].Records[slot];
            }
        }
    }

    /// <summary>
    /// Gives back the memory of the records before <paramref name="before"/>, in whole blocks; they are not read again.
    /// For sessions that last: nothing else keeps them from growing.
    /// </summary>
    public void Forget(long before)
    {
        lock (_growth)
        {
            var kept = (int)(Math.Min(before, Count) >> BlockBits);
            Volatile.Write(ref _blocks, [.. _blocks.Select((block, number) => number < kept ? Block.Forgotten : block)]);
        }
    }

    private Block BlockOf(int number)
    {
        var blocks = Volatile.Read(ref _blocks);
        return number < blocks.Length ? blocks[number] : Grow(number);
    }

    private Block Grow(int number)
    {
        lock (_growth)
        {
            while (number >= _blocks.Length)
            {
                Volatile.Write(ref _blocks, [.. _blocks, new Block()]);
            }

            return _blocks[number];
        }
    }

    private sealed class Block
    {
        // Stands for all that were forgotten. A writer that was asleep may still write here, where nobody reads again.
        public static readonly Block Forgotten = new();

        public readonly T[] Records = new T[BlockSize];

        // A bit for each.
        private readonly long[] _complete = new long[BlockSize / 64];

        public bool IsComplete(int slot) => (Volatile.Read(ref _complete[slot >> 6]) & (1L << slot)) != 0;

        // Whoever sees the bit sees the record.
        public void SetComplete(int slot) => Interlocked.Or(ref _complete[slot >> 6], 1L << slot);
    }
}
