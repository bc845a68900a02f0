namespace LBTool.Core.Measurements;

/// <summary>
/// An append-only log that many threads write without a lock while others read what is complete.
/// Memory comes in blocks, so that appending never copies what is already there.
/// </summary>
/// <typeparam name="T">The record; small, copied by value.</typeparam>
public sealed class RecordLog<T>
    where T : struct
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
    public void Add(in T record)
    {
        var place = Interlocked.Increment(ref _next) - 1;
        var block = BlockOf((int)(place >> BlockBits));
        var slot = (int)(place & (BlockSize - 1));
        block.Records[slot] = record;
        Volatile.Write(ref block.Complete[slot], true);
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
            if (Volatile.Read(ref blocks[number].Complete[slot]))
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
        public readonly bool[] Complete = new bool[BlockSize];
    }
}
